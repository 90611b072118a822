"""The cases that exist for a person, as a condition on table `cases`: `policy.sees` in SQL, for lists."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select, true, union_all

from engine.cases import policy
from engine.cases.commands import SYSTEM, Actor
from engine.storage.models import cases, work_orders

_REGISTERED = cases.alias("registered")


def visible(actor: Actor) -> ColumnElement[bool]:
    """The same verdict as `policy.sees`, row by row; the system sees everything."""
    if actor is SYSTEM:
        return true()
    open_to_all = cases.c.restricted.is_(False)
    parts: list[ColumnElement[bool]] = []
    if "restricted" in actor.groups:
        parts.append(cases.c.restricted.is_(True))
    if policy.sees_everywhere(actor):
        parts.append(open_to_all)
    elif units := policy.units_of(actor.groups):
        parts.append(and_(open_to_all, _of_units(units)))
    return or_(false(), *parts)


def _of_units(units: frozenset[str]) -> ColumnElement[bool]:
    """Cases in which one of these units has or had an order, or which it registered."""
    codes = sorted(units)
    held = select(work_orders.c.case_id).where(work_orders.c.unit.in_(codes))
    registered = select(_REGISTERED.c.id).where(_REGISTERED.c.registered_unit.in_(codes))
    # Both off an index: a unit has few of all cases, and lists begin with these.
    return cases.c.id.in_(select(union_all(held, registered).subquery().c.case_id))
