"""The ladder of a case that nobody acts on: every instant at which the clock does something, and why.

Nothing is computed beside the diagrams: a case is led in memory through the very deeds of a real one, up to a task at
which everybody stops, and then its own timers strike one after the other. That this is what happens when the clock is
really run is held by tests/definitions/test_simulate.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.clock import local
from engine.definitions.simulate.answers import ASIDE, NOT_ON_THE_SPOT, ONWARD, REGISTRATION
from engine.definitions.simulate.case import BESIDE, Ground, Rung, SimulatedCase
from engine.errors import BadInput, StepFailed

__all__ = ["Asked", "Course", "Ground", "Ladder", "Rung", "course", "ladder", "steps"]

PENDING = "approve_pending"
MOST_ACTS = 60
MOST_RUNGS = 200
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Asked:
    """A case as it is imagined: accepted at an instant, of a grade. `matter` and `lead` are codes; without a lead it
    is the unit the table of matters names, else the first in the liaison network."""

    accepted: datetime
    grade: str = "general"
    matter: str | None = None
    lead: str | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Course:
    """Everything up to the task `stuck` is done at the instant of acceptance, or as soon as its timers allow; then
    nobody acts. `deadline`: the one given at classification; `more`: the clock goes on beyond a year."""

    stuck: str
    name: str
    rungs: tuple[Rung, ...]
    deadline: datetime | None
    more: bool = False


@dataclass(frozen=True)
class Merged:
    """A rung with the tasks at which stopping brings it about, in their order."""

    rung: Rung
    stuck: tuple[str, ...]


@dataclass(frozen=True)
class Ladder:
    """The courses of a case, one for every task on its way."""

    asked: Asked
    courses: tuple[Course, ...]

    @property
    def deadline(self) -> datetime | None:
        """The deadline promised at classification."""
        return next((course.deadline for course in self.courses if course.deadline), None)

    @property
    def rungs(self) -> list[Merged]:
        """Every rung once, by instant: of several courses that have it, as the last tells it."""
        found: dict[tuple[datetime, str, int], tuple[Rung, list[str]]] = {}
        for each in self.courses:
            for rung in each.rungs:
                key = (rung.at, rung.timer, rung.tier)
                _, stuck = found.get(key, (rung, []))
                found[key] = (rung, [*stuck, *([] if each.stuck in stuck else [each.stuck])])
        merged = (Merged(rung, tuple(stuck)) for rung, stuck in found.values())
        return sorted(merged, key=lambda each: (each.rung.at, each.rung.tier))


def ladder(ground: Ground, asked: Asked) -> Ladder:
    """A course for every task on the shortest way through, and for the approval of a case put aside (挂账).

    Raises BadInput when the diagrams cannot be walked through with what is asked.
    """
    on_the_way = steps(ground, asked)
    known = {task.id for task in ground.version.definition.user_tasks}
    aside = [PENDING] if PENDING in known and "review" in on_the_way else []
    return Ladder(asked, tuple(course(ground, asked, task) for task in (*on_the_way, *aside)))


def steps(ground: Ground, asked: Asked) -> list[str]:
    """Ids of the tasks a case passes on the shortest way to its end, in their order; a simple one is not settled on
    the spot but handed on. Raises BadInput."""
    with _plainly():
        return list(dict.fromkeys(_passed(ground, asked, NOT_ON_THE_SPOT)))


@contextmanager
def _plainly() -> Iterator[None]:
    """Nothing is broken but what was to be imagined: a draft that fails on its way, a day beyond the calendar."""
    try:
        yield
    except StepFailed as failure:
        raise BadInput({"stuck": failure.message}, failure.message) from failure


def _passed(ground: Ground, asked: Asked, aside: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    walk = _Walk(ground, asked, aside)
    while (waiting := walk.to_next_task()) is not None:
        yield waiting
        walk.do(waiting)


def course(ground: Ground, asked: Asked, stuck: str) -> Course:
    """What happens when everybody stops at this task. Raises BadInput when a case of this kind never comes there, or
    the diagrams cannot go on."""
    with _plainly():
        return _course(ground, asked, stuck)


def _course(ground: Ground, asked: Asked, stuck: str) -> Course:
    for aside in (ASIDE.get(stuck, {}), {**NOT_ON_THE_SPOT, **ASIDE.get(stuck, {})}):
        walk = _Walk(ground, asked, aside)
        while (waiting := walk.to_next_task(stuck)) is not None:
            if waiting == stuck:
                return _left_alone(walk.case, stuck, waiting)
            walk.do(waiting)
    sentence = f"这样的件走不到“{_name(ground, stuck)}”，请换一个环节，或换一个等级。"
    raise BadInput({"stuck": sentence}, sentence)


def _left_alone(case: SimulatedCase, stuck: str, waiting: str) -> Course:
    name = next(task.element.name for task in case.open_tasks() if task.element.id == waiting)
    last, more = case.now + LONGEST, False
    while (timer := case.next_timer()) is not None:
        if timer.due > last or len(case.rungs) >= MOST_RUNGS:
            more = True
            break
        case.strike(timer)
    return Course(stuck, name, tuple(case.rungs), case.step.ledger.original, more)


def _name(ground: Ground, task: str) -> str:
    return next((each.name for each in ground.version.definition.user_tasks if each.id == task), task)


@dataclass
class _Walk:
    """One case on its way: everybody acts at once, each answer to turn aside is given once."""

    ground: Ground
    asked: Asked
    aside: Mapping[str, Mapping[str, Any]]
    acts: int = 0
    turned: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        _check(self.ground, self.asked)
        matter = {} if self.asked.matter is None else {"matter_code": self.asked.matter}
        self.case = SimulatedCase(self.ground, self.asked.accepted, {**REGISTRATION, **matter})

    def to_next_task(self, wanted: str | None = None) -> str | None:
        """The id of the task that holds the case up, the wanted one first; None at its end, or when it only turns in
        circles. What waits for the clock alone is waited for."""
        while self.acts < MOST_ACTS:
            self._fire_due()
            waiting = [
                t.element.id for t in self.case.open_tasks() if t.element.process != BESIDE or t.element.id == wanted
            ]
            if waiting:
                return wanted if wanted in waiting else waiting[0]
            timer = self.case.next_timer()
            if timer is None:
                return None
            self.case.strike(timer)
            self.acts += 1
        return None

    def do(self, task: str) -> None:
        """Complete a task that waits."""
        self.acts += 1
        open_task = next(each for each in self.case.open_tasks() if each.element.id == task)
        known = {**self._known(), **ONWARD.get(task, {})}
        if task in self.aside and task not in self.turned:
            self.turned.add(task)
            known |= self.aside[task]
        try:
            self.case.complete(open_task, known)
        except BadInput as error:
            said = "；".join(error.fields.values()) or error.message
            sentence = f"演算走到“{open_task.element.name}”填不下去：{said}"
            raise BadInput({"stuck": sentence}, sentence) from error

    def _fire_due(self) -> None:
        while (timer := self.case.next_timer()) is not None and timer.due <= self.case.now:
            self.case.strike(timer)

    def _known(self) -> dict[str, Any]:
        asked, worktime = self.asked, self.ground.worktime
        until = worktime.workdays(3, self.case.now).date().isoformat()
        found = {"grade": asked.grade, "lead_unit": _lead(self.ground, asked), "until": until}
        return {**found, **({"urgent": True} if asked.urgent else {})}


def _check(ground: Ground, asked: Asked) -> None:
    ground.worktime.is_workday(local(asked.accepted).date())  # says so itself when that lies beyond the calendar
    wrong = {}
    if asked.matter is not None and asked.matter not in ground.directory.matters:
        wrong["matter"] = f"没有代码为“{asked.matter}”的事项，请核对代码。"
    if asked.lead is not None and not ground.directory.has_desk(asked.lead):
        wrong["lead"] = f"“{asked.lead}”不是能承办的单位，请核对代码。"
    if asked.urgent and asked.grade == "simple":
        wrong["urgent"] = "简单件当场办理，不能同时标为紧急。"
    if wrong:
        raise BadInput(wrong, "".join(wrong.values()))


def _lead(ground: Ground, asked: Asked) -> str:
    if asked.lead is not None:
        return asked.lead
    table = ground.version.definition.decisions.get("routing")
    if asked.matter is not None:
        row = {} if table is None else table.evaluate({"matter_code": asked.matter}, {})
        named = [*row.values(), ground.directory.matter(asked.matter).unit]
        found = next((code for code in named if ground.directory.has_desk(code)), None)
        if found is not None:
            return str(found)
    return next(unit.code for unit in ground.directory.desks() if unit.liaison is not None and not unit.vertical)
