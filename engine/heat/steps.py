"""The steps of one case: when each task was reached, taken in hand and left, and what that took of working time.

* reached: when the task was opened; a step reached again is an entry of its own (`entry` 2, 3, …; per unit where it is
  a unit's), whether the diagram loops, the review sends back or a redo begins.
* waited: until somebody took it in hand for the first time by claiming it or being handed it; nobody ever did: until
  it was left.
* handled: from then until it was left; nothing where nobody took it in hand.
* lies: where one that is open is now. Somebody has it in hand, since it was first taken; nobody has, since it was
  reached; or the clock of its case stands still, since that was asked for: then it waits for nobody. So it does where
  the case is pending (挂账), since that was approved: its clock has run out, and whoever the plan names has it. What is
  asked of the leading group every month is how far that has come.
* Working time: while the office is open by the calendar of the case, without the pauses of its clock.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from engine.bpmn.definition import Definition
from engine.bpmn.elements import Element
from engine.cases.clock_ledger import Pause
from engine.heat.course import Course
from engine.heat.lateness import PERSON, Measured, cause
from engine.storage.models import microseconds
from engine.worktime import WorkTime
from engine.worktime.elapsed import Elapsed

LIES = UNCLAIMED, HELD, PAUSED, PENDING = "unclaimed", "held", "paused", "pending"
_MINUTE = 60_000_000  # microseconds
_BESIDE = "escalation"  # supervision stands beside the course of a case
_OF_PENDING = "review_pending"  # the step at which a pending case is told of, once a month
_BY_PROMISE = "case_due("
_FROM_EARLIER = re.compile(r"workdays\((\d+), *since=")


@dataclass(frozen=True)
class Task:
    """One task as its row says it, open (`left_at` None) or over; `by`: who completed it, or has it in hand."""

    id: str
    element: str
    unit: str | None
    entered_at: datetime
    due: datetime | None
    left_at: datetime | None
    how: str | None
    by: str | None


@dataclass(frozen=True)
class Walked:
    """One step; `allowed`, `remained`, `late` as engine/heat/lateness.py says.

    `waited` and `handled` are None while it is open, `handled` also where nobody took it in hand. Of an open one `late`
    is empty: after `late_at` it is late, by `why_due` where its own due has passed, by `why_promise` before that.
    `lies`, of an open one alone: one of LIES.
    """

    number: int
    task: Task
    process: str
    entry: int
    begun_at: datetime | None
    waited: int | None = None
    handled: int | None = None
    allowed: int | None = None
    remained: int | None = None
    late: str = ""
    late_at: datetime | None = None
    why_due: str = ""
    why_promise: str = ""
    lies: str = ""
    lies_since: datetime | None = None

    @property
    def took(self) -> int:
        """Of a step that has been left."""
        return (self.waited or 0) + (self.handled or 0)


class Office:
    """Working time of one case: its calendar, without the pauses of its clock."""

    def __init__(self, worktime: WorkTime, pauses: Iterable[Pause]) -> None:
        self.worktime = worktime
        self._open = Elapsed(worktime)
        self._pauses = [(pause.asked, pause.resumed) for pause in pauses]
        self.stands_since = next((asked for asked, resumed in self._pauses if resumed is None), None)

    def minutes(self, since: datetime, until: datetime) -> int:
        """Whole minutes between two instants; 0 when `until` is not later."""
        if until <= since:
            return 0
        return (self._time_open(since, until) - self._stood(since, until)) // _MINUTE

    def so_far(self, entered: datetime, begun: datetime | None, now: datetime) -> tuple[int, int | None]:
        """How long a step that is open has waited, and been handled; None: nobody took it in hand."""
        return self.minutes(entered, begun or now), None if begun is None else self.minutes(begun, now)

    def stood(self, since: datetime, until: datetime) -> int:
        """Whole minutes between them in which the office was open and the clock stood still."""
        return self._stood(since, until) // _MINUTE

    def _stood(self, since: datetime, until: datetime) -> int:
        spans = ((max(since, asked), min(until, resumed or until)) for asked, resumed in self._pauses)
        return sum(self._time_open(first, last) for first, last in spans if first < last)

    def _time_open(self, since: datetime, until: datetime) -> int:
        return self._open.microseconds(microseconds(since), microseconds(until))


def walked(tasks: Iterable[Task], told: Course, definition: Definition, office: Office) -> tuple[Walked, ...]:
    """Every step of a case, in the order in which they were reached."""
    ordered = sorted(tasks, key=lambda each: (each.entered_at, each.left_at is None, each.left_at or each.entered_at))
    case = _Case(told, office, {each.id: each for each in reversed(definition.user_tasks)}, definition.key)
    entries: Counter[tuple[str, str | None]] = Counter()
    found: list[Walked] = []
    for number, task in enumerate(ordered, 1):
        entries[(task.element, task.unit)] += 1
        begun = _begun(task, ordered, told)
        step = Walked(number, task, case.process(task), entries[(task.element, task.unit)], begun)
        found.append(case.timed(step, found))
    return tuple(found)


def by_now(step: Walked, office: Office, now: datetime) -> Walked:
    """A step as it stands at an instant: an open one has waited, and been handled, until then, and may be late."""
    task = step.task
    if task.left_at is not None:
        return step
    late = "" if step.late_at is None or now <= step.late_at else step.why_promise
    waited, handled = office.so_far(task.entered_at, step.begun_at, now)
    return replace(
        step,
        waited=waited,
        handled=handled,
        late=step.why_due if late and task.due is not None and task.due < now else late,
    )


def _begun(task: Task, tasks: Sequence[Task], told: Course) -> datetime | None:
    """When somebody first took it in hand.

    Lines of earlier versions do not say of which unit's task they are: it is the one their person completed, or the
    only one there was.
    """
    for taken in told.taken:
        if taken.element != task.element or taken.by is None or not _open_at(task, taken.at):
            continue
        alike = [each for each in tasks if each.element == task.element and _open_at(each, taken.at)]
        if taken.unit == task.unit if taken.unit is not None else taken.by == task.by or len(alike) == 1:
            return taken.at
    return None


def _open_at(task: Task, instant: datetime) -> bool:
    return task.entered_at <= instant and (task.left_at is None or instant <= task.left_at)


@dataclass(frozen=True)
class _Case:
    """What the steps of one case are measured by. `drawn`: user tasks by id; `key`: the process of the case."""

    told: Course
    office: Office
    drawn: Mapping[str, Element]
    key: str

    def process(self, task: Task) -> str:
        return self.drawn[task.element].process if task.element in self.drawn else self.key

    def timed(self, step: Walked, before: Sequence[Walked]) -> Walked:
        """The step with its minutes, and why it is late; of one that is open, from when on it will be, and why."""
        task, minutes = step.task, self.office.minutes
        anchor = None if step.process == _BESIDE else self.told.round_at(task.entered_at)
        promised = None if anchor is None else self.told.deadline_at(task.left_at)
        spent = self._taken(step, task.left_at) if task.left_at is not None else self._lying(step)
        step = replace(step, allowed=self._until(task, task.due), remained=self._until(task, promised), **spent)
        limits = [limit for limit in (task.due, promised) if limit is not None]
        if not limits or (task.left_at is not None and task.left_at <= min(limits)):
            return step
        led_here = [each for each in before if _led_to(each, step, anchor)]
        plan = None if anchor is None or promised is None else minutes(anchor, promised)
        needed, overran = self._needed(step, led_here, plan), _overran(led_here, self.office)
        measured = partial(Measured, step.allowed, needed, step.remained, overran)
        if task.left_at is None:
            return replace(step, late_at=min(limits), why_due=cause(measured(True)), why_promise=cause(measured(False)))
        return replace(step, late=cause(measured(task.due is not None and task.left_at > task.due)))

    def _taken(self, step: Walked, left_at: datetime) -> dict[str, Any]:
        reached, begun = step.task.entered_at, step.begun_at
        took = self.office.minutes(reached, left_at)
        if begun is None:
            return {"waited": took}
        waited = self.office.minutes(reached, begun)
        return {"waited": waited, "handled": took - waited}

    def _lying(self, step: Walked) -> dict[str, Any]:
        stands, reached = self.office.stands_since, step.task.entered_at
        if step.task.element == _OF_PENDING:
            approved = (at for at in reversed(self.told.completed) if at <= reached)
            return {"lies": PENDING, "lies_since": next(approved, reached)}
        if stands is not None:
            return {"lies": PAUSED, "lies_since": stands}
        if step.task.by is None:
            return {"lies": UNCLAIMED, "lies_since": reached}
        return {"lies": HELD, "lies_since": step.begun_at or reached}

    def _until(self, task: Task, limit: datetime | None) -> int | None:
        return None if limit is None else self.office.minutes(task.entered_at, limit)

    def _needed(self, step: Walked, before: Sequence[Walked], plan: int | None) -> int | None:
        """`plan`: how much working time the promise of the round is in all."""
        if plan is not None and self._by_promise(step.task):
            return max(0, plan - sum(e.took if self._by_promise(e.task) else e.allowed or 0 for e in before))
        counts = _FROM_EARLIER.match(self._limit(step.task))
        if counts is None:
            return step.allowed
        worktime, reached = self.office.worktime, step.task.entered_at
        return self.office.minutes(worktime.closing_time(reached), worktime.workdays(int(counts[1]), reached))

    def _by_promise(self, task: Task) -> bool:
        return _BY_PROMISE in self._limit(task)

    def _limit(self, task: Task) -> str:
        return (self.drawn[task.element].due if task.element in self.drawn else None) or ""


def _led_to(earlier: Walked, step: Walked, anchor: datetime | None) -> bool:
    """Whether a step lies on the way to another: over by then, of the same round, not another unit's, not beside."""
    left = earlier.task.left_at
    return (
        left is not None
        and left <= step.task.entered_at
        and earlier.process != _BESIDE
        and (anchor is None or earlier.task.entered_at >= anchor)
        and (step.task.unit is None or earlier.task.unit in (None, step.task.unit))
    )


def _overran(before: Sequence[Walked], office: Office) -> int:
    """Working time in which people had steps before beyond their own limits; what ran at once counts once."""
    spans = [(e.task.due, e.task.left_at) for e in before if e.late == PERSON and e.task.due and e.task.left_at]
    total, reached = 0, datetime.min.replace(tzinfo=UTC)
    for since, until in sorted(spans):
        total += office.minutes(max(since, reached), until)
        reached = max(reached, until)
    return total
