"""Papers and remarks left with a case, for those who may know of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, union_all

from engine.cases.live import uid_of_task
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.seen_case import seen_case
from engine.queries.visibility import visible
from engine.storage.models import answers, attachments, cases, finished_tasks, tasks
from engine.storage.sealed import unsealed


@dataclass(frozen=True)
class CaseAttachment:
    """A paper of the case: `size` in bytes, `by` whoever left it."""

    id: str
    name: str
    media_type: str
    size: int
    at: datetime
    by: str


@dataclass(frozen=True)
class Download:
    """The paper itself."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class TaskPaper:
    """A paper left at a task, or with the case alone (`task_id` None); `uid` is the instance of the case."""

    id: str
    task_id: str | None
    uid: str
    no: str | None
    name: str
    media_type: str
    description: str | None
    at: datetime


@dataclass(frozen=True)
class Comment:
    """A remark left at a task of the instance `uid`."""

    id: str
    task_id: str
    uid: str
    by: str
    at: datetime
    message: str


# ------------------------------------------------------------------ of a case
def attachments_of(ctx: ReadContext, case_id: int) -> tuple[CaseAttachment, ...]:
    """The papers of a case, oldest first. Whether the actor may see the case is for the caller to ask."""
    same = [attachments.c[name] for name in ("id", "name", "media_type", "size", "at")]
    query = select(*same, attachments.c.actor.label("by")).where(attachments.c.case_id == case_id)
    found = ctx.conn.execute(query.order_by(attachments.c.at, attachments.c.id)).mappings()
    return tuple(CaseAttachment(**unsealed(ctx.keys, attachments, row)) for row in found)


def download(ctx: ReadContext, no: str, id: str) -> Download:
    """A paper of a case; raises NotFound when there is none that this person may see."""
    return _content(ctx, attachments.c.case_id == seen_case(ctx, no).row["id"], id)


def _content(ctx: ReadContext, of_case: ColumnElement[bool], id: str) -> Download:
    columns = select(*(attachments.c[name] for name in ("id", "name", "media_type", "content")))
    row = ctx.conn.execute(columns.where(of_case, attachments.c.id == id)).mappings().one_or_none()
    if row is None:
        raise NotFound("没有这个附件，可能编号有误。")
    paper = unsealed(ctx.keys, attachments, row)
    return Download(paper["name"], paper["media_type"], paper["content"])


# ------------------------------------------------------------------ of a task
_PAPERS = select(
    *(attachments.c[name] for name in ("id", "task_id", "name", "media_type", "description", "at")),
    cases.c.uid,
    cases.c.no,
).join(cases, cases.c.id == attachments.c.case_id)


def task_papers(ctx: ReadContext, task_id: str) -> list[TaskPaper]:
    """The papers left at a task, open or finished; raises NotFound for a task this person may not know of."""
    _case_of(ctx, task_id)
    query = _PAPERS.where(attachments.c.task_id == task_id).order_by(attachments.c.at, attachments.c.id)
    return [TaskPaper(**unsealed(ctx.keys, attachments, row)) for row in ctx.conn.execute(query).mappings()]


def download_at(ctx: ReadContext, task_id: str, id: str) -> Download:
    """A paper left at a task; raises NotFound when there is none that this person may see."""
    _case_of(ctx, task_id)
    return _content(ctx, attachments.c.task_id == task_id, id)


def paper(ctx: ReadContext, id: str) -> TaskPaper:
    """One paper; raises NotFound when there is none that this person may see."""
    row = ctx.conn.execute(_PAPERS.where(attachments.c.id == id, visible(ctx.actor))).mappings().one_or_none()
    if row is None:
        raise NotFound
    return TaskPaper(**unsealed(ctx.keys, attachments, row))


def comments(ctx: ReadContext, task_id: str) -> list[Comment]:
    """The remarks at a task, oldest first; raises NotFound for a task this person may not know of."""
    case = _case_of(ctx, task_id)
    left = (answers.c.case_id == case["id"], answers.c.element == "comment", answers.c.task_id == task_id)
    rows = ctx.conn.execute(select(answers).where(*left).order_by(answers.c.seq)).mappings()
    return [_comment(case["uid"], unsealed(ctx.keys, answers, row)) for row in rows]


def _comment(uid: str, row: Mapping[str, Any]) -> Comment:
    message = json.loads(row["variables"])["message"]
    return Comment(f"{uid}:{row['seq']}", row["task_id"], uid, row["actor"], row["at"], message)


def _case_of(ctx: ReadContext, task_id: str) -> Mapping[str, Any]:
    """The case of a task, open or finished, that this person may know of; raises NotFound."""
    try:
        uid = uid_of_task(task_id)
    except ValueError:
        raise NotFound from None
    query = select(cases.c.id, cases.c.uid).where(cases.c.uid == uid, visible(ctx.actor))
    case = ctx.conn.execute(query).one_or_none()
    known = union_all(*(select(table.c.id).where(table.c.id == task_id) for table in (tasks, finished_tasks)))
    if case is None or ctx.conn.execute(known).first() is None:
        raise NotFound("没有这件待办：可能编号有误，也可能您无权查看。")
    return case._asdict()
