"""The open 督办 tasks of a case, with what the person who looks may do about each: take it over, or give it on."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.runtime import OpenTask
from engine.cases.acts import holding
from engine.cases.live import Live
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.colleagues import Colleague, colleagues

SUPERVISE = "supervise"


@dataclass(frozen=True)
class Supervised:
    """`held_by`: whose it is, by sign-in name; `may_take`: this person may claim it; `colleagues`: to whom they may
    give it, the least burdened first.
    """

    task_id: str
    held_by: str | None
    may_take: bool
    colleagues: tuple[Colleague, ...]


def supervised(ctx: ReadContext, opened: Live) -> tuple[Supervised, ...]:
    """What the door would say of each, asked beforehand."""
    tasks = (task for task in opened.run.open_tasks() if task.element.id == SUPERVISE)
    return tuple(_asked(ctx, opened, task) for task in tasks)


def _asked(ctx: ReadContext, opened: Live, task: OpenTask) -> Supervised:
    held = holding.hold(ctx.conn, task.id)
    gives = holding.may_give(held, task.groups, ctx.actor)
    return Supervised(
        task_id=task.id,
        held_by=held.by,
        may_take=held.by not in ctx.actor.names and _may_claim(ctx, opened, task),
        colleagues=colleagues(ctx, task.groups, held.by) if gives else (),
    )


def _may_claim(ctx: ReadContext, opened: Live, task: OpenTask) -> bool:
    try:
        holding.may_assign(ctx.conn, opened, task, ctx.actor.name, ctx.actor)
    except EngineError:
        return False
    return True
