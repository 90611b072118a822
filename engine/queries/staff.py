"""The people of the house for its administrators: lists, one person with their past, what waits for a second one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from engine.directory.staff import known_person
from engine.facade import ReadContext
from engine.queries.house import HouseLine, about_person
from engine.storage.models import grants, memberships, people, tasks

LIMIT, MOST = 50, 200
_LINES = 50  # of a person's past, the newest


@dataclass(frozen=True)
class StaffRow:
    """Somebody who signs in, or did."""

    name: str
    display: str
    groups: tuple[str, ...]
    unit: str | None
    window: str | None
    active: bool
    created_at: datetime


@dataclass(frozen=True)
class StaffList:
    """A page of people by sign-in name; `next` is the `after` of the next page, null on the last."""

    items: tuple[StaffRow, ...]
    next: str | None
    total: int


@dataclass(frozen=True)
class StaffFilter:
    """Every value given narrows the list. `words`: part of the sign-in name or of the name on screens."""

    words: str | None = None
    group: str | None = None
    unit: str | None = None
    active: bool | None = None


@dataclass(frozen=True)
class Grant:
    """A post one administrator asked for; `granted` is null while no other has decided. Names as in the sign-in."""

    id: int
    person: str
    group: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    granted: bool | None


@dataclass(frozen=True)
class StaffPage:
    """One person: what waits for a second administrator, what was changed (newest first), tasks in hand."""

    person: StaffRow
    waiting: tuple[Grant, ...]
    history: tuple[HouseLine, ...]
    load: int


def list_staff(ctx: ReadContext, wanted: StaffFilter, after: str | None = None, limit: int | None = LIMIT) -> StaffList:
    """People by sign-in name, from behind `after`; `limit` None: all of them."""
    conditions = list(_conditions(wanted))
    total = ctx.conn.execute(select(func.count()).select_from(people).where(*conditions)).scalar_one()
    query = select(people).where(*conditions).order_by(people.c.name)
    if after is not None:
        query = query.where(people.c.name > after)
    if limit is not None:
        query = query.limit(limit + 1)
    found = ctx.conn.execute(query).mappings().all()
    items = _rows(ctx.conn, found if limit is None else found[:limit])
    return StaffList(items, items[-1].name if limit is not None and len(found) > limit else None, total)


def staff_row(ctx: ReadContext, name: str) -> StaffRow:
    """One person; raises NotFound."""
    known_person(ctx.conn, name)
    return _rows(ctx.conn, ctx.conn.execute(select(people).where(people.c.name == name)).mappings().all())[0]


def staff_page(ctx: ReadContext, name: str) -> StaffPage:
    """Everything about one person; raises NotFound."""
    load = select(func.count()).select_from(tasks).where(tasks.c.assignee == name)
    return StaffPage(
        staff_row(ctx, name),
        waiting_grants(ctx, name),
        about_person(ctx, name, _LINES),
        ctx.conn.execute(load).scalar_one(),
    )


def waiting_grants(ctx: ReadContext, name: str | None = None) -> tuple[Grant, ...]:
    """The posts that wait for a second administrator, of one person or of all, oldest first."""
    query = select(grants).where(grants.c.decided_at.is_(None)).order_by(grants.c.id)
    if name is not None:
        query = query.where(grants.c.person == name)
    return tuple(Grant(**row) for row in ctx.conn.execute(query).mappings())


def _rows(conn: Connection, found: Sequence[Mapping[Any, Any]]) -> tuple[StaffRow, ...]:
    names = [row["name"] for row in found]
    query = select(memberships).where(memberships.c.person.in_(names)).order_by(memberships.c.group)
    groups: dict[str, tuple[str, ...]] = {}
    for person, group in conn.execute(query):
        groups[person] = (*groups.get(person, ()), group)
    same = ("name", "display", "unit", "window", "active", "created_at")
    return tuple(StaffRow(**{key: row[key] for key in same}, groups=groups.get(row["name"], ())) for row in found)


def _conditions(wanted: StaffFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.words:
        yield or_(*(column.contains(wanted.words, autoescape=True) for column in (people.c.name, people.c.display)))
    if wanted.group is not None:
        yield exists().where(memberships.c.person == people.c.name, memberships.c.group == wanted.group)
    if wanted.unit is not None:
        yield people.c.unit == wanted.unit
    if wanted.active is not None:
        yield people.c.active.is_(wanted.active)
