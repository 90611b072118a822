"""Loops: each must have an exit the engine can see, and something in it that waits; calls must not run in circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.elements import SCOPES, USER_TASKS
from engine.bpmn.lint.bundle import Bundle, Scope, label, reached
from engine.bpmn.lint.events import definitions, sort_of
from engine.errors import Finding

_BRANCHING = ("exclusiveGateway", "inclusiveGateway", "eventBasedGateway")


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Calls first: whether a call waits can be asked only where they end."""
    recursive = list(_recursion(bundle))
    yield from recursive
    passage = _Passage(bundle)
    for scope in bundle.scopes:
        yield from _no_exit(scope)
        if not recursive:
            yield from _endless(passage, scope)


def on_a_loop(steps: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Nodes on a cycle of the graph (or between two), in the graph's order."""
    left = dict(steps)
    while True:
        entered = {target for targets in left.values() for target in targets}
        kept = {id: targets for id, targets in left.items() if id in entered and any(t in left for t in targets)}
        if len(kept) == len(left):
            return list(kept)
        left = kept


def _recursion(bundle: Bundle) -> Iterator[Finding]:
    calls: dict[str, tuple[str, ...]] = dict.fromkeys(bundle.processes, ())
    for scope in bundle.scopes:
        for _, node in scope.of_kind("callActivity"):
            calls[scope.process] = (*calls[scope.process], node.get("calledElement") or "")
    circle = on_a_loop(calls)
    for scope in bundle.scopes:
        for id, node in scope.of_kind("callActivity"):
            if scope.process in circle and node.get("calledElement") in circle:
                yield scope.finding("RECURSION", id, f"{label(node)}绕回来调用了自己，会没有尽头，请改画成回路")


def _no_exit(scope: Scope) -> Iterator[Finding]:
    """A loop nobody leaves; where it surely lies ahead the library would lay it out for ever."""
    branching = [id for id, _ in scope.of_kind(*_BRANCHING) if len(scope.outgoing(id)) > 1]
    certain = {id: () if id in branching else tuple(scope.targets(id)) for id in scope.nodes}
    ahead = reached(certain, [*scope.starts, *(target for id in branching for target in scope.targets(id))])
    caught = [id for id in scope.main_path if not _ends(scope, id)]
    loop = on_a_loop({id: certain[id] for id in scope.nodes if id in ahead}) or on_a_loop(
        {id: scope.steps[id] for id in scope.nodes if id in caught}
    )
    for id in loop[:1]:
        yield scope.finding(
            "LOOP_EXIT", id, f"经过{label(scope.nodes[id])}的回路没有出口，请在回路上加一个带出口的排他网关"
        )


def _ends(scope: Scope, id: str) -> bool:
    return any(scope.kind(each) == "endEvent" for each in reached(scope.steps, [id]))


def _endless(passage: _Passage, scope: Scope) -> Iterator[Finding]:
    automatic = {
        id: tuple(target for target in targets if not passage.waits(scope, target))
        for id, targets in scope.steps.items()
        if not passage.waits(scope, id)
    }
    for id in on_a_loop(automatic)[:1]:
        yield scope.finding(
            "ENDLESS", id, f"经过{label(scope.nodes[id])}的回路上没有任何等待的步骤，会一直转，请加上人工任务或计时"
        )


class _Passage:
    """Where a token must wait; what was found out about a scope is kept, since many calls may share it."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._known: dict[tuple[str, str], bool] = {}

    def waits(self, scope: Scope, id: str) -> bool:
        """Whether a token rests here until somebody acts or a timer fires."""
        node, kind = scope.nodes[id], scope.kind(id)
        if kind in USER_TASKS or kind in ("receiveTask", "intermediateCatchEvent", "eventBasedGateway"):
            return True
        if kind == "boundaryEvent":
            return not any(sort_of(definition) in ("error", "escalation") for definition in definitions(node))
        if kind in SCOPES:
            return not self._passable(self._bundle.scope_of[(scope.process, id)])
        if kind == "callActivity":
            called = self._bundle.processes.get(node.get("calledElement") or "")
            return called is None or not self._passable(called)
        return False

    def _passable(self, scope: Scope) -> bool:
        key = (scope.process, scope.id)
        if key not in self._known:
            self._known[key] = self._runs_through(scope)
        return self._known[key]

    def _runs_through(self, scope: Scope) -> bool:
        seen: set[str] = set()
        todo = scope.starts
        while todo:
            id = todo.pop()
            if id in seen or self.waits(scope, id):
                continue
            if scope.kind(id) == "endEvent":
                return True
            seen.add(id)
            todo.extend(scope.steps[id])
        return False
