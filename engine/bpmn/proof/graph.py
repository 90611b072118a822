"""The situations of one net, what leads from one to the next, and what of all that shows from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.bpmn.proof.clocks import without_clock
from engine.bpmn.proof.model import Model
from engine.bpmn.proof.net import Net
from engine.bpmn.proof.tokens import Event, Exit, Marking, Outcome, Problem, Summary, Token
from engine.bpmn.proof.values import Valuation

BESIDE = 2  # how often a step beside the main line is followed at once

Target: TypeAlias = Marking | Exit | Problem


@dataclass(frozen=True)
class Edge:
    """One event in a situation and what came of it."""

    event: Event
    outcome: Outcome
    target: Target


@dataclass(frozen=True)
class View:
    """What may come of a situation: how the net ends, what it throws, whether a wait is without a clock."""

    exits: frozenset[Exit] = frozenset()
    throws: frozenset[str | None] = frozenset()
    bare: bool = False


@dataclass(frozen=True)
class Sight:
    """What shows from outside of one situation and of each event in it, and the situations these lead to."""

    own: View
    following: tuple[Marking, ...]


@dataclass
class Graph:
    """The situations of one net. `roots`: what each way of entering it leads to."""

    net: Net
    roots: dict[Valuation, list[Edge]] = field(default_factory=dict)
    edges: dict[Marking, list[Edge]] = field(default_factory=dict)
    views: dict[Marking, View] = field(default_factory=dict)  # of the situations right after the roots
    sights: dict[Marking, Sight] = field(default_factory=dict)  # of those that are in a view


def situation(net: Net, tokens: list[Token], gathered: Valuation) -> Target:
    """What these tokens make up: the end, a situation, or two where there must be one."""
    if not tokens:
        return Exit(gathered)
    if len(tokens) == 1:
        return Marking(tuple(tokens), gathered)
    main = [(token.node, token.via) for token in tokens if not token.beside]
    if len(set(main)) < len(main):
        twice = next(place for place in main if main.count(place) > 1)[0]
        name = net.nodes[twice].name or twice
        text = f"“{name}”会同时开着两份：前面分开的几路没有合上，请用对应的并行网关合并"
        return Problem("LACK_SYNC", twice, text)
    kept = tokens if len(main) == len(tokens) else _bounded(tokens)
    return Marking(tuple(sorted(kept, key=_place)), gathered)


def _place(token: Token) -> Any:
    """Any order will do, as long as it is always the same. Two on the main line are never at the same place, so that
    their data need not be read.
    """
    data = repr(token.data) if token.beside else ""
    return token.node, token.beside, token.via or "", data, sorted(token.armed)


def _bounded(tokens: list[Token]) -> Iterator[Token]:
    seen: Counter[str] = Counter()
    for token in tokens:
        seen[token.node] += token.beside
        if not token.beside or seen[token.node] <= BESIDE or token.via is not None:
            yield token


def summarised(model: Model, graph: Graph, roots: list[Edge]) -> Summary:
    """What the outside sees of a net entered so that it begins with one of these."""
    at_once = frozenset(edge.target for edge in roots if isinstance(edge.target, Exit))
    views = [_view(model, graph, target) for edge in roots if isinstance(target := edge.target, Marking)]
    throws = frozenset(code for edge in roots for code in edge.outcome.throws)
    return Summary(
        at_once,
        frozenset().union(*(view.exits for view in views)),
        bool(views),
        throws.union(*(view.throws for view in views)),
        any(view.bare for view in views),
    )


def _view(model: Model, graph: Graph, first: Marking) -> View:
    """Everything reached from a situation; where another view begins, that one is taken over."""
    if first in graph.views:
        return graph.views[first]
    exits: set[Exit] = set()
    throws: set[str | None] = set()
    bare, seen, todo = False, {first}, [first]
    while todo:
        marking = todo.pop()
        known = graph.views.get(marking)
        if known is None:
            sight = graph.sights.get(marking) or _sight(model, graph, marking)
            known = sight.own
            todo.extend(further := [each for each in sight.following if each not in seen])
            seen.update(further)
        exits |= known.exits
        throws |= known.throws
        bare = bare or known.bare
    graph.views[first] = View(frozenset(exits), frozenset(throws), bare)
    return graph.views[first]


def _sight(model: Model, graph: Graph, marking: Marking) -> Sight:
    """Looked at once, however many views it is in."""
    edges = graph.edges[marking]
    targets = dict.fromkeys(edge.target for edge in edges)
    exits = frozenset(target for target in targets if isinstance(target, Exit))
    throws = frozenset(_passed_on(graph.net, marking)).union(*(edge.outcome.throws for edge in edges))
    bare = without_clock(model, graph.net, marking) is not None
    following = tuple(target for target in targets if isinstance(target, Marking))
    graph.sights[marking] = Sight(View(exits, throws, bare), following)
    return graph.sights[marking]


def _passed_on(net: Net, marking: Marking) -> set[str | None]:
    """What is thrown inside a host and caught by nothing in this net."""
    thrown = {code for token in marking.tokens if token.inner for code in token.inner.throws}
    return {code for code in thrown if None not in net.catches and code not in net.catches}
