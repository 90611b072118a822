"""The inbox: what waits for one person, in queues, by due date, and what they have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.cases import policy
from engine.cases.acts.holding import Hold, may_give
from engine.cases.capacity import absent_for
from engine.desk.desk import is_in_own_queues
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries import queues
from engine.queries.dues import TaskDue, task_due
from engine.queries.inbox_choice import Choice
from engine.queries.people import displays, group_name
from engine.queries.queues import COUNTED, DONE, QUEUES
from engine.queries.tasks import groups_of
from engine.storage.models import cases, finished_tasks, follow_ups, tasks
from engine.storage.sealed import unsealed


@dataclass(frozen=True)
class InboxItem:
    """One line of the inbox. `place`: the unit or the groups it lies with; `holder`: who has claimed it, as on screens,
    and `held_since` when.

    `may_claim`: it is nobody's, and the actor's to take; `may_take`: also from the colleague who holds it; `may_give`:
    whether the actor may hand it on. `on_behalf_of`: the absent person, as on screens, whose
    right it is to do it. In the queue `done`, `ended_at` is set and `due` tells whether it was in time.
    `aside_until`: the actor does not want to see it before that day, for `aside_reason`.
    """

    task_id: str
    element: str
    name: str
    no: str | None
    title: str | None
    place: str
    unit: str | None
    holder: str | None
    mine: bool
    may_claim: bool
    may_take: bool
    may_give: bool
    urgent: bool
    tier: int
    opened_at: datetime
    due: TaskDue
    held_since: datetime | None = None
    on_behalf_of: str | None = None
    ended_at: datetime | None = None
    aside_until: datetime | None = None
    aside_reason: str | None = None


@dataclass(frozen=True)
class QueueCount:
    """How many lie in a queue; `more`: at least so many, counting stopped there."""

    key: str
    count: int
    more: bool


@dataclass(frozen=True)
class Inbox:
    """One page of one queue, and the counts of all. `next`: the `after` of the next page, None on the last."""

    queue: str
    queues: tuple[QueueCount, ...]
    items: tuple[InboxItem, ...]
    next: str | None


def inbox(
    ctx: ReadContext, queue: str = "mine", after: str | None = None, limit: int = 20, choice: Choice | None = None
) -> Inbox:
    """What waits for the actor. `queue`: mine (claimed by them, or by whom they stand in for, and not put aside) ·
    group (of their groups, claimed by nobody who could still do it) · held (of their groups and of
    those they answer for, claimed by a colleague who could still do it) · overdue, today and supervised (of their
    groups, claimed or not) · aside (what they have put aside) · done (completed by them).

    A `choice` narrows and orders the open ones; `after` is then a number of tasks already seen.
    Raises BadInput for another queue, or an `after` that is no cursor.
    """
    if queue not in QUEUES:
        raise BadInput({"queue": f"没有这个分类，请用 {'、'.join(QUEUES)} 之一。"})
    if choice is not None and not choice.plain and queue != DONE:
        return _chosen(ctx, queue, choice, after, limit)
    cursor = queues.read_cursor(after)
    found = _done(ctx, cursor, limit + 1) if queue == DONE else _waiting(ctx, queue, cursor, limit + 1)
    items = tuple(found[:limit])
    return Inbox(queue, _counts(ctx), items, _next(items[-1]) if len(found) > limit else None)


def _chosen(ctx: ReadContext, queue: str, choice: Choice, after: str | None, limit: int) -> Inbox:
    if after is not None and not (after.isascii() and after.isdecimal() and len(after) < 7):
        raise BadInput({"after": "翻页标记不对，请从第一页重新翻。"})
    seen = int(after or 0)
    found = _rows(ctx, queue, queues.chosen(ctx, queue, choice, seen, limit + 1))
    onward = str(seen + limit) if len(found) > limit else None
    return Inbox(queue, _counts(ctx), tuple(found[:limit]), onward)


def first_of(ctx: ReadContext, queue: str, limit: int) -> list[InboxItem]:
    """What a queue of open tasks begins with, without counting any."""
    return _waiting(ctx, queue, None, limit)


def _next(last: InboxItem) -> str:
    return queues.cursor_after(last.ended_at or last.due.at, last.task_id).text()


def _counts(ctx: ReadContext) -> tuple[QueueCount, ...]:
    return tuple(QueueCount(key, min(number, COUNTED), number > COUNTED) for key, number in queues.counts(ctx).items())


_CASE = (cases.c.no, cases.c.title, cases.c.urgent, cases.c.tier)
_WAITING = select(tasks, *_CASE).join(cases, cases.c.id == tasks.c.case_id)
_OF_TASKS = _WAITING.where(tasks.c.id.in_(bindparam("task_ids", expanding=True)))
_FINISHED = select(finished_tasks, *_CASE).join(cases, cases.c.id == finished_tasks.c.case_id)
_SAME = ("element", "name", "no", "title", "unit", "urgent", "tier", "opened_at")


def _waiting(ctx: ReadContext, queue: str, cursor: queues.Cursor | None, limit: int) -> list[InboxItem]:
    return _rows(ctx, queue, queues.waiting(ctx, queue, cursor, limit))


def _rows(ctx: ReadContext, queue: str, order: Sequence[str]) -> list[InboxItem]:
    if not order:
        return []
    rows = {row["id"]: row for row in ctx.conn.execute(_OF_TASKS, {"task_ids": order}).mappings()}
    return _items(ctx, [_free(rows[task_id]) if queue == "group" else rows[task_id] for task_id in order])


def _free(row: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """As unclaimed: who once claimed it has left the group."""
    return {**row, "assignee": None, "claimed_at": None}


def _items(ctx: ReadContext, rows: Sequence[Mapping[Any, Any]]) -> list[InboxItem]:
    groups = groups_of(ctx.conn, [row["id"] for row in rows])
    holders = displays(ctx.conn, {row["assignee"] for row in rows if row["assignee"]})
    aside = _aside(ctx, [row["id"] for row in rows])
    return [_item(ctx, row, groups.get(row["id"], ()), holders, aside.get(row["id"], {})) for row in rows]


def own_due(ctx: ReadContext, task_id: str) -> datetime | None:
    """When a task falls due that lies in the actor's own queues; None for every other, and without a due."""
    if not is_in_own_queues(ctx.conn, ctx.actor, task_id):
        return None
    due: datetime | None = ctx.conn.execute(select(tasks.c.due).where(tasks.c.id == task_id)).scalar_one()
    return due


_ASIDE = select(follow_ups).where(
    follow_ups.c.person == bindparam("reader"),
    follow_ups.c.until > bindparam("present"),
    follow_ups.c.task_id.in_(bindparam("task_ids", expanding=True)),
)


def _aside(ctx: ReadContext, task_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Task → until when the actor has put it aside, and why."""
    asked = {"reader": ctx.actor.name, "present": ctx.now, "task_ids": task_ids}
    rows = (unsealed(ctx.keys, follow_ups, row) for row in ctx.conn.execute(_ASIDE, asked).mappings())
    return {row["task_id"]: {"aside_until": row["until"], "aside_reason": row["reason"]} for row in rows}


def _item(
    ctx: ReadContext,
    row: Mapping[Any, Any],
    groups: tuple[str, ...],
    holders: Mapping[str, str],
    aside: Mapping[str, Any],
) -> InboxItem:
    held_by, offered = row["assignee"], policy.in_group(ctx.actor, groups)
    absent = absent_for(ctx.actor, groups, held_by)
    return InboxItem(
        **{name: row[name] for name in _SAME},
        task_id=row["id"],
        place="、".join(group_name(ctx.directory, group) for group in groups),
        holder=None if held_by is None else holders[held_by],
        held_since=row["claimed_at"],
        mine=held_by in ctx.actor.names,
        may_claim=offered and held_by is None,
        may_take=offered and held_by not in ctx.actor.names and (held_by is None or policy.leads(ctx.actor, groups)),
        may_give=may_give(Hold(held_by), groups, ctx.actor),
        due=task_due(ctx, row["due"]),
        on_behalf_of=None if absent is None else absent.display,
        **aside,
    )


def _done(ctx: ReadContext, cursor: queues.Cursor | None, limit: int) -> list[InboxItem]:
    rows = queues.done(ctx, _FINISHED, cursor, limit)
    names = displays(ctx.conn, {row["on_behalf_of"] for row in rows if row["on_behalf_of"]})
    return [_done_item(ctx, row, names) for row in rows]


def _done_item(ctx: ReadContext, row: Mapping[Any, Any], names: Mapping[str, str]) -> InboxItem:
    return InboxItem(
        **{name: row[name] for name in _SAME},
        task_id=row["id"],
        place=group_name(ctx.directory, f"unit:{row['unit']}") if row["unit"] else "",
        holder=ctx.actor.display,
        mine=True,
        may_claim=False,
        may_take=False,
        may_give=False,
        due=task_due(ctx, row["due"], row["ended_at"]),
        on_behalf_of=names[row["on_behalf_of"]] if row["on_behalf_of"] else None,
        ended_at=row["ended_at"],
    )
