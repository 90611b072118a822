"""Forgetting earlier passes of a loop, so that a case costs the same in its tenth round as in its first.

The library keeps every task a token has passed, one below the other: each round deepens the tree, every step reads
all of it, and below 1,000 levels tasks are lost. Where one way leads from a task to a later one of the same element,
and nothing on it is left to do, the first pass is cut out: the tree is then the one of a token that came straight to
the second. What happened is on the audit trail; the tree is only what the diagram needs to go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.joins import Joining
from engine.bpmn.workflow import CaseWorkflow

_FINISHED = TaskState.FINISHED_MASK
_SETTLED = _FINISHED | TaskState.READY  # what still waits takes over its parent's data once more


def forget_passes(case: CaseWorkflow) -> None:
    """Cut earlier passes of loops out of the case and its sub-processes. What is open stays as it is."""
    for workflow in (case, *case.subprocesses.values()):
        for way in list(_ways(workflow)):
            _straighten(case, workflow, way)


def _ways(workflow: Any) -> Iterator[list[Task]]:
    """Every run of finished tasks of which just one has something to do below it, with the task it leads to."""
    below = _live_children(workflow)
    starts = [workflow.task_tree]
    while starts:
        way = [starts.pop()]
        while (children := below.get(way[-1].id, [])) and len(children) == 1 and way[-1].has_state(_FINISHED):
            way.append(children[0])
        yield way
        starts.extend(children)


def _live_children(workflow: Any) -> dict[int, list[Task]]:
    """For each task the children that are unfinished, or lead to something unfinished."""
    below: dict[int, list[Task]] = {}
    for task in reversed(list(workflow.tasks.values())):  # parents come before their children
        if task._parent is not None and (task.id in below or not task.has_state(_FINISHED)):
            below.setdefault(task._parent, []).append(task)
    return below


def _straighten(case: CaseWorkflow, workflow: Any, way: list[Task]) -> None:
    last_pass = {task.task_spec: place for place, task in enumerate(way)}
    place = 0
    while place < len(way):
        again = last_pass[way[place].task_spec]
        if again > place and way[again].has_state(_SETTLED) and _cut(case, workflow, way[place], way[again]):
            place = again
        place += 1


def _cut(case: CaseWorkflow, workflow: Any, first: Task, again: Task) -> bool:
    """Put `again` in the place of `first`; False where that would change what the tree says."""
    parent = first.parent
    if parent is None or parent._children[-1] != first.id:  # the order of children is the order of execution
        return False
    gone = set(_between(workflow, first, again))
    if _half_a_join(workflow, gone):
        return False
    parent._children[-1] = again.id
    again._parent = parent.id
    for number in gone:
        del workflow.tasks[number]
        case.subprocesses.pop(number, None)
    if workflow.last_task is not None and workflow.last_task.id in gone:
        workflow.last_task = None
    return True


def _between(workflow: Any, first: Task, again: Task) -> Iterator[int]:
    """The tasks of the earlier pass: `first` and everything below it but `again` and what is below that."""
    todo = [first.id]
    while todo:
        number = todo.pop()
        if number != again.id:
            yield number
            todo.extend(workflow.tasks[number]._children)


def _half_a_join(workflow: Any, gone: set[int]) -> bool:
    """Whether a gateway that joined there would forget that tokens from elsewhere are spent."""
    joined = {workflow.tasks[number].task_spec for number in gone}
    joined = {spec for spec in joined if isinstance(spec, Joining)}
    return bool(joined) and any(task.task_spec in joined for task in workflow.tasks.values() if task.id not in gone)
