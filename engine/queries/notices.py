"""通知: what a person is told, newest first, each with the one place where it is acted on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union

from engine.cases.capacity import absent_for
from engine.cases.commands import Actor
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.outbox.notices import addressed, addressees, shown_at, waits
from engine.queries.paging import apart, behind, mark_of
from engine.queries.people import group_name
from engine.queries.visibility import known
from engine.storage.hints import by
from engine.storage.models import cases, finished_tasks, notice_reads, notices, outbox, task_groups, tasks

PAGE = 30
COUNTED = 99  # counting stops there
_READERS = 256  # whose count stands ready: it is on every page, and building it takes longer than carrying it out
_PLAIN = "bureau_plain"  # about a case whoever is told may not know of: it says nothing of it
_WITH_CASE = notices.join(outbox, outbox.c.key == notices.c.key).outerjoin(cases, cases.c.id == outbox.c.case_id)
_OF_ONE_TASK = frozenset({"handed_on", "delegated", "resolved"})


@dataclass(frozen=True)
class ToDo:
    """The open task a notice leads to; `element` as drawn."""

    task_id: str
    element: str
    name: str


@dataclass(frozen=True)
class NoticeLine:
    """One notice. `no`, `title`: null when it is about no case, or about one whoever reads may not know of.

    `todo`: what they may do there now; None: there is nothing, or nothing any more. `unit`: whose order, as on screens.
    `over`: why what it asked for waits for them no longer, a key of vocabulary.NOTICE_OVER; None: it does, or it never
    asked for anything.
    """

    id: int
    at: datetime
    kind: str
    no: str | None
    title: str | None
    unit: str | None
    unit_code: str | None
    tier: int | None
    action: str | None
    read: bool
    on_behalf_of: str | None
    todo: ToDo | None
    over: str | None = None

    @property
    def waits(self) -> bool:
        """Whether it still wants to be seen."""
        return not self.read and self.over is None


@dataclass(frozen=True)
class NoticeList:
    """One page; `unread` of all that wait, COUNTED + 1 meaning more than that. `next`: the `after` of the next page."""

    lines: tuple[NoticeLine, ...]
    unread: int
    next: str | None


def notice_list(ctx: ReadContext, after: str | None = None, limit: int = PAGE) -> NoticeList:
    """What the actor is told, newest first. Raises BadInput for an `after` that is no cursor."""
    query = _newest(ctx.actor, _shown(ctx.actor).where(*behind(notices.c.at, outbox.c.id, after)), limit + 1)
    found = [(row.id, row.at) for row in ctx.conn.execute(query, shown_at(ctx.now))]
    onward = mark_of(found[limit - 1][1], found[limit - 1][0]) if len(found) > limit else None
    return NoticeList(tuple(_lines(ctx, dict(found[:limit]))), unread(ctx), onward)


def notice(ctx: ReadContext, id: int) -> NoticeLine:
    """One of those the actor is shown; raises NotFound."""
    query = _shown(ctx.actor).where(outbox.c.id == id)
    found = {row.id: row.at for row in ctx.conn.execute(query, shown_at(ctx.now))}
    if not found:
        raise NotFound("没有这条通知：可能已过期，也可能不是发给您的。")
    return _lines(ctx, found)[0]


def unread(ctx: ReadContext) -> int:
    """How many wait for the actor to see them; COUNTED + 1 means more than COUNTED. Asked for on every page."""
    return int(ctx.conn.execute(_number_waiting(ctx.actor), shown_at(ctx.now)).scalar_one())


@lru_cache(_READERS)
def _number_waiting(actor: Actor) -> Select[Any]:
    query = select(notices.c.key).distinct().select_from(_WITH_CASE).where(_known(actor), waits(actor))
    query = by(query, notices, "ix_notices_waiting")  # most are over or read: SQLite would go through all of them
    return select(func.count()).select_from(query.limit(COUNTED + 1).subquery())


def _shown(actor: Actor) -> Select[Any]:
    """Each once, though it may reach a person by several of their groups: by all of them at the same instant."""
    return select(outbox.c.id, notices.c.at).distinct().select_from(_WITH_CASE).where(_known(actor))


def _newest(actor: Actor, shown: Select[Any], most: int) -> Select[Any]:
    """Each address gives its newest off the index, and these are merged: together they would be gone through whole."""
    newest = shown.order_by(notices.c.at.desc(), outbox.c.id.desc()).limit(most)
    heads = [newest.where(notices.c.group == address) for address in sorted(addressees(actor))]
    each = union(*apart(heads)).subquery()
    return select(each).order_by(each.c.at.desc(), each.c.id.desc()).limit(most)


def _known(actor: Actor) -> ColumnElement[bool]:
    """Addressed to the actor, and about no case they may not know of."""
    about = or_(outbox.c.case_id.is_(None), outbox.c.kind == _PLAIN, known(actor, outbox.c.case_id, of_few=True))
    return and_(addressed(actor), about)


# ------------------------------------------------------------------ the lines
def _lines(ctx: ReadContext, found: Mapping[int, datetime]) -> list[NoticeLine]:
    """The notices with these ids and instants, in their order."""
    mine = and_(notice_reads.c.key == outbox.c.key, notice_reads.c.person == ctx.actor.name)
    columns = (outbox.c.id, outbox.c.key, outbox.c.kind, outbox.c.payload, outbox.c.recipients, outbox.c.case_id)
    query = select(*columns, cases.c.no, cases.c.title, notice_reads.c.at.is_not(None).label("read")).select_from(
        outbox.outerjoin(cases, cases.c.id == outbox.c.case_id).outerjoin(notice_reads, mine)
    )
    rows = {row["id"]: row for row in ctx.conn.execute(query.where(outbox.c.id.in_(found))).mappings()}
    open_tasks = _open_tasks(ctx, [row["case_id"] for row in rows.values() if row["case_id"] is not None])
    over = _over(ctx, [row["key"] for row in rows.values()])
    return [
        _line(ctx, {**rows[id], "at": at, "over": over.get(rows[id]["key"])}, open_tasks.get(rows[id]["case_id"], []))
        for id, at in found.items()
    ]


def _over(ctx: ReadContext, keys: Sequence[str]) -> dict[str, str]:
    """Of these notices those that wait for the actor by none of their groups any more, and why."""
    mine = and_(notices.c.key.in_(keys), notices.c.group.in_(sorted(addressees(ctx.actor))))
    query = select(notices.c.key, notices.c.over_at, tasks.c.id, tasks.c.assignee, finished_tasks.c.how).select_from(
        notices.outerjoin(tasks, tasks.c.id == notices.c.asks_for).outerjoin(
            finished_tasks, finished_tasks.c.id == notices.c.asks_for
        )
    )
    rows = ctx.conn.execute(query.where(mine)).all()
    waiting = {row.key for row in rows if row.over_at is None}
    return {row.key: _why_over(ctx, row) for row in rows if row.key not in waiting}


def _why_over(ctx: ReadContext, row: Any) -> str:
    if row.id is not None:
        return "own" if row.assignee in ctx.actor.names else "in_hand"
    return "dropped" if row.how == "withdrawn" else "done"


def _open_tasks(ctx: ReadContext, case_ids: Sequence[int]) -> dict[int, list[Mapping[str, Any]]]:
    """The open tasks of these cases that this person may do, by case, those due first first."""
    own = exists().where(task_groups.c.task_id == tasks.c.id, task_groups.c.group.in_(sorted(ctx.actor.groups)))
    free = or_(tasks.c.assignee.is_(None), tasks.c.assignee.in_(sorted(ctx.actor.names)))
    wanted = [tasks.c[name] for name in ("id", "case_id", "element", "name", "process", "unit")]
    query = by(select(*wanted).where(tasks.c.case_id.in_(case_ids), own, free), tasks, "ix_tasks_case_id")
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in ctx.conn.execute(query.order_by(tasks.c.due.nulls_last(), tasks.c.id)).mappings():
        found.setdefault(row["case_id"], []).append(dict(row))
    return found


def _line(ctx: ReadContext, row: Mapping[str, Any], open_tasks: Sequence[Mapping[str, Any]]) -> NoticeLine:
    facts, groups = json.loads(row["payload"]), json.loads(row["recipients"])
    absent = None if not ctx.actor.names.isdisjoint(_named(groups)) else absent_for(ctx.actor, groups, None)
    plain, unit = row["kind"] == _PLAIN, facts.get("unit")
    todo = None if plain else _todo(row["kind"], facts, open_tasks)
    return NoticeLine(
        id=row["id"],
        at=row["at"],
        kind=row["kind"],
        no=None if plain else row["no"],
        title=None if plain else row["title"],
        unit=None if plain or unit is None else group_name(ctx.directory, f"unit:{unit}"),
        unit_code=None if plain else unit,
        tier=None if plain else facts.get("tier"),
        action=facts.get("action"),
        read=bool(row["read"]),
        on_behalf_of=None if absent is None else absent.display,
        todo=None if todo is None else ToDo(todo["id"], todo["element"], todo["name"]),
        over=row["over"],
    )


def _named(groups: Sequence[str]) -> set[str]:
    return {group.removeprefix("person:") for group in groups if group.startswith("person:")}


def _todo(kind: str, facts: Mapping[str, Any], open_tasks: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The task the notice is about, or else the first one of the case."""
    if kind in _OF_ONE_TASK:
        return next((task for task in open_tasks if task["id"] == facts.get("task_id")), None)
    above = [task for task in open_tasks if task["process"] == "escalation"]
    below = [task for task in open_tasks if task["process"] != "escalation"]
    if kind == "escalation":
        return next(iter([*above, *below]), None)
    of_unit = [task for task in below if facts.get("unit") in (None, task["unit"])]
    return next(iter(of_unit), None)
