"""Holding the rows of the inboxes against the tasks and cases they repeat."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from engine.storage.models import cases, task_groups, tasks
from engine.storage.prepared import Prepared
from engine.storage.rows import INBOX_OF_CASE

_REPEATED = (
    *(tasks.c[name] for name in ("case_id", "element", "unit", "opened_at", "assignee")),
    *(cases.c[name] for name in INBOX_OF_CASE),
)
_UNLIKE = Prepared(
    select(task_groups.c.task_id, task_groups.c.group)
    .select_from(
        task_groups.join(tasks, tasks.c.id == task_groups.c.task_id).join(cases, cases.c.id == tasks.c.case_id)
    )
    .where(or_(*(task_groups.c[it.name].is_distinct_from(it) for it in _REPEATED)))
)


def unlike_what_they_repeat(conn: Connection) -> list[tuple[str, str]]:
    """Task and group of every row of an inbox that says something else than the task and the case."""
    return [(row["task_id"], row["group"]) for row in _UNLIKE.fetch(conn, {})]
