"""Where a case can wait and which clocks run meanwhile: read off the drawings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.elements import USER_TASKS
from engine.bpmn.lint.bundle import Bundle, Scope, reached
from engine.bpmn.lint.events import definitions, sort_of
from engine.bpmn.xml import bc, camunda

WAITING = USER_TASKS | {"receiveTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity"}


@dataclass(frozen=True)
class Clock:
    """What ends a wait or makes it known: the timer event `by`, or the place's own due; `at` is its expression."""

    by: str
    at: str


@dataclass(frozen=True)
class Place:
    """One place where a case can wait.

    `scopes`: the sub-processes around it, from the outside in. `clocks`: its own and those of the scopes around it;
    `outer`: those around every call of its process. `beside`: the activities it lies beside, whose own clocks go on.
    `calls`: the process it waits for, whose places have clocks of their own.
    """

    file: str
    process: str
    scopes: tuple[str, ...]
    element: str
    kind: str
    name: str
    clocks: tuple[Clock, ...]
    outer: tuple[Clock, ...]
    beside: tuple[str, ...]
    calls: str | None

    @property
    def without_clock(self) -> bool:
        """Whether a case may rest here for ever: a person's task must have a clock even beside a host."""
        excused = self.calls is not None or (self.beside and self.kind not in USER_TASKS)
        return not (self.clocks or excused)


def places(bundle: Bundle) -> Iterator[Place]:
    """Every waiting place of every process, in the order drawn, inner scopes after the scope around them."""
    for scope in bundle.scopes:
        outer = _around_calls(bundle, scope.process, frozenset())
        for id, node in scope.of_kind(*WAITING):
            yield Place(
                file=scope.file,
                process=scope.process,
                scopes=tuple(each.id for each in reversed([scope, *_around(bundle, scope)]) if each.level),
                element=id,
                kind=scope.kind(id),
                name=node.get("name") or id,
                clocks=tuple(dict.fromkeys([*_own(node), *_timers(bundle, scope, id)])),
                outer=outer,
                beside=tuple(hosts(scope, id)),
                calls=node.get("calledElement"),
            )


def _own(node: etree._Element) -> Iterator[Clock]:
    """Its own due, or for a timer event its instant."""
    due = node.get(bc("due")) or node.get(camunda("dueDate"))
    if due:
        yield Clock("bc:due", due)
    yield from _instants(node)


def _timers(bundle: Bundle, scope: Scope, id: str) -> Iterator[Clock]:
    """Timers on the node, behind its event gateway, before it at one, or on a sub-process around it."""
    for each in _close_by(scope, id):
        yield from _instants(scope.nodes[each])
    outer = next(_around(bundle, scope), None)
    if outer is not None:
        yield from _timers(bundle, outer, scope.id)


def _close_by(scope: Scope, id: str) -> Iterator[str]:
    yield from scope.boundary.get(id, ())
    if scope.kind(id) == "eventBasedGateway":
        yield from scope.targets(id)
    for flow in scope.incoming(id):
        source = flow.get("sourceRef") or ""
        if scope.kind(source) == "eventBasedGateway":
            yield from (*scope.targets(source), *scope.boundary.get(source, ()))


def _instants(node: etree._Element) -> Iterator[Clock]:
    for definition in definitions(node):
        if sort_of(definition) == "timer":
            yield Clock(node.get("id") or "", " ".join("".join(map(str, definition.itertext())).split()))


def _around(bundle: Bundle, scope: Scope) -> Iterator[Scope]:
    """The scopes drawn around this one, from the inside out."""
    outer = next((each for each in bundle.scopes if each.nodes.get(scope.id) is scope.node), None)
    if outer is not None:
        yield outer
        yield from _around(bundle, outer)


def _around_calls(bundle: Bundle, process: str, seen: frozenset[str]) -> tuple[Clock, ...]:
    """The timers that run around this process wherever it is called from."""
    if process in seen:
        return ()
    each = [
        [*_timers(bundle, scope, id), *_around_calls(bundle, scope.process, seen | {process})]
        for scope in bundle.scopes
        for id, node in scope.of_kind("callActivity")
        if node.get("calledElement") == process
    ]
    return tuple(clock for clock in dict.fromkeys(each[0]) if all(clock in other for other in each)) if each else ()


def hosts(scope: Scope, id: str) -> Iterator[str]:
    """Activities beside which the node is reached, by a boundary event that does not interrupt them."""
    if id in scope.main_path:
        return
    for host, events in scope.boundary.items():
        beside = [each for each in events if scope.nodes[each].get("cancelActivity") == "false"]
        if id in reached(scope.steps, beside):
            yield host
