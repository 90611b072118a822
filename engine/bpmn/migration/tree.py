"""The tree of a running process cut to another diagram: what waits stays, and of what is passed what is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.elements import Element
from engine.bpmn.migration.carried import LIVE, Place
from engine.bpmn.migration.plan import Plan
from engine.bpmn.timers import timer_element, timer_of

_FORESEEN = TaskState.PREDICTED_MASK | TaskState.FUTURE
_SPLIT = ".BoundaryEventSplit"

Disarmed = tuple[int, Element, str]  # number of the task, element, instant


def rebuild(place: Place, plan: Plan) -> list[Disarmed]:
    """Cut the tree of one place to the scope it goes on in; returns the timers that wait no more."""
    workflow, specs = place.workflow, place.spec.task_specs
    disarmed: list[Disarmed] = []
    for task in list(workflow.tasks.values()):
        if task.id in workflow.tasks and task.has_state(_FORESEEN):
            _forget(workflow, task)
    for task in list(workflow.tasks.values()):
        there = specs.get(plan.target(task.task_spec.name))
        if task.id in place.withdrawn or not _stays(task, there, specs, plan):
            disarmed += _disarmed(task)
            _cut(workflow, task)
    for task in [each for each in workflow.tasks.values() if _is_stranded(each)]:
        _cut(workflow, task)
    for task in workflow.tasks.values():
        task.task_spec = specs[plan.target(task.task_spec.name)]
    for task in list(workflow.tasks.values()):
        if task.has_state(LIVE):
            _stand_by(workflow, task, specs)
    workflow.tasks = _in_order(workflow.tasks.values())
    if workflow.last_task is not None and workflow.last_task.id not in workflow.tasks:
        workflow.last_task = None
    return disarmed


def _stays(task: Task, there: Any, specs: Any, plan: Plan) -> bool:
    """Whether a task is the same thing in the new diagram; a waiting boundary event also on the same activity."""
    old = task.task_spec
    if there is None or type(there) is not type(old):
        return False
    if isinstance(old, BoundaryEvent) and task.has_state(LIVE):
        host = specs.get(plan.target(task.parent.task_spec.name))
        attached = host is not None and there.name in host._outputs
        return attached and _kind(there) is _kind(old)
    return _drawn_as(old) == _drawn_as(there)


def _drawn_as(spec: Any) -> str | None:
    """The kind of element a part belongs to; None for what the library adds."""
    drawn: Element | None = getattr(spec, "drawn", None)
    return None if drawn is None else drawn.kind


def _kind(event: Any) -> Any:
    """Timers are one kind, however their expression is written."""
    definition = event.event_definition
    return "timer" if hasattr(definition, "instant") else type(definition)


def _is_stranded(task: Task) -> bool:
    """Where the branch of an event came to wait for its activity, and the event is gone."""
    waits = isinstance(task.task_spec, BoundaryEventJoin) and task.has_state(LIVE)
    return waits and task.find_ancestor(task.task_spec.split_task) is None


def _disarmed(task: Task) -> Iterator[Disarmed]:
    if task.has_state(TaskState.WAITING) and hasattr(task.task_spec, "event_definition"):
        instant = task.internal_data.get("event_value")
        if timer_of(task) is not None and instant:
            yield task.id, timer_element(task), instant


def _forget(workflow: Any, task: Task) -> None:
    """A task and all that was foreseen below it."""
    for child in list(task._children):
        _forget(workflow, workflow.tasks[child])
    task.parent._children.remove(task.id)
    del workflow.tasks[task.id]


def _cut(workflow: Any, task: Task) -> None:
    """A task out of the tree; what lies below it goes to its parent.

    The branch of an event goes one further up: directly below the split it would be taken for the activity itself.
    """
    parent, place = task.parent, task.id
    children = task._children
    if isinstance(task.task_spec, BoundaryEvent) and isinstance(parent.task_spec, BoundaryEventSplit):
        parent._children.remove(place)
        place, parent = parent.id, parent.parent
        spot = parent._children.index(place) + 1
        parent._children[spot:spot] = children
    else:
        spot = parent._children.index(place)
        parent._children[spot : spot + 1] = children
    for child in children:
        workflow.tasks[child]._parent = parent.id
    del workflow.tasks[task.id]
    workflow.top_workflow.subprocesses.pop(task.id, None)


# ------------------------------------------------------------------ boundary events that are new
def _stand_by(workflow: Any, task: Task, specs: Any) -> None:
    """Every boundary event the new diagram draws on something under way waits beside it."""
    wanted = specs.get(task.task_spec.name + _SPLIT)
    if wanted is None or isinstance(task.task_spec, BoundaryEvent):
        return
    split = task.parent
    if split.task_spec is not wanted:
        split = _split_above(workflow, task, wanted)
    there = {each.task_spec for each in split.children}
    for event in wanted.outputs:
        if isinstance(event, BoundaryEvent) and event not in there:
            waiting = Task(workflow, event, split, state=TaskState.WAITING)
            waiting.data = dict(split.data)
            if hasattr(event.event_definition, "instant"):
                waiting.internal_data["since"] = _began(workflow, task, split)


def _split_above(workflow: Any, task: Task, wanted: Any) -> Task:
    parent = task.parent
    split = Task(workflow, wanted, parent, state=TaskState.COMPLETED)
    split.data = dict(parent.data)
    parent._children.remove(split.id)
    parent._children[parent._children.index(task.id)] = split.id
    split._children.append(task.id)
    task._parent = split.id
    return split


def _began(workflow: Any, task: Task, split: Task) -> str | None:
    """When the wait of an activity began, as far as the state tells: by itself, by what stands beside it, or inside."""
    own: str | None = task.internal_data.get("since")
    if own is not None:
        return own
    beside = [each.internal_data["since"] for each in split.children if each.internal_data.get("since")]
    known = beside or list(_inside(workflow.top_workflow, task))
    return min(known, key=datetime.fromisoformat, default=None)


def _inside(top: Any, host: Task) -> Iterator[str]:
    """When anything inside a sub-process, or in the instances of a loop, began to wait."""
    inner = top.subprocesses.get(host.id)
    within = [t for t in host.children if t.triggered] if inner is None else list(inner.tasks.values())
    for task in within:
        if task.internal_data.get("since"):
            yield task.internal_data["since"]
        yield from _inside(top, task)


def _in_order(tasks: Iterable[Task]) -> dict[int, Task]:
    """Parents before their children, else as they were."""
    ordered: dict[int, Task] = {}
    for task in tasks:
        above: list[Task] = []
        current: Task | None = task
        while current is not None and current.id not in ordered:
            above.append(current)
            current = current.parent
        ordered.update({each.id: each for each in reversed(above)})
    return ordered
