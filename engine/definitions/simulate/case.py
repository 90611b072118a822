"""A case in memory, led through the same deeds as a real one, with a clock that stands where it is put."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.bpmn.runtime import OpenTask, WaitingTimer
from engine.cases import deeds, live
from engine.cases.acts import entering
from engine.cases.clock_ledger import ClockLedger
from engine.cases.commands import SYSTEM
from engine.cases.deeds import Deed
from engine.cases.effects import OPERATIONS
from engine.cases.step import Notice, Record, Step
from engine.definitions.simulate.answers import filled
from engine.definitions.simulate.reasons import why
from engine.definitions.versions import Version
from engine.directory import Directory
from engine.worktime import WorkTime

BESIDE = "escalation"  # what it opens waits beside the course and holds nothing up
AT_ONCE = "紧急提级"
NOT_BY_CLOCK = "不等期限，当即提级"
_UID = str(UUID(int=1 << 32))


@dataclass(frozen=True)
class Ground:
    """What a simulated case stands on."""

    version: Version
    directory: Directory
    worktime: WorkTime


@dataclass(frozen=True)
class Rung:
    """What the clock did at one instant.

    `timer`: id of the timer event, of what is told without one the reason (`urgent`); `on`: id of the element it
    stands on. `tier`: to which this rung raises the case, 0 when it raises nothing; `reached`: the tier the case has
    then. `told`: who is notified of what (kind, groups); `opens`: tasks with their groups; `ends`: tasks taken away.
    """

    at: datetime
    timer: str
    name: str
    on: str | None
    tier: int
    reached: int
    told: tuple[Notice, ...]
    opens: tuple[tuple[str, tuple[str, ...]], ...]
    ends: tuple[str, ...]
    why: str


class SimulatedCase:
    """One case. What its clock does is added to `rungs`; nothing of it is kept anywhere else."""

    def __init__(self, ground: Ground, at: datetime, registration: Mapping[str, Any]) -> None:
        definition = ground.version.definition
        step = Step(at, SYSTEM, Record(), ClockLedger(), ground.worktime, ground.directory, OPERATIONS)
        schema = definition.start_form
        entered = entering.take(schema, filled(schema, registration), step, {})
        variables = entered.variables(schema, definition.read_names)
        self.rungs: list[Rung] = []
        self._live = deeds.begin(_UID, ground.version, step, variables, entered.values)
        self._definition = definition

    @property
    def step(self) -> Step:
        """Clock ledger, record and what has been said so far."""
        return self._live.step

    @property
    def now(self) -> datetime:
        """Where its clock stands."""
        return self._live.step.now

    def open_tasks(self) -> list[OpenTask]:
        """What waits for people, the longest first."""
        return self._live.run.open_tasks()

    def complete(self, task: OpenTask, known: Mapping[str, Any]) -> None:
        """Complete an open task at once with what its form takes of `known`. Raises BadInput."""
        step, schema = self._live.step, self._definition.form(task.element.form)
        step.since = step.present = step.now
        entered = entering.take(schema, filled(schema, known), step, task.data)
        said = {"variables": entered.variables(schema, self._definition.read_names), "unit": task.unit}
        begun = len(step.notes), len(step.notices)
        deeds.do(self._live, Deed("completed", task.element.id, entered.values, said, task_id=task.id))
        self._raised_at_once(*begun)

    def next_timer(self) -> WaitingTimer | None:
        """The timer that will strike next; None when none waits."""
        stands = self._live.step.clock_stands
        return next((t for t in self._live.run.timers() if not (stands and t.case_clock)), None)

    def strike(self, timer: WaitingTimer) -> None:
        """Move the clock to the instant of a waiting timer and let it strike."""
        step, before = self._live.step, self._tasks()
        begun = len(step.notes), len(step.notices)
        reason = why(timer, step, self._called(timer))
        last = max(step.now, timer.due)
        step.since = step.present = last
        step.now = live.strike(self._live, timer, step.now, last)
        after = self._tasks()
        self.rungs.append(
            Rung(
                at=timer.due,
                timer=timer.element.id,
                name=timer.element.name,
                on=timer.element.attached_to,
                tier=self._raised(begun[0]),
                reached=step.record.tier,
                told=tuple(step.notices[begun[1] :]),
                opens=tuple((t.element.name, t.groups) for id, t in after.items() if id not in before),
                ends=tuple(t.element.name for id, t in before.items() if id not in after),
                why=reason,
            )
        )

    def _tasks(self) -> dict[str, OpenTask]:
        return {task.id: task for task in self.open_tasks()}

    def _called(self, timer: WaitingTimer) -> str:
        """What the element is called whose wait began with the timer's."""
        host = self._definition.elements.get((timer.element.process, timer.element.attached_to or ""))
        return (host or timer.element).name

    def _raised(self, since: int) -> int:
        notes = self._live.step.notes[since:]
        return max((note.after["tier"] for note in notes if note.action == "escalated" and note.after), default=0)

    def _raised_at_once(self, notes: int, notices: int) -> None:
        """What an act raises without any timer: the case is urgent."""
        step = self._live.step
        for note in step.notes[notes:]:
            if note.action == "escalated" and note.after is not None:
                reason, tier = note.after["reason"], note.after["tier"]
                told = tuple(each for each in step.notices[notices:] if each.facts.get("tier") == tier)
                waiting = (task for task in self.open_tasks() if task.element.process == BESIDE)
                opens = tuple((task.element.name, task.groups) for task in waiting)
                self.rungs.append(
                    Rung(step.now, reason, AT_ONCE, None, tier, step.record.tier, told, opens, (), NOT_BY_CLOCK)
                )
