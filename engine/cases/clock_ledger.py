"""The clock ledger of a case: what moved its clock. Every deadline is a pure function of it and the calendar.

Rules: PROCESS.md "Clock". The acceptance day is excluded, N working days are counted, the deadline is the
closing time of the N-th (民法典 201, 203). Returns, re-dispatch and re-grading never reset the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from engine.clock import local
from engine.worktime import WorkTime

ON_SITE = timedelta(minutes=120)  # PROCESS.md: red at closing time or 120 minutes after acceptance


@dataclass(frozen=True)
class Pause:
    """The clock stood still from `asked`, at the latest until `until`; `resumed` when it goes on again."""

    asked: datetime
    until: datetime
    resumed: datetime | None = None
    unit: str | None = None  # None: waiting for the citizen

    @property
    def end(self) -> datetime:
        """When it ended, or is projected to end."""
        return self.resumed or self.until


@dataclass(frozen=True)
class ClockLedger:
    """Instants aware; days are working days. `original` is the deadline given at classification, for ever."""

    received_at: datetime | None = None
    accepted_at: datetime | None = None
    dispatched_at: datetime | None = None
    feedback_at: datetime | None = None
    external_due: datetime | None = None
    grade: str | None = None
    limit_days: int | None = None  # of the present round
    full_days: int | None = None  # of the grade; None: settled at the counter
    redo_days: int | None = None
    warn_days: int = 0
    round: int = 1
    round_from: datetime | None = None  # a redo counts from its own start
    extension_days: int | None = None  # one in the life of a case; it lifts the deadline of its own round alone
    extension_round: int = 1
    promised: datetime | None = None  # a change of the calendar counts the round not shorter than to here
    promised_round: int = 1
    pauses: tuple[Pause, ...] = ()
    original: datetime | None = None
    lead: str | None = None
    returns: int = 0
    contacted: bool = False
    contact_missed: bool = False  # both since the last dispatch

    @property
    def paused(self) -> Pause | None:
        """The pause in force."""
        return next((pause for pause in self.pauses if pause.resumed is None), None)

    @property
    def anchor(self) -> datetime | None:
        """The instant from which the present round counts."""
        return self.round_from or self.accepted_at

    def with_pause(self, pause: Pause) -> ClockLedger:
        return replace(self, pauses=(*self.pauses, pause))

    def resumed(self, at: datetime) -> ClockLedger:
        """The open pause ends; no open pause: unchanged."""
        ended = tuple(replace(p, resumed=at) if p.resumed is None else p for p in self.pauses)
        return replace(self, pauses=ended)


def deadline(ledger: ClockLedger, worktime: WorkTime) -> datetime | None:
    """The deadline in force (projected to the end of an open pause); None before classification."""
    base = _base(ledger, worktime)
    if base is None:
        return None
    extended = ledger.extension_days or 0 if ledger.extension_round == ledger.round else 0
    moved = extended + sum(pause_days(p, worktime) for p in _of_round(ledger))
    if not moved:
        return base
    shifted = worktime.shift(base, moved)
    if _on_site(ledger):  # keeps its time of day
        return datetime.combine(local(shifted).date(), local(base).timetz())
    return shifted


def keep_promise(ledger: ClockLedger, before: WorkTime, worktime: WorkTime) -> ClockLedger:
    """The ledger by which the deadline does not come earlier when `worktime` takes the place of `before`.

    PROCESS.md "Clock": importing a notice recomputes open deadlines and never shortens a promised one.
    """
    due, base, kept = deadline(ledger, before), _base(ledger, before), ledger
    while due is not None and base is not None and (found := deadline(kept, worktime)) is not None and found < due:
        kept = replace(kept, promised=base, promised_round=kept.round)
        base = worktime.shift(base, 1)
    return kept


def _base(ledger: ClockLedger, worktime: WorkTime) -> datetime | None:
    """Where the round ends by its own count, or where it was promised to end, before anything moves it."""
    counted = _counted(ledger, worktime)
    if counted is None or ledger.promised is None or ledger.promised_round != ledger.round:
        return counted
    return max(counted, local(ledger.promised))


def _counted(ledger: ClockLedger, worktime: WorkTime) -> datetime | None:
    if ledger.anchor is None or ledger.grade is None:
        return None
    if _on_site(ledger):
        return max(worktime.closing_time(ledger.anchor), local(ledger.anchor + ON_SITE))
    return None if ledger.limit_days is None else worktime.workdays(ledger.limit_days, ledger.anchor)


def _on_site(ledger: ClockLedger) -> bool:
    """Settled at the counter: no limit in days."""
    return ledger.limit_days is None or ledger.limit_days == 0


def _of_round(ledger: ClockLedger) -> tuple[Pause, ...]:
    start = ledger.round_from
    return ledger.pauses if start is None else tuple(p for p in ledger.pauses if p.asked >= start)


def pause_days(pause: Pause, worktime: WorkTime) -> int:
    """Working days d with p < d <= r for a pause from day p to resume day r."""
    return worktime.count(_day(pause.asked), _day(pause.end))


def _day(instant: datetime) -> date:
    return local(instant).date()


def due_at(ledger: ClockLedger, worktime: WorkTime, n: int = 0) -> datetime | None:
    """`case_due(n)`: the deadline; n > 0 closing time n working days later; n < 0 opening of the n-th before."""
    due = deadline(ledger, worktime)
    if due is None or n == 0:
        return due
    return worktime.shift(due, n) if n > 0 else worktime.opening_before(due, -n)


# ------------------------------------------------------------------ stored form
def to_json(ledger: ClockLedger) -> str:
    """Compact JSON, instants as ISO 8601 with offset; fields at their default are left out."""
    kept = {name: value for name, value in vars(ledger).items() if value != _DEFAULTS[name]}
    if "pauses" in kept:
        kept["pauses"] = [{k: v for k, v in vars(pause).items() if v is not None} for pause in ledger.pauses]
    return orjson.dumps(kept).decode()


_DEFAULTS = {field.name: field.default for field in fields(ClockLedger)}
_INSTANTS = frozenset(
    [
        "received_at",
        "accepted_at",
        "dispatched_at",
        "feedback_at",
        "external_due",
        "round_from",
        "original",
        "promised",
        "asked",
        "until",
        "resumed",
    ]
)


def from_json(text: str) -> ClockLedger:
    """The ledger written by `to_json`; unknown fields are an error."""
    values = _instants(orjson.loads(text))
    pauses = tuple(Pause(**_instants(pause)) for pause in values.pop("pauses", ()))
    return ClockLedger(**values, pauses=pauses)


def _instants(values: dict[str, Any]) -> dict[str, Any]:
    return {k: datetime.fromisoformat(v) if k in _INSTANTS else v for k, v in values.items()}
