"""Every situation of every net, net by net: what is inside a host is explored by itself and seen as a summary.

Why that is right: a net and its host know of each other only by the data it is entered with, the data it leaves, what
it throws, and that it may be interrupted in any situation.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import thread_time

from engine.bpmn.elements import USER_TASKS
from engine.bpmn.proof.choices import Choose, every
from engine.bpmn.proof.domains import Answer, answers
from engine.bpmn.proof.drain import Drain, without_item
from engine.bpmn.proof.graph import Edge, Graph, Target, situation, summarised
from engine.bpmn.proof.joins import opened
from engine.bpmn.proof.liveness import Liveness, assigned_before, fields_set
from engine.bpmn.proof.model import Model
from engine.bpmn.proof.net import Key, Net, Node
from engine.bpmn.proof.tokens import Event, Exit, Marking, Outcome, Summary, Token
from engine.bpmn.proof.values import Valuation, data_of, valuation

MOST_STATES = 50_000
MOST_SECONDS = 30.0  # of the processor, for all processes of a bundle; the case family takes two


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Situations are kept to the end and hold no circles: looking for some takes a quarter of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


class OverBudget(Exception):
    """The situations are too many to be looked at."""


class Explorer:
    """Explores on demand; what was found is in `graphs`."""

    def __init__(self, model: Model, most_states: int = MOST_STATES, most_seconds: float = MOST_SECONDS) -> None:
        self.model = model
        self.live = Liveness(model)
        self.graphs = {key: Graph(net) for key, net in model.nets.items()}
        self.steps = 0
        self._summaries: dict[tuple[Key, Valuation], Summary] = {}
        self._same: dict[Summary, Summary] = {}
        self._events: dict[tuple[Key, Token], list[tuple[Event, list[Outcome], Token | None]]] = {}
        self._most_states, self._until = most_states, thread_time() + most_seconds
        self._states = 0
        self._answers: dict[tuple[Key, str], list[Answer]] = {}

    @property
    def states(self) -> int:
        return sum(len(graph.edges) for graph in self.graphs.values())

    def run(self, given: Valuation = ()) -> None:
        """Explore everything from the start of the entry process, begun with this data; raises OverBudget."""
        with _nothing_collected():
            self.summary(self.model.entry, given)

    # ------------------------------------------------------------------ nets
    def summary(self, key: Key, entry: Valuation) -> Summary:
        """All that can be seen from outside of a net entered with this data."""
        found = self._summaries.get((key, entry))
        if found is None:
            graph = self.graphs[key]
            graph.roots[entry] = list(self._begin(graph.net, entry))
            self._spread(graph, [edge.target for edge in graph.roots[entry]])
            made = summarised(self.model, graph, graph.roots[entry])
            found = self._summaries[key, entry] = self._same.setdefault(made, made)
        return found

    def _begin(self, net: Net, entry: Valuation) -> Iterator[Edge]:
        start = net.nodes[net.start]

        def run(choose: Choose) -> Outcome:
            drain = self._drain(net, choose)
            data = data_of(entry)
            given = choose(self.answers(net, start)) if net.key == self.model.entry else Answer({}, {})
            drain.outcome.given = given
            drain.begin(net.start, {**data, **given.sets}, False)
            return drain.run()

        for outcome in _distinct(run):
            for each, target in self._land(net, [], (), outcome):
                yield Edge(Event("start", net.start), each, target)

    def _drain(self, net: Net, choose: Choose) -> Drain:
        return Drain(self.model, self.live, net, self.summary, choose)

    def _spread(self, graph: Graph, targets: list[Target]) -> None:
        todo = deque(target for target in targets if isinstance(target, Marking))
        while todo:
            marking = todo.popleft()
            if marking in graph.edges:
                continue
            self._count()
            graph.edges[marking] = []
            graph.edges[marking] = found = list(self._successors(graph.net, marking))
            self.steps += len(found)
            todo.extend(edge.target for edge in found if isinstance(edge.target, Marking))

    def _count(self) -> None:
        self._states += 1
        if self._states > self._most_states or thread_time() > self._until:
            raise OverBudget

    # ------------------------------------------------------------------ one situation
    def _successors(self, net: Net, marking: Marking) -> Iterator[Edge]:
        for token in dict.fromkeys(marking.tokens):
            for event, outcomes, kept in self.events(net, token):
                rest = _without(marking.tokens, token) + ([] if kept is None else [kept])
                for outcome in outcomes:
                    for each, target in self._land(net, rest, marking.gathered, outcome):
                        yield Edge(event, each, target)
        for sort, name in sorted(_heard(net, self.model, marking)):
            yield from self._broadcast(net, marking, sort, name)

    def _broadcast(self, net: Net, marking: Marking, sort: str, name: str) -> Iterator[Edge]:
        """A message or signal wakes all that wait for it, one after the other."""
        states: list[tuple[list[Token], Outcome | None]] = [([], None)]
        for token in marking.tokens:
            heard = [id for id in _listening(net, token) if _hears(net.nodes[id], sort, name)]
            again: list[tuple[list[Token], Outcome | None]] = []
            for tokens, before in states:
                if not heard:
                    again.append(([*tokens, token], before))
                    continue
                for outcome in self._struck(net, token, heard[0]):
                    kept = [] if _interrupts(net, token, heard[0]) else [_disarmed(token, heard[0])]
                    again.append(([*tokens, *kept], outcome if before is None else _joined(before, outcome)))
            states = again
        for tokens, come in states:
            for each, target in self._land(net, tokens, marking.gathered, come or Outcome()):
                yield Edge(Event(sort, name), each, target)

    def events(self, net: Net, token: Token) -> list[tuple[Event, list[Outcome], Token | None]]:
        """What may happen to a token by itself: what comes of it, and the token that stays."""
        found = self._events.get((net.key, token))
        if found is None:
            found = self._events[net.key, token] = list(self._own_events(net, token))
        return found

    def _own_events(self, net: Net, token: Token) -> Iterator[tuple[Event, list[Outcome], Token | None]]:
        node = net.nodes[token.node]
        if token.via is not None:
            return
        if node.kind in USER_TASKS:
            yield Event("complete", node.id), list(_distinct(partial(self._completed, net, node, token))), None
        for exit in sorted(token.inner.later, key=repr) if token.inner else ():
            ended = list(_distinct(partial(self._ended, net, node, token, exit)))
            yield Event("inner", node.id, exit), ended, None
        for id in sorted(token.armed):
            event = net.nodes[id]
            thrown = event.trigger == "escalation" and token.inner and _throws(event, token.inner.throws)
            if event.trigger == "timer" or thrown:
                kept = None if _interrupts(net, token, id) else _disarmed(token, id)
                yield Event(event.trigger or "", id), self._struck(net, token, id), kept

    def answers(self, net: Net, node: Node) -> list[Answer]:
        """Every answer to the form of a node that makes a difference afterwards."""
        found = self._answers.get((net.key, node.id))
        if found is None:
            form = self.model.forms.get(node.drawn.form or "")
            if node.trigger == "message":
                form = self.model.forms.get(node.code or "")
            wanted = self.live.leaving(net, node) | _assigned_from(node)
            read = self.model.read_names
            found = [Answer({}, {})] if form is None else answers(form, wanted, read, self.model.constants)
            self._answers[net.key, node.id] = found
        return found

    def _completed(self, net: Net, node: Node, token: Token, choose: Choose) -> Outcome:
        drain = self._drain(net, choose)
        answer = choose(self.answers(net, node))
        drain.outcome.given = answer
        unset = dict.fromkeys(fields_set(self.model, node))
        data = data_of(token.data)
        if node.loop is None or not node.loop.isolated:
            data = {**data, **unset, **answer.sets}
        drain.answers(node, data)
        drain.leave(node, without_item(node, data), token.beside)
        return drain.run()

    def _ended(self, net: Net, node: Node, token: Token, exit: Exit, choose: Choose) -> Outcome:
        drain = self._drain(net, choose)
        drain.finish(node, data_of(token.data), exit, token.beside)
        return drain.run()

    def _struck(self, net: Net, token: Token, id: str) -> list[Outcome]:
        """An event on a host, behind a gateway, or waited for in the flow has come."""
        event, node = net.nodes[id], net.nodes[token.node]

        def run(choose: Choose) -> Outcome:
            drain = self._drain(net, choose)
            data = data_of(token.data)
            if event.trigger == "message":
                drain.outcome.given = choose(self.answers(net, event))
                data |= drain.outcome.given.sets
            if id in node.boundary:
                drain.begin(id, data, token.beside or not event.drawn.interrupting)
            else:
                drain.outcome.passed.append(id)
                drain.answers(event, data)
                drain.leave(event, data, token.beside)
            return drain.run()

        return list(_distinct(run))

    # ------------------------------------------------------------------ where an outcome leads
    def _land(
        self, net: Net, rest: list[Token], gathered: Valuation, outcome: Outcome
    ) -> Iterator[tuple[Outcome, Target]]:
        if outcome.problem is not None:
            yield outcome, outcome.problem
            return
        if outcome.final is not None:
            yield outcome, outcome.final
            return
        tokens = [*rest, *outcome.rest]
        for left, beside in outcome.ended:
            if net.gathers or not beside:
                gathered = valuation({**data_of(gathered), **data_of(left)}, {n for n, _ in (*gathered, *left)})
        join = opened(net, tokens)
        if join is not None:
            node, used, data, beside = join
            for token in used:
                tokens.remove(token)
            for further in _distinct(lambda choose: self._through(net, node, dict(data), beside, choose)):
                whole = _joined(outcome, further)
                whole.rest, whole.ended = list(further.rest), list(further.ended)
                yield from self._land(net, tokens, gathered, whole)
            return
        yield outcome, situation(net, tokens, gathered)

    def _through(self, net: Net, node: Node, data: dict[str, object], beside: bool, choose: Choose) -> Outcome:
        drain = self._drain(net, choose)
        drain.begin(node.id, data, beside)
        return drain.run()


def _distinct(run: Callable[[Choose], Outcome]) -> Iterator[Outcome]:
    seen = set()
    for outcome in every(run):
        mark = outcome.mark()
        if mark not in seen:
            seen.add(mark)
            yield outcome


def _joined(first: Outcome, then: Outcome) -> Outcome:
    """Both, one after the other, as one."""
    return Outcome(
        [*first.rest, *then.rest],
        [*first.ended, *then.ended],
        first.final or then.final,
        first.throws | then.throws,
        [*first.passed, *then.passed],
        [*first.entered, *then.entered],
        first.problem or then.problem,
        first.given or then.given,
    )


def _throws(event: Node, thrown: frozenset[str | None]) -> bool:
    return event.code in thrown or (event.code is None and bool(thrown))


def _without(tokens: tuple[Token, ...], token: Token) -> list[Token]:
    rest = list(tokens)
    rest.remove(token)
    return rest


def _disarmed(token: Token, id: str) -> Token:
    return token._replace(armed=token.armed - {id})


def _interrupts(net: Net, token: Token, id: str) -> bool:
    """Whether the token goes away when this event comes."""
    return id not in net.nodes[token.node].boundary or net.nodes[id].drawn.interrupting


def _listening(net: Net, token: Token) -> list[str]:
    """Events this token waits for."""
    node = net.nodes[token.node]
    if token.via is not None:
        return []
    return sorted(token.armed) + ([node.id] if node.kind == "receiveTask" else [])


def _hears(node: Node, sort: str, name: str) -> bool:
    return node.trigger == sort and (node.code or "") == name


def _heard(net: Net, model: Model, marking: Marking) -> set[tuple[str, str]]:
    """Messages and signals that would wake something."""
    nodes = (net.nodes[id] for token in marking.tokens for id in _listening(net, token))
    found = {(node.trigger or "", node.code or "") for node in nodes if node.trigger in ("message", "signal")}
    return {(sort, name) for sort, name in found if sort == "message" or name in model.thrown}


def _assigned_from(node: Node) -> frozenset[str]:
    return assigned_before(node, frozenset()) if node.kind == "startEvent" else frozenset()
