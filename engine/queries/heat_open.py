"""Steps that are still open: which are late at an instant, and why; which nobody has taken in hand, and since when.

engine/heat/steps.py says what the columns mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, select

from engine.cases import clock_ledger
from engine.facade import ReadContext
from engine.heat.steps import Office
from engine.storage.models import cases, walked_steps

_s = walked_steps.c
LYING = and_(_s.how.is_(None), _s.begun_at.is_(None))  # open, and nobody has taken it in hand


@dataclass(frozen=True)
class Lying:
    """Steps at one element that nobody has taken in hand: how many, since when the first of them has been there, and
    how many minutes of working time that one has waited so far."""

    number: int
    since: datetime
    waited: int


def late_at(now: datetime) -> ColumnElement[bool]:
    """Open, and past what would have been in time."""
    return and_(_s.how.is_(None), _s.late_at < literal(now, _s.late_at.type))


def why_late_at(now: datetime) -> ColumnElement[str]:
    """Of those that `late_at` names: person, earlier or design."""
    return case((_s.due < literal(now, _s.due.type), _s.why_due), else_=_s.why_promise)


def open_late(conn: Connection, asked: Iterable[ColumnElement[bool]], now: datetime) -> dict[str, dict[str, int]]:
    """Of the open steps asked for: how many are late, by element and by why."""
    why = why_late_at(now).label("why")
    late = select(_s.element, why).where(late_at(now), *asked).subquery()
    query = select(late.c.element, late.c.why, func.count()).group_by(late.c.element, late.c.why)
    found: dict[str, dict[str, int]] = {}
    for element, reason, number in conn.execute(query):
        found.setdefault(element, {})[reason] = number
    return found


def lying(ctx: ReadContext, asked: Sequence[ColumnElement[bool]]) -> dict[str, Lying]:
    """Of the steps asked for: what lies there now, by element."""
    each = select(_s.element, func.count().label("number"), func.min(_s.entered_at).label("since"))
    first = each.where(LYING, *asked).group_by(_s.element).subquery()
    query = (
        select(first, cases.c.calendar, cases.c.ledger)
        .join(walked_steps, and_(_s.element == first.c.element, _s.entered_at == first.c.since))
        .join(cases, cases.c.id == _s.case_id)
        .where(LYING, *asked)
        .order_by(_s.case_id.desc())
    )
    return {row["element"]: _lying(ctx, row) for row in ctx.conn.execute(query).mappings()}


def _lying(ctx: ReadContext, row: Mapping[Any, Any]) -> Lying:
    office = Office(ctx.calendars.get(ctx.conn, row["calendar"]), clock_ledger.from_json(row["ledger"]).pauses)
    return Lying(row["number"], row["since"], office.minutes(row["since"], ctx.now))
