"""Gateways that would wait for ever: of every token they need, one can come no more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.bpmn.joins import ParallelGateway
from engine.bpmn.migration.carried import LIVE
from engine.errors import Obstacle


def dead_joins(workflow: Any) -> dict[str, Obstacle]:
    """By name, the joins of a scope that something under way leads to and that can never be complete."""
    joins = [s for s in workflow.spec.task_specs.values() if isinstance(s, ParallelGateway) and len(s._inputs) > 1]
    return {join.name: _obstacle(join) for join in joins if _is_dead(workflow, join)}


def _obstacle(join: Any) -> Obstacle:
    name = join.drawn.name if getattr(join, "drawn", None) is not None else join.name
    return Obstacle(join.name, f"汇合处“{name}”在目标版本里要等一路已经走过的分支，会一直等下去")


def _is_dead(workflow: Any, join: Any) -> bool:
    arrived = _arrived(workflow, join)
    live = {t.task_spec.name for t in workflow.tasks.values() if t.has_state(LIVE) and t.task_spec is not join}
    reached = _reached(workflow, live, join)
    missing = set(join._inputs) - arrived - reached
    return bool(missing) and bool(arrived or reached & set(join._inputs))


def _arrived(workflow: Any, join: Any) -> set[str]:
    waiting = next((t for t in workflow.tasks.values() if t.task_spec is join and t.has_state(LIVE)), None)
    return set() if waiting is None else join._arrived_from(waiting)


def _reached(workflow: Any, live: Iterable[str], join: Any) -> set[str]:
    """The elements from which something under way can still come, without passing the join."""
    specs, found, todo = workflow.spec.task_specs, set[str](), list(live)
    while todo:
        name = todo.pop()
        if name not in found and name != join.name and name in specs:
            found.add(name)
            todo.extend(specs[name]._outputs)
    return found
