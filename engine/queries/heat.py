"""Many cases over one diagram: how often each element was reached, how long tasks waited and were handled, why late.

What is told is of the cases a selection lets through, by the day of their receipt; a unit's are the steps that were its
own, and those of the cases it leads. Restricted cases are in it for nobody (engine/heat/keeping.py). Only tasks that
were completed have times; how the words are meant stands in engine/heat/steps.py and engine/heat/lateness.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

import orjson
from sqlalchemy import ColumnElement, Table, func, select

from engine.bpmn.elements import SCOPES, USER_TASKS, Element
from engine.clock import midnight
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.heat.blocks import tallies
from engine.heat.keeping import waiting
from engine.heat.packed import COMPLETED, NARROWED, Tally
from engine.queries.heat_open import Lying, lying, open_late
from engine.storage.hints import by
from engine.storage.models import walked_cases, walked_steps, ways

_MOST_WAITING = 999


@dataclass(frozen=True)
class Selection:
    """Which cases: of one process, received between two days (both in); None: all. `bundle`: row id of a version."""

    key: str = CASE_PROCESS
    bundle: int | None = None
    unit: str | None = None
    grade: str | None = None
    cause: str | None = None
    channel: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def named(self) -> Mapping[str, str]:
        """The values it names, by column."""
        return {name: getattr(self, name) for name in NARROWED if getattr(self, name) is not None}

    def narrows(self, table: Table) -> Iterator[ColumnElement[bool]]:
        """What it asks of a row of `walked_cases` or `walked_steps`."""
        yield table.c.key == self.key
        if self.bundle is not None:
            yield table.c.bundle_id == self.bundle
        for name, value in self.named.items():
            yield table.c[name] == value
        if self.since is not None:
            yield table.c.received_at >= midnight(self.since)
        if self.until is not None:
            yield table.c.received_at < midnight(self.until) + timedelta(days=1)


@dataclass(frozen=True)
class Spread:
    """Minutes of working time over `count` tasks; percentiles by nearest rank, None over none."""

    count: int
    total: int
    median: int | None
    p75: int | None
    p90: int | None
    most: int | None


@dataclass(frozen=True)
class Place:
    """One element of a diagram. What only tasks have is 0 or empty for others.

    `again`: how often it was reached when the case had been there before; `taken_back`: withdrawn, or passed on by the
    clock; `late` by person, earlier, design of those that were left, and of those still open that are late now, which
    are the `overdue` ones. `lying`: what is open, by where it lies (LIES of engine/heat/steps.py).
    """

    process: str
    element: str
    name: str
    is_task: bool
    reached: int
    open: int
    overdue: int
    again: int
    taken_back: int
    waited: Spread
    handled: Spread
    late: Mapping[str, int]
    lying: Mapping[str, Lying] = field(default_factory=dict)

    @property
    def spent(self) -> int:
        """Minutes of working time the cases spent here in all."""
        return self.waited.total + self.handled.total

    @property
    def left(self) -> int:
        """How many were left again."""
        return self.reached - self.open

    @property
    def late_share(self) -> float | None:
        """Of those that were left or are late now, how many are late."""
        over = self.left + self.overdue
        return sum(self.late.values()) / over if over else None


@dataclass(frozen=True)
class Heat:
    """`places` that were reached, where most working time was spent first. `unread`: cases still to be counted in."""

    cases: int
    places: tuple[Place, ...]
    unread: int


def heat(ctx: ReadContext, wanted: Selection) -> Heat:
    """The heat of a selection."""
    passed, number = _passed(ctx, wanted)
    drawn, steps = _drawn(ctx, wanted), _tallies(ctx, wanted)
    tasks = {each[0].id: each for each in drawn.values() if each[0].kind in USER_TASKS}
    overdue = open_late(ctx.conn, wanted.narrows(walked_steps), ctx.now)
    lies = lying(ctx, [*wanted.narrows(walked_steps)])
    of_tasks = [
        _task(*tasks[id], each, overdue.get(id, {}), lies.get(id, {})) for id, each in steps.items() if id in tasks
    ]
    others = [_other(*drawn[place], times) for place, times in passed.items() if place in drawn]
    places = [*of_tasks, *(place for place in others if not place.is_task)]
    ordered = sorted(
        places, key=lambda each: (-each.spent, not each.is_task, -each.reached, each.process, each.element)
    )
    return Heat(number, tuple(ordered), waiting(ctx.conn, _MOST_WAITING))


# ------------------------------------------------------------------ from the tables
def _passed(ctx: ReadContext, wanted: Selection) -> tuple[Counter[str], int]:
    """How often each element was passed, and by how many cases; a unit's cases are those it leads."""
    each = select(walked_cases.c.way, func.count().label("cases"))
    each = each.where(*wanted.narrows(walked_cases)).group_by(walked_cases.c.way)
    by_way = by(each, walked_cases, "ix_walked_cases_way").subquery()
    passed: Counter[str] = Counter()
    number = 0
    query = select(ways.c.passed, by_way.c.cases).join(by_way, by_way.c.way == ways.c.digest)
    for text, cases in ctx.conn.execute(query):
        number += cases
        for place, times in orjson.loads(text).items():
            passed[place] += times * cases
    return passed, number


def _tallies(ctx: ReadContext, wanted: Selection) -> dict[str, Tally]:
    """What the steps at each element add up to; those reached by nobody are left out."""
    found = tallies(ctx.conn, wanted.key, wanted.bundle, wanted.named, (wanted.since, wanted.until))
    return {element: each for element, each in found.items() if each.kinds}


# ------------------------------------------------------------------ put together
def _drawn(ctx: ReadContext, wanted: Selection) -> dict[str, tuple[Element, str]]:
    """process/element → as it is drawn and called, by the version chosen or the newest that draws it."""
    versions = [each for each in ctx.versions.all(ctx.conn) if each.key == wanted.key]
    if wanted.bundle is not None:
        versions = [each for each in versions if each.id == wanted.bundle]
    return {
        f"{process}/{id}": (element, version.definition.names[process, id])
        for version in versions
        for (process, id), element in version.definition.elements.items()
        if element.kind not in SCOPES  # a frame is what lies in it
    }


def _task(drawn: Element, name: str, steps: Tally, overdue: Mapping[str, int], lies: Mapping[str, Lying]) -> Place:
    return Place(
        process=drawn.process,
        element=drawn.id,
        name=name,
        is_task=True,
        reached=steps.kinds.total(),
        open=steps.number(lambda how, late, again: how is None),
        overdue=sum(overdue.values()),
        again=steps.number(lambda how, late, again: again),
        taken_back=steps.number(lambda how, late, again: how not in (None, COMPLETED)),
        waited=spread(sorted(steps.waited.items())),
        handled=spread(sorted(steps.handled.items())),
        late={why: number + overdue.get(why, 0) for why, number in steps.late.items()},
        lying=lies,
    )


def _other(drawn: Element, name: str, times: int) -> Place:
    return Place(
        process=drawn.process,
        element=drawn.id,
        name=name,
        is_task=drawn.kind in USER_TASKS,
        reached=times,
        open=0,
        overdue=0,
        again=0,
        taken_back=0,
        waited=spread([]),
        handled=spread([]),
        late={},
    )


def spread(counted: Sequence[tuple[int, int]]) -> Spread:
    """Of (minutes, how many), ascending by minutes."""
    count = sum(number for _, number in counted)
    total = sum(minutes * number for minutes, number in counted)
    median, p75, p90 = (_at(counted, ceil(count * part / 100)) for part in (50, 75, 90))
    return Spread(count, total, median, p75, p90, counted[-1][0] if counted else None)


def _at(counted: Sequence[tuple[int, int]], rank: int) -> int | None:
    """The minutes of the one at this place, counted from 1."""
    reached = 0
    for minutes, number in counted:
        reached += number
        if reached >= rank:
            return minutes
    return None
