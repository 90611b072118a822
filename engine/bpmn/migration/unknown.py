"""What the new diagram asks of a case that nobody will have told it: a variable the old one never read.

Process data holds only what a diagram reads. A name the new version reads for the first time is therefore there only
where a step on the way gives it; a token that comes to a reader before any giver would stop the case there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.bpmn.definition import Definition
from engine.bpmn.elements import SCOPES, Element, Flow
from engine.bpmn.expressions import parse, parse_assignments, parse_template
from engine.bpmn.migration.carried import LIVE, Place
from engine.errors import Obstacle

Node = tuple[str, str]  # process and id


def unknown(places: tuple[Place, ...], old: Definition, new: Definition) -> list[Obstacle]:
    """One obstacle for every name that a token on its way comes to read before it is given."""
    asked = sorted(new.read_names - old.read_names)
    graph = _Graph(new)
    found = [
        graph.obstacle(name, reader)
        for name in asked
        for place in places
        for task in place.workflow.tasks.values()
        if task.has_state(LIVE) and task.task_spec.drawn is not None and name not in task.data
        if (reader := graph.first_reader(name, _node(task.task_spec.drawn))) is not None
    ]
    return list(dict.fromkeys(found))


def _node(drawn: Element) -> Node:
    return drawn.process, drawn.id


@dataclass
class _Graph:
    """The new diagram as tokens go through it, in and out of its sub-processes and the processes it calls."""

    definition: Definition
    _leaving: dict[Node, list[Flow]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for flow in self.definition.flows:
            self._leaving.setdefault((flow.process, flow.source), []).append(flow)

    def first_reader(self, name: str, start: Node) -> Element | None:
        """Where a token that stands at `start` may come to read the name; None where it is always given before."""
        seen: set[Node] = {start}
        todo = [start]
        while todo:
            node = todo.pop()
            drawn = self.definition.elements.get(node)
            if drawn is None:
                continue
            if node != start and name in _reads(drawn, self.definition):
                return drawn
            if name in _gives(drawn, self.definition):
                continue
            for flow in self._leaving.get(node, ()):
                if flow.condition and name in parse(flow.condition).names:
                    return drawn
            ahead = [each for each in self._ahead(drawn, standing=node == start) if each not in seen]
            seen.update(ahead)
            todo.extend(ahead)
        return None

    def _ahead(self, drawn: Element, standing: bool) -> Iterator[Node]:
        """Where a token goes from an element; of one that stands in a frame the token is inside already."""
        for flow in self._leaving.get(_node(drawn), ()):
            yield flow.process, flow.target
        yield from (_node(each) for each in self._events.get(_node(drawn), ()))
        if drawn.kind == "endEvent":
            yield from self._around(drawn)
        if not standing:
            inside = drawn.id if drawn.kind in SCOPES else drawn.called
            yield from (_node(each) for each in self._starts.get(inside or "", ()))

    def _around(self, drawn: Element) -> Iterator[Node]:
        """The frame, or every call, that an end leads out to."""
        for each in self.definition.elements.values():
            if drawn.scope in (each.called, each.id if each.kind in SCOPES else None):
                yield from ((flow.process, flow.target) for flow in self._leaving.get(_node(each), ()))

    @cached_property
    def _events(self) -> Mapping[Node, list[Element]]:
        found: dict[Node, list[Element]] = {}
        for each in self.definition.elements.values():
            if each.attached_to is not None:
                found.setdefault((each.process, each.attached_to), []).append(each)
        return found

    @cached_property
    def _starts(self) -> Mapping[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for each in self.definition.elements.values():
            if each.kind == "startEvent":
                found.setdefault(each.scope, []).append(each)
        return found

    def obstacle(self, name: str, reader: Element) -> Obstacle:
        """In words; the forms know what the name is called."""
        titles = (form.get("properties", {}).get(name, {}).get("title") for form in self.definition.forms.values())
        title = next((each for each in titles if each), name)
        return Obstacle(reader.id, f"目标版本到“{reader.name}”要用到“{title}”，这一件到那里以前没有地方填写它")


def _reads(drawn: Element, definition: Definition) -> set[str]:
    """What is read when a token comes to an element."""
    names: set[str] = set()
    for text in (drawn.due, drawn.timer):
        names |= parse(text).names if text else set()
    names |= parse_template(drawn.groups).names if drawn.groups else set()
    for _, value in parse_assignments(drawn.assign or ""):
        names |= value.names
    decision = definition.decisions.get(drawn.decision or "")
    return names if decision is None else names | decision.names


def _gives(drawn: Element, definition: Definition) -> set[str]:
    """What is known once a token has passed: a form sets every field it has, with null where nothing was entered."""
    names = {name for name, _ in parse_assignments(drawn.assign or "")}
    form: Mapping[str, Any] = definition.form(drawn.form) if drawn.form else {}
    names |= {*form.get("properties", {}), *form.get("ui", {}).get("flags", {})}
    decision = definition.decisions.get(drawn.decision or "")
    return names if decision is None else names | set(decision.outputs)
