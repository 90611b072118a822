"""The shortest way to a situation, from the start of the entry process, with what happens inside hosts unfolded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeAlias

from engine.bpmn.proof.domains import Answer
from engine.bpmn.proof.explore import Explorer
from engine.bpmn.proof.graph import Edge
from engine.bpmn.proof.net import Key, Net, Node
from engine.bpmn.proof.tokens import Exit, Marking
from engine.bpmn.proof.values import Valuation

Wanted: TypeAlias = Callable[[Marking | None, Edge], bool]
Inside: TypeAlias = frozenset[tuple[str, Key, Valuation]]  # hosts that run: the net in each, and how it was entered
State: TypeAlias = tuple[Marking, Inside]


@dataclass(frozen=True)
class Step:
    """One event of a run: `sort` is start, complete, timer, message, signal or escalation."""

    sort: str
    process: str
    node: Node
    answer: Answer | None


@dataclass(frozen=True)
class Event:
    """A step as told to whoever plays it: plain values. `given`: what is entered, None where nothing is."""

    sort: str
    process: str
    element: str
    code: str | None = None
    form: str | None = None
    given: Mapping[str, Any] | None = None


def event_of(step: Step) -> Event:
    """The step in plain values."""
    given = None if step.answer is None else step.answer.given
    return Event(step.sort, step.process, step.node.id, step.node.code, step.node.drawn.form, given)


@dataclass(frozen=True)
class _Way:
    """The edges from a root on, with the hosts that ran before each; `cost` in events, the way in included."""

    entry: Valuation
    edges: tuple[tuple[Inside, Edge], ...]
    cost: int


@dataclass
class Tracer:
    """Ways through what an explorer has found."""

    explorer: Explorer
    _arrivals: dict[Key, dict[Valuation, tuple[int, Key, _Way | None]]] = field(default_factory=dict)
    _ends: dict[tuple[Key, Valuation], dict[Exit, _Way]] = field(default_factory=dict)

    def run_to(self, key: Key, wanted: Wanted) -> list[Step]:
        """The steps up to the first edge of a net that is wanted, the way into that net before them."""
        for way in self._ways(key, None, wanted):
            return [*self._way_in(key, way.entry), *self._unfolded(key, way)]
        return []

    def _ways(self, key: Key, entry: Valuation | None, wanted: Wanted) -> Iterator[_Way]:
        """Every wanted edge with the way to it, the one with the fewest events first."""
        graph = self.explorer.graphs[key]
        before: dict[State, tuple[State | None, Inside, Edge]] = {}
        order = count()
        todo: list[tuple[int, int, State | None, Inside, Edge, Valuation]] = []
        for each, edges in graph.roots.items():
            if entry is None or each == entry:
                cost = 0 if entry is not None else self._arrival(key, each)
                todo.extend((cost, next(order), None, frozenset(), edge, each) for edge in edges)
        todo.sort(key=lambda item: item[:2])
        while todo:
            cost, _, source, inside, edge, given = heappop(todo)
            if wanted(None if source is None else source[0], edge):
                yield _Way(given, tuple(_back(before, source, inside, edge)), cost)
            if isinstance(edge.target, Marking):
                state = (edge.target, _still_inside(inside, edge))
                if state not in before:
                    before[state] = source, inside, edge
                    for further in graph.edges.get(edge.target, ()):
                        then = cost + self._length(graph.net, state[1], further)
                        heappush(todo, (then, next(order), state, state[1], further, given))

    def _length(self, net: Net, inside: Inside, edge: Edge) -> int:
        """How many events an edge stands for: one, or all it takes inside a host to come to that end."""
        if edge.event.sort != "inner":
            return 1
        inner, entry = _of_host(inside, edge.event.node)
        through = self._through(inner, entry).get(edge.event.values)
        return 1_000 if through is None else through.cost

    def _through(self, key: Key, entry: Valuation) -> dict[Exit, _Way]:
        """The shortest way through a net entered in one way, to each of its ends."""
        if (key, entry) not in self._ends:
            found: dict[Exit, _Way] = {}
            wanted = len(self.explorer.summary(key, entry).later)
            for way in self._ways(key, entry, _ends) if wanted else ():
                exit = way.edges[-1][1].target
                if isinstance(exit, Exit) and found.setdefault(exit, way) is way and len(found) >= wanted:
                    break
            self._ends[key, entry] = found
        return self._ends[key, entry]

    def _arrival(self, key: Key, entry: Valuation) -> int:
        return self._entered(key)[entry][0] if key != self.explorer.model.entry else 0

    def _entered(self, key: Key) -> dict[Valuation, tuple[int, Key, _Way | None]]:
        """How a net is first entered, for each way of entering it."""
        if key not in self._arrivals:
            found: dict[Valuation, tuple[int, Key, _Way | None]] = {}
            for outer in dict.fromkeys(net.key for net, _ in self.explorer.model.hosts[key]):
                for way in self._ways(outer, None, partial(_enters, key)):
                    for _, inner, entry in way.edges[-1][1].outcome.entered:
                        if inner == key and (entry not in found or way.cost < found[entry][0]):
                            found[entry] = way.cost, outer, way
            self._arrivals[key] = {e: found.get(e, (1_000, key, None)) for e in self.explorer.graphs[key].roots}
        return self._arrivals[key]

    def _way_in(self, key: Key, entry: Valuation) -> list[Step]:
        if key == self.explorer.model.entry:
            return []
        _, outer, way = self._entered(key)[entry]
        return [] if way is None else [*self._way_in(outer, way.entry), *self._unfolded(outer, way)]

    def _unfolded(self, key: Key, way: _Way) -> Iterator[Step]:
        """The events of a way, each net that runs to its end by the steps that bring it there."""
        net = self.explorer.graphs[key].net
        for inside, edge in way.edges:
            event = edge.event
            if event.sort == "inner":
                inner, entry = _of_host(inside, event.node)
                through = self._through(inner, entry).get(event.values)
                yield from () if through is None else self._unfolded(inner, through)
            elif event.sort != "start" or key == self.explorer.model.entry:
                node = net.nodes.get(event.node) or _hearing(net, event.sort, event.node)
                yield Step(event.sort, key[0], node, edge.outcome.given)


def _back(
    before: dict[State, tuple[State | None, Inside, Edge]], source: State | None, inside: Inside, edge: Edge
) -> list[tuple[Inside, Edge]]:
    found = [(inside, edge)]
    while source is not None:
        source, inside, edge = before[source]
        found.append((inside, edge))
    return found[::-1]


def _still_inside(inside: Inside, edge: Edge) -> Inside:
    """The hosts that run after an edge: those entered last."""
    running = {token.node for token in edge.target.tokens if token.inner} if isinstance(edge.target, Marking) else set()
    entered = {host: (host, key, entry) for host, key, entry in edge.outcome.entered}
    kept = {each[0]: each for each in inside}
    return frozenset(each for host, each in {**kept, **entered}.items() if host in running)


def _of_host(inside: Inside, host: str) -> tuple[Key, Valuation]:
    return next((key, entry) for each, key, entry in inside if each == host)


def _enters(wanted: Key, _: Marking | None, edge: Edge) -> bool:
    return any(key == wanted for _, key, _ in edge.outcome.entered)


def _ends(source: Marking | None, edge: Edge) -> bool:
    """A way out of a net that rested: what ends at once is no event of its own."""
    return source is not None and isinstance(edge.target, Exit)


def _hearing(net: Net, sort: str, name: str) -> Node:
    """An event of a net that waits for this message or signal."""
    return next(node for node in net.nodes.values() if node.trigger == sort and (node.code or "") == name)
