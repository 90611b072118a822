"""Gateways that wait for several tokens. Own classes, since stock counts tokens of an earlier round of a loop.

An instance of a join stands for one token that arrived; the one that goes on is COMPLETED, the others CANCELLED.
Tokens that arrived before the latest passing are spent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

_LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class Joining(BpmnTaskSpec):
    """What parallel and inclusive gateways have in common."""

    def _arrived(self, my_task: Task) -> list[Task]:
        """Instances of this gateway whose tokens are not spent, in the order they arrived."""
        tasks = my_task.workflow.tasks.values()
        own = [t for t in tasks if t.task_spec is self and t.parent.has_state(TaskState.COMPLETED)]
        passed = max((t.last_state_change for t in own if t.has_state(TaskState.COMPLETED)), default=-1)
        unspent = [t for t in own if t is my_task or t.last_state_change > passed]
        return sorted(unspent, key=lambda t: t.last_state_change)

    def _arrived_from(self, my_task: Task) -> set[str]:
        return {task.parent.task_spec.name for task in self._arrived(my_task)}

    def _merge_arrived(self, my_task: Task) -> None:
        """The data of every token, the later over the earlier, its own last."""
        for task in self._arrived(my_task):
            if task is not my_task:
                DeepMerge.merge(my_task.data, task.parent.data)
        my_task._inherit_data()


class ParallelGateway(Joining, defaults.ParallelGateway):
    """Goes on when a token has come along each incoming flow."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        return self._arrived_from(my_task).issuperset(self._inputs)

    def _run_hook(self, my_task: Task) -> bool:
        self._merge_arrived(my_task)
        return True


class InclusiveGateway(Joining, defaults.InclusiveGateway):
    """Waits while a token elsewhere may still come to an input that has none (BPMN 2.0.2, 13.4.3).

    Stock looks back along one incoming flow of each node only, and so goes on too early after a merge.
    """

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        arrived = self._arrived_from(my_task)
        tasks = my_task.workflow.tasks.values()
        live = {task.task_spec.name for task in tasks if task.has_state(_LIVE) and task.task_spec is not self}
        still_empty = self._behind(name for name in self._inputs if name not in arrived)
        return live.isdisjoint(still_empty - self._behind(arrived))

    def _behind(self, names: Iterable[str]) -> set[str]:
        """The nodes from which one of these is reached without passing this gateway, themselves included."""
        found: set[str] = set()
        todo = [name for name in names if name != self.name]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(each for each in self._wf_spec.task_specs[name]._inputs if each != self.name)
        return found

    def _run_hook(self, my_task: Task) -> Any:
        self._merge_arrived(my_task)
        matches, others = self._get_matching_outputs(my_task)
        if not matches and not others:
            raise WorkflowTaskException("没有一条连线的条件满足，请给网关指定默认连线", task=my_task)
        my_task._sync_children(matches or others, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True
