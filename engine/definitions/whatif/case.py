"""A case in memory, led through the deeds of a real one at the instants it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.runtime import OpenTask, ProcessRun, WaitingTimer
from engine.cases import deeds, live
from engine.cases.acts import entering
from engine.cases.beside import ACTS
from engine.cases.clock_ledger import ClockLedger
from engine.cases.commands import SYSTEM, Actor
from engine.cases.deeds import CALENDAR_CHANGED, Deed
from engine.cases.effects import OPERATIONS
from engine.cases.live import LEAD_MOVED
from engine.cases.merging import lead_named
from engine.cases.step import LeadCase, Record, Step
from engine.clock import local
from engine.definitions.versions import Version
from engine.definitions.whatif.recorded import Act, Came, Recorded, in_order
from engine.directory import Directory
from engine.worktime import WorkTime

_BESIDE = {act.action: act for act in ACTS.values()}
BESIDE = "escalation"  # what it opens waits beside the case and holds nothing up
_OF_THE_MOVE = frozenset({"path", "lead_due", "commitment"})


@dataclass(frozen=True)
class Ground:
    """What replayed cases stand on: directory, calendars by version, and the instant at which all is looked at."""

    directory: Directory
    worktime: Callable[[int], WorkTime]
    until: datetime


Key = tuple[str, str | None, int]


@dataclass(frozen=True)
class Lain:
    """A task that lay with some groups, and until when: `done` by a person, else ended by the clock or the flow.

    `key`: what it is among the tasks of its case: element, unit, and the tier of whoever supervises, else 0.
    """

    id: str
    key: Key
    groups: tuple[str, ...]
    since: datetime
    ended_at: datetime | None
    done: bool


def key_of(task: OpenTask) -> Key:
    """See `Lain.key`."""
    tier = task.data.get("tier") if task.element.process == BESIDE else None
    return task.element.id, task.unit, tier if isinstance(tier, int) else 0


class ReplayedCase:
    """One case. Nothing of it is kept anywhere else.

    `stored`: it is written and read back after every act, as a real one is. That takes several times as long and makes
    one difference: after many loops its tasks have the very numbers they had.
    """

    def __init__(
        self, ground: Ground, version: Version, recorded: Recorded, entered: Mapping[str, Any], stored: bool = False
    ) -> None:
        first, definition = recorded.acts[0], version.definition
        calendar = first.said.get("calendar", 0)
        step = Step(
            first.at, _actor(first), Record(), ClockLedger(), ground.worktime(calendar), ground.directory, OPERATIONS
        )
        step.calendar = calendar
        _tell_of_lead(step, first)
        taken = entering.take(definition.start_form, entered, step, {})
        variables = taken.variables(definition.start_form, definition.read_names)
        self._ground, self._definition, self._stored = ground, definition, stored
        self._live = deeds.begin(recorded.uid, version, step, variables, taken.values)
        self._merged = self._live.merged_into is not None
        self._seen: dict[str, OpenTask] = {}
        self._ended: dict[str, datetime] = {}
        self._done: set[str] = set()  # by people
        self.opened: list[OpenTask] = []  # since it was last looked at, in their order
        self._look()

    @property
    def step(self) -> Step:
        """Clock ledger and record."""
        return self._live.step

    @property
    def now(self) -> datetime:
        """The instant of the last thing that happened."""
        return self._live.step.now

    @property
    def open_tasks(self) -> list[OpenTask]:
        """What waits for people, the longest first."""
        return [task for id, task in self._seen.items() if id not in self._ended]

    @property
    def lain(self) -> list[Lain]:
        """Every task it opened."""
        return [
            Lain(id, key_of(task), task.groups, task.since, self._ended.get(id), id in self._done)
            for id, task in self._seen.items()
        ]

    def form(self, task: OpenTask) -> Mapping[str, Any]:
        """The form of a task in these diagrams."""
        return self._definition.form(task.element.form)

    # ------------------------------------------------------------------ what happens
    def next_timer(self) -> WaitingTimer | None:
        """The timer that strikes next; None when none waits."""
        stands = self._live.step.clock_stands
        return next((t for t in self._live.run.timers() if not (stands and t.case_clock)), None)

    def strike(self, timer: WaitingTimer) -> None:
        """Let a timer strike at its instant, or at once when it could not before."""
        step = self._live.step
        step.since = step.present = max(step.now, timer.due)
        step.now = live.strike(self._live, timer, step.now, step.present)
        self._look()

    def complete(self, task: OpenTask, at: datetime, actor: str, entered: Mapping[str, Any]) -> None:
        """Complete an open task. Raises BadInput where its form does not take that."""
        step, schema = self._at(at, Actor(actor)), self.form(task)
        taken = entering.take(schema, entered, step, task.data)
        self._merged = self._merged or lead_named(taken.values) is not None
        said = {"variables": taken.variables(schema, self._definition.read_names), "unit": task.unit}
        self._done.add(task.id)
        deeds.do(self._live, Deed("completed", task.element.id, taken.values, said, task_id=task.id))
        self._look()

    def tell_of_lead(self, act: Act) -> None:
        """What the case hears of its lead case with an act."""
        _tell_of_lead(self._live.step, act)

    def act(self, act: Act, at: datetime) -> bool:
        """Do what was done beside the tasks; False where it is not possible."""
        step = self._at(at, _actor(act))
        _tell_of_lead(step, act)
        done = self._act(act)
        self._look()
        return done

    def _act(self, act: Act) -> bool:
        opened = self._live
        if act.action == CALENDAR_CHANGED:
            deeds.change_calendar(opened, act.said["calendar"], self._ground.worktime(act.said["calendar"]))
            return True
        if act.action == LEAD_MOVED:
            deeds.follow_lead(opened)
            return True
        if act.action == "message" and not opened.run.waits_for(act.element):
            return False
        said: Mapping[str, Any] = {k: v for k, v in act.said.items() if k not in _OF_THE_MOVE}
        before = act.before
        if act.action in _BESIDE:
            if _BESIDE[act.action].not_now(opened) is not None:
                return False
            if "timer" in said:
                held = self._held(act.said["activity"])
                if held is None:
                    return False
                said, before = held
        deeds.do(opened, Deed(act.action, act.element, act.entered, said, before))
        return True

    def _held(self, element: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        """A rung is held back for a working day, wherever it now waits."""
        timer = next((t for t in self._live.run.timers() if t.element.id == element), None)
        if timer is None:
            return None
        until = self._live.step.worktime.shift(timer.due, 1).isoformat()
        return {"activity": element, "timer": timer.id, "due": until}, {"due": local(timer.due).isoformat()}

    def _at(self, at: datetime, actor: Actor) -> Step:
        step = self._live.step
        step.now = step.since = step.present = at
        step.actor = actor
        return step

    def _look(self) -> None:
        """Which tasks have opened, and which are gone."""
        if self._stored:
            run = self._live.run
            self._live.run = ProcessRun.loaded(run.definition, self._live.step, run.base, run.dump())
        now_open = {task.id: task for task in self._live.run.open_tasks()}
        for id in self._seen.keys() - now_open.keys() - self._ended.keys():
            self._ended[id] = self._live.step.now
        fresh = [task for id, task in now_open.items() if id not in self._seen]
        self.opened += sorted(fresh, key=lambda task: (task.since, task.id))
        self._seen.update({task.id: task for task in fresh})

    # ------------------------------------------------------------------ what became of it
    def came(self) -> Came:
        """How it stands now."""
        step, record, ledger = self._live.step, self._live.step.record, self._live.step.ledger
        escalated = [note for note in step.notes if note.action == "escalated" and note.after is not None]
        tasks = [(*each.key[:2], each.since, each.ended_at) for each in self.lain if _tells(each)]
        signed = [order.signed_by for order in record.orders if order.signed_at is not None]
        return Came(
            **{name: getattr(record, name) for name in ("grade", "outcome", "tier", "completed_at")},
            **{name: getattr(record, name) for name in ("counted_at", "counted_due")},
            lead_unit=ledger.lead,
            merged=self._merged,
            deadline=step.deadline(),
            original_deadline=ledger.original,
            accepted_at=ledger.accepted_at,
            ended_at=record.ended_at or (step.now if self._live.run.ended else None),
            signed=sum(1 for by in signed if by != SYSTEM.name),
            auto_signed=sum(1 for by in signed if by == SYSTEM.name),
            raised=tuple((note.at, note.after["tier"]) for note in escalated if note.after),
            tasks=in_order(tasks),
        )


def _tells(lain: Lain) -> bool:
    """When a task was taken away the tables know by the sweep alone."""
    return lain.done or lain.ended_at is None


def _actor(act: Act) -> Actor:
    return SYSTEM if act.actor == SYSTEM.name else Actor(act.actor)


def _tell_of_lead(step: Step, act: Act) -> None:
    if "lead_due" in act.said:
        due = act.said["lead_due"]
        step.lead_case = LeadCase(None if due is None else datetime.fromisoformat(due))
