"""Whom a task may be handed to, with how much each has in hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import bindparam, false, func, literal, or_, select

from engine.facade import ReadContext
from engine.queries.queue_sources import BUILT
from engine.storage.models import memberships, people, substitutions, tasks
from engine.storage.prepared import Prepared


@dataclass(frozen=True)
class Colleague:
    """Somebody of the group. `load`: tasks they have claimed; `absent`: somebody stands in for them just now."""

    name: str
    display: str
    load: int
    absent: bool


def colleagues(ctx: ReadContext, groups: Collection[str], holder: str | None) -> tuple[Colleague, ...]:
    """Active people in these groups but for whoever holds the task, those with the least in hand first."""
    away = {row["absent"] for row in _AWAY.fetch(ctx.conn, {"present": ctx.now})}
    rows = _loads(frozenset(groups)).fetch(ctx.conn, {})
    return tuple(Colleague(**row, absent=row["name"] in away) for row in rows if row["name"] != holder)


@lru_cache(BUILT)
def _loads(groups: frozenset[str]) -> Prepared:
    """Who is in one of these groups, with how much each has in hand."""
    own = [memberships.c.group == literal(group) for group in sorted(groups)]
    members = select(memberships.c.person).where(or_(false(), *own))
    load = func.count(tasks.c.id)
    return Prepared(
        select(people.c.name, people.c.display, load.label("load"))
        .outerjoin(tasks, tasks.c.assignee == people.c.name)
        .where(people.c.name.in_(members), people.c.active.is_(True))
        .group_by(people.c.name, people.c.display)
        .order_by(load, people.c.name)
    )


_PRESENT = bindparam("present", type_=substitutions.c.since.type)
_AWAY = Prepared(
    select(substitutions.c.absent).where(
        substitutions.c.since <= _PRESENT, substitutions.c.until > _PRESENT, substitutions.c.ended_at.is_(None)
    )
)
