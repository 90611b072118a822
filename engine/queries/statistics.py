"""The rates (三率 and in-time) and counts of a period (DOMAIN.md "Rates", API.md `/api/stats`).

A case belongs to the period of its first completion, or of its end when it was not handled; an open overdue one to
that of its due instant. Of every rate, denominator and exclusions together are all cases of the period; restricted
ones are known by their number alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, func, select

from engine.cases import policy
from engine.cases.commands import SYSTEM
from engine.cases.heard import read_heard
from engine.clock import midnight
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.queries.counted import RATES, Counted, counted
from engine.queries.ledger import open_to_all, past_due
from engine.storage.hints import by
from engine.storage.models import cases

RESTRICTED = "restricted"
_BY = ("lead_unit", "cause", "channel", "grade", "outcome")
_KIND = tuple(cases.c[name] for name in _BY)
_NOT_YET = {"counted_at": None, "counted_due": None, "merged_into": None}


@dataclass(frozen=True)
class Period:
    """Days, both inclusive; None: from the beginning, to the end."""

    since: date | None = None
    until: date | None = None

    def holds(self, instant: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether an instant lies in it, as a condition."""
        begun = [] if self.since is None else [instant >= midnight(self.since)]
        ended = [] if self.until is None else [instant < midnight(self.until) + timedelta(days=1)]
        return and_(instant.is_not(None), *begun, *ended)


@dataclass(frozen=True)
class Rate:
    """A fraction; `value` null when nothing counts. `excluded`: why cases of the period do not, and how many."""

    value: float | None
    numerator: int
    denominator: int
    excluded: Mapping[str, int]


@dataclass(frozen=True)
class Composite:
    """The three rates of the citizens by their weights, in per cent; null while one of them is."""

    value: float | None
    weights: Mapping[str, int]


@dataclass(frozen=True)
class Counts:
    """Cases received in the period, and those that belong to it: all, by what they were, by light of the first round.

    `unit` is the lead unit; what has none is counted under an empty name.
    """

    received: int
    total: int
    completed: int
    in_time: int
    late: int
    overdue: int
    excluded: int
    unit: Mapping[str, int]
    cause: Mapping[str, int]
    channel: Mapping[str, int]
    grade: Mapping[str, int]
    outcome: Mapping[str, int]


@dataclass(frozen=True)
class Statistics:
    """Everything of a period."""

    in_time: Rate
    responded: Rate
    solved: Rate
    satisfied: Rate
    composite: Composite
    counts: Counts


def statistics(ctx: ReadContext, period: Period, weights: tuple[int, int, int]) -> Statistics:
    """The figures of a period, over the cases this person may know of; `weights` in per cent."""
    seen, by = _of_period(ctx, period)
    restricted = _restricted(ctx, period)
    rates = {name: rate(name, seen, restricted) for name in RATES}
    return Statistics(
        **rates,
        composite=composite(rates, weights),
        counts=_counts(seen, by, _received(ctx, period)),
    )


def _of_period(ctx: ReadContext, period: Period) -> tuple[Counter[Counted], Mapping[str, Counter[str]]]:
    """How the cases of the period count, with how many count so, and how many there are of each kind.

    Few of many cases differ in anything the rates ask, so the database counts those that are alike, and one stands for
    all of them: the earliest is in time, and due in time, where every one is.
    """
    seen, kinds = Counter[Counted](), Counter[tuple[str | None, ...]]()
    for query in (_settled(ctx, period), _overdue(ctx, period)):
        for alike in ctx.conn.execute(query.where(*open_to_all(ctx)).group_by(cases.c.heard, *_KIND)).mappings():
            seen[counted({**_NOT_YET, **alike}, read_heard(alike["heard"]), ctx.now)] += alike["number"]
            kinds[tuple(alike[name] for name in _BY)] += alike["number"]
    return seen, _by(kinds)


def _settled(ctx: ReadContext, period: Period) -> Select[Any]:
    """For those who see every case off the index of what counts, while a unit's few are found by themselves."""
    at, due = cases.c.counted_at, cases.c.counted_due
    query = _alike(at, due).where(period.holds(at)).group_by(due.is_(None), at <= due)
    return by(query, cases, "ix_cases_counted") if policy.sees_everywhere(ctx.actor) else query


def _overdue(ctx: ReadContext, period: Period) -> Select[Any]:
    return _alike(cases.c.deadline).where(past_due(ctx), period.holds(cases.c.deadline))


def _alike(*instants: Column[Any]) -> Select[Any]:
    earliest = (func.min(each).label(each.name) for each in instants)
    return select(func.count().label("number"), cases.c.heard, *_KIND, *earliest)


def _by(kinds: Mapping[tuple[str | None, ...], int]) -> Mapping[str, Counter[str]]:
    by: Mapping[str, Counter[str]] = {name: Counter() for name in _BY}
    for kind, number in kinds.items():
        for name, value in zip(_BY, kind, strict=True):
            by[name][value or ""] += number
    return by


def _restricted(ctx: ReadContext, period: Period) -> int:
    """A bare number, for those who see every other case; units know of their own cases alone."""
    if ctx.actor is not SYSTEM and not policy.sees_everywhere(ctx.actor):
        return 0
    hidden = (cases.c.key == CASE_PROCESS, cases.c.restricted.is_(True), period.holds(cases.c.counted_at))
    return _number(ctx, *hidden)


def _received(ctx: ReadContext, period: Period) -> int:
    return _number(ctx, *open_to_all(ctx), period.holds(cases.c.received_at))


def _number(ctx: ReadContext, *conditions: ColumnElement[bool]) -> int:
    return int(ctx.conn.execute(select(func.count()).select_from(cases).where(*conditions)).scalar_one())


# ------------------------------------------------------------------ figures
def rate(name: str, seen: Mapping[Counted, int], restricted: int = 0) -> Rate:
    """One rate over these cases; `seen`: how many count like each."""
    parts = Counter[bool | str]()
    for case, number in seen.items():
        if (part := case.asked(name)) is not None:
            parts[part] += number
    met, missed = parts.pop(True, 0), parts.pop(False, 0)
    if restricted:
        parts[RESTRICTED] = restricted
    excluded = {str(reason): number for reason, number in sorted(parts.items(), key=lambda part: str(part[0]))}
    return Rate(met / (met + missed) if met + missed else None, met, met + missed, excluded)


def composite(rates: Mapping[str, Rate], weights: tuple[int, int, int]) -> Composite:
    """响应, 解决 and 满意 by their weights."""
    weighted = dict(zip(("responded", "solved", "satisfied"), weights, strict=True))
    values = {name: rates[name].value for name in weighted}
    known = [value * weighted[name] for name, value in values.items() if value is not None]
    return Composite(sum(known) / sum(weights) if len(known) == len(weighted) else None, weighted)


def _counts(seen: Counter[Counted], by: Mapping[str, Counter[str]], received: int) -> Counts:
    excluded = sum(number for case, number in seen.items() if case.excluded is not None)
    handled = {case: number for case, number in seen.items() if case.excluded is None and case.closed}
    completed = sum(handled.values())
    kept = {name: dict(counter.most_common()) for name, counter in by.items()}
    in_time = sum(number for case, number in handled.items() if case.in_time)
    return Counts(
        received=received,
        total=seen.total(),
        completed=completed,
        in_time=in_time,
        late=completed - in_time,
        overdue=seen.total() - completed - excluded,
        excluded=excluded,
        unit=kept.pop("lead_unit"),
        **kept,
    )
