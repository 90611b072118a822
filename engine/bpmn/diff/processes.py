"""Differences between two drawings of a process: nodes, what they say, and how they are connected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from engine.bpmn.called import beyond
from engine.bpmn.diff.change import Change
from engine.bpmn.diff.drawn import Drawn, Edge, Node

Pair = tuple[str, str]
INHERITED = frozenset({"phase", "lane"})  # a sub-process hands them on to what is in it
OF_THE_NEW = ("groups", "due", "timer", "duration", "form")  # told with a node that is added


def process_changes(before: Drawn, after: Drawn) -> Iterator[Change]:
    """Added and removed nodes, differing attributes, then what is connected otherwise and not told by those."""
    if before.name != after.name:
        yield Change("attribute", after.id, after.id, after.name, "name", before.name, after.name)
    added = [node for id, node in after.nodes.items() if id not in before.nodes]
    removed = [node for id, node in before.nodes.items() if id not in after.nodes]
    yield from (_come("added", after, node, added) for node in _outermost(added))
    yield from (_come("removed", before, node, removed) for node in _outermost(removed))
    for id, node in after.nodes.items():
        if id in before.nodes:
            yield from _attributes(before, after, before.nodes[id], node)
    yield from _connections(before, after, {node.id for node in added}, {node.id for node in removed})


def _outermost(nodes: Iterable[Node]) -> Iterator[Node]:
    """Without what comes or goes with the sub-process around it."""
    nodes = list(nodes)
    ids = {node.id for node in nodes}
    return (node for node in nodes if node.scope not in ids)


def _come(kind: str, drawn: Drawn, node: Node, others: Iterable[Node]) -> Change:
    along = {each.id for each in others}
    links = [(edge.source, edge.target) for edge in drawn.edges]
    sources, targets = (tuple(map(drawn.called, beyond(links, node.id, along, back))) for back in (True, False))
    host = node.said.get("attached_to")
    said = "\n".join(f"{name}={node.said[name]}" for name in OF_THE_NEW if name in node.said)
    near = ((drawn.called(host),), ()) if host else (sources, targets)
    told = {"after": said} if kind == "added" else {"before": said}
    return Change(kind, drawn.id, node.id, node.name, node.kind, near=near, **told)


def _attributes(before: Drawn, after: Drawn, old: Node, new: Node) -> Iterator[Change]:
    for name in dict.fromkeys([*old.said, *new.said]):
        was, now = old.said.get(name), new.said.get(name)
        if was != now and not (name in INHERITED and _inherited(before, after, new, name, was, now)):
            yield Change("attribute", after.id, new.id, new.name, name, was, now)


def _inherited(before: Drawn, after: Drawn, node: Node, name: str, was: str | None, now: str | None) -> bool:
    """Whether the scope around it has the very same difference, from which it comes."""
    old, new = before.nodes.get(node.scope), after.nodes.get(node.scope)
    return old is not None and new is not None and (old.said.get(name), new.said.get(name)) == (was, now)


# ------------------------------------------------------------------ connections
def _connections(before: Drawn, after: Drawn, added: set[str], removed: set[str]) -> Iterator[Change]:
    old, new = _by_pair(before.edges), _by_pair(after.edges)
    gone = [pair for pair in old if pair not in new and not _told_by(pair, removed, new, added)]
    come = [pair for pair in new if pair not in old and not _told_by(pair, added, old, removed)]
    yield from _moved(before, after, gone, come)
    yield from _new_terms(before, after, old, new)
    for pair in (pair for pair in new if pair in old):
        yield from _terms(after, pair, old[pair], new[pair])
    yield from _defaults(before, after)


def _by_pair(edges: Iterable[Edge]) -> dict[Pair, list[Edge]]:
    found: dict[Pair, list[Edge]] = {}
    for edge in edges:
        found.setdefault((edge.source, edge.target), []).append(edge)
    return found


def _told_by(pair: Pair, ends: set[str], others: Mapping[Pair, object], between: set[str]) -> bool:
    """Whether a flow came or went with a node at its end, or because of nodes between its ends on the other side."""
    if not ends.isdisjoint(pair):
        return True
    seen, todo = set[str](), [pair[0]]
    while todo:
        here = todo.pop()
        for source, target in others:
            if source == here and target == pair[1] and here != pair[0]:
                return True
            if source == here and target in between and target not in seen:
                seen.add(target)
                todo.append(target)
    return False


def _moved(before: Drawn, after: Drawn, gone: list[Pair], come: list[Pair]) -> Iterator[Change]:
    """One end that left and one that came at the same source are one flow led elsewhere."""
    left, arrived = Counter(source for source, _ in gone), Counter(source for source, _ in come)
    led = {source for source in left if left[source] == arrived[source] == 1}
    for source, target in gone:
        name, was = before.called(source), before.called(target)
        if source in led:
            now = after.called(next(to for origin, to in come if origin == source))
            yield Change("rewired", after.id, source, name, before=was, after=now, near=((), (now,)))
        else:
            yield Change("flow_removed", after.id, source, name, before=was, near=((), (was,)))
    for source, target in come:
        if source not in led:
            now = after.called(target)
            yield Change("flow_added", after.id, source, after.called(source), after=now, near=((), (now,)))


def _terms(drawn: Drawn, pair: Pair, old: list[Edge], new: list[Edge]) -> Iterator[Change]:
    was, now = _conditions(old), _conditions(new)
    if was != now:
        near = ((), (drawn.called(pair[1]),))
        yield Change("condition", drawn.id, pair[0], drawn.called(pair[0]), "condition", was, now, near)


def _new_terms(
    before: Drawn, after: Drawn, old: Mapping[Pair, list[Edge]], new: Mapping[Pair, list[Edge]]
) -> Iterator[Change]:
    """Conditions on flows that came or went and were not simply led on to another node."""
    gone = [edge for pair, edges in old.items() if pair not in new for edge in edges if edge.condition]
    come = [edge for pair, edges in new.items() if pair not in old for edge in edges if edge.condition]
    kept = {(edge.source, edge.condition) for edge in gone} & {(edge.source, edge.condition) for edge in come}
    for drawn, edges in ((before, gone), (after, come)):
        for edge in edges:
            if (edge.source, edge.condition) not in kept and edge.source in after.nodes:
                was, now = (edge.condition, None) if drawn is before else (None, edge.condition)
                near = ((), (drawn.called(edge.target),))
                yield Change("condition", after.id, edge.source, drawn.called(edge.source), "condition", was, now, near)


def _conditions(edges: Iterable[Edge]) -> str | None:
    found = sorted(edge.condition for edge in edges if edge.condition)
    return " or ".join(found) or None


def _defaults(before: Drawn, after: Drawn) -> Iterator[Change]:
    old = {edge.source: edge.target for edge in before.edges if edge.default}
    new = {edge.source: edge.target for edge in after.edges if edge.default}
    for source in (id for id in after.nodes if id in before.nodes):
        was, now = old.get(source), new.get(source)
        if was != now and not _follows(source, was, now, before, after):
            left, taken = (None if id is None else drawn.called(id) for drawn, id in ((before, was), (after, now)))
            yield Change("default", after.id, source, after.called(source), "default", left, taken)


def _follows(source: str, was: str | None, now: str | None, before: Drawn, after: Drawn) -> bool:
    """Whether the way otherwise taken goes on through a node put in or taken out."""
    return (now is not None and now not in before.nodes) or (was is not None and was not in after.nodes)
