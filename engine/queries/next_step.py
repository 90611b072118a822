"""What comes next for the person at the window, after a step that was just done."""

from __future__ import annotations

from sqlalchemy import or_, select

from engine.facade import ReadContext
from engine.storage.models import finished_tasks, task_groups, tasks

_AT_WINDOW = "window"  # the group; a step of other groups alone is not done while somebody waits at the counter


def next_at_window(ctx: ReadContext, finished_id: str) -> str | None:
    """The open step of the same case that the window has to do and nobody else holds; None where there is none,
    and for whoever sits at no window."""
    if ctx.actor.window is None or _AT_WINDOW not in ctx.actor.groups:
        return None
    of_case = select(finished_tasks.c.case_id).where(finished_tasks.c.id == finished_id).scalar_subquery()
    found = select(tasks.c.id).join(task_groups, task_groups.c.task_id == tasks.c.id)
    free = or_(tasks.c.assignee.is_(None), tasks.c.assignee == ctx.actor.name)
    query = found.where(tasks.c.case_id == of_case, task_groups.c.group == _AT_WINDOW, free)
    return ctx.conn.execute(query.order_by(tasks.c.opened_at, tasks.c.id).limit(1)).scalar_one_or_none()
