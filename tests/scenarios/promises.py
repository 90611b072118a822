"""What PROCESS.md promises of any case at any instant, whatever was done with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from engine.queries.case import Case
from engine.storage import models
from tests.support.play import Play

NO_LIGHT = {"consulted", "declined", "transferred", "merged", "withdrawn", "restricted"}
OVER = {"replied", "returned", "withdrawn"}


class Promises:
    """One case under watch: `broken` holds what it is against what it was when last looked at."""

    def __init__(self, play: Play, no: str) -> None:
        self._play = play
        self._no = no
        self._before: Case | None = None

    def broken(self) -> list[str]:
        """Every promise the case breaks now, in words; none is the answer hoped for."""
        self._play.no = self._no
        case = self._play.case()
        found = [*_of_its_time(case), *_of_its_orders(case), *self._of_its_end(case)]
        if self._before is not None:
            found += _since(self._before, case)
        self._before = case
        return [f"{self._no}: {each}" for each in found]

    def _of_its_end(self, case: Case) -> Iterator[str]:
        if self._play.count_incidents():
            yield "a step could not be done"
        if case.ended_at is None:
            return
        if case.open_tasks or self._play.timers():
            yield "archived, and something still waits"
        if case.outcome is None:
            yield "archived without an outcome"
        if case.outcome != "restricted" and not _answered(self._play, self._no):
            yield "archived without an answer, or a reason for none"


def _answered(play: Play, no: str) -> bool:
    """Whether feedback, or why there is none, was recorded; a merged case has its lead's."""
    query = select(models.cases.c.facts, models.cases.c.ledger).where(models.cases.c.no == no)
    facts, ledger = play.engine.read(lambda ctx: ctx.conn.execute(query).one())
    return '"feedback"' in facts and '"feedback_at"' in ledger


def _of_its_time(case: Case) -> Iterator[str]:
    if (case.deadline is None) != (case.original_deadline is None):
        yield "one deadline without the other"
    if case.deadline and case.original_deadline and case.redo_count == 0 and case.deadline < case.original_deadline:
        yield "the promised deadline was shortened"
    if sum(pause.days for pause in case.pauses if pause.unit is not None) > 10:
        yield "paused for more than ten working days"
    if sum(pause.resumed_at is None for pause in case.pauses) != case.paused:
        yield "paused twice at once, or paused without a pause"
    if case.light != _light(case) and case.light not in ("green", "yellow", "red"):
        yield f"the light is {case.light}, not {_light(case)}"


def _light(case: Case) -> str | None:
    """The light where it does not hang on what day it is."""
    if case.deadline is None or case.outcome in NO_LIGHT:
        return None
    if case.outcome == "pending":
        return "grey"
    if case.completed_at is not None:
        return "blue" if case.completed_at <= case.deadline else "red"
    return "grey" if case.paused else "coloured"


def _of_its_orders(case: Case) -> Iterator[str]:
    held = Counter((each.dispatched_at, each.unit) for each in case.work_orders if each.status not in OVER)
    if any(count > 1 for count in held.values()):
        yield "a unit holds two open orders of one dispatch"
    if sum(each.is_lead and each.status not in OVER for each in case.work_orders) > 1:
        yield "two leads"
    if case.returns > 2:
        yield "a third return"
    if any(task.due is None for task in case.open_tasks):
        yield "a task without a due"
    supervised = [task.opened_at for task in case.open_tasks if task.task == "supervise"]
    if case.completed_at and any(opened < case.completed_at for opened in supervised):
        yield "supervised although completed"


def _since(before: Case, case: Case) -> Iterator[str]:
    if before.original_deadline not in (None, case.original_deadline):
        yield "the first deadline changed"
    if case.redo_count == before.redo_count and case.tier < before.tier:
        yield "the tier fell within a round"
    if before.extension and before.extension.approved and case.extension != before.extension:
        yield "extended twice"
    if before.ended_at is not None and case.ended_at != before.ended_at:
        yield "archived twice"


def overdue_timers(play: Play, now: datetime) -> list[str]:
    """Timers of any case that should have struck by now."""
    query = select(models.timers.c.element).where(models.timers.c.suspended.is_(False), models.timers.c.due <= now)
    return list(play.engine.read(lambda ctx: list(ctx.conn.execute(query).scalars())))
