"""Whether what is under way has a place in the new diagram, and which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit, SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.definition import Definition
from engine.bpmn.elements import Element
from engine.bpmn.migration.plan import Plan
from engine.bpmn.workflow import CaseWorkflow
from engine.errors import Obstacle

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED
_OF_THE_LIBRARY = (BoundaryEventSplit, BoundaryEventJoin, _EndJoin, SimpleBpmnTask)


@dataclass(frozen=True)
class Place:
    """One running process or sub-process, and the scope of the new diagram it goes on in.

    `withdrawn`: events waiting in the branch of a boundary event that is drawn no more: they go with it.
    """

    workflow: Any
    spec: Any
    withdrawn: frozenset[int]


@dataclass(frozen=True)
class Carried:
    """Every place, outer before inner, and why any of it cannot go over."""

    places: tuple[Place, ...]
    obstacles: tuple[Obstacle, ...]


def carried(top: CaseWorkflow, new: Definition, plan: Plan) -> Carried:
    """Find the new place of everything under way. What waits in a scope that has none moves as a whole, or not."""
    places: list[Place] = []
    obstacles: list[Obstacle] = []
    waiting: list[tuple[Any, Any]] = [(top, new.spec)]
    while waiting:
        workflow, spec = waiting.pop(0)
        withdrawn = frozenset(_of_gone_events(workflow, spec, plan))
        places.append(Place(workflow, spec, withdrawn))
        for task in _under_way(workflow):
            if task.id in withdrawn:
                continue
            reason = _reason(task, spec, new, plan)
            if reason is not None:
                obstacles.append(Obstacle(task.task_spec.drawn.id, reason))
            elif (inner := top.subprocesses.get(task.id)) is not None and not inner.completed:
                waiting.append((inner, new.specs[spec.task_specs[plan.target(task.task_spec.name)].spec]))
    return Carried(tuple(places), tuple(dict.fromkeys(obstacles)))


def _under_way(workflow: Any) -> Iterator[Task]:
    """What has begun and not ended, but for boundary events: those come and go with what they stand on."""
    for task in workflow.tasks.values():
        if task.has_state(LIVE) and not isinstance(task.task_spec, (BoundaryEvent, *_OF_THE_LIBRARY)):
            yield task


def _reason(task: Task, spec: Any, new: Definition, plan: Plan) -> str | None:
    """Why a token cannot stay where it is, or go where the plan says."""
    old = task.task_spec
    there = spec.task_specs.get(plan.target(old.name))
    drawn: Element = old.drawn
    if there is None or there.drawn is None:
        return _gone(drawn, plan.target(drawn.id), new)
    if there.drawn.kind != drawn.kind or type(there) is not type(old):
        return f"正在“{drawn.name}”，目标版本里它换成了另一种步骤"
    if isinstance(old, SubWorkflowTask) and drawn.kind == "callActivity" and there.spec != old.spec:
        return f"正在“{drawn.name}”，目标版本里它调用的是另一个流程"
    return None


def _gone(drawn: Element, target: str, new: Definition) -> str:
    elsewhere = any(id == target for _, id in new.elements)
    if target != drawn.id:
        return f"正在“{drawn.name}”，指定接续的“{target}”" + ("不在同一个环节" if elsewhere else "目标版本里没有")
    if elsewhere:
        return f"正在“{drawn.name}”，目标版本里它移到了另一个环节"
    return f"正在“{drawn.name}”，目标版本里没有这一步；请指定由哪一步接续，或让这件按原版办完"


# ------------------------------------------------------------------ branches of events that are drawn no more
def _of_gone_events(workflow: Any, spec: Any, plan: Plan) -> Iterator[int]:
    """Quiet events (no person's task) in a branch whose boundary event is drawn no more, drawn no more themselves."""
    for task in _under_way(workflow):
        quiet = isinstance(task.task_spec, CatchingEvent) and plan.target(task.task_spec.name) not in spec.task_specs
        if quiet and any(_is_gone(above, spec, plan) for above in _above(task)):
            yield task.id


def _above(task: Task) -> Iterator[Task]:
    current = task.parent
    while current is not None:
        yield current
        current = current.parent


def _is_gone(task: Task, spec: Any, plan: Plan) -> bool:
    event = isinstance(task.task_spec, BoundaryEvent) and not task.task_spec.cancel_activity
    return event and plan.target(task.task_spec.name) not in spec.task_specs
