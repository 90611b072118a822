"""Steps that are still open: which are late at an instant, and why; engine/heat/steps.py says what the columns mean."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, literal

from engine.storage.models import walked_steps

_s = walked_steps.c


def late_at(now: datetime) -> ColumnElement[bool]:
    """Open, and past what would have been in time."""
    return and_(_s.how.is_(None), _s.late_at < literal(now, _s.late_at.type))


def why_late_at(now: datetime) -> ColumnElement[str]:
    """Of those that `late_at` names: person, earlier or design."""
    return case((_s.due < literal(now, _s.due.type), _s.why_due), else_=_s.why_promise)
