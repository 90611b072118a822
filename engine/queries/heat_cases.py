"""The cases behind a figure of the heat: one line per time a task was reached, the longest first.

Tasks still open come behind the others, those that were reached first before the rest where they are asked for alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from engine.facade import ReadContext
from engine.heat.lateness import WHY
from engine.queries.heat import Selection
from engine.queries.heat_open import late_at, why_late_at
from engine.queries.paging import Page
from engine.queries.visibility import visible
from engine.storage.models import cases, walked_steps

LATE, OPEN, OVERDUE, AGAIN = "late", "open", "overdue", "again"
WHICH = (LATE, *WHY, OPEN, OVERDUE, AGAIN)  # what of the steps is asked for
_s = walked_steps.c
_SAME = ("unit", "entry", "entered_at", "begun_at", "left_at", "due", "how", "waited", "handled", "allowed", "remained")
_OLDEST = (_s.entered_at, _s.case_id, _s.number)
_LONGEST = tuple(column.desc() for column in (_s.took, *_OLDEST))  # off an index; what is open has taken nothing yet


@dataclass(frozen=True)
class StepOfCase:
    """One step of one case, the names as in engine/heat/steps.py."""

    no: str
    unit: str | None
    entry: int
    entered_at: datetime
    begun_at: datetime | None
    left_at: datetime | None
    due: datetime | None
    how: str | None
    waited: int | None
    handled: int | None
    allowed: int | None
    remained: int | None
    late: str


@dataclass(frozen=True)
class StepList:
    """One page; `total`: how many there are."""

    items: tuple[StepOfCase, ...]
    total: int


def steps_behind(ctx: ReadContext, wanted: Selection, element: str, which: str | None, page: Page) -> StepList:
    """The steps at this element that the selection lets through; `which` of WHICH narrows them, None: all."""
    asked = [_s.element == element, *wanted.narrows(walked_steps), *_which(which, ctx.now)]
    total = ctx.conn.execute(select(func.count()).select_from(walked_steps).where(*asked)).scalar_one()
    longest = _LONGEST if which not in (OPEN, OVERDUE) else _OLDEST
    query = _rows(ctx.now).where(*asked).order_by(*longest)
    found = ctx.conn.execute(query.where(visible(ctx.actor)).limit(page.most).offset(page.first)).mappings()
    return StepList(tuple(StepOfCase(**row) for row in found), int(total))


def _rows(now: datetime) -> Select[Any]:
    why = case((late_at(now), why_late_at(now)), else_=_s.late).label("late")
    return select(cases.c.no, *(_s[name] for name in _SAME), why).join(cases, cases.c.id == _s.case_id)


def _which(which: str | None, now: datetime) -> list[ColumnElement[bool]]:
    if which == LATE:
        return [or_(_s.late != "", late_at(now))]
    if which in WHY:
        return [or_(_s.late == which, and_(late_at(now), why_late_at(now) == which))]
    if which == OPEN:
        return [_s.how.is_(None)]
    if which == OVERDUE:
        return [late_at(now)]
    return [_s.entry > 1] if which == AGAIN else []
