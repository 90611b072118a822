"""A case in memory for the length of one transaction: loaded, acted on, and the difference written back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from engine.bpmn.elements import USER_TASKS
from engine.bpmn.migration import Plan
from engine.bpmn.runtime import OpenTask, ProcessRun, WaitingTimer
from engine.cases import clock_ledger
from engine.cases.commands import SYSTEM, Actor
from engine.cases.effects import OPERATIONS
from engine.cases.record_form import read_record
from engine.cases.step import Step
from engine.clock import local
from engine.definitions.versions import Version
from engine.directory import Directory
from engine.errors import CannotMigrate, Obstacle, StateCorrupt, StepFailed
from engine.keys import Keys
from engine.worktime import WorkTime

LEAD_CLOSED = "lead_closed"  # message to the cases merged under one that ends
LEAD_MOVED = "lead_moved"  # to the same: the deadline they wait by is another
BASE_MASK = ~0xFFFFFFFF


@dataclass(frozen=True)
class Fired:
    """A timer that struck: which, when it was due, and the tier the case then had."""

    no: str | None
    activity: str
    due: datetime
    tier: int


@dataclass
class Live:
    """One case in memory. `tasks` and `timers` are as stored, for the comparison with those after the act."""

    version: Version
    step: Step
    run: ProcessRun
    row: Mapping[str, Any]
    tasks: Mapping[str, OpenTask] = field(default_factory=dict)
    timers: Mapping[str, WaitingTimer] = field(default_factory=dict)
    tasks_after: Mapping[str, OpenTask] = field(default_factory=dict)
    timers_after: Mapping[str, WaitingTimer] = field(default_factory=dict)
    done_by: dict[str, Actor] = field(default_factory=dict)  # task id -> who completed it in this transaction
    passed: list[OpenTask] = field(default_factory=list)  # opened and completed in this transaction: never stored
    fired: list[Fired] = field(default_factory=list)
    salts: dict[int, str] = field(default_factory=dict)  # audit line -> salt of its commitment
    orders_before: list[dict[str, Any]] = field(default_factory=list)
    stood_before: bool = False  # the case clock
    merged_into: str | None = None  # set when this act merges the case under another
    held: frozenset[str] = frozenset()  # timers that may not strike in this act: they cannot
    coming: Version | None = None  # about to take the place of the one it runs on
    former: bytes | None = None  # the state before a migration that is about to be taken back
    keys: Keys | None = None  # of the house, in an act that is written; a case led again or looked at has none

    @property
    def sealing(self) -> Keys:
        """The keys of an act that is written."""
        assert self.keys is not None
        return self.keys

    @property
    def crosses(self) -> bool:
        """Whether the act has something to tell another case."""
        return any(notice.kind in (LEAD_CLOSED, LEAD_MOVED) for notice in self.step.notices)

    @property
    def migrated(self) -> bool:
        """Whether this act has brought the case to another version."""
        return bool(self.row.get("bundle_id", self.version.id) != self.version.id)

    @property
    def no(self) -> str | None:
        """Business key."""
        found: str | None = self.row.get("no")
        return found


def base_of(uid: str) -> int:
    """The integer the task ids of an instance are counted from."""
    return UUID(uid).int


def uid_of_task(task_id: str) -> str:
    """The process instance a task id belongs to; raises ValueError for what is not a task id."""
    return str(UUID(int=UUID(task_id).int & BASE_MASK & ((1 << 128) - 1)))


def load(
    row: Mapping[str, Any], version: Version, now: datetime, actor: Actor, worktime: WorkTime, directory: Directory
) -> Live:
    """Read a stored case back; raises StateCorrupt."""
    try:
        record, ledger = read_record(row), clock_ledger.from_json(row["ledger"])
    except (ValueError, TypeError, LookupError, AttributeError):
        raise StateCorrupt("保存的期限或工单记录已损坏，无法读回。") from None
    step = Step(now, actor, record, ledger, worktime, directory, OPERATIONS)
    step.calendar = row["calendar"]
    run = ProcessRun.loaded(version.definition, step, base_of(row["uid"]), row["state"])
    tasks = {task.id: task for task in run.open_tasks()}
    timers = {timer.id: timer for timer in run.timers()}
    orders = [dict(vars(order)) for order in step.record.orders]
    return Live(version, step, run, row, tasks, timers, orders_before=orders, stood_before=step.clock_stands)


def begin(
    uid: str,
    version: Version,
    step: Step,
    variables: Mapping[str, Any],
) -> Live:
    """A new instance, run to its first rest."""
    run = ProcessRun.started(version.definition, step, base_of(uid), variables)
    return Live(version, step, run, {"uid": uid, "no": None})


def anything_due(live: Live, until: datetime) -> bool:
    """Whether a timer of the case would strike."""
    return _next_due(live, until) is not None


def fire_due(live: Live, until: datetime, last: datetime) -> None:
    """Let every timer strike that is due, in the order of their instants, each at its own.

    `last` is the instant of the last line of the trail: what could not strike before it, because the case clock stood
    or its instant was moved, strikes now and not in the past.
    """
    resumed, actor = live.step.now, live.step.actor
    while (timer := _next_due(live, until)) is not None:
        last = strike(live, timer, last, live.step.present)
    live.step.now, live.step.actor = resumed, actor


def strike(live: Live, timer: WaitingTimer, last: datetime, present: datetime) -> datetime:
    """Let one waiting timer strike at its own instant, or at `last` when that is later; returns which it was.

    `present` is when that really happens. StepFailed names the timer.
    """
    live.step.actor, live.step.answers = SYSTEM, {}
    # Written into the state as text: the later instant always as UTC, so that a replay writes the same.
    live.step.now = timer.due if timer.due >= last else last.astimezone(UTC)
    said = {"due": timer.due.isoformat(), "at": local(present).isoformat(), "timer": timer.id}
    try:
        moving(live, "timer_fired", timer.element.id, said, lambda: live.run.fire(timer.id))
    except StepFailed as error:
        error.timer = timer.id
        raise
    live.fired.append(Fired(live.no, timer.element.id, timer.due, live.step.record.tier))
    return live.step.now


def moving(
    live: Live, action: str, element: str, said: Mapping[str, Any], move: Callable[[], object], **kept: Any
) -> None:
    """One move of the diagram with its line on the trail, which also says what path was taken."""
    step, place, passed = live.step, len(live.step.notes), len(live.run.path)
    step.note(action, element)
    changing(live, move)
    after = {**said, **of_lead_case(step), "path": live.run.path[passed:]}
    step.notes[place] = replace(step.notes[place], after=after, **kept)


def of_lead_case(step: Step) -> dict[str, str | None]:
    """What the move knew of another case: a replay must not ask what that case says by then."""
    if step.lead_case is None:
        return {}
    due = step.lead_case.due
    return {"lead_due": None if due is None else due.isoformat()}


def _next_due(live: Live, until: datetime) -> WaitingTimer | None:
    stands, held = live.step.clock_stands, live.held
    may = (t for t in live.run.timers() if t.due <= until and t.id not in held and not (stands and t.case_clock))
    return next(may, None)


def changing(live: Live, act: Callable[[], object]) -> None:
    """Act on the diagram; when that changes clock ledger or calendar, waiting instants are computed anew, visibly."""
    step = live.step
    before, due_before, worktime = step.ledger, step.deadline(), step.worktime
    act()
    if step.ledger != before or step.worktime is not worktime:
        reproject(live)
        _lift(live, due_before)
    step.hand_on_the_deadline()


def reproject(live: Live) -> None:
    """Every waiting instant computed anew; a line for each that moves."""
    for moved in live.run.reproject():
        live.step.note("moved", moved.element.id, {"due": moved.before}, {"due": moved.after}, actor="system")


def exchange(live: Live, version: Version, plan: Plan, back: bool = False) -> None:
    """Go on by another version; a line for each instant that is not as it was. Raises CannotMigrate."""
    try:
        changed = live.run.move_to(version.definition, plan, back)
    except StepFailed as error:
        raise CannotMigrate([Obstacle(error.element, error.message.rstrip("。"))]) from error
    live.version = version
    for moved in changed:
        before, after = {"due": moved.before}, {"due": moved.after}
        if moved.element.kind in USER_TASKS or (moved.before and moved.after):
            live.step.note("moved", moved.element.id, before, after, actor="system")
        elif moved.after:
            live.step.note("armed", moved.element.id, None, after, actor="system")
        else:
            live.step.note("disarmed", moved.element.id, before, None, actor="system")


def restore(live: Live, version: Version, stored: bytes) -> None:
    """Go on from an earlier state of the case on its version; what calendar and ledger have moved since moves."""
    path = live.run.path
    live.run = ProcessRun.loaded(version.definition, live.step, base_of(live.row["uid"]), stored)
    live.run.path = path
    live.version = version
    reproject(live)


def _lift(live: Live, due_before: datetime | None) -> None:
    """A deadline that comes later takes back what its coming near has brought."""
    due_after = live.step.deadline()
    if due_before is not None and due_after is not None and due_after > due_before:
        live.run.signal("deadline_moved")
