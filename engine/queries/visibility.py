"""The cases that exist for a person, as a condition on table `cases`: `policy.sees` in SQL, for lists."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, literal_column, or_, select, true, union_all

from engine.cases import policy
from engine.cases.commands import SYSTEM, Actor
from engine.storage.models import cases, work_orders

_REGISTERED = cases.alias("registered")
_HIDDEN = cases.alias("hidden")


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
        parts.append(and_(open_to_all, _ids_of(units, cases.c.id)))
    return or_(false(), *parts)


def known(actor: Actor, case_id: ColumnElement[int], of_few: bool = False) -> ColumnElement[bool]:
    """The same by the id of a case alone, for a list that is walked until a page is full: no case is read for it.

    `of_few`: it is asked of few cases, so each is looked up instead of gathering all that a unit may know of.
    """
    if actor is SYSTEM:
        return true()
    restricted = restricted_cases()
    parts: list[ColumnElement[bool]] = []
    if "restricted" in actor.groups:
        parts.append(case_id.in_(restricted).is_(True))
    if policy.sees_everywhere(actor):
        parts.append(case_id.not_in(restricted))
    elif units := policy.units_of(actor.groups):
        theirs = _is_of(units, case_id) if of_few else _ids_of(units, case_id).is_(True)
        parts.append(and_(case_id.not_in(restricted), theirs))
    return or_(false(), *parts)


def known_of(actor: Actor) -> Select[Any]:
    """The ids of all cases that somebody who sees not everywhere may know of, and perhaps a few more."""
    parts = [_theirs(units)] if (units := policy.units_of(actor.groups)) else []
    if "restricted" in actor.groups:
        parts.append(restricted_cases())
    return select(union_all(*parts, select(literal(0)).where(false())).subquery().c[0])


def restricted_cases() -> Select[Any]:
    """The ids of all cases that few may know of."""
    return select(_HIDDEN.c.id).where(literal_column("hidden.restricted"))  # as the partial index has it


def _ids_of(units: frozenset[str], case_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Cases in which one of these units has or had an order, or which it registered."""
    return case_id.in_(_theirs(units))


def _theirs(units: frozenset[str]) -> Select[Any]:
    """Both off an index: a unit has few of all cases, and lists begin with these."""
    codes = sorted(units)
    held = select(work_orders.c.case_id).where(work_orders.c.unit.in_(codes))
    registered = select(_REGISTERED.c.id).where(_REGISTERED.c.registered_unit.in_(codes))
    return select(union_all(held, registered).subquery().c.case_id)


def _is_of(units: frozenset[str], case_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The same of one case."""
    codes = sorted(units)
    held = exists().where(work_orders.c.unit.in_(codes), work_orders.c.case_id == case_id)
    return or_(held, exists().where(_REGISTERED.c.id == case_id, _REGISTERED.c.registered_unit.in_(codes)))
