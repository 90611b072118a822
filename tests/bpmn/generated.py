"""Random diagrams built from blocks: sequence, choice, parallel, loop, multi-instance, sub-process, call, timers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from random import Random

from tests.bpmn import drawing as d


@dataclass
class _Scope:
    """What has been drawn in one process or sub-process."""

    nodes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)


class Generator:
    """One random bundle per seed: `files()` gives it, entry process `p`."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._number = 0
        self._called: list[str] = []

    def files(self) -> dict[str, bytes]:
        main = self._process("p", self._random.randint(2, 5))
        called = {f"{n}.bpmn": d.document(text) for n, text in enumerate(self._called)}
        return {"p.bpmn": d.document(main, d.message("news")), **called}

    def _id(self, kind: str) -> str:
        self._number += 1
        return f"{kind}{self._number}"

    def _process(self, id: str, depth: int) -> str:
        return d.process(*self._inside(depth), id=id)

    def _inside(self, depth: int) -> list[str]:
        """Start, a random block, an end that ends all: side branches must not outlive their scope."""
        scope = _Scope()
        first, last = self._block(scope, depth)
        begin, finish = self._id("start"), self._id("end")
        kind = self._random.choice([d.end, d.terminate])
        scope.nodes += [d.start(begin), kind(finish)]
        scope.flows += [f"{begin} {first}", f"{last} {finish}"]
        return [*scope.nodes, d.flows(*scope.flows)]

    def _block(self, scope: _Scope, depth: int) -> tuple[str, str]:
        """Draw one block; returns its first and last node."""
        simple = [self._user, self._service, self._timed, self._race]
        nested = [
            *(self._sequence, self._choice, self._parallel, self._inclusive),
            *(self._loop, self._sub, self._call, self._several),
        ]
        draw = self._random.choice(simple if depth == 0 else nested + simple[:1])
        return draw(scope, depth - 1)

    def _user(self, scope: _Scope, depth: int) -> tuple[str, str]:
        id = self._id("user")
        scope.nodes.append(d.user(id, bc_groups="window", bc_due="minutes(30)"))
        return self._with_timer(scope, id)

    def _service(self, scope: _Scope, depth: int) -> tuple[str, str]:
        id = self._id("service")
        scope.nodes.append(d.service(id, bc_set=f"seen_{id} = x"))
        return id, id

    def _timed(self, scope: _Scope, depth: int) -> tuple[str, str]:
        id = self._id("wait")
        scope.nodes.append(d.node("intermediateCatchEvent", id, d.timer(f"minutes({self._random.randint(1, 90)})")))
        return id, id

    def _sequence(self, scope: _Scope, depth: int) -> tuple[str, str]:
        parts = [self._block(scope, depth) for _ in range(self._random.randint(2, 3))]
        scope.flows += [f"{a[1]} {b[0]}" for a, b in itertools.pairwise(parts)]
        return parts[0][0], parts[-1][1]

    def _choice(self, scope: _Scope, depth: int) -> tuple[str, str]:
        parts = [self._block(scope, depth) for _ in range(self._random.randint(2, 3))]
        split, join = self._id("choice"), self._id("merge")
        scope.nodes += [d.xor(split, default=parts[-1][0]), d.xor(join)]
        conditions = [f": x == {value}" for value in range(len(parts) - 1)] + [""]
        scope.flows += [f"{split} {first}{c}" for (first, _), c in zip(parts, conditions, strict=True)]
        scope.flows += [f"{last} {join}" for _, last in parts]
        return split, join

    def _parallel(self, scope: _Scope, depth: int) -> tuple[str, str]:
        parts = [self._block(scope, depth) for _ in range(self._random.randint(2, 3))]
        split, join = self._id("split"), self._id("join")
        scope.nodes += [d.node("parallelGateway", split), d.node("parallelGateway", join)]
        scope.flows += [f"{split} {first}" for first, _ in parts] + [f"{last} {join}" for _, last in parts]
        return split, join

    def _inclusive(self, scope: _Scope, depth: int) -> tuple[str, str]:
        """One or several of the branches."""
        parts = [self._block(scope, depth) for _ in range(3)]
        split, join = self._id("any"), self._id("gather")
        default = f"{split}__{parts[-1][0]}"
        scope.nodes += [d.node("inclusiveGateway", split, default=default), d.node("inclusiveGateway", join)]
        conditions = [": x <= 1", ": x >= 1 and x <= 2", ""]
        scope.flows += [f"{split} {first}{c}" for (first, _), c in zip(parts, conditions, strict=True)]
        scope.flows += [f"{last} {join}" for _, last in parts]
        return split, join

    def _race(self, scope: _Scope, depth: int) -> tuple[str, str]:
        """A message or a timer, whichever comes first."""
        first, told, late, merge = (self._id(kind) for kind in ("race", "news", "late", "merge"))
        scope.nodes += [
            d.node("eventBasedGateway", first),
            d.node("intermediateCatchEvent", told, d.event("message", "news")),
            d.node("intermediateCatchEvent", late, d.timer(f"minutes({self._random.randint(1, 90)})")),
            d.xor(merge),
        ]
        scope.flows += [f"{first} {told} {merge}", f"{first} {late} {merge}"]
        return first, merge

    def _loop(self, scope: _Scope, depth: int) -> tuple[str, str]:
        """The body again while x is 0; somebody in it sets x."""
        enter, again = self._id("again"), self._id("enough")
        first, last = self._block(scope, depth)
        asked = self._id("user")
        scope.nodes += [
            d.xor(enter),
            d.user(asked),
            d.xor(again, default=(after := self._id("after"))),
            d.service(after),
        ]
        scope.flows += [f"{enter} {first}", f"{last} {asked} {again}", f"{again} {enter}: x == 0", f"{again} {after}"]
        return enter, after

    def _sub(self, scope: _Scope, depth: int) -> tuple[str, str]:
        id = self._id("sub")
        scope.nodes.append(d.sub(id, *self._inside(depth)))
        return self._with_timer(scope, id)

    def _call(self, scope: _Scope, depth: int) -> tuple[str, str]:
        id, called = self._id("call"), self._id("called")
        self._called.append(self._process(called, depth))
        scope.nodes.append(d.node("callActivity", id, calledElement=called, bc_set=f"from_{id} = x"))
        return self._with_timer(scope, id)

    def _several(self, scope: _Scope, depth: int) -> tuple[str, str]:
        id = self._id("each")
        kind = self._random.choice(["userTask", "subProcess"])
        inside = "".join(self._inside(0)) if kind == "subProcess" else ""
        scope.nodes.append(d.node(kind, id, d.several(id) + inside))
        return self._with_timer(scope, id)

    def _with_timer(self, scope: _Scope, host: str) -> tuple[str, str]:
        """Now and then a boundary timer: beside the host, or instead of it."""
        what = self._random.random()
        if what < 0.6:
            return host, host
        id, done = self._id("late"), self._id("told")
        expression = "never()" if what > 0.97 else f"minutes({self._random.randint(1, 120)})"
        interrupting = what < 0.8
        scope.nodes.append(d.boundary(id, host, d.timer(expression), interrupting, bc_set=f"at_{id} = 'late'"))
        if not interrupting:
            stop = self._id("end")
            scope.nodes += [self._random.choice([d.user, d.service])(done), d.end(stop)]
            scope.flows.append(f"{id} {done} {stop}")
            return host, host
        merge = self._id("merge")
        scope.nodes += [d.service(done), d.xor(merge)]
        scope.flows += [f"{host} {merge}", f"{id} {done} {merge}"]
        return host, merge
