"""Open tasks of the cases a person may see: lists with filters, and one by its id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, or_, select

from engine.cases import policy
from engine.cases.commands import SYSTEM, Actor
from engine.cases.live import uid_of_task
from engine.definitions.shipped import RECTIFICATION
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.narrowing import equal, like
from engine.queries.paging import Page, paged
from engine.queries.processes import definition_id
from engine.queries.visibility import visible
from engine.storage.models import bundles, cases, task_groups, tasks


@dataclass(frozen=True)
class TaskRow:
    """An open task. `definition_id` is that of the process that draws it, `uid` the instance of its case."""

    id: str
    element: str
    name: str
    process: str
    definition_id: str
    uid: str
    no: str | None
    form: str | None
    unit: str | None
    assignee: str | None
    owner: str | None
    delegation: str | None
    groups: tuple[str, ...]
    priority: int
    opened_at: datetime
    due: datetime | None


@dataclass(frozen=True)
class TaskFilter:
    """Every value given narrows the list; flags narrow it when true. `name_like` takes % and _ as wildcards.

    `groups`: offered to one of them, and not claimed yet unless `claimed_too` or an assignee is asked for.
    """

    no: str | None = None
    uid: str | None = None
    element: str | None = None
    process: str | None = None
    groups: tuple[str, ...] | None = None
    claimed_too: bool = False
    assignee: str | None = None
    assigned: bool = False
    unassigned: bool = False
    name: str | None = None
    name_like: str | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    overdue: bool = False


SORTS: Mapping[str, ColumnElement[Any]] = {
    "id": tasks.c.id,
    "name": tasks.c.name,
    "assignee": tasks.c.assignee,
    "priority": tasks.c.priority,
    "opened_at": tasks.c.opened_at,
    "due": tasks.c.due,
    "instance": cases.c.uid,
    "no": cases.c.no,
}

_GROUPS = (
    select(task_groups.c.task_id, task_groups.c.group)
    .where(task_groups.c.task_id.in_(bindparam("task_ids", expanding=True)))
    .order_by(task_groups.c.group)
)
_FROM = tasks.join(cases, cases.c.id == tasks.c.case_id).join(bundles, bundles.c.id == cases.c.bundle_id)
_COLUMNS = select(tasks, cases.c.uid, cases.c.no, bundles.c.version, bundles.c.hash).select_from(_FROM)


def find_tasks(ctx: ReadContext, wanted: TaskFilter, page: Page) -> list[TaskRow]:
    """The open tasks the actor may see and the filter lets through, oldest first unless sorted otherwise."""
    query = _COLUMNS.where(*_shown(ctx.actor), *_conditions(wanted, ctx.now))
    return _rows(ctx.conn, paged(query, page, SORTS, (tasks.c.opened_at, tasks.c.id)))


def count_tasks(ctx: ReadContext, wanted: TaskFilter) -> int:
    """How many `find_tasks` would give without limits."""
    query = select(func.count()).select_from(_FROM).where(*_shown(ctx.actor), *_conditions(wanted, ctx.now))
    return int(ctx.conn.execute(query).scalar_one())


def get_task(ctx: ReadContext, task_id: str) -> TaskRow:
    """One open task; raises NotFound for what is finished, unknown, or of a case this person may not see."""
    try:
        uid_of_task(task_id)
    except ValueError:
        raise NotFound from None
    found = _rows(ctx.conn, _COLUMNS.where(*_shown(ctx.actor), tasks.c.id == task_id))
    if not found:
        raise NotFound("没有这件待办：可能已办结或已撤回，也可能您无权查看。")
    return found[0]


def groups_of(conn: Connection, task_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The groups each task is offered to, in alphabetical order."""
    found: dict[str, tuple[str, ...]] = {}
    for task_id, group in conn.execute(_GROUPS, {"task_ids": list(task_ids)}):
        found[task_id] = (*found.get(task_id, ()), group)
    return found


def _rows(conn: Connection, query: Select[Any]) -> list[TaskRow]:
    found = conn.execute(query).mappings().all()
    groups = groups_of(conn, [row["id"] for row in found])
    return [_row(row, groups.get(row["id"], ())) for row in found]


def _row(row: Mapping[Any, Any], groups: tuple[str, ...]) -> TaskRow:
    of_task = ("id", "element", "name", "process", "form", "unit", "assignee", "owner", "delegation", "priority")
    same = (*of_task, "opened_at", "due", "uid", "no")
    drawn_by = definition_id(row["process"], row["version"], row["hash"])
    return TaskRow(**{name: row[name] for name in same}, definition_id=drawn_by, groups=groups)


def _shown(actor: Actor) -> Iterable[ColumnElement[bool]]:
    """Of the cases they may know of; of 整改 those put to their unit or lying with their groups, as pages show them."""
    yield visible(actor)
    if actor is not SYSTEM and not policy.holds(actor, policy.READ_FINDINGS):
        own = task_groups.c.group.in_(sorted(actor.groups))
        theirs = cases.c.registered_unit.in_(sorted(policy.units_of(actor.groups)))
        lies_there = exists().where(task_groups.c.task_id == tasks.c.id, own)
        yield or_(cases.c.key != RECTIFICATION, theirs, lies_there)


# ------------------------------------------------------------------ filters
def _conditions(wanted: TaskFilter, now: datetime) -> list[ColumnElement[bool]]:
    return [*_equal(wanted), *_dues(wanted, now), *_held(wanted)]


def _equal(wanted: TaskFilter) -> Iterable[ColumnElement[bool]]:
    yield from equal(
        {
            cases.c.no: wanted.no,
            cases.c.uid: wanted.uid,
            tasks.c.element: wanted.element,
            tasks.c.process: wanted.process,
            tasks.c.name: wanted.name,
        }
    )
    yield from like(tasks.c.name, wanted.name_like)


def _dues(wanted: TaskFilter, now: datetime) -> Iterable[ColumnElement[bool]]:
    if wanted.due_before is not None:
        yield tasks.c.due < wanted.due_before
    if wanted.due_after is not None:
        yield tasks.c.due > wanted.due_after
    if wanted.overdue:
        yield tasks.c.due < now


def _held(wanted: TaskFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.assignee is not None:
        yield tasks.c.assignee == wanted.assignee
    if wanted.assigned:
        yield tasks.c.assignee.is_not(None)
    if wanted.unassigned:
        yield tasks.c.assignee.is_(None)
    if wanted.groups is not None:
        yield exists().where(task_groups.c.task_id == tasks.c.id, task_groups.c.group.in_(wanted.groups))
        if not (wanted.claimed_too or wanted.assigned or wanted.assignee is not None):
            yield tasks.c.assignee.is_(None)
