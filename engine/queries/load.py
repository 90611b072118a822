"""How much lies with whom: open work orders of each unit, claimed tasks of each colleague."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, func, select, true, type_coerce

from engine.cases import policy
from engine.clock import local, midnight
from engine.facade import ReadContext
from engine.queries.people import displays, group_name
from engine.queries.visibility import restricted_cases, visible
from engine.storage.hints import by
from engine.storage.models import cases, finished_tasks, memberships, people, tasks, work_orders
from engine.worktime.elapsed import Elapsed

_LOOKED_BACK = timedelta(days=30)
_HOUR = 3_600_000_000  # microseconds
_OVER = ("replied", "returned", "withdrawn")  # an order in one of these does not wait for its unit


@dataclass(frozen=True)
class Load:
    """What lies with a unit or a person now: `open`, of these `late` already, and `week`: due within seven days.

    `who`: the sign-in name of a person whose tasks the reader may look at, None for others and for units.
    `hours`: office hours a task took in the mean, of those completed in the last 30 days; None for none, and for units.
    """

    name: str
    open: int
    late: int
    week: int
    hours: float | None = None
    who: str | None = None


def load_of_units(ctx: ReadContext) -> tuple[Load, ...]:
    """Per unit the open work orders of the cases this person may know of, by the deadline of the case; most first."""
    seen = select(cases.c.id, cases.c.deadline).where(cases.c.ended_at.is_(None), visible(ctx.actor))
    known = seen.cte("known").prefix_with("MATERIALIZED")  # apart: it looks at orders of its own
    joined = select(work_orders.c.unit).join(known, known.c.id == work_orders.c.case_id)
    lying = joined.where(work_orders.c.status.not_in(_OVER))
    if policy.sees_everywhere(ctx.actor):
        lying = by(lying, work_orders, "ix_work_orders_lying")  # all of them: once through the index, not case by case
    found = _loads(ctx, lying, known.c.deadline)
    return _sorted(Load(group_name(ctx.directory, f"unit:{unit}"), *counted) for unit, counted in found.items())


def load_of_people(ctx: ReadContext) -> tuple[Load, ...]:
    """Per person this person answers for the tasks they have claimed, by the due of the task; most first.

    Whoever oversees the whole service sees everybody who has something in hand. Of one's own groups who has nothing
    is listed too. Empty for who answers for nobody: how much others have is not theirs to compare.
    """
    own = _active_in(ctx, policy.answers_for(ctx.actor))
    everywhere = policy.holds(ctx.actor, policy.OVERSEE)
    seen = tasks.c.case_id.not_in(restricted_cases()) if "restricted" not in ctx.actor.groups else true()
    held = select(tasks.c.assignee).where(tasks.c.assignee.is_not(None) if everywhere else tasks.c.assignee.in_(own))
    found = _loads(ctx, held.where(seen), tasks.c.due)
    idle = {name: (0, 0, 0) for name in own if name not in found}
    every = {**found, **idle}
    names, hours = displays(ctx.conn, every), _hours(ctx, every)
    looked_at = _active_in(ctx, ctx.actor.groups | policy.answers_for(ctx.actor))
    return _sorted(
        Load(names[name], *counted, hours.get(name), name if name in looked_at else None)
        for name, counted in every.items()
    )


def _active_in(ctx: ReadContext, groups: Collection[str]) -> set[str]:
    query = select(people.c.name).join(memberships, memberships.c.person == people.c.name)
    return set(ctx.conn.scalars(query.where(memberships.c.group.in_(groups), people.c.active.is_(True))))


def _hours(ctx: ReadContext, names: Collection[str]) -> Mapping[str, float]:
    """Office hours from the opening of a task to its completion, in the mean, per person who completed any."""
    f = finished_tasks.c
    recent = (f.actor.in_(list(names)), f.ended_at >= ctx.now - _LOOKED_BACK, f.how == "completed")
    taken: dict[str, list[float]] = {}
    elapsed = Elapsed(ctx.worktime)
    steps = select(f.actor, _plain(f.opened_at), _plain(f.ended_at)).where(*recent)
    for name, opened_at, ended_at in ctx.conn.execute(steps):
        taken.setdefault(name, []).append(elapsed.microseconds(opened_at, ended_at) / _HOUR)
    return {name: sum(each) / len(each) for name, each in taken.items()}


def _plain(instant: ColumnElement[datetime]) -> ColumnElement[int]:
    """As it is stored, in microseconds: there are many of them."""
    return type_coerce(instant, BigInteger)


def _loads(ctx: ReadContext, lying: Select[Any], due: ColumnElement[datetime]) -> dict[str, tuple[int, int, int]]:
    """Of what lies with whom (`lying`: one column), how much and how pressing."""
    (whose,) = lying.selected_columns
    end = midnight(local(ctx.now).date() + timedelta(days=7))
    asked = (due < ctx.now, and_(due >= ctx.now, due < end))
    numbers = [func.count(), *(func.sum(case((each, 1), else_=0)) for each in asked)]
    rows = ctx.conn.execute(lying.add_columns(*numbers).group_by(whose))
    return {code: (int(open), int(late), int(week)) for code, open, late, week in rows}


def _sorted(loads: Iterable[Load]) -> tuple[Load, ...]:
    """Most in hand first."""
    return tuple(sorted(loads, key=lambda each: (-each.open, each.name)))
