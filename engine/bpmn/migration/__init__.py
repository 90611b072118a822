"""From a running process on one definition to the same on another: what waits goes on waiting, nothing starts again.

Every token stays at the element of the same id, with its data and its task id, unless the plan names another. What
has been passed and is drawn no more is cut out of the tree; what was only foreseen is foreseen anew by the new
diagram. A timer drawn in both keeps the instant it began to wait; one that is drawn no more is disarmed; one that is
new is armed from the instant its activity began to wait (engine/bpmn/kept_clocks.py). What cannot be carried over
exactly is refused, with a sentence for each place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import state
from engine.bpmn.definition import Definition
from engine.bpmn.elements import Element
from engine.bpmn.migration.carried import LIVE, Place, carried
from engine.bpmn.migration.joins import dead_joins
from engine.bpmn.migration.plan import Plan
from engine.bpmn.migration.tree import rebuild
from engine.bpmn.migration.unknown import unknown
from engine.bpmn.timers import timer_of
from engine.bpmn.workflow import CaseWorkflow
from engine.errors import CannotMigrate

__all__ = ["Drawn", "Migrated", "Plan", "migrate"]


@dataclass(frozen=True)
class Drawn:
    """The expressions from which the instants of something that waits were computed by the old diagram."""

    timer: str | None
    due: str | None


@dataclass(frozen=True)
class Migrated:
    """The process on its new definition. `drawn`: by task number, what was drawn there before; new events have none.

    `disarmed`: timers that are drawn no more, each with its number, element and instant.
    """

    workflow: CaseWorkflow
    drawn: dict[int, Drawn]
    disarmed: list[tuple[int, Element, str]]


def migrate(
    workflow: CaseWorkflow, old: Definition, new: Definition, plan: Plan, on_change: Callable[[Task, int, int], None]
) -> Migrated:
    """Carry a process over; it is used up by that. Raises CannotMigrate, with every obstacle there is."""
    found = carried(workflow, new, plan)
    if found.obstacles:
        raise CannotMigrate(found.obstacles)
    drawn = {task.id: _drawn(task) for place in found.places for task in place.workflow.tasks.values()}
    before = [set(dead_joins(place.workflow)) for place in found.places]
    disarmed = [each for place in found.places for each in rebuild(place, plan)]
    workflow.subprocess_specs = new.specs
    for place in found.places:
        place.workflow.spec = place.spec
    for place in found.places:
        _foresee(place.workflow)
    _check_joins(found.places, before, plan)
    never_told = unknown(found.places, old, new)
    if never_told:
        raise CannotMigrate(never_told)
    stored = state.encode(workflow)  # written and read back: what cannot be stored must not be
    return Migrated(state.decode(stored, new.spec, new.specs, on_change), drawn, disarmed)


def _drawn(task: Task) -> Drawn:
    element: Element | None = getattr(task.task_spec, "drawn", None)
    timer = timer_of(task) if hasattr(task.task_spec, "event_definition") else None
    return Drawn(None if timer is None else timer.expression, None if element is None else element.due)


def _foresee(workflow: Any) -> None:
    """What may come next, by the new diagram.

    As far as the library looks ahead of what is not certain: of what is, it follows a loop without end.
    """
    for task in list(workflow.tasks.values()):
        if task.has_state(LIVE):
            task._sync_children(task.task_spec.outputs, TaskState.MAYBE)
            for child in task.children:
                if child.has_state(TaskState.MAYBE):
                    child.task_spec._predict(child)


def _check_joins(places: tuple[Place, ...], before: list[set[str]], plan: Plan) -> None:
    """A gateway that could be passed before and can be no more would hold the case for ever."""
    dead = [
        obstacle
        for place, known in zip(places, before, strict=True)
        for name, obstacle in dead_joins(place.workflow).items()
        if name not in {plan.target(each) for each in known}
    ]
    if dead:
        raise CannotMigrate(dead)
