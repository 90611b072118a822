"""What a replay of some cases comes to: how many were late, how often they rose, what lay with whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.cases.heard import Heard
from engine.definitions.whatif.pairs import Burden, Pair, Side
from engine.definitions.whatif.recorded import Came
from engine.queries.counted import Counted, counted
from engine.queries.statistics import Rate, rate


@dataclass(frozen=True)
class Figures:
    """Of `cases` replayed ones. `in_time`: as the statistics count it, by `counted`; `late`: what it counts as not in
    time; `raised`: rises by tier; `open`: not archived at the end; `load`: by groups."""

    cases: int
    in_time: Rate
    late: int
    raised: Mapping[int, int]
    signed: int
    auto_signed: int
    open: int
    load: Mapping[str, Burden]


@dataclass(frozen=True)
class Stood:
    """How one case stood at the end, as far as two replays are held against each other. `late`: None where the case
    counts nowhere; `tier`: the highest it rose to, `raised`: how often it rose."""

    late: bool | None
    tier: int
    raised: int
    deadline: datetime | None
    counted_at: datetime | None
    outcome: str | None
    ended_at: datetime | None

    @property
    def weighing(self) -> tuple[object, ...]:
        """All of it but the instants."""
        return self.late, self.tier, self.raised, self.outcome, self.counted_at is None, self.ended_at is None


@dataclass(frozen=True)
class Differing:
    """A case that stands otherwise on trial."""

    no: str
    before: Stood
    after: Stood

    @property
    def turned(self) -> bool:
        """Whether it is late on one side alone."""
        return self.before.late != self.after.late

    @property
    def weighs(self) -> bool:
        """Whether more than instants differ."""
        return self.before.weighing != self.after.weighing


def figures(sides: Sequence[Side], until: datetime) -> Figures:
    """The figures of some replays, looked at at the instant `until`."""
    came = [side.came for side in sides]
    in_time = rate("in_time", Counter(_counted(each, until) for each in came))
    return Figures(
        cases=len(came),
        in_time=in_time,
        late=in_time.denominator - in_time.numerator,
        raised=dict(sorted(Counter(tier for each in came for _, tier in each.raised if tier).items())),
        signed=sum(each.signed for each in came),
        auto_signed=sum(each.auto_signed for each in came),
        open=sum(1 for each in came if each.ended_at is None),
        load=_load(side.load for side in sides),
    )


def differing(pairs: Iterable[Pair], until: datetime) -> list[Differing]:
    """Cases that stand otherwise: first those late on one side alone, last those where instants alone differ."""
    found = [
        Differing(pair.no, stood(pair.before.came, until), stood(pair.after.came, until))
        for pair in pairs
        if pair.before is not None and pair.after is not None
    ]
    unlike = [each for each in found if each.before != each.after]
    return sorted(unlike, key=lambda each: (not each.turned, not each.weighs, each.no))


def stood(came: Came, until: datetime) -> Stood:
    """How a case stood at the end."""
    in_time = _counted(came, until).asked("in_time")
    tiers = [tier for _, tier in came.raised]
    return Stood(
        late=not in_time if isinstance(in_time, bool) else None,
        tier=max(tiers, default=0),
        raised=sum(1 for tier in tiers if tier),
        deadline=came.deadline,
        counted_at=came.counted_at,
        outcome=came.outcome,
        ended_at=came.ended_at,
    )


def _counted(came: Came, until: datetime) -> Counted:
    row = {**vars(came), "merged_into": came.merged or None}
    return counted(row, Heard(), until)


def _load(loads: Iterable[Mapping[str, Burden]]) -> dict[str, Burden]:
    tasks, seconds = defaultdict[str, int](int), defaultdict[str, int](int)
    for load in loads:
        for groups, burden in load.items():
            tasks[groups] += burden.tasks
            seconds[groups] += burden.seconds
    return {groups: Burden(tasks[groups], seconds[groups]) for groups in sorted(tasks)}
