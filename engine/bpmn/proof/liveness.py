"""Which variables matter where: what may still be read before it is set anew.

A backward data flow over all nets at once; a called net ends with what any of its callers may still read of what it
writes. What does not matter is left out of a situation, so that situations that differ in nothing are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.bpmn.durations import looks_like_duration
from engine.bpmn.elements import USER_TASKS
from engine.bpmn.expressions import parse, parse_assignments, parse_template
from engine.bpmn.proof.house import Effect
from engine.bpmn.proof.model import Model
from engine.bpmn.proof.net import Key, Net, Node
from engine.bpmn.proof.values import ANSWERED, PHASE

Names = frozenset[str]
NONE: Names = frozenset()


class Liveness:
    """`at(net, node)`: what matters when a token stands before a node; `after(net)`: what of its end matters."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._at: dict[tuple[Key, str], Names] = {}
        self._after: dict[Key, Names] = dict.fromkeys(model.nets, NONE)
        self.writes: Mapping[Key, Names] = _all_written(model)
        self._solve()

    def at(self, net: Net, id: str) -> Names:
        return self._at.get((net.key, id), NONE)

    def after(self, net: Net) -> Names:
        return self._after[net.key]

    def leaving(self, net: Net, node: Node) -> Names:
        """What matters once a node has been left."""
        if node.kind == "endEvent":
            return NONE if node.id in net.beside and not net.gathers else self._after[net.key]
        return NONE.union(*(self.at(net, way.target) for way in node.out))

    def _solve(self) -> None:
        changed = True
        while changed:
            changed = False
            for net in self._model.nets.values():
                for node in reversed(list(net.nodes.values())):
                    found = self._before(net, node)
                    if found != self._at.get((net.key, node.id)):
                        self._at[net.key, node.id] = found
                        changed = True
                after = self._ending(net)
                changed = changed or after != self._after[net.key]
                self._after[net.key] = after

    def _ending(self, net: Net) -> Names:
        if net.key == self._model.entry:
            return frozenset({ANSWERED}) if self._model.house.law else NONE
        found = NONE
        for outer, host in self._model.hosts[net.key]:
            if host.loop is not None and host.loop.isolated:
                found |= _read(host.loop.until)
            else:
                found |= self.leaving(outer, host) & self.writes[net.key]
                found |= NONE if host.loop is None else _read(host.loop.until)
        return found

    def _before(self, net: Net, node: Node) -> Names:
        live = self.leaving(net, node) | NONE.union(*(_read(way.condition) for way in node.out))
        if node.kind in USER_TASKS:
            live = live - fields_set(self._model, node)
        if node.inside is not None:
            live = live | self._inside(node, node.inside)
        if node.loop is not None:
            live = (live - _maybe(node.loop.item)) | _maybe(node.loop.collection) | _read(node.loop.number)
        live |= NONE.union(*(self.at(net, id) for id in node.boundary))
        live = _through(self._model, node, live) | _looked_at(node)
        return live | _ghosts_read(self._model, node)

    def _inside(self, node: Node, key: Key) -> Names:
        inner = self._model.nets[key]
        live = self.at(inner, inner.start)
        if node.kind == "callActivity":
            live = assigned_before(node, live)
        return live


def assigned_before(node: Node, live: Names) -> Names:
    """What matters before the assignments of a node, when `live` matters after them."""
    for name, value in reversed(parse_assignments(node.drawn.assign or "")):
        live = (live - {name}) | value.names
    return live


def _through(model: Model, node: Node, live: Names) -> Names:
    """Backward through what a node does itself."""
    if node.kind == "businessRuleTask":
        decision = model.decisions[node.drawn.decision or ""]
        live = (live - set(decision.outputs)) | decision.names
    if node.kind == "serviceTask":
        effect = effect_of(model, node)
        live = (live - effect.writes) | effect.reads
    return live if node.kind == "callActivity" else assigned_before(node, live)


def effect_of(model: Model, node: Node) -> Effect:
    """What the operation of a service task does to the data."""
    return model.house.operations.get(node.drawn.operation or "", Effect())


def fields_set(model: Model, node: Node) -> Names:
    """What completing a task sets: every field a diagram reads, and the flags of the form."""
    form = model.forms.get(node.drawn.form or "", {})
    fields = frozenset(form.get("properties", {})) & model.read_names
    return fields | frozenset(form.get("ui", {}).get("flags", {}))


def _looked_at(node: Node) -> Names:
    """What is read when a token comes to rest: groups, due, instants."""
    drawn = node.drawn
    found = _read(drawn.due) | (parse_template(drawn.groups).names if drawn.groups else NONE)
    return found | (NONE if node.instant is None or looks_like_duration(node.instant) else _read(node.instant))


def _ghosts_read(model: Model, node: Node) -> Names:
    return frozenset({PHASE}) if model.house.law and node.drawn.phase else NONE


def _read(text: str | None) -> Names:
    return parse(text).names if text else NONE


def _maybe(name: str | None) -> Names:
    return frozenset({name}) if name else NONE


def _all_written(model: Model) -> dict[Key, Names]:
    """What each net may leave changed, what it calls included."""
    found: dict[Key, Names] = dict.fromkeys(model.nets, NONE)
    while True:
        again = {
            key: NONE.union(*(_written(model, node, found) for node in net.nodes.values()))
            for key, net in model.nets.items()
        }
        if again == found:
            return found
        found = again


def _written(model: Model, node: Node, inner: Mapping[Key, Names]) -> Names:
    names: Iterable[str] = (name for name, _ in parse_assignments(node.drawn.assign or ""))
    found = frozenset(names)
    if node.loop is not None and node.loop.isolated:
        return _maybe(node.loop.item)
    if node.kind == "businessRuleTask":
        found |= frozenset(model.decisions[node.drawn.decision or ""].outputs)
    if node.kind == "serviceTask":
        found |= effect_of(model, node).writes
    if node.kind in USER_TASKS:
        found |= fields_set(model, node)
    if node.code in model.forms and node.trigger == "message":
        found |= frozenset(model.forms[node.code or ""].get("properties", {})) & model.read_names
    if model.house.law:
        found |= frozenset({ANSWERED, PHASE}) if node.drawn.phase else NONE
    return found | (inner[node.inside] if node.inside else NONE)
