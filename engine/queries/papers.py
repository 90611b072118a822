"""Papers and remarks left with a case, for those who may know of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, union_all

from engine.accesses import Access, noted_since
from engine.cases import policy
from engine.cases.live import uid_of_task
from engine.errors import NotFound, NotYours
from engine.facade import ReadContext
from engine.queries.seen_case import seen_case
from engine.queries.sight import Sight, sight_by_id, sight_of
from engine.queries.visibility import visible
from engine.storage.models import answers, attachments, cases, finished_tasks, tasks
from engine.storage.prepared import Prepared
from engine.storage.sealed import unsealed

PAPER = "attachment"  # the form of leaving one
UNMASKED_FOR = timedelta(minutes=30)  # so long papers may be fetched after a reason was given
_SEALED = "附件里可能有个人信息，只有正在办理的人能下载；因工作需要的，请先在反映件页面“查看联系方式”并说明理由。"


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
_OF_CASE = Prepared(
    select(
        *(attachments.c[name] for name in ("id", "name", "media_type", "size", "at")), attachments.c.actor.label("by")
    )
    .where(attachments.c.case_id == bindparam("of_case"))
    .order_by(attachments.c.at, attachments.c.id)
)


def attachments_of(ctx: ReadContext, case_id: int, sight: Sight) -> tuple[CaseAttachment, ...]:
    """The papers of a case, oldest first. Whether the actor may see the case is for the caller to ask."""
    found = _OF_CASE.fetch(ctx.conn, {"of_case": case_id})
    return tuple(_named(CaseAttachment(**unsealed(ctx.keys, attachments, row)), sight) for row in found)


def _named(paper: CaseAttachment, sight: Sight) -> CaseAttachment:
    return replace(paper, name=sight.text(paper.name))


def download(ctx: ReadContext, no: str, id: str) -> Download:
    """A paper of a case; raises NotFound when there is none that this person may see, NotYours until they unmask."""
    row = seen_case(ctx, no).row
    return content_of(ctx, sight_of(ctx, row), attachments.c.case_id == row["id"], id)


def content_of(ctx: ReadContext, sight: Sight, of_case: ColumnElement[bool], id: str) -> Download:
    """The paper itself, of those of which this is so; raises NotFound, NotYours for whom it does not open."""
    columns = select(*(attachments.c[name] for name in ("id", "name", "media_type", "content", "actor")))
    row = ctx.conn.execute(columns.where(of_case, attachments.c.id == id)).mappings().one_or_none()
    if row is None:
        raise NotFound("没有这个附件，可能编号有误。")
    if not (sight.clear or row["actor"] == ctx.actor.name or unmasked_lately(ctx, sight.case_id)):
        raise NotYours(_SEALED)
    ctx.saw(sight.case_id, "paper")
    paper = unsealed(ctx.keys, attachments, row)
    return Download(paper["name"], paper["media_type"], paper["content"])


def unmasked_lately(ctx: ReadContext, case_id: int) -> bool:
    """Whether this person has given a reason to see who it is, a short while ago."""
    since = ctx.now - UNMASKED_FOR
    return policy.may_see_clear(ctx.actor) and noted_since(ctx.conn, Access(case_id, "unmask"), ctx.actor.name, since)


# ------------------------------------------------------------------ of a task
_PAPERS = select(
    *(attachments.c[name] for name in ("id", "case_id", "task_id", "name", "media_type", "description", "at")),
    cases.c.uid,
    cases.c.no,
).join(cases, cases.c.id == attachments.c.case_id)


def task_papers(ctx: ReadContext, task_id: str) -> list[TaskPaper]:
    """The papers left at a task, open or finished; raises NotFound for a task this person may not know of."""
    sight = sight_of(ctx, _case_of(ctx, task_id))
    query = _PAPERS.where(attachments.c.task_id == task_id).order_by(attachments.c.at, attachments.c.id)
    return [_task_paper(ctx, sight, row) for row in ctx.conn.execute(query).mappings()]


def _task_paper(ctx: ReadContext, sight: Sight, row: Mapping[Any, Any]) -> TaskPaper:
    told = {name: value for name, value in unsealed(ctx.keys, attachments, row).items() if name != "case_id"}
    return TaskPaper(**{**told, "name": sight.text(told["name"]), "description": sight.values(told["description"])})


def download_at(ctx: ReadContext, task_id: str, id: str) -> Download:
    """A paper left at a task; raises NotFound when there is none that this person may see."""
    return content_of(ctx, sight_of(ctx, _case_of(ctx, task_id)), attachments.c.task_id == task_id, id)


def paper(ctx: ReadContext, id: str) -> TaskPaper:
    """One paper; raises NotFound when there is none that this person may see."""
    row = ctx.conn.execute(_PAPERS.where(attachments.c.id == id, visible(ctx.actor))).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _task_paper(ctx, sight_by_id(ctx, row["case_id"]), row)


def comments(ctx: ReadContext, task_id: str) -> list[Comment]:
    """The remarks at a task, oldest first; raises NotFound for a task this person may not know of."""
    case = _case_of(ctx, task_id)
    left = (answers.c.case_id == case["id"], answers.c.element == "comment", answers.c.task_id == task_id)
    rows = ctx.conn.execute(select(answers).where(*left).order_by(answers.c.seq)).mappings()
    sight = sight_of(ctx, case)
    return [_comment(case["uid"], sight, unsealed(ctx.keys, answers, row)) for row in rows]


def _comment(uid: str, sight: Sight, row: Mapping[str, Any]) -> Comment:
    message = sight.text(json.loads(row["variables"])["message"])
    return Comment(f"{uid}:{row['seq']}", row["task_id"], uid, row["actor"], row["at"], message)


def _case_of(ctx: ReadContext, task_id: str) -> Mapping[str, Any]:
    """The case of a task, open or finished, that this person may know of; raises NotFound."""
    try:
        uid = uid_of_task(task_id)
    except ValueError:
        raise NotFound from None
    query = select(cases).where(cases.c.uid == uid, visible(ctx.actor))
    case = ctx.conn.execute(query).one_or_none()
    known = union_all(*(select(table.c.id).where(table.c.id == task_id) for table in (tasks, finished_tasks)))
    if case is None or ctx.conn.execute(known).first() is None:
        raise NotFound("没有这件待办：可能编号有误，也可能您无权查看。")
    return case._asdict()
