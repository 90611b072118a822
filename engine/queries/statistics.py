"""The rates (三率 and in-time) and counts of a period (DOMAIN.md "Rates", API.md `/api/stats`).

A case belongs to the period of its first completion, or of its end when it was not handled; an open overdue one to
that of its due instant. Of every rate, denominator and exclusions together are all cases of the period; restricted
ones are known by their number alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, and_, func, or_, select, type_coerce

from engine.cases import policy
from engine.cases.commands import SYSTEM
from engine.clock import midnight
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.queries.counted import RATES, Counted, counted
from engine.queries.ledger import open_to_all, past_due
from engine.storage.models import cases, instant_of

RESTRICTED = "restricted"
_Alike = tuple[Any, ...]  # whether it is closed and in time, its outcome, what was said
_BY = ("lead_unit", "cause", "channel", "grade", "outcome")
_WHEN = ("counted_at", "counted_due", "deadline")
_ROW = select(  # instants as they are stored: there are many rows
    *(type_coerce(cases.c[name], BigInteger) for name in _WHEN),
    *(cases.c[name] for name in ("merged_into", "facts", *_BY)),
)


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

    Few of many cases differ in anything the rates ask, so one of those that are alike is counted for all.
    """
    settled, overdue = period.holds(cases.c.counted_at), and_(past_due(ctx), period.holds(cases.c.deadline))
    query = _ROW.where(*open_to_all(ctx), or_(settled, overdue))
    alike, kinds = Counter[_Alike](), Counter[tuple[str | None, ...]]()
    first: dict[_Alike, tuple[Any, ...]] = {}
    rows: Iterable[Any] = ctx.conn.execute(query.execution_options(yield_per=1000))
    for row in rows:
        at, due, _, _, facts, *kind = row
        record = orjson.loads(facts)
        key = (at is None, due is None, at is not None and due is not None and at <= due, kind[-1], *_asked_of(record))
        if key not in first:
            first[key] = (*row[:4], record, kind[-1])
        alike[key] += 1
        kinds[tuple(kind)] += 1
    seen = Counter[Counted]()
    for key, number in alike.items():
        seen[_counted(first[key], ctx.now)] += number
    return seen, _by(kinds)


def _asked_of(record: Mapping[str, Any]) -> tuple[Any, ...]:
    """All that `counted` reads of a record."""
    facts = record["facts"]
    visit = facts.get("visit") or {}
    said = visit.get("contacted"), visit.get("resolved"), facts.get("satisfaction")
    return record["anonymous"], *said, facts.get("contacted_in_time"), bool(facts.get("contacts_missed"))


def _counted(row: tuple[Any, ...], now: datetime) -> Counted:
    *when, merged, record, outcome = row
    instants = {name: None if at is None else instant_of(at) for name, at in zip(_WHEN, when, strict=True)}
    told = {**instants, "merged_into": merged, "outcome": outcome}
    return counted(told, record["facts"], record["anonymous"], now)


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
