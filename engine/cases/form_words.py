"""The words forms may use in their checks: facts of the case, of the task being completed, of the directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine.cases import clock_ledger
from engine.cases.clock_ledger import Pause
from engine.cases.step import Step
from engine.clock import local


def form_words(step: Step, data: Mapping[str, Any]) -> Mapping[str, Callable[..., Any]]:
    """`data` are the variables of the task at hand (empty at the start)."""
    return {
        **step.words,
        **_of_directory(step),
        **_of_task(step, data),
        "paused": lambda: step.ledger.paused is not None,
        "grade": lambda: step.ledger.grade,
        "holds_order": step.holds_order,
        "pause_days": lambda until: _pause_days(step, step.now, until),
        "now_date": lambda: local(step.now).date().isoformat(),
        "in_future": lambda instant: datetime.fromisoformat(instant) > step.now,
        "in_calendar": lambda instant: _in_calendar(step, datetime.fromisoformat(instant)),
    }


def _of_directory(step: Step) -> dict[str, Callable[..., Any]]:
    directory = step.directory
    return {
        "has_desk": lambda code: all(directory.has_desk(c) for c in (code if isinstance(code, list) else [code])),
        "vertical": lambda code: code in directory.units and directory.unit(code).vertical,
        "has_matter": lambda code: code in directory.matters,
    }


def _of_task(step: Step, data: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    return {
        "is_lead": lambda: bool(data.get("is_lead")),
        "tier": lambda: data.get("tier", step.record.tier),
        "replied": lambda: _replied(step, data.get("unit")),
        "asked_pause_days": lambda: _asked_pause_days(step, data["unit"]),
    }


def _replied(step: Step, unit: str | None) -> bool:
    """Whether the unit has answered in this round (also when its order was opened again)."""
    return bool(unit) and unit in step.record.facts.get("replied", {}).get(str(step.ledger.round), [])


def _in_calendar(step: Step, instant: datetime) -> bool:
    """Whether working days can be counted from the day before until this instant."""
    calendar = step.worktime.calendar
    return calendar.first < local(instant).date() <= calendar.last


def _pause_days(step: Step, since: datetime, until: str) -> int:
    """Working days all pauses of the case would take with one more from this instant until this day."""
    pauses = [p for p in step.ledger.pauses if p.unit is not None]
    last = min(date.fromisoformat(until), step.worktime.calendar.last)  # what lies beyond is too long anyway
    wanted = Pause(since, step.worktime.opening_time(last))
    return sum(clock_ledger.pause_days(pause, step.worktime) for pause in (*pauses, wanted))


def _asked_pause_days(step: Step, unit: str) -> int:
    """The same with the pause this unit asked for; 0 when it was taken back with its order."""
    asked = step.record.facts.get("requests", {}).get(unit)
    return 0 if asked is None else _pause_days(step, datetime.fromisoformat(asked["at"]), asked["until"])
