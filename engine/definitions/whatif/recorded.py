"""A case as its trail tells it: what was done when, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Values = Mapping[str, Any]
Task = tuple[str, str | None, datetime, datetime | None]  # element, unit, from when, until when
Rise = tuple[datetime, int]


@dataclass(frozen=True)
class Act:
    """What somebody did, or what changed around the case, as its line says it; `entered`: what stands beside it."""

    seq: int
    at: datetime
    actor: str
    action: str
    element: str
    entered: Values | None
    said: Values
    before: Values | None
    task_id: str | None


@dataclass(frozen=True)
class Came:
    """What became of a case. `raised`: every rise with its tier; `tasks`: those that people did and those still open,
    in the order of time; `signed`: orders that a person signed, `auto_signed`: those the clock did.
    """

    grade: str | None
    outcome: str | None
    lead_unit: str | None
    tier: int
    merged: bool
    deadline: datetime | None
    original_deadline: datetime | None
    accepted_at: datetime | None
    completed_at: datetime | None
    counted_at: datetime | None
    counted_due: datetime | None
    ended_at: datetime | None
    signed: int
    auto_signed: int
    raised: tuple[Rise, ...]
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Recorded:
    """One case: number, instance, the version it ran on, the first of its acts being its registration."""

    no: str
    uid: str
    version: int
    acts: tuple[Act, ...]
    came: Came


def in_order(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Tasks by when they opened; of the same instant by what they are, and those still open last."""
    return tuple(sorted(tasks, key=lambda task: (task[2], task[0], task[1] or "", task[3] is None, task[3] or task[2])))


# ------------------------------------------------------------------ as JSON gives it back
def recorded_from(told: Mapping[str, Any]) -> Recorded:
    """A case that was written as JSON, field by field."""
    return Recorded(
        **{name: told[name] for name in ("no", "uid", "version")},
        acts=tuple(Act(**{**act, "at": datetime.fromisoformat(act["at"])}) for act in told["acts"]),
        came=came_from(told["came"]),
    )


_INSTANTS = frozenset(
    ("deadline", "original_deadline", "accepted_at", "completed_at", "counted_at", "counted_due", "ended_at")
)


def came_from(told: Mapping[str, Any]) -> Came:
    """What became of a case, written as JSON."""
    given: dict[str, Any] = {name: _instant(value) if name in _INSTANTS else value for name, value in told.items()}
    given["raised"] = tuple((datetime.fromisoformat(at), tier) for at, tier in told["raised"])
    given["tasks"] = tuple(map(_task, told["tasks"]))
    return Came(**given)


def _task(told: Sequence[Any]) -> Task:
    element, unit, opened, ended = told
    return element, unit, datetime.fromisoformat(opened), _instant(ended)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
