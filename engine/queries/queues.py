"""The queues of an inbox as statements: which tasks lie in each, in heads of an index, never whole.

Pages go by keyset on (group, due, id): each group of the person gives its next rows, merged by due and id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, exists, func, or_, select, type_coerce, union_all

from engine.clock import local, midnight
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.inbox_choice import Choice, narrowed, order
from engine.storage.models import (
    cases,
    finished_tasks,
    follow_ups,
    memberships,
    microseconds,
    people,
    substitutions,
    task_groups,
    tasks,
)
from engine.storage.rows import NO_DUE

QUEUES = ("mine", "group", "overdue", "today", "supervised", "aside", "done")
DONE = "done"
COUNTED = 999  # counting stops there
_OFFERED_TO = task_groups.alias("offered_to")
_CASE_OF_TASK = cases.alias("case_of_task")
_TASK_ID = re.compile("[0-9a-f-]{36}")


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: its due (in `done`: its end) in microseconds since 1970, and its task."""

    at: int
    task_id: str

    def text(self) -> str:
        """As it stands in an address."""
        return f"{self.at}.{self.task_id}"


def cursor_after(at: datetime | None, task_id: str) -> Cursor:
    """The cursor of a row."""
    return Cursor(NO_DUE if at is None else microseconds(at), task_id)


def read_cursor(text: str | None) -> Cursor | None:
    """The cursor in an address; raises BadInput."""
    if text is None:
        return None
    at, _, task_id = text.partition(".")
    if not (at.isascii() and at.isdecimal() and len(at) <= 18 and int(at) <= NO_DUE and _TASK_ID.fullmatch(task_id)):
        raise BadInput({"after": "翻页标记不对，请从第一页重新翻。"})
    return Cursor(int(at), task_id)


# ------------------------------------------------------------------ open tasks
def waiting(ctx: ReadContext, queue: str, cursor: Cursor | None, limit: int) -> list[str]:
    """Ids of the next open tasks of a queue, by due, then id."""
    heads = [_cut(one, cursor, limit) for one in _sources(ctx, queue)]
    if not heads:
        return []
    # Each head stands in a sub-select of its own: SQLite takes no limit inside a union otherwise.
    union = union_all(*(select(head.subquery()) for head in heads)).subquery()
    first = select(union.c.task_id, union.c.due).distinct().order_by(union.c.due, union.c.task_id).limit(limit)
    return [row.task_id for row in ctx.conn.execute(first)]


def chosen(ctx: ReadContext, queue: str, choice: Choice, first: int, limit: int) -> list[str]:
    """Ids of open tasks of a queue that a choice lets through, in its order; `first` of them are passed over."""
    sources = _sources(ctx, queue)
    if not sources:
        return []
    within = select(union_all(*sources).subquery().c.task_id)
    query = select(tasks.c.id).join(cases, cases.c.id == tasks.c.case_id)
    found = query.where(tasks.c.id.in_(within), *narrowed(ctx, choice)).order_by(*order(choice))
    return list(ctx.conn.scalars(found.offset(first).limit(limit)))


def done(ctx: ReadContext, query: Select[Any], cursor: Cursor | None, limit: int) -> Select[Any]:
    """The next tasks the actor has completed, newest first; `query` selects from finished_tasks and cases."""
    ended, id = type_coerce(finished_tasks.c.ended_at, BigInteger), finished_tasks.c.id
    own = _own(ctx, query).order_by(finished_tasks.c.ended_at.desc(), id).limit(limit)
    if cursor is None:
        return own
    return own.where((ended < cursor.at) | ((ended == cursor.at) & (id > cursor.task_id)))


def count(ctx: ReadContext, queue: str) -> int:
    """How many lie in a queue; COUNTED + 1 means more than COUNTED."""
    found = _counted(ctx, queue)
    if found is None:
        return 0
    number = select(func.count()).select_from(found.limit(COUNTED + 1).subquery())
    return int(ctx.conn.execute(number).scalar_one())


def _counted(ctx: ReadContext, queue: str) -> Select[Any] | None:
    if queue == DONE:
        return _own(ctx, select(finished_tasks.c.id).join(cases, cases.c.id == finished_tasks.c.case_id))
    sources = _sources(ctx, queue)
    return select(union_all(*sources).subquery().c.task_id).distinct() if sources else None


def _own(ctx: ReadContext, query: Select[Any]) -> Select[Any]:
    """What has become restricted since is left out."""
    own = query.where(finished_tasks.c.actor == ctx.actor.name, finished_tasks.c.how == "completed")
    return own if "restricted" in ctx.actor.groups else own.where(cases.c.restricted.is_(False))


def _sources(ctx: ReadContext, queue: str) -> list[Select[Any]]:
    """Selects of (task_id, due) that together make the queue: one per group, or those the actor holds,
    those of whom they stand in for included."""
    if queue == "mine":
        return [_seen(ctx, _held(name).where(~_put_aside(ctx, now=True))) for name in sorted(ctx.actor.names)]
    if queue == "aside":
        return [_seen(ctx, _open().where(_put_aside(ctx)))]
    return [_seen(ctx, _offered(ctx, queue, group)) for group in sorted(ctx.actor.groups)]


def _held(name: str) -> Select[Any]:
    return _open().where(tasks.c.assignee == name)


def _open() -> Select[Any]:
    due = func.coalesce(type_coerce(tasks.c.due, BigInteger), NO_DUE).label("due")
    return select(tasks.c.id.label("task_id"), due)


def _put_aside(ctx: ReadContext, now: bool = False) -> ColumnElement[bool]:
    """Whether the actor wants to see it on a later day; `now`: and nothing about it is pressing before that."""
    own = (follow_ups.c.person == ctx.actor.name, follow_ups.c.task_id == tasks.c.id, follow_ups.c.until > ctx.now)
    put = exists().where(*own).correlate(tasks)
    if not now:
        return put
    pressing = exists().where(_CASE_OF_TASK.c.id == tasks.c.case_id, _CASE_OF_TASK.c.urgent.is_(True)).correlate(tasks)
    return put & ~pressing & or_(tasks.c.due.is_(None), tasks.c.due > ctx.now)


def _offered(ctx: ReadContext, queue: str, group: str) -> Select[Any]:
    query = select(task_groups.c.task_id, task_groups.c.due).join(tasks, tasks.c.id == task_groups.c.task_id)
    return query.where(task_groups.c.group == group, *_narrowed(queue, ctx.now))


def _narrowed(queue: str, now: datetime) -> list[ColumnElement[bool]]:
    tomorrow = local(now).date() + timedelta(days=1)
    instant, end = microseconds(now), microseconds(midnight(tomorrow))
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "group": [or_(tasks.c.assignee.is_(None), ~_holder_may(now))],
        "overdue": [task_groups.c.due < instant],
        "supervised": [tasks.c.element == "supervise"],
        "today": [task_groups.c.due >= instant, task_groups.c.due < end],
    }
    return conditions[queue]


def _holder_may(now: datetime) -> ColumnElement[bool]:
    """Whether who has claimed the task could still do it, as `holding.may_hold` says: who left holds nothing back."""
    s, m = substitutions.c, memberships.c
    # Two selects deep, the task in question is named: otherwise any task would do.
    standing = (s.substitute == tasks.c.assignee, s.since <= now, s.until > now, s.ended_at.is_(None))
    stood_for = select(s.absent).where(*standing).correlate(tasks)
    offered = select(_OFFERED_TO.c.group).where(_OFFERED_TO.c.task_id == tasks.c.id).correlate(tasks)
    return exists().where(
        m.group.in_(offered),
        or_(m.person == tasks.c.assignee, m.person.in_(stood_for)),
        people.c.name == m.person,
        people.c.active.is_(True),
    )


def _seen(ctx: ReadContext, query: Select[Any]) -> Select[Any]:
    """Whoever is in a task's group may see its case, but for restricted ones (`policy.sees`)."""
    if "restricted" in ctx.actor.groups:
        return query
    return query.join(cases, cases.c.id == tasks.c.case_id).where(cases.c.restricted.is_(False))


def _cut(query: Select[Any], cursor: Cursor | None, limit: int) -> Select[Any]:
    task_id, due = query.selected_columns
    if cursor is not None:
        query = query.where((due > cursor.at) | ((due == cursor.at) & (task_id > cursor.task_id)))
    return query.order_by(due, task_id).limit(limit)
