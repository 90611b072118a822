"""The form of a task, open or finished: to read what somebody sent, also when a colleague was faster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from engine.cases.live import uid_of_task
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.people import displays
from engine.queries.variables import Schema
from engine.queries.visibility import visible
from engine.storage.models import cases, finished_tasks, tasks


@dataclass(frozen=True)
class Ended:
    """Who ended a task, as on screens, when, and how: completed or withdrawn. `mine`: the person who asks."""

    by: str
    at: datetime
    how: str
    mine: bool


@dataclass(frozen=True)
class TaskForm:
    """`holder`, `since`: who has claimed an open task, as on screens, and when; `ended` is None for an open one.

    `due`: until when the step should be done.
    """

    name: str
    no: str | None
    title: str | None
    schema: Schema
    holder: str | None
    since: datetime | None
    ended: Ended | None
    due: datetime | None


def task_form(ctx: ReadContext, task_id: str) -> TaskForm:
    """The form of a task; raises NotFound unless this person may see its case or has completed it."""
    case = _case(ctx, task_id)
    row = _row(ctx, tasks, task_id) or _row(ctx, finished_tasks, task_id)
    seen = row is not None and (case["seen"] or row.get("actor") == ctx.actor.name)
    if row is None or not seen:
        raise NotFound("没有这件待办：可能编号有误，也可能您无权查看。")
    definition = ctx.versions.get(ctx.conn, case["bundle_id"]).definition
    form = next((e.form for e in definition.user_tasks if e.id == row["element"]), None)
    return TaskForm(
        name=row["name"],
        no=case["no"],
        title=case["title"],
        schema=definition.form(form),
        holder=_holder(ctx, row),
        since=row.get("claimed_at"),
        ended=_ended(ctx, row),
        due=row["due"],
    )


def _case(ctx: ReadContext, task_id: str) -> Mapping[str, Any]:
    try:
        uid = uid_of_task(task_id)
    except ValueError:
        raise NotFound from None
    columns = select(cases.c.bundle_id, cases.c.no, cases.c.title, visible(ctx.actor).label("seen"))
    row = ctx.conn.execute(columns.where(cases.c.uid == uid)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return dict(row)


def _row(ctx: ReadContext, table: Table, task_id: str) -> Mapping[str, Any] | None:
    row = ctx.conn.execute(select(table).where(table.c.id == task_id)).mappings().one_or_none()
    return None if row is None else dict(row)


def _holder(ctx: ReadContext, row: Mapping[str, Any]) -> str | None:
    held_by = row.get("assignee")
    return None if held_by is None else displays(ctx.conn, {held_by})[held_by]


def _ended(ctx: ReadContext, row: Mapping[str, Any]) -> Ended | None:
    if "ended_at" not in row:
        return None
    by = row["actor"]
    return Ended(displays(ctx.conn, {by})[by], row["ended_at"], row["how"], by == ctx.actor.name)
