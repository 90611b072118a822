"""Whom a task may be handed to, with how much each has in hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from engine.facade import ReadContext
from engine.storage.models import memberships, people, substitutions, tasks


@dataclass(frozen=True)
class Colleague:
    """Somebody of the group. `load`: tasks they have claimed; `absent`: somebody stands in for them just now."""

    name: str
    display: str
    load: int
    absent: bool


def colleagues(ctx: ReadContext, groups: Collection[str], holder: str | None) -> tuple[Colleague, ...]:
    """Active people in these groups but for whoever holds the task, those with the least in hand first."""
    members = select(memberships.c.person).where(memberships.c.group.in_(groups))
    load = func.count(tasks.c.id)
    query = (
        select(people.c.name, people.c.display, load.label("load"))
        .outerjoin(tasks, tasks.c.assignee == people.c.name)
        .where(people.c.name.in_(members), people.c.active.is_(True))
        .group_by(people.c.name, people.c.display)
        .order_by(load, people.c.name)
    )
    away = _away(ctx)
    rows = ctx.conn.execute(query)
    return tuple(Colleague(row.name, row.display, row.load, row.name in away) for row in rows if row.name != holder)


def _away(ctx: ReadContext) -> set[str]:
    """Who is absent at this instant."""
    s = substitutions.c
    running = (s.since <= ctx.now) & (s.until > ctx.now) & s.ended_at.is_(None)
    return set(ctx.conn.scalars(select(s.absent).where(running)))
