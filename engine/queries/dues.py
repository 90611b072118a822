"""Until when one task should be done, with its light. The case's own light is in engine/cases/projection.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.clock import local
from engine.facade import ReadContext


@dataclass(frozen=True)
class TaskDue:
    """`light`: green, yellow on the due day, red once late, blue or red when done; None without a due.

    `remaining`: working days left, negative once overdue; None when it is done or has no due.
    """

    at: datetime | None
    light: str | None
    remaining: int | None


def task_due(ctx: ReadContext, due: datetime | None, ended_at: datetime | None = None) -> TaskDue:
    """How a task stands at this moment, or stood when it ended."""
    if due is None:
        return TaskDue(None, None, None)
    if ended_at is not None:
        return TaskDue(due, "blue" if ended_at <= due else "red", None)
    remaining = ctx.worktime.remaining(ctx.now, due)
    if ctx.now > due:
        return TaskDue(due, "red", remaining)
    return TaskDue(due, "yellow" if local(due).date() <= local(ctx.now).date() else "green", remaining)
