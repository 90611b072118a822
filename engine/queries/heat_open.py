"""Steps that are still open: which are late at an instant, and why; which lie with nobody, which with somebody, and
since when.

engine/heat/steps.py says what the columns mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, select

from engine.facade import ReadContext
from engine.heat.keeping import office_of
from engine.heat.steps import LIES
from engine.storage.models import cases, walked_steps

_s = walked_steps.c


@dataclass(frozen=True)
class Lying:
    """Steps at one element that lie alike: how many, since when the first of them has, and how many minutes of working
    time, without pauses, that is so far."""

    number: int
    since: datetime
    minutes: int


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


def lying(ctx: ReadContext, asked: Sequence[ColumnElement[bool]]) -> dict[str, dict[str, Lying]]:
    """Of the steps asked for: what lies there now, by element and by where it lies, one of LIES."""
    where = [_s.how.is_(None), *asked]
    each = select(_s.lies, _s.element, func.count().label("number"), func.min(_s.lies_since).label("since"))
    groups = each.where(*where, _s.lies.in_(LIES)).group_by(_s.lies, _s.element)
    found: dict[str, dict[str, Lying]] = {}
    for group in ctx.conn.execute(groups).mappings().all():
        same = [_s[name] == group[name] for name in ("lies", "element")]
        # The first one comes off the index; joined to all groups at once, every open step was gone through for it.
        of_case = select(_s.case_id).where(*where, *same, _s.lies_since == group["since"]).order_by(_s.case_id).limit(1)
        case_of = select(cases.c.calendar, cases.c.ledger).where(cases.c.id == of_case.scalar_subquery())
        row = {**group, **ctx.conn.execute(case_of).mappings().one()}
        found.setdefault(group["element"], {})[group["lies"]] = _lying(ctx, row)
    return found


def _lying(ctx: ReadContext, row: Mapping[Any, Any]) -> Lying:
    office = office_of(ctx.conn, ctx.calendars, row)
    return Lying(row["number"], row["since"], office.minutes(row["since"], ctx.now))
