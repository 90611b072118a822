"""What the paths of cases have passed, of everything drawn: flow nodes, and every branch of a gateway."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.bpmn.definition import Definition
from engine.bpmn.elements import GATEWAYS

Branch = tuple[str, str]


def nodes(definition: Definition) -> set[str]:
    """Every flow node, timers, messages and signals among them, as paths name it."""
    return {f"{element.process}/{element.id}" for element in definition.elements.values()}


def branches(definition: Definition) -> set[Branch]:
    """Every way out of a gateway."""
    gates = {f"{e.process}/{e.id}" for e in definition.elements.values() if e.kind in GATEWAYS}
    flows = {(f"{flow.process}/{flow.source}", f"{flow.process}/{flow.target}") for flow in definition.flows}
    return {(gate, target) for gate, target in flows if gate in gates}


def passed_nodes(paths: Iterable[Sequence[str]]) -> set[str]:
    return {node for path in paths for node in path}


def passed_branches(definition: Definition, paths: Iterable[Sequence[str]]) -> set[Branch]:
    """The branches taken: of an exclusive gateway the target first passed after it, of a parallel one every target."""
    drawn = branches(definition)
    kinds = {f"{e.process}/{e.id}": e.kind for e in definition.elements.values()}
    found: set[Branch] = set()
    for path in paths:
        for place, gate in enumerate(path):
            if kinds[gate] not in GATEWAYS:
                continue
            after = [node for node in path[place + 1 :] if (gate, node) in drawn]
            found.update((gate, node) for node in (after if kinds[gate] == "parallelGateway" else after[:1]))
    return found
