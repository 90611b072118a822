"""Random diagrams of everything that is supported, at most five blocks deep, for the token game.

Conditions ask for facts, so that whoever plays decides; every message, signal, escalation and error has its own name;
the groups of a task name the items of all instances around it, so that no two open tasks look alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.bpmn import drawing as d
from tests.bpmn.generated import Generator, _Scope

TABLE = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t_file" name="t" namespace="n">'
    b'<decision id="t" name="t"><decisionTable id="t_table"><input id="i"><inputExpression id="e"><text>1</text>'
    b'</inputExpression></input><output id="o" name="y"/><rule id="r"><inputEntry id="c"><text>-</text></inputEntry>'
    b'<outputEntry id="d"><text>1</text></outputEntry></rule></decisionTable></decision></definitions>'
)
DEEPEST = 5
MOST_INSIDE = 2  # instances within instances
MOST = 90  # names given before only simple blocks are drawn

DECLARED: Mapping[str, Callable[[str], str]] = {
    "message": d.message,
    "signal": d.signal,
    "error": d.error,
    "escalation": d.escalation,
}

Drawn = tuple[str, str]


class Wide(Generator):
    """One random bundle per seed: `files()`, entry process `p`; `facts` are the names its conditions ask for."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.facts: list[str] = []
        self.messages: list[str] = []
        self._beside: list[str] = []
        self._items: list[str] = []

    def files(self) -> dict[str, bytes]:
        """Two blocks after each other at least: most of them make a small diagram by themselves."""
        scope = _Scope()
        first, last = self._sequence(scope, self._random.randint(2, DEEPEST) - 1)
        scope.nodes += [d.start(), self._random.choice([d.end, d.terminate])()]
        main = d.process(*scope.nodes, d.flows(*scope.flows, f"start {first}", f"{last} end"))
        return {"p.bpmn": d.document(main, *self._called, *self._beside), "t.dmn": TABLE}

    def _block(self, scope: _Scope, depth: int) -> Drawn:
        simple: list[Callable[[_Scope, int], Drawn]] = [
            *(self._user, self._service, self._timed, self._race, self._receive, self._rounds, self._throwing),
        ]
        nested: list[Callable[[_Scope, int], Drawn]] = [
            *(self._sequence, self._choice, self._parallel, self._inclusive, self._loop, self._sub, self._call),
            *(self._several, self._escalating, self._failing, self._signalling),
        ]
        draw = self._random.choice(simple if depth <= 0 or self._number > MOST else nested)
        return draw(scope, depth - 1)

    # ------------------------------------------------------------------ what stands by itself
    def _user(self, scope: _Scope, depth: int) -> Drawn:
        id = self._id("user")
        scope.nodes.append(self._task(id))
        return self._with_timer(scope, id)

    def _task(self, id: str, inner: str = "") -> str:
        kind = self._random.choice(["userTask", "manualTask", "task"])
        groups = ",".join(["window", *(f"unit:${{{item}}}" for item in self._items)])
        return d.node(kind, id, inner, bc_groups=groups, bc_due=f"minutes({self._random.randint(5, 60)})")

    def _service(self, scope: _Scope, depth: int) -> Drawn:
        id = self._id("service")
        rule = d.node("businessRuleTask", id, bc_decision="t")
        scope.nodes.append(self._random.choice([d.service(id), rule]))
        return id, id

    def _throwing(self, scope: _Scope, depth: int) -> Drawn:
        """A message to outside: nobody here waits for it."""
        id, name = self._id("sent"), self._named("message")
        thrown = d.node("intermediateThrowEvent", id, d.event("message", name))
        scope.nodes.append(self._random.choice([thrown, d.node("sendTask", id, messageRef=name)]))
        return id, id

    def _timed(self, scope: _Scope, depth: int) -> Drawn:
        id, minutes = self._id("wait"), self._random.randint(1, 90)
        at = self._random.choice([d.timer(f"minutes({minutes})"), d.timer(f"PT{minutes}M", "timeDuration")])
        scope.nodes.append(d.node("intermediateCatchEvent", id, at))
        return id, id

    def _receive(self, scope: _Scope, depth: int) -> Drawn:
        id, name = self._id("told"), self._message()
        if self._random.random() < 0.5:
            scope.nodes.append(d.node("intermediateCatchEvent", id, d.event("message", name)))
            return id, id
        scope.nodes.append(d.node("receiveTask", id, messageRef=name))
        return self._with_timer(scope, id)

    def _race(self, scope: _Scope, depth: int) -> Drawn:
        first, told, late, merge = (self._id(kind) for kind in ("race", "news", "late", "merge"))
        scope.nodes += [
            d.node("eventBasedGateway", first),
            d.node("intermediateCatchEvent", told, d.event("message", self._message())),
            d.node("intermediateCatchEvent", late, d.timer(f"minutes({self._random.randint(1, 90)})")),
            d.xor(merge),
        ]
        scope.flows += [f"{first} {told} {merge}", f"{first} {late} {merge}"]
        return first, merge

    def _rounds(self, scope: _Scope, depth: int) -> Drawn:
        """The same again, a number of times."""
        id = self._id("round")
        loop = f'<bpmn:standardLoopCharacteristics loopMaximum="{self._random.randint(1, 3)}"/>'
        scope.nodes.append(self._task(id, loop))
        return self._with_timer(scope, id)

    def _named(self, sort: str) -> str:
        name = self._id(f"{sort}_")
        self._beside.append(DECLARED[sort](name))
        return name

    def _message(self) -> str:
        self.messages.append(self._named("message"))
        return self.messages[-1]

    def _fact(self) -> str:
        self.facts.append(self._id("fact"))
        return f"fact('{self.facts[-1]}')"

    # ------------------------------------------------------------------ blocks
    def _choice(self, scope: _Scope, depth: int) -> Drawn:
        parts = [self._block(scope, depth) for _ in range(self._random.randint(2, 3))]
        split, join, fact = self._id("choice"), self._id("merge"), self._fact()
        scope.nodes += [d.xor(split, default=parts[-1][0]), d.xor(join)]
        conditions = [*(f": {fact} == {value}" for value in range(len(parts) - 1)), ""]
        scope.flows += [f"{split} {first}{c}" for (first, _), c in zip(parts, conditions, strict=True)]
        scope.flows += [f"{last} {join}" for _, last in parts]
        return split, join

    def _inclusive(self, scope: _Scope, depth: int) -> Drawn:
        parts = [self._block(scope, depth) for _ in range(3)]
        split, join, fact = self._id("any"), self._id("gather"), self._fact()
        default = f"{split}__{parts[-1][0]}"
        scope.nodes += [d.node("inclusiveGateway", split, default=default), d.node("inclusiveGateway", join)]
        conditions = [f": {fact} <= 1", f": {fact} >= 1 and {fact} <= 2", ""]
        scope.flows += [f"{split} {first}{c}" for (first, _), c in zip(parts, conditions, strict=True)]
        scope.flows += [f"{last} {join}" for _, last in parts]
        return split, join

    def _loop(self, scope: _Scope, depth: int) -> Drawn:
        enter, again, asked, after = (self._id(kind) for kind in ("again", "enough", "user", "after"))
        first, last = self._block(scope, depth)
        scope.nodes += [d.xor(enter), self._task(asked), d.xor(again, default=after), d.service(after)]
        scope.flows += [f"{enter} {first}", f"{last} {asked} {again} {after}", f"{again} {enter}: {self._fact()} == 0"]
        return enter, after

    def _several(self, scope: _Scope, depth: int) -> Drawn:
        if len(self._items) >= MOST_INSIDE:
            return self._user(scope, depth)
        id = self._id("each")
        self._items.append(f"item_{id}")
        many = d.several(id, element=f"item_{id}")
        if self._random.random() < 0.4:
            many = many.replace(" bc:collection", ' isSequential="true" bc:collection')
        kind = self._random.choice(["userTask", "subProcess", "callActivity"])
        if kind == "userTask":
            scope.nodes.append(self._task(id, many))
        elif kind == "subProcess":
            scope.nodes.append(d.sub(id, many, *self._inside(depth)))
        else:
            called = self._id("called")
            self._called.append(self._process(called, depth))
            scope.nodes.append(d.node(kind, id, many, calledElement=called))
        self._items.pop()
        return self._with_timer(scope, id)

    def _signalling(self, scope: _Scope, depth: int) -> Drawn:
        """One branch waits until another says so."""
        split, join, heard, said = (self._id(kind) for kind in ("split", "join", "heard", "said"))
        signal = d.event("signal", self._named("signal"))
        first, last = self._block(scope, depth)
        asked = self._id("user")
        scope.nodes += [
            *(d.node("parallelGateway", split), d.node("parallelGateway", join), self._task(asked)),
            *(d.node("intermediateCatchEvent", heard, signal), d.node("intermediateThrowEvent", said, signal)),
        ]
        scope.flows += [f"{split} {heard} {join}", f"{split} {first}", f"{last} {asked} {said} {join}"]
        return split, join

    def _escalating(self, scope: _Scope, depth: int) -> Drawn:
        """Somebody inside calls for help; with it comes a branch beside, or the inside is given up.

        What follows rests: else an end that ends all might come before the branch beside has begun, or after.
        """
        id, event, asked, thrown, finish, after = map(self._id, ("sub", "help", "user", "called", "end", "user"))
        definition = d.event("escalation", self._named("escalation"))
        inner = _Scope()
        body = self._block(inner, depth)
        begin = self._id("start")
        inner.flows += [f"{begin} {body[0]}", f"{body[1]} {asked}"]
        inner.nodes += [d.start(begin), self._task(asked)]
        if self._random.random() < 0.5:
            inner.nodes.append(d.end(finish, definition))
            inner.flows.append(f"{asked} {finish}")
        else:
            inner.nodes += [d.node("intermediateThrowEvent", thrown, definition), d.end(finish)]
            inner.flows.append(f"{asked} {thrown} {finish}")
        scope.nodes.append(d.sub(id, *inner.nodes, d.flows(*inner.flows)))
        first, last = self._bordered(scope, id, event, definition, self._random.random() < 0.5)
        scope.nodes.append(self._task(after))
        scope.flows.append(f"{last} {after}")
        return first, after

    def _failing(self, scope: _Scope, depth: int) -> Drawn:
        """What is done inside fails, or does not."""
        id, event, asked, choice = (self._id(kind) for kind in ("sub", "failed", "user", "choice"))
        definition = d.event("error", self._named("error"))
        inner = _Scope()
        first, last = self._block(inner, depth)
        begin, failed, finish = self._id("start"), self._id("end"), self._id("end")
        inner.nodes += [d.start(begin), self._task(asked), d.xor(choice, default=finish)]
        inner.nodes += [d.end(failed, definition), d.end(finish)]
        inner.flows += [f"{begin} {first}", f"{last} {asked} {choice} {finish}"]
        inner.flows.append(f"{choice} {failed}: {self._fact()} == 0")
        scope.nodes.append(d.sub(id, *inner.nodes, d.flows(*inner.flows)))
        return self._bordered(scope, id, event, definition, True)

    # ------------------------------------------------------------------ borders
    def _with_timer(self, scope: _Scope, host: str) -> Drawn:
        """Now and then a boundary event, of a clock or of a message: beside the host, or instead of it."""
        what = self._random.random()
        if what < 0.6:
            return host, host
        clock = "never()" if what > 0.97 else f"minutes({self._random.randint(1, 120)})"
        definition = d.timer(clock) if self._random.random() < 0.7 else d.event("message", self._message())
        return self._bordered(scope, host, self._id("late"), definition, what < 0.8)

    def _bordered(self, scope: _Scope, host: str, event: str, definition: str, interrupting: bool) -> Drawn:
        done = self._id("told")
        scope.nodes.append(d.boundary(event, host, definition, interrupting))
        if not interrupting:
            stop = self._id("end")
            scope.nodes += [self._task(done) if self._random.random() < 0.5 else d.service(done), d.end(stop)]
            scope.flows.append(f"{event} {done} {stop}")
            return host, host
        merge = self._id("merge")
        scope.nodes += [d.service(done), d.xor(merge)]
        scope.flows += [f"{host} {merge}", f"{event} {done} {merge}"]
        return host, merge
