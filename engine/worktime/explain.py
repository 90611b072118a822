"""Why a deadline falls on its day: one row per day, for screens and `GET /api/cases/{no}/deadline`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from engine.worktime.calendar import Calendar

RowKind = Literal["start", "counted", "weekend", "holiday", "makeup", "paused"]

Pause = tuple[date, date]
"""Day the pause was asked for and day of resumption: working days d with first < d <= second do not count."""


@dataclass(frozen=True)
class ExplainedDay:
    """One day on the way. `n` is its number among the counted days, null if it does not count.

    `counted` and `makeup` (调休) count; `name` is the festival, the make-up's festival, or the day of the week.
    """

    date: date
    kind: RowKind
    n: int | None
    name: str


def explain(calendar: Calendar, start: date, n: int, pauses: Sequence[Pause]) -> tuple[ExplainedDay, ...]:
    """From the day of the act, which does not count, to the n-th counted working day, the deadline's."""
    return (ExplainedDay(start, "start", None, calendar.name(start)), *_days_after(calendar, start, n, pauses))


def _days_after(calendar: Calendar, start: date, n: int, pauses: Sequence[Pause]) -> Iterator[ExplainedDay]:
    counted, day = 0, start
    while counted < n:
        day += timedelta(1)
        kind = _kind(calendar, day, pauses)
        counts = kind in ("counted", "makeup")
        counted += counts
        yield ExplainedDay(day, kind, counted if counts else None, calendar.name(day))


def _kind(calendar: Calendar, day: date, pauses: Sequence[Pause]) -> RowKind:
    kind = calendar.kind(day)
    if kind == "weekend" or kind == "holiday":
        return kind
    if any(asked < day <= resumed for asked, resumed in pauses):
        return "paused"
    return "makeup" if kind == "makeup" else "counted"
