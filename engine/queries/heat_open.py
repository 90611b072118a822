"""Steps that are still open: which are late at an instant, and why; engine/heat/steps.py says what the columns mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, select

from engine.storage.models import walked_steps

_s = walked_steps.c


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
