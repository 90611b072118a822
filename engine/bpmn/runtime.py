"""A live process instance: start or load it, act on it, settle, look at what waits, store it.

The runtime knows nothing of cases: what words and operations mean is told by its `Host`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar
from uuid import UUID

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import state
from engine.bpmn.budget import Budget
from engine.bpmn.definition import Definition
from engine.bpmn.dialect import QuietSignal
from engine.bpmn.elements import Element
from engine.bpmn.expressions import ExpressionError, Words, parse, parse_assignments, parse_template
from engine.bpmn.kept_clocks import CASE_CLOCK_WORDS, Clock, carried_on
from engine.bpmn.loops import forget_passes
from engine.bpmn.migration import Drawn, Plan, migrate
from engine.bpmn.timers import (
    HELD,
    NEVER,
    InstantTimer,
    instant_text,
    kept_to,
    timer_element,
    timer_of,
    words_of,
)
from engine.bpmn.workflow import CaseWorkflow
from engine.errors import NobodyWaits, StepFailed

T = TypeVar("T")
_HERE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class Host(Protocol):
    """What surrounds a running process. `now` and `since` are set by the runtime before words are used."""

    now: datetime
    since: datetime
    words: Words

    def operate(self, operation: str, element: Element, data: dict[str, Any]) -> None:
        """Carry out a service operation; it may write variables into `data`."""
        ...

    def decided(self, element: Element, decision: str, row: Mapping[str, Any]) -> None:
        """Hear of a decision taken."""
        ...


@dataclass(frozen=True)
class OpenTask:
    """A user task that waits for somebody."""

    id: str
    element: Element
    groups: tuple[str, ...]
    unit: str | None
    since: datetime
    due: datetime | None
    priority: int
    data: Mapping[str, Any]


@dataclass(frozen=True)
class WaitingTimer:
    """A timer that waits for its instant. `case_clock`: it stands still while the case is paused; `data`: what its
    expression reads."""

    id: str
    element: Element
    since: datetime
    due: datetime
    case_clock: bool
    data: Mapping[str, Any] = field(compare=False, repr=False)


@dataclass(frozen=True)
class Moved:
    """A waiting instant that a change of clock ledger or calendar has moved; ISO texts or null."""

    id: str
    element: Element
    before: str | None
    after: str | None


class ProcessRun:
    """One process instance in memory, for the length of one transaction."""

    def __init__(self, definition: Definition, host: Host, base: int) -> None:
        self.definition = definition
        self.host = host
        self.base = base
        self.path: list[str] = []  # elements passed in this transaction, `process/element`, in order
        self._interpreter = _Interpreter(self)
        self._workflow: CaseWorkflow

    # ------------------------------------------------------------------ coming and going
    @classmethod
    def started(cls, definition: Definition, host: Host, base: int, data: Mapping[str, Any]) -> ProcessRun:
        """A new instance; `base` is an integer whose low 32 bits are zero, unique to the instance."""
        run = cls(definition, host, base)
        run._workflow = CaseWorkflow(definition.spec, definition.specs, run._changed, script_engine=run._interpreter)
        run._workflow.task_tree.set_data(**deepcopy(dict(data)))
        run._settle()
        return run

    @classmethod
    def loaded(cls, definition: Definition, host: Host, base: int, stored: bytes) -> ProcessRun:
        """An instance read back; raises StateCorrupt."""
        run = cls(definition, host, base)
        run._workflow = state.decode(stored, definition.spec, definition.specs, run._changed)
        run._workflow.script_engine = run._interpreter
        return run

    def move_to(self, definition: Definition, plan: Plan, back: bool = False) -> list[Moved]:
        """Go on by another definition; returns every instant that is not as it was. Raises CannotMigrate, StepFailed.

        `back`: an earlier migration is taken back, so that what its version promised binds no longer.
        """
        moved = migrate(self._workflow, self.definition, definition, plan, self._changed)
        self.definition, self._workflow = definition, moved.workflow
        self._workflow.script_engine = self._interpreter
        gone = [Moved(str(UUID(int=self.base + id)), element, at, None) for id, element, at in moved.disarmed]
        found = [self._exchanged(clock, back) for clock in self._clocks(moved.drawn)]
        self._guarded(None, self._workflow.update_joins)
        self._settle()
        self.open_tasks()  # raises where the new diagram cannot say whose task it is
        return [*gone, *(each for each in found if each is not None)]

    def _clocks(self, drawn: Mapping[int, Drawn]) -> list[Clock]:
        """Everything that waits with an instant, each with how it was drawn before and is drawn now."""
        none = Drawn(None, None)
        timers = [
            Clock(
                task,
                timer_element(task),
                "event_value",
                drawn.get(task.id, none).timer,
                timer.expression,
                partial(timer.instant, task),
            )
            for task, timer in self._timer_tasks()
        ]
        dues = [
            Clock(
                task,
                task.task_spec.drawn,
                "due",
                drawn.get(task.id, none).due,
                task.task_spec.drawn.due,
                partial(self._own_due, task),
            )
            for task in self._ready()
        ]
        return [*timers, *dues]

    def _exchanged(self, clock: Clock, back: bool) -> Moved | None:
        kept = self._guarded(clock.task, partial(carried_on, clock, self.host.now, back))
        same = kept.before == kept.after
        return None if same else Moved(self._id(clock.task), clock.element, kept.before or None, kept.after or None)

    def dump(self, whole: bool = False) -> bytes:
        """Its stored form; raises StepFailed for a tree so deep that the library would lose tasks.

        `whole`: with every pass of its loops, as versions up to 0.1 stored it.
        """
        if not whole:
            forget_passes(self._workflow)
        if self._workflow.task_counter > state.MAX_DEPTH and self.depth > state.MAX_DEPTH:
            raise StepFailed(self.definition.name, "办理轮次太多，流程记录已到上限")
        return state.encode(self._workflow)

    @property
    def depth(self) -> int:
        """Levels of its deepest task tree."""
        return state.depth_of(self._workflow)

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        unfinished = (t._state & TaskState.NOT_FINISHED_MASK for t in self._workflow.tasks.values())
        return bool(self._workflow.completed) or not any(unfinished)

    # ------------------------------------------------------------------ acting
    def complete(self, task_id: str, variables: Mapping[str, Any]) -> None:
        """Complete an open user task with its variables and go on; KeyError when it is not open."""
        task = self._find(task_id)
        if task is None or task.state != TaskState.READY or not task.task_spec.manual:
            raise KeyError(task_id)
        task.data = deepcopy(task.data)  # nested values are shared with the parent task
        task.set_data(**deepcopy(dict(variables)))
        self._guarded(task, task.run)
        self._settle()

    def fire(self, timer_id: str) -> None:
        """Let a waiting timer strike and go on; KeyError when it does not wait."""
        task = self._waiting(timer_id)
        task.internal_data["event_fired"] = True
        self._guarded(task, lambda: task.task_spec._update(task))
        self._settle()

    def hold(self, timer_id: str, until: datetime) -> None:
        """Hold a waiting timer back to a later instant, also when instants are computed anew; KeyError as `fire`."""
        held = self._waiting(timer_id).internal_data
        held[HELD] = held["event_value"] = until.isoformat()

    def _waiting(self, timer_id: str) -> Task:
        task: Task | None = self._workflow.event_manager.tasks.get(self._number(timer_id))
        if task is None:
            raise KeyError(timer_id)
        return task

    def send(self, name: str, variables: Mapping[str, Any]) -> None:
        """Deliver a message to every place that waits for it; raises NobodyWaits."""
        event = BpmnEvent(MessageEventDefinition(name), payload=dict(variables))
        if self._workflow.event_manager.catch(event, internal=False) == 0:
            raise NobodyWaits(f"这件事现在不能再接收“{name}”，请刷新页面查看最新进展。")
        self._settle()

    def correct(self, variables: Mapping[str, Any]) -> None:
        """Give variables another value wherever the case stands, so that every branch goes on from it."""
        for workflow in (self._workflow, *self._workflow.subprocesses.values()):
            for task in workflow.tasks.values():
                if variables and task.has_state(_HERE):
                    task.data = {**task.data, **deepcopy({name: variables[name] for name in sorted(variables)})}

    def signal(self, name: str) -> None:
        """Broadcast a signal inside the instance; nobody needs to wait for it."""
        if self._workflow.event_manager.catch(BpmnEvent(QuietSignal(name), payload={}), internal=False):
            self._settle()

    def waits_for(self, name: str) -> bool:
        """Whether a message of that name would be taken."""
        wanted = MessageEventDefinition(name)
        return any(t.task_spec.event_definition == wanted for t in self._workflow.event_manager.tasks.values())

    def _number(self, id: str) -> int:
        """The number of a task within the instance, from its id outside."""
        return UUID(id).int - self.base

    def _id(self, task: Task) -> str:
        return str(UUID(int=self.base + task.id))

    def _find(self, task_id: str) -> Task | None:
        number = self._number(task_id)
        each = (self._workflow, *self._workflow.subprocesses.values())
        return next((w.tasks[number] for w in each if number in w.tasks), None)

    def _settle(self) -> None:
        self._guarded(None, self._workflow.settle)
        self._workflow.get_events()  # signals nobody caught would pile up
        for task in self._ready():
            self._guarded(task, partial(self._opened, task))

    def _guarded(self, task: Task | None, act: Callable[[], T]) -> T:
        """Name the element where the diagram cannot go on."""
        try:
            return act()
        except (ExpressionError, WorkflowException, ValueError, RecursionError) as error:
            failed = getattr(error, "task_spec", None) or (task.task_spec if task else None)
            name = getattr(failed, "bpmn_name", None) or getattr(failed, "name", None) or self.definition.name
            raise StepFailed(str(name), str(error)) from error

    # ------------------------------------------------------------------ what waits
    def _ready(self) -> list[Task]:
        each = (self._workflow, *self._workflow.get_active_subprocesses())
        return [t for w in each for t in w.tasks.values() if t._state == TaskState.READY and t.task_spec.manual]

    def _opened(self, task: Task) -> None:
        """Fix, once, when a task began to wait and until when it should be done."""
        if "since" not in task.internal_data:
            task.internal_data["since"] = self.host.now.isoformat()
            task.internal_data["due"] = self._due(task)

    def _due(self, task: Task) -> str | None:
        return kept_to(task, self._own_due(task)) or None

    def _own_due(self, task: Task) -> str:
        drawn: Element = task.task_spec.drawn
        value = None if not drawn.due else self._interpreter.evaluate(task, drawn.due)
        return NEVER if value is None else instant_text(value)

    def open_tasks(self) -> list[OpenTask]:
        """Every user task that waits, in the order they opened."""
        return [self._open_task(task) for task in self._ready()]

    def _open_task(self, task: Task) -> OpenTask:
        drawn: Element = task.task_spec.drawn
        due = task.internal_data.get("due")
        unit = task.data.get("unit")
        return OpenTask(
            id=self._id(task),
            element=drawn,
            groups=self._groups(task, drawn),
            unit=unit if isinstance(unit, str) else None,
            since=datetime.fromisoformat(task.internal_data["since"]),
            due=datetime.fromisoformat(due) if due else None,
            priority=int(drawn.priority) if drawn.priority and drawn.priority.isdigit() else 50,
            data=task.data,
        )

    def _groups(self, task: Task, drawn: Element) -> tuple[str, ...]:
        text = drawn.groups if drawn.groups is not None else (drawn.lane or "")
        filled = self._guarded(task, lambda: parse_template(text).fill(task.data, self.host.words))
        return tuple(dict.fromkeys(part.strip() for part in filled.split(",") if part.strip()))

    def timers(self) -> list[WaitingTimer]:
        """Every waiting timer that has an instant, by that instant, then in the order they began to wait."""
        waiting = [self._timer(*each) for each in self._timer_tasks() if each[0].internal_data.get("event_value")]
        return sorted(waiting, key=lambda timer: timer.due)

    def _timer_tasks(self) -> list[tuple[Task, InstantTimer]]:
        tasks = self._workflow.event_manager.tasks.values()
        return [(task, timer) for task in tasks if (timer := timer_of(task)) is not None]

    def _timer(self, task: Task, timer: InstantTimer) -> WaitingTimer:
        return WaitingTimer(
            id=self._id(task),
            element=timer_element(task),
            since=datetime.fromisoformat(task.internal_data["since"]),
            due=datetime.fromisoformat(task.internal_data["event_value"]),
            case_clock=not words_of(task, timer).isdisjoint(CASE_CLOCK_WORDS),
            data=task.data,
        )

    def reproject(self) -> list[Moved]:
        """Compute every waiting instant anew from its own expression and the instant it began to wait.

        What is held back stays so.
        """
        timers = [
            self._move(task, timer_element(task), "event_value", self._guarded(task, partial(timer.strikes, task)))
            for task, timer in self._timer_tasks()
        ]
        dues = [
            self._move(task, task.task_spec.drawn, "due", self._guarded(task, partial(self._due, task)))
            for task in self._ready()
        ]
        return [moved for moved in (*timers, *dues) if moved is not None]

    def out_of_date(self) -> bool:
        """Whether `reproject` would move a timer."""
        return any(
            task.internal_data.get("event_value") != self._guarded(task, partial(timer.strikes, task))
            for task, timer in self._timer_tasks()
        )

    def _move(self, task: Task, element: Element, key: str, after: str | None) -> Moved | None:
        before = task.internal_data.get(key)
        if before == after:
            return None
        task.internal_data[key] = after
        return Moved(self._id(task), element, before or None, after or None)

    def elements_open(self) -> set[str]:
        """Ids (`process/element`) of everything that has begun and not ended: the tokens of the diagram."""
        each = (self._workflow, *self._workflow.get_active_subprocesses())
        live = TaskState.READY | TaskState.WAITING | TaskState.STARTED
        found = (t.task_spec.drawn for w in each for t in w.tasks.values() if t.has_state(live))
        return {f"{drawn.process}/{drawn.id}" for drawn in found if drawn is not None and drawn.kind != "boundaryEvent"}

    def _changed(self, task: Task, before: int, after: int) -> None:
        drawn = getattr(task.task_spec, "drawn", None)
        if after == TaskState.COMPLETED and drawn is not None:
            self.path.append(f"{drawn.process}/{drawn.id}")


class _Interpreter:
    """The library's view of the host: conditions, timers, assignments, operations, decisions."""

    def __init__(self, run: ProcessRun) -> None:
        self._run = run
        self.environment = self

    @property
    def now(self) -> datetime:
        return self._run.host.now

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        """Value of an expression over a task's data; the library also calls it with plain data."""
        host = self._run.host
        data = task.data if isinstance(task, Task) else task
        since = task.internal_data.get("since") if isinstance(task, Task) else None
        host.since = datetime.fromisoformat(since) if since else host.now
        try:
            return parse(expression).evaluate(data, host.words)
        except ExpressionError as error:
            raise StepFailed(self._name(task), str(error)) from error

    def _name(self, task: Any) -> str:
        """What a task is called on the diagram; the definition's name for what is not drawn."""
        drawn: Element | None = getattr(task.task_spec, "drawn", None) if isinstance(task, Task) else None
        return self._run.definition.name if drawn is None else drawn.name

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        raise StepFailed(self._name(task), "流程里不能有脚本任务，请改用服务任务或赋值")

    def assign(self, element: Element, data: dict[str, Any]) -> None:
        """Carry out `bc:set`, one assignment after the other."""
        self._run.host.since = self._run.host.now
        try:
            for name, value in parse_assignments(element.assign or ""):
                data[name] = value.evaluate(data, self._run.host.words)
        except ExpressionError as error:
            raise StepFailed(element.name, str(error)) from error

    def operate(self, element: Element, task: Task) -> None:
        """Carry out the operation a service task names."""
        try:
            if element.operation:
                self._run.host.operate(element.operation, element, task.data)
        except ValueError as error:
            raise StepFailed(element.name, str(error)) from error

    def _budget(self, task: Task) -> Budget:
        """What the act may cost; the library as it was shipped keeps no account."""
        found: Budget = getattr(task.workflow.top_workflow, "budget", None) or Budget()
        return found

    def reckon(self, task: Task, instances: int) -> None:
        """Several instances are about to be made; raises StepFailed where they are too many."""
        self._budget(task).instances(self._name(task), instances)

    def decide(self, element: Element, task: Task) -> None:
        """Evaluate the table a business rule task names into the task's data."""
        decision = self._run.definition.decisions.get(element.decision or "")
        if decision is None:
            raise StepFailed(element.name, f"没有名为“{element.decision}”的决策表")
        try:
            row = decision.evaluate(task.data, self._run.host.words, partial(self._budget(task).look, element.name))
        except ExpressionError as error:
            raise StepFailed(element.name, str(error)) from error
        task.data.update(row)
        self._run.host.decided(element, decision.id, row)
