"""The cases behind a figure of the heat: one line per time a task was reached, the longest first.

Tasks still open come behind the others; where they are asked for alone, those that were reached first, or that have
lain longest, before the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from engine.facade import ReadContext
from engine.heat.blocks import tallies
from engine.heat.keeping import office_of
from engine.heat.lateness import WHY
from engine.heat.packed import Tally
from engine.heat.steps import LIES
from engine.queries.heat import Selection
from engine.queries.heat_open import late_at, open_late, why_late_at
from engine.queries.paging import Page
from engine.queries.visibility import known
from engine.storage.models import cases, walked_steps

LATE, OPEN, OVERDUE, AGAIN = "late", "open", "overdue", "again"
STILL = (OPEN, OVERDUE, *LIES)  # those that ask for open ones alone
WHICH = (LATE, *WHY, *STILL, AGAIN)  # what of the steps is asked for
_s = walked_steps.c
_SAME = (
    "unit",
    "entry",
    "entered_at",
    "begun_at",
    "left_at",
    "due",
    "how",
    "waited",
    "handled",
    "allowed",
    "remained",
    "lies",
)
_OLDEST = (_s.entered_at, _s.case_id, _s.number)
_LONGEST = tuple(column.desc() for column in (_s.took, *_OLDEST))  # off an index; what is open has taken nothing yet
_LAIN_LONGEST = (_s.lies_since, _s.case_id, _s.number)
_STILL = and_(_s.took == -1, _s.how.is_(None))  # the first for the index, which gives them in the order asked for


@dataclass(frozen=True)
class StepOfCase:
    """One step of one case, the names as in engine/heat/steps.py; one that is open has waited, and been handled, until
    now."""

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
    lies: str
    late: str


@dataclass(frozen=True)
class StepList:
    """One page; `total`: how many there are."""

    items: tuple[StepOfCase, ...]
    total: int


@dataclass(frozen=True)
class Behind:
    """What a figure counts: the steps at an element of the cases that are `wanted`; `which` of WHICH, None: all."""

    wanted: Selection
    element: str
    which: str | None = None


def cases_behind(ctx: ReadContext, figure: Behind) -> Select[tuple[int]]:
    """Row ids of the cases behind a figure."""
    return select(_s.case_id).where(*_asked(ctx, figure.wanted, figure.element, figure.which))


def steps_behind(ctx: ReadContext, wanted: Selection, element: str, which: str | None, page: Page) -> StepList:
    """The steps at this element that the selection lets through; `which` of WHICH narrows them, None: all."""
    order = _LAIN_LONGEST if which in LIES else _OLDEST if which in (OPEN, OVERDUE) else _LONGEST
    of_page = (
        select(_s.case_id, _s.number)
        .where(*_asked(ctx, wanted, element, which), known(ctx.actor, _s.case_id))
        .order_by(*order)
    )
    here = of_page.limit(page.most).offset(page.first).subquery()
    same = and_(here.c.case_id == _s.case_id, here.c.number == _s.number)
    why = case((late_at(ctx.now), why_late_at(ctx.now)), else_=_s.late).label("late")
    told = select(cases.c.no, cases.c.calendar, cases.c.ledger, *(_s[name] for name in _SAME), why)
    query = told.join(here, same).join(cases, cases.c.id == _s.case_id)
    found = ctx.conn.execute(query.order_by(*order)).mappings()
    return StepList(tuple(_step(ctx, row) for row in found), _total(ctx, wanted, element, which))


def _step(ctx: ReadContext, row: Mapping[Any, Any]) -> StepOfCase:
    told = {name: row[name] for name in ("no", *_SAME, "late")}
    if row["how"] is None:
        waited, handled = office_of(ctx.conn, ctx.calendars, row).so_far(row["entered_at"], row["begun_at"], ctx.now)
        told |= {"waited": waited, "handled": handled}
    return StepOfCase(**told)


def _asked(ctx: ReadContext, wanted: Selection, element: str, which: str | None) -> list[ColumnElement[bool]]:
    return [_s.element == element, *wanted.narrows(walked_steps), *_which(which, ctx.now)]


def _which(which: str | None, now: datetime) -> list[ColumnElement[bool]]:
    if which == LATE:
        return [or_(_s.late != "", late_at(now))]
    if which in WHY:
        return [or_(_s.late == which, and_(late_at(now), why_late_at(now) == which))]
    if which == OPEN:
        return [_STILL]
    if which == OVERDUE:
        return [_STILL, late_at(now)]
    if which in LIES:
        return [_s.how.is_(None), _s.lies == which]
    return [_s.entry > 1] if which == AGAIN else []


def _total(ctx: ReadContext, wanted: Selection, element: str, which: str | None) -> int:
    """How many there are, as the figures say it: of what is packed or of an index, and no row is read for it."""
    if which in LIES:
        lying = select(func.count()).where(*_asked(ctx, wanted, element, which))
        return int(ctx.conn.execute(lying).scalar_one())
    days = (wanted.since, wanted.until)
    steps = tallies(ctx.conn, wanted.key, wanted.bundle, wanted.named, days, element).get(element, Tally())
    if which in (LATE, OVERDUE, *WHY):
        still = open_late(ctx.conn, [_s.element == element, *wanted.narrows(walked_steps)], ctx.now).get(element, {})
        reasons = (which,) if which in WHY else WHY
        return sum(still.get(why, 0) + (0 if which == OVERDUE else steps.late[why]) for why in reasons)
    if which == OPEN:
        return steps.number(lambda how, late, again: how is None)
    return steps.number(lambda how, late, again: again or which != AGAIN)
