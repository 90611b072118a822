"""The library's workflow classes with the drive loop over plain dictionaries instead of tree iteration.

Stock spends half of a step walking the task tree, and loses tasks deeper than 1,000 levels. Here every scan
looks at `tasks.values()`. Timers never fire by themselves: the runtime fires them (see `dialect.InstantTimer`).
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
from engine.errors import StepFailed

MAX_STEPS = 2_000  # automatic steps in one transaction
READY = TaskState.READY
WAITING = TaskState.WAITING

patches.apply()


class _Scanning:
    """Scans instead of tree walks, shared by the case's workflow and its sub-processes."""

    tasks: dict[int, Task]

    def update_waiting_tasks(self) -> None:
        """Events change only when something is sent to them or the runtime fires them: joins alone are looked at."""
        for task in [t for t in self.tasks.values() if t._state == WAITING]:
            if not isinstance(task.task_spec, CatchingEvent):
                task.task_spec._update(task)

    def collect_log_extras(self, dct: Any = None) -> dict[str, Any]:
        return {}


class SubWorkflow(_Scanning, BpmnSubWorkflow):
    """A sub-process or called process of a case."""


class CaseWorkflow(_Scanning, BpmnWorkflow):
    """A running process instance. Its tasks are numbered from 1; `on_change` hears every change of state."""

    def __init__(self, spec: Any, specs: Any, on_change: Callable[[Task, int, int], None], **kwargs: Any):
        self.task_counter = 0
        self.change_counter = 0
        self.on_change = on_change
        self.steps = 0
        super().__init__(spec, specs, **kwargs)

    def next_task_id(self) -> int:
        self.task_counter += 1
        return self.task_counter

    def state_changed(self, task: Task, before: int, after: int) -> int:
        self.change_counter += 1
        self.on_change(task, before, after)
        return self.change_counter

    def create_subprocess(self, my_task: Task, spec_name: str) -> SubWorkflow:
        created = SubWorkflow(self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self)
        self.subprocesses[my_task.id] = created
        return created

    def settle(self) -> None:
        """Run everything automatic until nothing is ready; raises StepFailed when it does not come to rest."""
        self.steps = 0
        while self._settle_once():
            pass

    def _settle_once(self) -> bool:
        active = self.get_active_subprocesses()
        for subprocess in sorted(active, key=lambda sub: sub.depth, reverse=True):
            while self._run_ready(subprocess):
                pass
            host = self.get_task_from_id(subprocess.parent_task_id)
            if host is not None:
                host.task_spec._update(host)
        return self._run_ready(self) > 0 or len(self.get_active_subprocesses()) > len(active)

    def _run_ready(self, workflow: Any) -> int:
        ready = [t for t in workflow.tasks.values() if t._state == READY and not t.task_spec.manual]
        for task in ready:
            if task._state == READY:  # an earlier one may have ended it
                self.run(task)
        return len(ready)

    def run(self, task: Task) -> None:
        """Run one task; what fails is named by its element."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise StepFailed(task.task_spec.bpmn_name or task.task_spec.name, "自动步骤太多，流程在绕圈")
        task.run()
