"""How long each step of a case took in working time, who took it, and why a late case was late, figures for sentences.

A step waits from when its task was opened until somebody claims it, and is handled from then until it is done; of one
that was never claimed all is waiting. While the clock of the case stood, no time passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine.cases.clock_ledger import Pause
from engine.facade import ReadContext
from engine.queries.as_of import AsOf
from engine.queries.as_of_holders import Holding
from engine.queries.as_of_people import past_of
from engine.storage.models import answers, finished_tasks, tasks
from engine.worktime import WorkTime

NONE = timedelta(0)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class StepTime:
    """A task, done or open. Times are working time without pauses; `allowed` until its due, None without one.

    `by` as on screens, None while nobody did it; `how`: completed, withdrawn, or open; `seq`: the line that ended it.
    """

    id: str
    element: str
    name: str
    unit: str | None
    by: str | None
    opened_at: datetime
    ended_at: datetime | None
    due: datetime | None
    how: str
    waited: timedelta
    handled: timedelta
    allowed: timedelta | None
    seq: int | None = None

    @property
    def took(self) -> timedelta:
        """Waiting and handling together."""
        return self.waited + self.handled

    @property
    def over(self) -> timedelta:
        """What it took beyond what was allowed."""
        return NONE if self.allowed is None else max(NONE, self.took - self.allowed)


@dataclass(frozen=True)
class Lateness:
    """What a late case took and was given, in working time without pauses; `over`: steps that took longer than allowed,
    the worst first; `longest`: steps that took most of it. `paused` is what the clock stood still."""

    given: timedelta
    took: timedelta
    paused: timedelta
    over: tuple[StepTime, ...]
    longest: tuple[StepTime, ...]
    returns: int
    rounds: int


def step_times(ctx: ReadContext, case_id: int, told: AsOf, held: Iterable[Holding]) -> tuple[StepTime, ...]:
    """The steps begun by then, in the order of their opening; what was open then is open here.

    Lines may share an instant: what had begun and ended by one is told by what was open and by who completed what.
    """
    worktime = ctx.calendars.get(ctx.conn, told.calendar)
    paused = [Pause(each.asked_at, each.until, each.resumed_at, each.unit) for each in told.pauses]
    open_then = {task.id for task in told.tasks}
    rows = [row for row in _rows(ctx, case_id) if row["id"] in open_then or _was_over(row, told)]
    claims: dict[str, datetime] = {}
    for line in held:
        claims.setdefault(line.task_id, line.at)
    past = past_of(ctx, {row["actor"] for row in rows if row["actor"]})
    names = {row["actor"]: past.called(row["actor"], told.at) for row in rows if row["actor"]}
    clock = _Clock(worktime, paused, told.at)
    return tuple(_step(row, row["id"] in open_then, claims, names, clock) for row in rows)


def _was_over(row: Mapping[str, Any], told: AsOf) -> bool:
    """Whether a step that was not open had been and was no more, rather than yet to come."""
    if row["seq"] is not None:
        return bool(row["seq"] <= (told.seq if told.first_bad is None else told.first_bad - 1))
    return row["ended_at"] is not None and row["opened_at"] < told.at and row["ended_at"] <= told.at


def _rows(ctx: ReadContext, case_id: int) -> list[Mapping[str, Any]]:
    same = ("id", "element", "name", "unit", "opened_at", "due")
    done = select(*(finished_tasks.c[name] for name in (*same, "ended_at", "actor", "how")))
    still = select(*(tasks.c[name] for name in same)).where(tasks.c.case_id == case_id)
    found = [dict(row) for row in ctx.conn.execute(done.where(finished_tasks.c.case_id == case_id)).mappings()]
    found += [{**row, "ended_at": None, "actor": None, "how": "open"} for row in ctx.conn.execute(still).mappings()]
    sent = select(answers.c.task_id, answers.c.seq).where(answers.c.case_id == case_id, answers.c.task_id.is_not(None))
    lines = {task: seq for task, seq in ctx.conn.execute(sent)}
    found = [{**row, "seq": lines.get(row["id"])} for row in found]
    return sorted(found, key=lambda row: (row["opened_at"], row["ended_at"] or _NEVER))


@dataclass(frozen=True)
class _Clock:
    """Working time that passes for the case, seen from one instant."""

    worktime: WorkTime
    pauses: Sequence[Pause]
    now: datetime

    def between(self, since: datetime, until: datetime) -> timedelta:
        if until <= since:
            return NONE
        return self.worktime.time_open(since, until) - self.stood(since, until)

    def stood(self, since: datetime, until: datetime) -> timedelta:
        """What of it the clock of the case stood."""
        spans = [(max(since, p.asked), min(until, p.resumed or min(p.until, self.now))) for p in self.pauses]
        return sum((self.worktime.time_open(a, b) for a, b in spans if a < b), NONE)


def _step(
    row: Mapping[str, Any], still: bool, claims: Mapping[str, datetime], names: Mapping[str, str], clock: _Clock
) -> StepTime:
    ended = None if still else row["ended_at"]
    until = ended or clock.now
    begun = min(claims.get(row["id"], until), until)
    return StepTime(
        id=row["id"],
        element=row["element"],
        name=row["name"],
        unit=row["unit"],
        by=names[row["actor"]] if ended and row["how"] == "completed" else None,
        opened_at=row["opened_at"],
        ended_at=ended,
        due=row["due"],
        how=row["how"] if ended else "open",
        waited=clock.between(row["opened_at"], begun),
        handled=clock.between(begun, until),
        allowed=None if row["due"] is None else clock.between(row["opened_at"], row["due"]),
        seq=None if still else row["seq"],
    )


# ------------------------------------------------------------------ why it was late
def lateness(ctx: ReadContext, told: AsOf, steps: Sequence[StepTime], returns: int, rounds: int) -> Lateness | None:
    """Why the case was late by then; None for one that was not, or has no deadline."""
    since = told.accepted_at
    if told.light != "red" or told.deadline is None or since is None:
        return None
    worktime = ctx.calendars.get(ctx.conn, told.calendar)
    paused = [Pause(each.asked_at, each.until, each.resumed_at, each.unit) for each in told.pauses]
    clock, until = _Clock(worktime, paused, told.at), told.completed_at or told.at
    in_time = [step for step in steps if step.opened_at <= until and step.element not in _AFTERWARDS]
    return Lateness(
        given=clock.between(since, told.deadline),
        took=clock.between(since, until),
        paused=clock.stood(since, until),
        over=tuple(sorted((step for step in in_time if step.over > NONE), key=lambda step: -step.over)),
        longest=tuple(sorted(in_time, key=lambda step: -step.took)[:3]),
        returns=returns,
        rounds=rounds,
    )


_AFTERWARDS = frozenset({"give_feedback", "return_visit", "supervise"})  # beside the way to the answer, or after it
