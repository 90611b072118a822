"""Small random diagrams, many of them spoilt, and all their plays in the token game: what a verdict is held against.

The proof looks at each scope by itself, so nothing here is ended from outside: what never ends inside would be rescued.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.proof import prove
from engine.bpmn.proof.house import INSTANT, House
from tests.bpmn import drawing as d
from tests.bpmn.generated import _Scope
from tests.bpmn.token_game import Game, Scope, Token, read
from tests.bpmn.wide import TABLE, Drawn, Wide

FACTS = range(4)
MOST = 150  # situations of one diagram
SMALL = House(
    words={"minutes": lambda *_: (INSTANT,), "never": lambda: (None,), "fact": lambda *_: tuple(FACTS)},
)


class Spoilt(Wide):
    """Few blocks, without instances; gateways that do not fit, ways nobody can take, clocks that never strike."""

    def files(self) -> dict[str, bytes]:
        scope = _Scope()
        first, last = self._sequence(scope, self._random.randint(0, 2))
        scope.nodes += [d.start(), self._random.choice([d.end, d.terminate])()]
        main = d.process(*scope.nodes, d.flows(*scope.flows, f"start {first}", f"{last} end"))
        return {"p.bpmn": d.document(main, *self._called, *self._beside), "t.dmn": TABLE}

    def _block(self, scope: _Scope, depth: int) -> Drawn:
        simple = [self._user, self._user, self._service, self._race, self._receive, self._timed]
        nested = [self._sequence, self._choice, self._fork, self._fork, self._fork, self._loop, self._sub, self._call]
        draw = self._random.choice(simple if depth <= 0 or self._number > 20 else nested)
        return draw(scope, depth - 1)

    def _timed(self, scope: _Scope, depth: int) -> Drawn:
        id, clock = self._id("wait"), "never()" if self._random.random() < 0.2 else "minutes(5)"
        scope.nodes.append(d.node("intermediateCatchEvent", id, d.timer(clock)))
        return id, id

    def _fork(self, scope: _Scope, depth: int) -> Drawn:
        """Two ways; how they part and how they meet need not fit."""
        parts = [self._block(scope, depth) for _ in range(2)]
        split, join, fact = self._id("split"), self._id("join"), self._fact()
        kinds = ["exclusiveGateway", "parallelGateway", "inclusiveGateway"]
        kind = self._random.choice(kinds)
        meets = kind if self._random.random() < 0.3 else self._random.choice(kinds)
        asked = kind != "parallelGateway"
        default = {"default": f"{split}__{parts[1][0]}"} if asked else {}
        scope.nodes += [d.node(kind, split, **default), d.node(meets, join)]
        scope.flows += [f"{split} {parts[0][0]}{f': {fact} <= 1' if asked else ''}", f"{split} {parts[1][0]}"]
        scope.flows += [f"{last} {join}" for _, last in parts]
        return split, join

    def _loop(self, scope: _Scope, depth: int) -> Drawn:
        """Back to the beginning, or on; now and then never on, or never back."""
        enter, again, asked, after = (self._id(kind) for kind in ("again", "enough", "user", "after"))
        first, last = self._block(scope, depth)
        on = self._random.choice(["<= 1", "<= 1", "<= 1", "<= 3", ">= 4"])
        scope.nodes += [d.xor(enter), self._task(asked), d.xor(again, default=enter), d.service(after)]
        scope.flows += [f"{enter} {first}", f"{last} {asked} {again} {enter}", f"{again} {after}: {self._fact()} {on}"]
        return enter, after

    def _sub(self, scope: _Scope, depth: int) -> Drawn:
        id = self._id("sub")
        scope.nodes.append(d.sub(id, *self._inside(depth)))
        return id, id

    def _call(self, scope: _Scope, depth: int) -> Drawn:
        id, called = self._id("call"), self._id("called")
        self._called.append(self._process(called, depth))
        scope.nodes.append(d.node("callActivity", id, calledElement=called))
        return id, id


class Facts(Mapping[str, int]):
    """What facts are is chosen when they are asked for; `again` tells whether there is another way to choose."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._values: list[int] = []

    def __getitem__(self, name: str) -> int:
        if name not in self._names:
            self._names.append(name)
            if len(self._names) > len(self._values):
                self._values.append(FACTS[0])
        return self._values[self._names.index(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def again(self) -> bool:
        """The next choice: the last fact asked for takes its next value."""
        while self._values and self._values[-1] == FACTS[-1]:
            self._values.pop()
        if not self._values:
            return False
        self._values[-1] += 1
        self._names.clear()
        return True


@dataclass
class Played:
    """All plays of one diagram. `stuck`: some situation leads to no end; `twice`: two tokens on one node of the main
    line; `left`: a scope whose main line has ended is held open; `passed`: nodes and flows some play came to.
    """

    after: dict[Any, set[Any]] = field(default_factory=dict)
    ended: set[Any] = field(default_factory=set)
    twice: bool = False
    left: bool = False
    passed: set[str] = field(default_factory=set)

    @property
    def stuck(self) -> bool:
        good = set(self.ended)
        while more := {place for place, after in self.after.items() if place not in good and after & good}:
            good |= more
        return bool(self.after.keys() - good)

    @property
    def sound(self) -> bool:
        return not (self.stuck or self.twice or self.left)


# What the proof may say of a diagram that is not sound, and what the plays must show then.
SHOWN: Mapping[str, Callable[[Played], bool]] = {
    "DEADLOCK": lambda played: played.stuck,
    "LIVELOCK": lambda played: played.stuck,
    "LACK_SYNC": lambda played: played.twice,
    "LEFT_BEHIND": lambda played: played.left,
}


def judged(seed: int) -> str | None:
    """What the proof says of a diagram, DEAD ways left out, empty where it is sound; None where it is too large.

    AssertionError where some play shows otherwise.
    """
    files = Spoilt(seed).files()
    try:
        played = all_plays(files["p.bpmn"])
    except TooLarge:
        return None
    (verdict,) = prove(files, SMALL)
    codes = sorted({finding.code for finding in verdict.findings})
    if "DEAD" in codes:
        assert codes == ["DEAD"]
        assert played.passed.isdisjoint(finding.element for finding in verdict.findings), verdict.findings
        codes = []
    elif not codes:
        drawn = {id for plan in read(files["p.bpmn"]).values() for id in plan.nodes}
        assert drawn <= played.passed, drawn - played.passed
    assert played.sound == (not codes), (codes, played.stuck, played.twice, played.left)
    assert all(SHOWN[code](played) for code in codes), codes
    return " ".join(codes)


class TooLarge(Exception):
    """More situations than a test looks at."""


def all_plays(document: bytes) -> Played:
    """Every play of the process `p`: tasks and clocks in any order, any message, whatever the facts are."""
    found = Played()
    todo = [game for game in _chosen(lambda facts: Game(document, [], facts), found)]
    while todo:
        game = todo.pop()
        place = _place(game)
        if place in found.after:
            continue
        if len(found.after) >= MOST:
            raise TooLarge
        found.after[place] = set()
        if game.ended:
            found.ended.add(place)
        for following in _following(game, found):
            found.after[place].add(_place(following))
            todo.append(following)
    return found


def _following(game: Game, found: Played) -> Iterator[Game]:
    acts = [("complete", each) for each in game.tasks()] + [("strike", each) for each in game.clocks()]
    for act, what in [*acts, *(("send", name) for name in game.messages())]:

        def acted(facts: Facts, act: str = act, what: Any = what) -> Game:
            copied = deepcopy(game)
            copied.facts = facts
            getattr(copied, act)(what)
            return copied

        yield from _chosen(acted, found)


def _chosen(act: Any, found: Played) -> Iterator[Game]:
    """What comes of an act, for every way the facts it asks for may be."""
    facts = Facts()
    while True:
        game = act(facts)
        found.passed |= game.passed
        game.passed, game.done, game.facts = set(), [], {}  # not copied along
        found.twice |= any(map(_is_twice, game.scopes()))
        found.left |= any(scope.tokens and all(t.beside for t in scope.tokens) for scope in game.scopes())
        yield game
        if not facts.again():
            return


def _is_twice(scope: Scope) -> bool:
    main = [(t.node.id, t.via if t.node.kind.endswith("Gateway") else "") for t in scope.tokens if not t.beside]
    return len(main) > len(set(main))


def _place(game: Game) -> Any:
    return game.ended or _of_scope(game.root)


def _of_scope(scope: Scope) -> Any:
    return tuple(sorted(map(_of_token, scope.tokens), key=repr))


def _of_token(token: Token) -> Any:
    via = token.via if token.node.kind.endswith("Gateway") else ""
    inside = tuple(map(_of_scope, token.inside))
    return token.node.id, via, tuple(sorted(token.armed)), len(token.open), len(token.left), inside
