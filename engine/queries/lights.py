"""The light of a case as a condition on table `cases`: `projection.light` in SQL, for lists."""

from __future__ import annotations

from sqlalchemy import JSON, ColumnElement, Integer, and_, case, cast, func, literal, not_, or_, type_coerce

from engine.cases.projection import EXCLUDED
from engine.clock import local, midnight
from engine.facade import ReadContext
from engine.storage.models import Instant, cases

MOST_WARN_DAYS = 30  # the longest warning a table of time limits may give and a list still finds


def has_light(ctx: ReadContext, colour: str) -> ColumnElement[bool]:
    """The cases whose light has this colour at this moment."""
    clocked = and_(
        cases.c.deadline.is_not(None), or_(cases.c.outcome.is_(None), cases.c.outcome.not_in([*EXCLUDED, "pending"]))
    )
    closed, paused = cases.c.completed_at.is_not(None), cases.c.status == "paused"
    late = cases.c.deadline < ctx.now
    running = and_(clocked, not_(closed), not_(paused))
    conditions = {
        "blue": and_(clocked, closed, cases.c.completed_at <= cases.c.deadline),
        "red": or_(and_(clocked, closed, cases.c.completed_at > cases.c.deadline), and_(running, late)),
        "grey": and_(
            cases.c.deadline.is_not(None), or_(cases.c.outcome == "pending", and_(clocked, not_(closed), paused))
        ),
        "yellow": and_(running, not_(late), _soon(ctx)),
        "green": and_(running, not_(late), not_(_soon(ctx))),
    }
    return conditions[colour]


def _soon(ctx: ReadContext) -> ColumnElement[bool]:
    """Within the warning days of its grade: before the day that is one working day further off."""
    today = local(ctx.now).date()
    ends = {days: literal(midnight(ctx.worktime.calendar.after(today, days + 1)), Instant()) for days in _DAYS}
    exactly = cases.c.deadline < case(ends, value=_warn_days(ctx), else_=ends[MOST_WARN_DAYS])
    return and_(cases.c.deadline < ends[MOST_WARN_DAYS], exactly)  # of most, the days of the grade need not be read


_DAYS = range(MOST_WARN_DAYS + 1)


def _warn_days(ctx: ReadContext) -> ColumnElement[int]:
    """`warn_days` of the clock ledger, where 0 is left out."""
    text = cases.c.ledger
    ledger = type_coerce(text, JSON) if ctx.conn.dialect.name == "sqlite" else cast(text, JSON)
    return func.coalesce(ledger["warn_days"].as_integer(), 0, type_=Integer)
