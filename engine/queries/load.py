"""How much lies with whom: open work orders of each unit, claimed tasks of each colleague."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from engine.cases import policy
from engine.clock import local, midnight
from engine.facade import ReadContext
from engine.queries.people import displays, group_name
from engine.queries.visibility import visible
from engine.storage.models import cases, memberships, people, tasks, work_orders

_OVER = ("replied", "returned", "withdrawn")  # an order in one of these does not wait for its unit


@dataclass(frozen=True)
class Load:
    """What lies with a unit or a person now: `open`, of these `late` already, and `week`: due within seven days."""

    name: str
    open: int
    late: int
    week: int


def load_of_units(ctx: ReadContext) -> tuple[Load, ...]:
    """Per unit the open work orders of the cases this person may know of, by the deadline of the case; most first."""
    joined = work_orders.join(cases, cases.c.id == work_orders.c.case_id)
    seen = select(cases.c.id).where(visible(ctx.actor))  # apart: it looks at orders of its own
    open_orders = (work_orders.c.status.not_in(_OVER), cases.c.ended_at.is_(None), work_orders.c.case_id.in_(seen))
    rows = ctx.conn.execute(select(work_orders.c.unit, cases.c.deadline).select_from(joined).where(*open_orders))
    return _loads(ctx, ((group_name(ctx.directory, f"unit:{unit}"), deadline) for unit, deadline in rows))


def load_of_people(ctx: ReadContext) -> tuple[Load, ...]:
    """Per colleague of the groups this person leads the tasks they have claimed, by the due of the task.

    Who has nothing in hand is listed too. Empty for who leads nobody: how much others have is not theirs to compare.
    """
    led = [group for group in _groups(ctx) if policy.leads(ctx.actor, [group])]
    members = select(memberships.c.person).where(memberships.c.group.in_(led))
    active = list(ctx.conn.scalars(select(people.c.name).where(people.c.name.in_(members), people.c.active.is_(True))))
    held = select(tasks.c.assignee, tasks.c.due).where(tasks.c.assignee.in_(active))
    names = displays(ctx.conn, active)
    found = _loads(ctx, ((names[name], due) for name, due in ctx.conn.execute(held)))
    idle = sorted({names[name] for name in active} - {each.name for each in found})
    return (*found, *(Load(name, 0, 0, 0) for name in idle))


def _groups(ctx: ReadContext) -> list[str]:
    return list(ctx.conn.scalars(select(memberships.c.group).distinct().order_by(memberships.c.group)))


def _loads(ctx: ReadContext, found: Iterable[tuple[str, datetime | None]]) -> tuple[Load, ...]:
    week = midnight(local(ctx.now).date() + timedelta(days=7))
    total, late, soon = Counter[str](), Counter[str](), Counter[str]()
    for name, due in found:
        total[name] += 1
        if due is not None:
            late[name] += due < ctx.now
            soon[name] += ctx.now <= due < week
    return tuple(Load(name, number, late[name], soon[name]) for name, number in sorted(total.items(), key=_most))


def _most(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]
