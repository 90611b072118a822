"""How long each step of a case took in working time, who has it in hand, and why a late case was late, for sentences.

The figures are those of the many (engine/heat/steps.py): the same walk, over the lines and tasks of one case until the
line that is asked for. A step still open has waited, and been handled, until the moment that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine.bpmn.definition import Definition
from engine.cases.clock_ledger import Pause
from engine.facade import ReadContext
from engine.heat.course import Line, course
from engine.heat.steps import Office, Task, Walked, by_now, walked
from engine.queries.as_of import AsOf
from engine.queries.as_of_people import Past, past_of
from engine.storage.models import answers, finished_tasks, tasks

NONE = timedelta(0)


@dataclass(frozen=True)
class StepTime:
    """A task, done or open. Times are working time without pauses; `allowed` until its due, None without one.

    `by` as on screens, None while nobody did it; `holder`: who has an open one in hand; `how`: completed, withdrawn, or
    open; `begun_at`: when somebody first took it in hand; `seq`: the line that ended it. `late`: person, earlier or
    design as engine/heat/lateness.py says, empty where it is in time; `past_due`: of its own limit, not of the promise.
    """

    id: str
    element: str
    name: str
    unit: str | None
    by: str | None
    holder: str | None
    opened_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    due: datetime | None
    how: str
    waited: timedelta
    handled: timedelta
    allowed: timedelta | None
    late: str
    past_due: bool
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
    """What a late case took and was given, in working time without pauses; `late`: its late steps, those that took most
    beyond their own limits first; `longest`: steps that took most of it; `supervised`: tasks of supervision, beside
    the way and in neither. `paused` is what the clock stood still."""

    given: timedelta
    took: timedelta
    paused: timedelta
    late: tuple[StepTime, ...]
    longest: tuple[StepTime, ...]
    supervised: tuple[StepTime, ...]
    returns: int
    rounds: int


def step_times(
    ctx: ReadContext, case_id: int, told: AsOf, lines: Sequence[Line], definition: Definition
) -> tuple[StepTime, ...]:
    """The steps begun by then, in the order of their opening; what was open then is open here. `lines`: of the trail,
    from the first on.

    Lines may share an instant: what had begun and ended by one is told by what was open and by who completed what.
    """
    open_then = {task.id: task for task in told.tasks}
    rows = {row["id"]: row for row in _rows(ctx, case_id) if row["id"] in open_then or _was_over(row, told)}
    found = [_over(row) for row in rows.values() if row["id"] not in open_then]
    found += [Task(t.id, t.element, t.unit, t.opened_at, t.due, None, None, t.holder) for t in told.tasks]
    past = past_of(ctx, {each.by for each in found if each.by})
    office = office_of(ctx, told)
    way = course(lines[: _last(told)], definition)
    steps = (by_now(step, office, told.at) for step in walked(found, way, definition, office))
    names = {task.id: task.name for task in told.tasks} | {id: row["name"] for id, row in rows.items()}
    return tuple(_step(step, names, rows, past, told.at) for step in steps)


def office_of(ctx: ReadContext, told: AsOf) -> Office:
    """Working time of the case as its clock then went."""
    paused = [Pause(each.asked_at, each.until, each.resumed_at, each.unit) for each in told.pauses]
    return Office(ctx.calendars.get(ctx.conn, told.calendar), paused)


def _last(told: AsOf) -> int:
    """The last line that may be believed."""
    return told.seq if told.first_bad is None else told.first_bad - 1


def _was_over(row: Mapping[str, Any], told: AsOf) -> bool:
    """Whether a step that was not open had been and was no more, rather than yet to come."""
    if row["seq"] is not None:
        return bool(row["seq"] <= _last(told))
    return row["ended_at"] is not None and row["opened_at"] < told.at and row["ended_at"] <= told.at


def _rows(ctx: ReadContext, case_id: int) -> Iterator[Mapping[str, Any]]:
    same = ("id", "element", "name", "unit", "opened_at", "due")
    done = select(*(finished_tasks.c[name] for name in (*same, "ended_at", "actor", "how")))
    still = select(*(tasks.c[name] for name in same)).where(tasks.c.case_id == case_id)
    found = [dict(row) for row in ctx.conn.execute(done.where(finished_tasks.c.case_id == case_id)).mappings()]
    found += [{**row, "ended_at": None, "actor": None, "how": None} for row in ctx.conn.execute(still).mappings()]
    sent = select(answers.c.task_id, answers.c.seq).where(answers.c.case_id == case_id, answers.c.task_id.is_not(None))
    lines = {task: seq for task, seq in ctx.conn.execute(sent)}
    return ({**row, "seq": lines.get(row["id"])} for row in found)


def _over(row: Mapping[str, Any]) -> Task:
    by = row["actor"] if row["how"] == "completed" else None
    return Task(row["id"], row["element"], row["unit"], row["opened_at"], row["due"], row["ended_at"], row["how"], by)


def _step(
    step: Walked, names: Mapping[str, str], rows: Mapping[str, Mapping[str, Any]], past: Past, at: datetime
) -> StepTime:
    task = step.task
    called = past.called(task.by, at) if task.by else None
    return StepTime(
        id=task.id,
        element=task.element,
        name=names[task.id],
        unit=task.unit,
        by=called if task.left_at else None,
        holder=None if task.left_at else called,
        opened_at=task.entered_at,
        begun_at=step.begun_at,
        ended_at=task.left_at,
        due=task.due,
        how=task.how or "open",
        waited=timedelta(minutes=step.waited or 0),
        handled=timedelta(minutes=step.handled or 0),
        allowed=None if step.allowed is None else timedelta(minutes=step.allowed),
        late=step.late,
        past_due=task.due is not None and task.due < (task.left_at or at),
        seq=rows[task.id]["seq"] if task.left_at else None,
    )


# ------------------------------------------------------------------ why it was late
def lateness(ctx: ReadContext, told: AsOf, steps: Sequence[StepTime], returns: int, rounds: int) -> Lateness | None:
    """Why the case was late by then; None for one that was not, or has no deadline."""
    since = told.accepted_at
    if told.light != "red" or told.deadline is None or since is None:
        return None
    office, until = office_of(ctx, told), told.completed_at or told.at
    in_time = [step for step in steps if step.opened_at <= until and step.element not in _AFTERWARDS]
    return Lateness(
        given=timedelta(minutes=office.minutes(since, told.deadline)),
        took=timedelta(minutes=office.minutes(since, until)),
        paused=timedelta(minutes=office.stood(since, until)),
        late=tuple(sorted((step for step in in_time if step.late), key=lambda step: -step.over)),
        longest=tuple(sorted(in_time, key=lambda step: -step.took)[:3]),
        supervised=tuple(step for step in steps if step.element == _SUPERVISION),
        returns=returns,
        rounds=rounds,
    )


_SUPERVISION = "supervise"
_AFTERWARDS = frozenset({"give_feedback", "return_visit", _SUPERVISION})  # beside the way to the answer, or after it
