"""The ladder of typical cases by two versions, side by side: what the clock will do otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from engine.clock import ZONE, local
from engine.definitions.simulate import Asked, Ground
from engine.definitions.versions import Version
from engine.directory import Directory
from engine.errors import BadInput
from engine.queries.ladder import LadderLine, told
from engine.vocabulary import GRADE
from engine.worktime import WorkTime

LONG = timedelta(days=5)  # from one working day to the next over a long holiday
_AHEAD = 200
_LATE = time(17, 20)


@dataclass(frozen=True)
class Rung:
    """One thing the clock does: at which instants before and after; None where it does not."""

    name: str
    when: str
    before: datetime | None
    after: datetime | None

    @property
    def moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Compared:
    """The ladder of one imagined case by both versions, in order of time; `problem`: why it cannot be told."""

    title: str
    rungs: tuple[Rung, ...]
    problem: str | None = None


def compared_ladders(
    before: Version, after: Version, directory: Directory, worktime: WorkTime, now: datetime
) -> tuple[Compared, ...]:
    """A case of every grade accepted now, and a general one accepted late on the eve of the next long holiday."""
    return tuple(
        _compared(before, after, directory, worktime, title, asked) for title, asked in _typical(worktime, now)
    )


def _typical(worktime: WorkTime, now: datetime) -> Iterator[tuple[str, Asked]]:
    for grade, word in GRADE.items():
        yield f"{word}件，{local(now):%Y-%m-%d %H:%M} 受理", Asked(now, grade)
    eve = _eve(worktime, now)
    if eve is not None:
        yield f"一般件，长假前 {eve:%Y-%m-%d %H:%M} 受理", Asked(eve)


def _eve(worktime: WorkTime, now: datetime) -> datetime | None:
    """Late on the last working day before the next long holiday, as far as the calendar reaches."""
    first = local(now).date()
    try:
        working = [day for n in range(_AHEAD) if worktime.is_workday(day := first + timedelta(n))]
    except BadInput:
        return None
    eves = (day for day, after in pairwise(working) if after - day >= LONG)
    found = next(eves, None)
    return None if found is None else datetime.combine(found, _LATE, ZONE)


def _compared(
    before: Version, after: Version, directory: Directory, worktime: WorkTime, title: str, asked: Asked
) -> Compared:
    try:
        lines = [told(Ground(version, directory, worktime), asked).lines for version in (before, after)]
    except BadInput as wrong:
        return Compared(title, (), wrong.message)
    return Compared(title, tuple(_side_by_side(*map(_by_place, lines))))


_Place = tuple[str, tuple[str, ...], int]


def _by_place(lines: Sequence[LadderLine]) -> Mapping[_Place, LadderLine]:
    """The lines by what strikes where people stop; the same again has the next number."""
    found: dict[_Place, LadderLine] = {}
    for line in lines:
        number = sum(place[:2] == (line.timer, line.stuck) for place in found)
        found[(line.timer, line.stuck, number)] = line
    return found


def _side_by_side(before: Mapping[_Place, LadderLine], after: Mapping[_Place, LadderLine]) -> list[Rung]:
    rungs = [_rung(before.get(place), after.get(place)) for place in dict.fromkeys((*before, *after))]
    return sorted(rungs, key=lambda rung: rung.after or rung.before or datetime.max.replace(tzinfo=ZONE))


def _rung(before: LadderLine | None, after: LadderLine | None) -> Rung:
    line = after or before
    assert line is not None
    return Rung(line.name, line.when, before.at if before else None, after.at if after else None)
