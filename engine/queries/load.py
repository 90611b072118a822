"""How much lies with whom: open work orders of each unit, claimed tasks of each colleague."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from engine.cases import policy
from engine.clock import local, midnight
from engine.facade import ReadContext
from engine.queries.people import displays, group_name
from engine.queries.visibility import visible
from engine.storage.models import cases, finished_tasks, memberships, people, tasks, work_orders

_LOOKED_BACK, _HOUR = timedelta(days=30), timedelta(hours=1)
_OVER = ("replied", "returned", "withdrawn")  # an order in one of these does not wait for its unit


@dataclass(frozen=True)
class Load:
    """What lies with a unit or a person now: `open`, of these `late` already, and `week`: due within seven days.

    `hours`: office hours a task took in the mean, of those completed in the last 30 days; None for none, and for units.
    """

    name: str
    open: int
    late: int
    week: int
    hours: float | None = None


def load_of_units(ctx: ReadContext) -> tuple[Load, ...]:
    """Per unit the open work orders of the cases this person may know of, by the deadline of the case; most first."""
    joined = select(work_orders.c.unit).join(cases, cases.c.id == work_orders.c.case_id)
    seen = select(cases.c.id).where(visible(ctx.actor))  # apart: it looks at orders of its own
    open_orders = (work_orders.c.status.not_in(_OVER), cases.c.ended_at.is_(None), work_orders.c.case_id.in_(seen))
    lying = joined.where(*open_orders)
    return _loads(ctx, lying, cases.c.deadline, lambda unit: group_name(ctx.directory, f"unit:{unit}"))


def load_of_people(ctx: ReadContext) -> tuple[Load, ...]:
    """Per colleague of the groups this person leads the tasks they have claimed, by the due of the task.

    Who has nothing in hand is listed too. Empty for who leads nobody: how much others have is not theirs to compare.
    """
    led = [group for group in _groups(ctx) if policy.leads(ctx.actor, [group])]
    members = select(memberships.c.person).where(memberships.c.group.in_(led))
    active = list(ctx.conn.scalars(select(people.c.name).where(people.c.name.in_(members), people.c.active.is_(True))))
    held = select(tasks.c.assignee).where(tasks.c.assignee.in_(active))
    names = displays(ctx.conn, active)
    found = _loads(ctx, held, tasks.c.due, names.__getitem__)
    idle = sorted({names[name] for name in active} - {each.name for each in found})
    hours = {names[name]: taken for name, taken in _hours(ctx, active).items()}
    every = (*found, *(Load(name, 0, 0, 0) for name in idle))
    return tuple(replace(each, hours=hours.get(each.name)) for each in every)


def _hours(ctx: ReadContext, names: list[str]) -> Mapping[str, float]:
    """Office hours from the opening of a task to its completion, in the mean, per person who completed any."""
    f = finished_tasks.c
    recent = (f.actor.in_(names), f.ended_at >= ctx.now - _LOOKED_BACK, f.how == "completed")
    taken: dict[str, list[float]] = {}
    for name, opened_at, ended_at in ctx.conn.execute(select(f.actor, f.opened_at, f.ended_at).where(*recent)):
        taken.setdefault(name, []).append(ctx.worktime.time_open(opened_at, ended_at) / _HOUR)
    return {name: sum(each) / len(each) for name, each in taken.items()}


def _groups(ctx: ReadContext) -> list[str]:
    return list(ctx.conn.scalars(select(memberships.c.group).distinct().order_by(memberships.c.group)))


def _loads(
    ctx: ReadContext, lying: Select[Any], due: ColumnElement[datetime], named: Callable[[str], str]
) -> tuple[Load, ...]:
    """Of what lies with whom (`lying`: one column), how much and how pressing, by name, the most first."""
    (whose,) = lying.selected_columns
    week = midnight(local(ctx.now).date() + timedelta(days=7))
    asked = (due < ctx.now, and_(due >= ctx.now, due < week))
    numbers = [func.count(), *(func.sum(case((each, 1), else_=0)) for each in asked)]
    found: dict[str, tuple[int, ...]] = {}
    for code, *counted in ctx.conn.execute(lying.add_columns(*numbers).group_by(whose)):
        name = named(code)
        found[name] = tuple(map(add, found.get(name, (0, 0, 0)), map(int, counted)))
    loads = (Load(name, *counted) for name, counted in found.items())
    return tuple(sorted(loads, key=lambda each: (-each.open, each.name)))
