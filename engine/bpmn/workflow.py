"""The library's workflow classes with the drive loop over plain dictionaries instead of tree iteration.

Stock spends half of a step walking the task tree, and loses tasks deeper than 1,000 levels. Here every scan
looks at `tasks.values()`, and only where several tasks are ready are they put into the order of the tree, so that
everything happens in the same order as on stock. Timers never fire by themselves: the runtime fires them
(see `timers.InstantTimer`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import patches
from engine.bpmn.budget import Budget

READY = TaskState.READY
WAITING = TaskState.WAITING

patches.apply()


class _Scanning:
    """Scans instead of tree walks, shared by the case's workflow and its sub-processes."""

    tasks: dict[int, Task]

    def update_waiting_tasks(self) -> None:
        """Events change only when something is sent to them or the runtime fires them: joins alone are looked at."""
        waiting = [t for t in self.tasks.values() if t._state == WAITING and not isinstance(t.task_spec, CatchingEvent)]
        for task in _in_tree_order(waiting):
            if task._state == WAITING:  # an earlier one may have taken its place
                task.task_spec._update(task)

    def _task_removed_notify(self, task: Task) -> None:
        """What an interrupted activity leaves behind goes with it: stock keeps its events and sub-processes alive."""
        super()._task_removed_notify(task)  # type: ignore[misc]
        top = task.workflow.top_workflow
        top.event_manager.remove_task(task)
        orphan = top.subprocesses.pop(task.id, None)
        if orphan is not None and not orphan.completed:
            orphan.cancel()

    def collect_log_extras(self, dct: Any = None) -> dict[str, Any]:
        return {}


class SubWorkflow(_Scanning, BpmnSubWorkflow):
    """A sub-process or called process of a case; `host` is the task it runs in."""

    def __init__(self, spec: Any, host: Task, top: CaseWorkflow, **kwargs: Any) -> None:
        self.host = host
        super().__init__(spec, host.id, top, **kwargs)

    @property
    def parent_workflow(self) -> Any:
        return self.host.workflow


class CaseWorkflow(_Scanning, BpmnWorkflow):
    """A running process instance. Its tasks are numbered from 1; `on_change` hears every change of state."""

    def __init__(self, spec: Any, specs: Any, on_change: Callable[[Task, int, int], None], **kwargs: Any):
        self.task_counter = 0
        self.change_counter = 0
        self.on_change = on_change
        self.budget = Budget()
        super().__init__(spec, specs, **kwargs)

    def next_task_id(self) -> int:
        """Every new task asks, also the many that one step may bring: the place to see that there are too many."""
        self.budget.look(self.spec.description or self.spec.name)
        self.task_counter += 1
        return self.task_counter

    def state_changed(self, task: Task, before: int, after: int) -> int:
        self.change_counter += 1
        self.on_change(task, before, after)
        return self.change_counter

    def create_subprocess(self, my_task: Task, spec_name: str) -> SubWorkflow:
        created = SubWorkflow(self.subprocess_specs[spec_name], my_task, self)
        self.subprocesses[my_task.id] = created
        return created

    def update_joins(self) -> None:
        """Look at every gateway that waits: another diagram may want fewer tokens of it than have come."""
        for workflow in (self, *self.get_active_subprocesses()):
            workflow.update_waiting_tasks()

    def settle(self) -> None:
        """Run everything automatic until nothing is ready; raises StepFailed when it does not come to rest."""
        while self._settle_once():
            pass
        self.budget.renew()

    def _settle_once(self) -> bool:
        active = self.get_active_subprocesses()
        for subprocess in sorted(active, key=_depth, reverse=True):
            while self._run_ready(subprocess):
                pass
            host = subprocess.host
            if host.id in host.workflow.tasks:  # it may have been interrupted away meanwhile
                host.task_spec._update(host)
        return self._run_ready(self) > 0 or len(self.get_active_subprocesses()) > len(active)

    def _run_ready(self, workflow: Any) -> int:
        """Run what is ready in a workflow and in everything inside it, in the order of the tree."""
        inside = [
            workflow,
            *(sub for sub in self.subprocesses.values() if not sub.completed and _within(sub, workflow)),
        ]
        ready = [t for each in inside for t in each.tasks.values() if t._state == READY and not t.task_spec.manual]
        for task in _in_tree_order(ready):
            if task._state == READY:  # an earlier one may have ended it
                self.run(task)
        return len(ready)

    def run(self, task: Task) -> None:
        """Run one task; what fails is named by its element."""
        self.budget.step(task.task_spec.bpmn_name or task.task_spec.name)
        task.run()


def _depth(workflow: Any) -> int:
    depth: int = workflow.depth
    return depth


def _within(sub: SubWorkflow, workflow: Any) -> bool:
    """Whether a sub-process runs inside a workflow, at any depth."""
    current: Any = sub
    while current.depth > workflow.depth:
        current = current.parent_workflow
    return current is workflow and sub is not workflow


def _in_tree_order(tasks: list[Task]) -> list[Task]:
    return tasks if len(tasks) < 2 else sorted(tasks, key=_place)


def _place(task: Task) -> list[int]:
    """The way from the root of the case to a task; the tasks of a sub-process come before its host's children."""
    way: list[int] = []
    current = task
    while True:
        parent = current.parent
        if parent is not None:
            way.append(1 + parent._children.index(current.id))
            current = parent
        elif isinstance(current.workflow, SubWorkflow):
            way.append(0)
            current = current.workflow.host
        else:
            return way[::-1]
