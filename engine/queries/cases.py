"""Lists of cases: filtered, searched, paged by keyset on (receipt, id), newest receipt first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, union

from engine.cases import clock_ledger, policy
from engine.cases.commands import SYSTEM
from engine.clock import midnight
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.personal.grams import words_of
from engine.queries.lights import has_light
from engine.queries.matching import Looked, looked_for, matching
from engine.queries.paging import apart, behind, mark_of, read_mark
from engine.queries.seen_case import light_of, provisional
from engine.queries.visibility import known, known_of, visible
from engine.storage.grams import by_index, reads_rows
from engine.storage.models import cases, work_orders
from engine.storage.models.search import place_of
from engine.storage.whole_lists import ids_of

LIMIT = 50
MOST = 200
COUNTED = 999
_FEW = 8000  # cases somebody knows of
_MANY = 30_000  # cases that words find


@dataclass(frozen=True)
class CaseFilter:
    """Every value given narrows the list. `unit` has or had a part in it; `since`, `until`: days of receipt, inclusive.

    `words`: what a person typed: words of the number, title or description, a surname or whole name, words of the name
    of a company, a whole phone number or its last four digits.
    """

    status: str | None = None
    light: str | None = None
    unit: str | None = None
    grade: str | None = None
    cause: str | None = None
    channel: str | None = None
    since: date | None = None
    until: date | None = None
    words: str | None = None


@dataclass(frozen=True)
class CaseRow:
    """A case in a list; the names mean what they mean in `Case`."""

    no: str
    title: str
    status: str
    phase: str
    grade: str | None
    channel: str
    cause: str | None
    matter_code: str | None
    light: str | None
    remaining: int | None
    received_at: datetime
    accepted_at: datetime | None
    deadline: datetime | None
    original_deadline: datetime | None
    provisional: bool
    tier: int
    urgent: bool
    outcome: str | None
    lead_unit: str | None


@dataclass(frozen=True)
class CaseList:
    """One page. `next`: the `after` of the next page, null on the last; `total`: how many the filter lets through, or
    one more than was to be counted.
    """

    items: tuple[CaseRow, ...]
    next: str | None
    total: int


def list_cases(
    ctx: ReadContext, wanted: CaseFilter, after: str | None = None, limit: int = LIMIT, counted: int | None = None
) -> CaseList:
    """The cases this person may know of and the filter lets through; raises BadInput for an `after` that is none.

    `counted`: where counting stops, None counts all.
    """
    if wanted.words is not None and words_of(wanted.words):
        return _worded(ctx, wanted, after, limit, counted)
    asked = [cases.c.key == CASE_PROCESS, visible(ctx.actor), *conditions(ctx, wanted)]
    among = select(cases.c.id).where(*asked).limit(None if counted is None else counted + 1)
    query = _ROW.where(*asked, *behind(cases.c.received_at, cases.c.id, after))
    newest = query.order_by(cases.c.received_at.desc(), cases.c.id.desc()).limit(limit + 1)
    return _page(ctx, ctx.conn.execute(newest).mappings().all(), limit, _number_of(ctx, among))


def _worded(ctx: ReadContext, wanted: CaseFilter, after: str | None, limit: int, counted: int | None) -> CaseList:
    """The index of words lies in the order of receipt: it is walked from the newest on, as far as rows are wanted."""
    looked = looked_for(ctx.keys, wanted.words or "")
    if looked is None:
        return CaseList((), None, 0)
    with by_index(ctx.conn):
        return _first_worded(ctx, looked, wanted, after, limit, counted)


def _first_worded(
    ctx: ReadContext, looked: Looked, wanted: CaseFilter, after: str | None, limit: int, counted: int | None
) -> CaseList:
    found = [_narrowed(ctx, each, wanted) for each in _found(ctx, looked)]
    # Never few: of few rows PostgreSQL would look for the first ones among all cases.
    most = max(limit, counted or COUNTED) + 1
    ids = _newest(ctx, [_placed_behind(each, after) for each in found], most)
    shown = ids[: limit + 1]
    rows = {row["id"]: row for row in ctx.conn.execute(_ROW.where(cases.c.id.in_(shown))).mappings()}
    if after is None and counted is not None and most == counted + 1:
        total = len(ids)
    else:
        each = union(*(select(one.subquery().c.case_id) for one in found))
        total = _number_of(ctx, select(each.subquery()).limit(None if counted is None else counted + 1))
    return _page(ctx, [rows[id] for id in shown], limit, total)


def _found(ctx: ReadContext, looked: Looked) -> list[Select[Any]]:
    """Walking the finds would be mostly in vain for who knows of few cases: these are taken out of the finds, and
    looked through where finds are very many or read anyhow. For who knows of very many a page is soon full."""
    conn, actor = ctx.conn, ctx.actor
    if actor is SYSTEM or policy.sees_everywhere(actor):
        return looked.found(conn)
    if not reads_rows(conn):
        some = ids_of(conn, looked.perhaps(conn).limit(_MANY + 1))
        if len(some) <= _MANY:
            return [looked.written(conn, {*some}.intersection(ids_of(conn, known_of(actor))))]
    theirs = ids_of(conn, known_of(actor).limit(_FEW + 1))
    return [looked.written(conn, theirs)] if len(theirs) <= _FEW else looked.found(conn)


def _narrowed(ctx: ReadContext, found: Select[Any], wanted: CaseFilter) -> Select[Any]:
    """Of the cases found those this person may know of, and what the filter asks beside words."""
    case_id = found.selected_columns.case_id
    asked = list(conditions(ctx, replace(wanted, words=None)))
    of_case = [exists().where(cases.c.id == case_id, *asked)] if asked else []
    return found.where(known(ctx.actor, case_id), *of_case)


def _newest(ctx: ReadContext, found: Sequence[Select[Any]], most: int) -> Sequence[int]:
    """The first of all together: each gives as many as could be among them."""
    heads = [each.order_by(each.selected_columns.place.desc()).limit(most) for each in found]
    if len(heads) == 1:
        return ctx.conn.scalars(heads[0]).all()
    each = union(*apart(heads)).subquery()
    return ctx.conn.scalars(select(each.c.case_id).order_by(each.c.place.desc()).limit(most)).all()


def _number_of(ctx: ReadContext, found: Select[Any]) -> int:
    return int(ctx.conn.execute(select(func.count()).select_from(found.subquery())).scalar_one())


def _page(ctx: ReadContext, found: Sequence[Mapping[Any, Any]], limit: int, total: int) -> CaseList:
    """A page of `limit` and the row after it, where there is one."""
    items = tuple(_row(ctx, row) for row in found[:limit])
    return CaseList(items, _mark(found[limit - 1]) if len(found) > limit else None, total)


_SAME = (
    "no",
    "title",
    "status",
    "phase",
    "grade",
    "channel",
    "cause",
    "matter_code",
    "received_at",
    "accepted_at",
    "deadline",
    "original_deadline",
    "tier",
    "urgent",
    "outcome",
    "lead_unit",
)
_ROW = select(*(cases.c[name] for name in (*_SAME, "id", "completed_at", "ledger")))  # without the state, which is long


def _row(ctx: ReadContext, row: Mapping[Any, Any]) -> CaseRow:
    light = light_of(ctx, row, clock_ledger.from_json(row["ledger"]))
    return CaseRow(
        **{name: row[name] for name in _SAME},
        light=light.colour,
        remaining=light.remaining,
        provisional=provisional(ctx, row["deadline"]),
    )


# ------------------------------------------------------------------ keyset
def _mark(last: Mapping[Any, Any]) -> str:
    return mark_of(last["received_at"], last["id"])


def _placed_behind(found: Select[Any], after: str | None) -> Select[Any]:
    return found if after is None else found.where(found.selected_columns.place < place_of(*read_mark(after)))


# ------------------------------------------------------------------ filters
def conditions(ctx: ReadContext, wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    """What the filter asks of a row of `cases`."""
    for name in ("status", "grade", "cause", "channel"):
        value = getattr(wanted, name)
        if value is not None:
            yield cases.c[name] == value
    if wanted.light is not None:
        yield has_light(ctx, wanted.light)
    if wanted.unit is not None:
        yield or_(cases.c.lead_unit == wanted.unit, _ordered_to(wanted.unit))
    if wanted.since is not None:
        yield cases.c.received_at >= midnight(wanted.since)
    if wanted.until is not None:
        yield cases.c.received_at < midnight(wanted.until) + timedelta(days=1)
    if wanted.words is not None:
        yield matching(ctx, wanted.words)


def _ordered_to(unit: str) -> ColumnElement[bool]:
    return exists().where(work_orders.c.case_id == cases.c.id, work_orders.c.unit == unit)
