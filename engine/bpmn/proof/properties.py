"""What is wrong with the situations that were found, by cause: what follows from something else is not told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from engine.bpmn.proof.clocks import without_clock
from engine.bpmn.proof.explore import Explorer
from engine.bpmn.proof.graph import Edge, Graph
from engine.bpmn.proof.net import Key, Net, Node
from engine.bpmn.proof.tokens import Exit, Marking, Problem, Token
from engine.bpmn.proof.trace import Step, Tracer

CONSEQUENCE = "INNER"  # a host whose inside cannot be entered: told where it is caused


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong, where, and the shortest run to it."""

    code: str
    key: Key
    element: str
    message: str
    run: tuple[Step, ...]


def violations(explorer: Explorer) -> list[Violation]:
    """Everything wrong, causes only: failures first, then waits that never end, then clocks, then what is dead."""
    tracer = Tracer(explorer)
    for stage in (_failures, _unsound, _clocks, _dead):
        found = list(stage(tracer))
        if found:
            return found
    return []


def _failures(tracer: Tracer) -> Iterator[Violation]:
    seen: set[tuple[str, Key, str]] = set()
    for key, graph in tracer.explorer.graphs.items():
        for edge in _all_edges(graph):
            problem = edge.target
            if not isinstance(problem, Problem) or problem.code == CONSEQUENCE:
                continue
            mark = (problem.code, key, problem.element)
            if mark not in seen:
                seen.add(mark)
                run = tracer.run_to(key, partial(_is, mark))
                yield Violation(problem.code, key, problem.element, problem.message, tuple(run))


def _is(mark: tuple[str, Key, str], _: Marking | None, edge: Edge) -> bool:
    problem = edge.target
    return isinstance(problem, Problem) and (problem.code, problem.element) == (mark[0], mark[2])


def _all_edges(graph: Graph) -> Iterator[Edge]:
    for edges in (*graph.roots.values(), *graph.edges.values()):
        yield from edges


# ------------------------------------------------------------------ completion
def _unsound(tracer: Tracer) -> Iterator[Violation]:
    """Called nets before their callers: what cannot end inside holds up everything around it."""
    wrong: set[Key] = set()
    for key in _inside_out(tracer):
        graph = tracer.explorer.graphs[key]
        if any(node.inside in wrong for node in graph.net.nodes.values()):
            wrong.add(key)
            continue
        found = _stuck(tracer, graph) or _left_behind(tracer, graph)
        if found is not None:
            wrong.add(key)
            yield found


def _inside_out(tracer: Tracer) -> list[Key]:
    order: list[Key] = []

    def visit(key: Key) -> None:
        for node in tracer.explorer.graphs[key].net.nodes.values():
            if node.inside is not None and node.inside not in order:
                visit(node.inside)
        if key not in order:
            order.append(key)

    visit(tracer.explorer.model.entry)
    return order


def _stuck(tracer: Tracer, graph: Graph) -> Violation | None:
    """The nearest situation from which no way leads to the end."""
    good = _can_end(graph)
    bad = {marking for marking in graph.edges if marking not in good}
    if not bad:
        return None
    still = {marking for marking in bad if not graph.edges[marking]} or bad
    run, marking = _nearest(tracer, graph, still)
    token = next((t for t in marking.tokens if not t.beside), marking.tokens[0])
    node = graph.net.nodes[token.node]
    if graph.edges[marking]:
        text = f"从“{node.name}”起再也走不到“{graph.net.name}”的结束，只会来回绕，请画出能走到结束的路"
        return Violation("LIVELOCK", graph.net.key, node.id, text, run)
    return Violation("DEADLOCK", graph.net.key, node.id, _still_at(node, token), run)


def _still_at(node: Node, token: Token) -> str:
    if token.via is not None:
        return f"停在“{node.name}”：要合并的另一路再也不会来，请让分开和合并的网关成对"
    return f"停在“{node.name}”：它等的事不会发生，请加上会到的计时，或让人能办"


def _can_end(graph: Graph) -> set[Marking]:
    before: dict[Marking, list[Marking]] = {}
    todo: list[Marking] = []
    for marking, edges in graph.edges.items():
        for edge in edges:
            if isinstance(edge.target, Marking):
                before.setdefault(edge.target, []).append(marking)
        if any(isinstance(edge.target, Exit) for edge in edges):
            todo.append(marking)
    good = set(todo)
    while todo:
        for marking in before.get(todo.pop(), ()):
            if marking not in good:
                good.add(marking)
                todo.append(marking)
    return good


def _nearest(tracer: Tracer, graph: Graph, wanted: set[Marking]) -> tuple[tuple[Step, ...], Marking]:
    found: list[Marking] = []

    def is_wanted(_: Marking | None, edge: Edge) -> bool:
        if isinstance(edge.target, Marking) and edge.target in wanted:
            found.append(edge.target)
            return True
        return False

    run = tracer.run_to(graph.net.key, is_wanted)
    return tuple(run), found[0]


def _left_behind(tracer: Tracer, graph: Graph) -> Violation | None:
    """The main line has ended, and a course beside it holds the net open."""
    held = {marking for marking in graph.edges if all(token.beside for token in marking.tokens)}
    if not held:
        return None
    run, marking = _nearest(tracer, graph, held)
    node = graph.net.nodes[marking.tokens[0].node]
    text = f"“{graph.net.name}”已经走完，旁边的“{node.name}”还开着，收不了尾，请用终止结束事件（terminate）"
    return Violation("LEFT_BEHIND", graph.net.key, node.id, text, run)


# ------------------------------------------------------------------ clocks
def _clocks(tracer: Tracer) -> Iterator[Violation]:
    """A wait over which every clock has struck, down to the net it is in."""
    graph = tracer.explorer.graphs[tracer.explorer.model.entry]
    bare = {marking for marking in graph.edges if without_clock(tracer.explorer.model, graph.net, marking)}
    if not bare:
        return
    run, marking = _nearest(tracer, graph, bare)
    net, token = graph.net, without_clock(tracer.explorer.model, graph.net, marking)
    steps = list(run)
    while token is not None and token.inner is not None:
        net, token, steps = _deeper(tracer, net, token, steps)
    if token is not None:
        node = net.nodes[token.node]
        text = f"“{node.name}”还等着，而管它的计时都已到过，再没有人会知道，请加 bc:due 或再画一个计时"
        yield Violation("CLOCK_SPENT", net.key, node.id, text, tuple(steps))


def _deeper(tracer: Tracer, net: Net, token: Token, steps: list[Step]) -> tuple[Net, Token | None, list[Step]]:
    """Into a host that is not watched: the situation inside that has no clock."""
    inner = tracer.explorer.graphs[net.nodes[token.node].inside or net.key]
    bare = {marking for marking in inner.edges if without_clock(tracer.explorer.model, inner.net, marking)}
    run, marking = _nearest(tracer, inner, bare)
    struck = [step for step in steps if step.sort == "timer" and step.node.drawn.attached_to == token.node]
    return inner.net, without_clock(tracer.explorer.model, inner.net, marking), [*run, *struck]


# ------------------------------------------------------------------ dead
def _dead(tracer: Tracer) -> Iterator[Violation]:
    """Nodes and flows no run ever passes; what lies behind a dead one is told by it."""
    for key, graph in tracer.explorer.graphs.items():
        if not graph.roots:
            continue
        passed = tracer.explorer.model.passed[key]
        dead = [node for node in graph.net.nodes.values() if node.id not in passed]
        for id, name in _flows_that_count(graph.net, passed):
            if id not in passed:
                text = f"连线“{name}”的条件在任何情况下都不成立，走不到，请改条件或删去"
                yield Violation("DEAD", key, id, text, ())
        for node in dead:
            if node.kind == "boundaryEvent" and node.drawn.attached_to in passed:
                text = f"“{node.name}”在任何情况下都不会发生，请改它等的事或删去"
                yield Violation("DEAD", key, node.id, text, ())


def _flows_that_count(net: Net, passed: set[str]) -> Iterator[tuple[str, str]]:
    """Flows out of what is passed; a default that only stands by, beside conditions that leave nothing out, is none."""
    for node in net.nodes.values():
        for way in node.out if node.id in passed else ():
            if way.id != node.default or way.target not in passed:
                yield way.id, way.name or way.id
