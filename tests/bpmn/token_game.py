"""A token game by the book (BPMN 2.0.2, 13): it reads the XML itself and shares no line with engine, lint or proof.

Tokens stand on nodes, scopes run inside the tokens of their hosts, and time is minutes from the beginning. Understood
are the words `minutes(n)`, `never()` and `fact('name')`; data are the items of instances alone. Where the house says
otherwise than the book, the house is followed: a message or signal wakes all that wait for it, a boundary event that
does not interrupt fires once in a stay.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BC = "{http://bancheng.org/schema/bpmn}"
TASKS = ("userTask", "manualTask", "task")
HOSTS = ("subProcess", "callActivity")
TEST = re.compile(r"fact\('(\w+)'\) (==|<=|>=) (\d+)")
SIGNS: Mapping[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True)
class Node:
    """A node as drawn. `sort`, `code`: what an event waits for or throws; `minutes`: of a timer, None for never."""

    id: str
    kind: str
    sort: str
    code: str
    minutes: int | None
    host: str | None
    ends: bool
    default: str | None
    groups: str
    due: int | None
    runs: str | None  # the scope inside: a sub-process, or a called process
    many: str | None  # "parallel", "sequential", or "loop"
    item: str
    rounds: int
    does: str | None  # what a service or a table leaves in the list of what was done

    def __deepcopy__(self, memo: object) -> Node:
        return self


@dataclass(frozen=True)
class Plan:
    """One scope as drawn: its nodes, the flows out of and into them, the boundary events of its hosts."""

    nodes: Mapping[str, Node]
    out: Mapping[str, list[tuple[str, str, str]]]  # flow, target, condition
    into: Mapping[str, list[str]]
    border: Mapping[str, list[str]]

    def __deepcopy__(self, memo: object) -> Plan:
        return self

    @property
    def start(self) -> Node:
        return next(node for node in self.nodes.values() if node.kind == "startEvent")


def read(document: bytes) -> dict[str, Plan]:
    """Every process and sub-process of a file by its id."""
    root = ElementTree.fromstring(document)
    codes = {each.get("id", ""): each.get("name", "") for each in root if each.get("name")}
    scopes = [each for each in root.iter() if each.tag in (f"{BPMN}process", f"{BPMN}subProcess")]
    return {each.get("id", ""): _plan(each, codes) for each in scopes}


def _plan(scope: ElementTree.Element, codes: Mapping[str, str]) -> Plan:
    flows = scope.findall(f"{BPMN}sequenceFlow")
    nodes = {e.get("id", ""): _node(e, codes) for e in scope if e.tag.startswith(BPMN) and e not in flows}
    nodes = {id: node for id, node in nodes.items() if not node.kind.endswith("Characteristics")}
    plan = Plan(nodes, {id: [] for id in nodes}, {id: [] for id in nodes}, {id: [] for id in nodes})
    for flow in flows:
        id, source, target = flow.get("id", ""), flow.get("sourceRef", ""), flow.get("targetRef", "")
        plan.out[source].append((id, target, (flow.findtext(f"{BPMN}conditionExpression") or "").strip()))
        plan.into[target].append(id)
    for node in nodes.values():
        if node.host is not None:
            plan.border[node.host].append(node.id)
    return plan


def _node(e: ElementTree.Element, codes: Mapping[str, str]) -> Node:
    kind, id = e.tag.removeprefix(BPMN), e.get("id", "")
    drawn = next((c for c in e if c.tag.endswith("EventDefinition")), None)
    sort = "" if drawn is None else drawn.tag.removeprefix(BPMN).removesuffix("EventDefinition")
    reference = e.get("messageRef") or (None if drawn is None else drawn.get(f"{sort}Ref")) or ""
    several, round = (e.find(f"{BPMN}{kind}Characteristics") for kind in ("multiInstanceLoop", "standardLoop"))
    many = None if several is None else "sequential" if several.get("isSequential") == "true" else "parallel"
    operation, table = e.get(f"{BC}operation"), e.get(f"{BC}decision")
    return Node(
        id=id,
        kind=kind,
        sort=sort or ("message" if kind == "receiveTask" else ""),
        code=codes.get(reference, reference),
        minutes=_minutes("".join(drawn.itertext()) if sort == "timer" and drawn is not None else ""),
        host=e.get("attachedToRef"),
        ends=e.get("cancelActivity") != "false",
        default=e.get("default"),
        groups=e.get(f"{BC}groups", ""),
        due=_minutes(e.get(f"{BC}due", "")),
        runs={"subProcess": id, "callActivity": e.get("calledElement")}.get(kind),
        many=many if round is None else "loop",
        item="" if several is None else several.get(f"{BC}element", ""),
        rounds=1 if round is None else int(round.get("loopMaximum", "1")),
        does=f"{operation or table}@{id}" if operation or table else None,
    )


def _minutes(text: str) -> int | None:
    found = re.search(r"minutes\((\d+)\)|PT(\d+)M", text)
    return None if found is None else int(found[1] or found[2])


Data = Mapping[str, str]


@dataclass(eq=False)
class Scope:
    """A process or sub-process that runs, inside the token of its host."""

    plan: Plan
    host: Token | None
    data: Data
    tokens: list[Token] = field(default_factory=list)


@dataclass(eq=False)
class Token:
    """A token on a node, along which flow it came, and what there is to wait for.

    `beside`: on a course a boundary event began beside its host; `armed`: event -> instant, None where no clock
    decides; `open`: groups and due of the tasks that are open; `left`: data of the instances still to come.
    """

    scope: Scope
    node: Node
    via: str = ""
    beside: bool = False
    live: bool = True
    armed: dict[str, int | None] = field(default_factory=dict)
    open: list[tuple[str, int | None]] = field(default_factory=list)
    inside: list[Scope] = field(default_factory=list)
    left: list[Data] = field(default_factory=list)


Open = tuple[str, str, int | None]
Clock = tuple[str, int]


class Game:
    """One process being played. `facts` and `now` are set by whoever plays, before every event."""

    def __init__(self, document: bytes, items: list[str], facts: Mapping[str, int]) -> None:
        self.plans, self.items, self.facts = read(document), items, facts
        self.now = 0
        self.done: list[str] = []
        self.passed: set[str] = set()  # nodes and flows
        self.ended = False
        self._todo: deque[Token] = deque()
        self.root = Scope(self.plans["p"], None, {})
        self._todo.append(self._put(self.root, self.root.plan.start))
        self._drain()

    # ------------------------------------------------------------------ what can be seen
    def tasks(self) -> Counter[Open]:
        return Counter((t.node.id, groups, due) for t in self._tokens() for groups, due in t.open)

    def clocks(self) -> Counter[Clock]:
        """Events that wait for an instant."""
        return Counter((id, due) for t in self._tokens() for id, due in t.armed.items() if due is not None)

    def messages(self) -> set[str]:
        """Names of the messages somebody waits for."""
        events = (t.scope.plan.nodes[id] for t in self._tokens() for id in t.armed)
        return {node.code for node in events if node.sort == "message"}

    def scopes(self) -> Iterator[Scope]:
        """All that run, each before those inside it."""
        todo = [self.root]
        while todo:
            scope = todo.pop()
            yield scope
            todo.extend(each for token in scope.tokens for each in token.inside)

    def _tokens(self) -> Iterator[Token]:
        return (token for scope in self.scopes() for token in scope.tokens)

    # ------------------------------------------------------------------ events
    def complete(self, task: Open) -> None:
        id, groups, due = task
        token = next(t for t in self._tokens() if t.node.id == id and (groups, due) in t.open)
        token.open.remove((groups, due))
        self._one_done(token)
        self._drain()

    def strike(self, clock: Clock) -> None:
        """Every event of that name that waits for that instant, one after the other."""
        id, due = clock
        for token in [t for t in self._tokens() if t.armed.get(id) == due]:
            if token.live and token.armed.get(id) == due:
                self._struck(token, id)
                self._drain()

    def send(self, name: str) -> None:
        self._heard("message", name)
        self._drain()

    def _heard(self, sort: str, code: str) -> None:
        """All that wait hear it; those that come to wait meanwhile do not."""
        waiting = [(t, id) for t in self._tokens() for id in t.armed if _is(t.scope.plan.nodes[id], sort, code)]
        for token, id in waiting:
            if token.live and id in token.armed:
                self._struck(token, id)

    def _struck(self, token: Token, id: str) -> None:
        event = token.scope.plan.nodes[id]
        beside = event.host == token.node.id and not event.ends
        if beside:
            del token.armed[id]
        else:
            self._take_out(token)
        self._go_on(self._put(token.scope, event, beside=beside or token.beside))

    # ------------------------------------------------------------------ the way of a token
    def _put(self, scope: Scope, node: Node, via: str = "", beside: bool = False) -> Token:
        token = Token(scope, node, via, beside)
        scope.tokens.append(token)
        self.passed |= {node.id, via}
        return token

    def _take_out(self, token: Token) -> None:
        """The token, with all that runs inside it."""
        token.live = False
        token.scope.tokens.remove(token)
        for scope in token.inside:
            for each in list(scope.tokens):
                self._take_out(each)

    def _go_on(self, token: Token, along: list[tuple[str, str, str]] | None = None) -> None:
        """Leave a node, along one flow or several; where the scope is empty then, it is over."""
        scope = token.scope
        for flow, target, _ in scope.plan.out[token.node.id] if along is None else along:
            self._todo.append(self._put(scope, scope.plan.nodes[target], flow, token.beside))
        self._take_out(token)
        self._look(scope)

    def _look(self, scope: Scope) -> None:
        if scope.tokens:
            return
        if scope.host is None:
            self.ended = True
        elif scope.host.live:
            scope.host.inside.remove(scope)
            self._one_done(scope.host)

    def _drain(self) -> None:
        while True:
            while self._todo:
                token = self._todo.popleft()
                if token.live:
                    self._arrive(token)
            join = next((t for t in self._tokens() if t.node.kind == "inclusiveGateway" and self._may_pass(t)), None)
            if join is None:
                return
            self._pass(join, list(_here(join).values()))

    def _arrive(self, token: Token) -> None:
        node = token.node
        if node.does is not None:
            self.done.append(node.does)
        if node.kind in TASKS or node.kind in HOSTS:
            self._begin(token)
        elif node.kind in ("receiveTask", "intermediateCatchEvent"):
            token.armed = {node.id: self._due(node.minutes)}
            self._arm(token)
        elif node.kind == "eventBasedGateway":
            events = [token.scope.plan.nodes[target] for _, target, _ in token.scope.plan.out[node.id]]
            token.armed = {event.id: self._due(event.minutes) for event in events}
        elif node.kind == "parallelGateway":
            self._join(token)
        elif node.kind == "exclusiveGateway":
            self._go_on(token, self._chosen(token)[:1])
        elif node.kind == "endEvent":
            self._end(token)
        elif node.kind != "inclusiveGateway":  # which is looked at when nothing else moves
            self._throw(token)
            if token.live:
                self._go_on(token)

    def _due(self, minutes: int | None) -> int | None:
        return None if minutes is None else self.now + minutes

    def _arm(self, host: Token) -> None:
        events = (host.scope.plan.nodes[id] for id in host.scope.plan.border[host.node.id])
        armed = ((event.id, event.sort, self._due(event.minutes)) for event in events)
        host.armed |= {id: due for id, sort, due in armed if sort != "timer" or due is not None}

    # ------------------------------------------------------------------ activities
    def _begin(self, token: Token) -> None:
        node, data = token.node, token.scope.data
        self._arm(token)
        token.left = [data] * node.rounds
        if node.many in ("parallel", "sequential"):
            token.left = [{**data, node.item: item} for item in self.items]
        if node.many == "parallel":
            while token.left:
                self._next(token)
        self._one_done(token)

    def _one_done(self, token: Token) -> None:
        """The next instance, or the way on when there is none."""
        if token.inside or token.open:
            return
        if token.left:
            self._next(token)
        else:
            self._go_on(token)

    def _next(self, token: Token) -> None:
        data, node = token.left.pop(0), token.node
        if node.runs is None:
            groups = re.sub(r"\$\{(\w+)\}", lambda found: data[found[1]], node.groups)
            token.open.append((",".join(dict.fromkeys(groups.split(","))), self._due(node.due)))
            return
        scope = Scope(self.plans[node.runs], token, data)
        token.inside.append(scope)
        self._todo.append(self._put(scope, scope.plan.start))

    # ------------------------------------------------------------------ gateways
    def _chosen(self, token: Token) -> list[tuple[str, str, str]]:
        """Flows whose conditions hold, or the default."""
        flows = token.scope.plan.out[token.node.id]
        held = [flow for flow in flows if flow[0] != token.node.default and self._holds(flow[2])]
        return held or [flow for flow in flows if flow[0] == token.node.default]

    def _holds(self, condition: str) -> bool:
        tests = TEST.findall(condition)
        return all(SIGNS[sign](self.facts[name], int(number)) for name, sign, number in tests)

    def _join(self, token: Token) -> None:
        """One token of each flow, or all wait."""
        here = _here(token)
        if here.keys() >= set(token.scope.plan.into[token.node.id]):
            self._pass(token, list(here.values()), token.scope.plan.out[token.node.id])

    def _pass(self, token: Token, arrived: list[Token], along: list[tuple[str, str, str]] | None = None) -> None:
        for each in arrived:
            if each is not token:
                self._take_out(each)
        self._go_on(token, self._chosen(token) if along is None else along)

    def _may_pass(self, join: Token) -> bool:
        """13.4.3: no token elsewhere can still come to an empty flow, unless it can come to a full one as well."""
        plan, here = join.scope.plan, [t for t in join.scope.tokens if t.node is join.node]
        full = {token.via for token in here}
        empty = set(plan.into[join.node.id]) - full
        for token in join.scope.tokens:
            flows = _ahead(plan, token.node.id, join.node.id) if token not in here else set()
            if flows & empty and not flows & full:
                return False
        return True

    # ------------------------------------------------------------------ throwing and ending
    def _throw(self, token: Token) -> None:
        sort, code = token.node.sort, token.node.code
        if token.node.kind == "boundaryEvent" or sort not in ("signal", "escalation", "error"):
            return
        if sort == "signal":
            self._heard(sort, code)
            return
        host = token.scope.host
        while host is not None:
            nodes = host.scope.plan.nodes
            id = next((id for id in host.armed if _is(nodes[id], sort, code)), None)
            if id is not None:
                self._struck(host, id)
                return
            host = host.scope.host

    def _end(self, token: Token) -> None:
        self._throw(token)
        if not token.live:
            return
        for each in list(token.scope.tokens) if token.node.sort == "terminate" else [token]:
            self._take_out(each)
        self._look(token.scope)


def _here(join: Token) -> dict[str, Token]:
    """The first token of each flow at the gateway of this one."""
    return {each.via: each for each in reversed(join.scope.tokens) if each.node is join.node}


def _is(node: Node, sort: str, code: str) -> bool:
    return node.sort == sort and node.code == code


def _ahead(plan: Plan, id: str, join: str) -> set[str]:
    """Flows into a join to which a token on a node can come, without passing the join."""
    flows: set[str] = set()
    seen: set[str] = set()
    todo = [id]
    while todo:
        each = todo.pop()
        if each in seen:
            continue
        seen.add(each)
        todo += plan.border[each]
        for flow, target, _ in plan.out[each]:
            if target == join:
                flows.add(flow)
            else:
                todo.append(target)
    return flows
