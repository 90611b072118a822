"""The ledger (工作台账): a line per case, for pages and for exports of any length.

Sources beside the row of the case: what was entered in its steps (ledger_words.py) and its record. 办理过程摘要 is
the course of the orders and the units' answers, or what was done at the counter; 办理结果 the outcome and what the
citizen was told; 服务举措 the services of the on-site step, those the house knows of by itself and the parcel;
痛点及建议 where it failed before, why the person was not satisfied, and the measures decided since; 备注 what else
distinguishes the case. Names and phones are masked for everybody, the person's own words are left out, numbers in free
text are masked. Restricted cases have no line for anybody.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
)

from engine.cases import clock_ledger
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.queries.cases import CaseFilter, conditions
from engine.queries.ledger_lines import Book, LedgerLine, LineSource
from engine.queries.ledger_words import entered_of
from engine.queries.paging import Page, Sort, ordered, paged
from engine.queries.visibility import visible
from engine.storage.models import case_people, cases, microseconds
from engine.storage.sealed import opener

BATCH = 500

_COLUMNS: tuple[Column[Any], ...] = tuple(
    cases.c[name]
    for name in (
        "id",
        "no",
        "received_at",
        "accepted_at",
        "completed_at",
        "counted_at",
        "counted_due",
        "deadline",
        "title",
        "channel",
        "window",
        "registered_by",
        "matter_code",
        "cause",
        "grade",
        "lead_unit",
        "outcome",
        "status",
        "tier",
        "urgent",
        "merged_into",
        "ledger",
        "facts",
    )
)


def person_columns() -> tuple[ColumnElement[Any], ...]:
    """What a line says of its person, sealed, and the key it is bound to."""
    return tuple(case_people.c[name] for name in ("case_id", "kind", "name", "phone"))


_LINES = select(*_COLUMNS, *person_columns()).join(case_people, case_people.c.case_id == cases.c.id)
_GRADES = case({"simple": 0, "general": 1, "complex": 2}, value=cases.c.grade)
SORTS: Mapping[str, ColumnElement[Any]] = {  # by column key
    "no": cases.c.id,
    "received": cases.c.received_at,
    "accepted": cases.c.accepted_at,
    "channel": cases.c.channel,
    "officer": cases.c.window,
    "matter": cases.c.matter_code,
    "cause": cases.c.cause,
    "grade": _GRADES,
    "lead": cases.c.lead_unit,
    "deadline": cases.c.deadline,
    "result": cases.c.outcome,
    "completed": cases.c.completed_at,
}

_NEWEST_FIRST = (cases.c.received_at.desc(), cases.c.id.desc())


@dataclass(frozen=True)
class LedgerFilter(CaseFilter):
    """What narrows a list of cases, and: how it ended, whether in time (as the in-time rate counts it)."""

    outcome: str | None = None
    in_time: bool | None = None


@dataclass(frozen=True)
class LedgerPage:
    """One page of lines; `total`: how many the filter lets through."""

    lines: tuple[LedgerLine, ...]
    total: int


def ledger_page(ctx: ReadContext, wanted: LedgerFilter, page: Page) -> LedgerPage:
    """The lines of a page; without sorts the newest receipt comes first."""
    query = paged(_query(ctx, wanted), page, SORTS, _NEWEST_FIRST)
    found = _rows(ctx, query)
    lines = tuple(each.line(number) for number, each in enumerate(_sources(ctx, Book.of(ctx), found), page.first + 1))
    return LedgerPage(lines, count_ledger(ctx, wanted))


def count_ledger(ctx: ReadContext, wanted: LedgerFilter) -> int:
    """How many lines the filter lets through."""
    counting = select(func.count()).select_from(cases).where(*asked(ctx, wanted))
    return int(ctx.conn.execute(counting).scalar_one())


def ids_in_order(ctx: ReadContext, wanted: LedgerFilter, sorts: Sequence[Sort]) -> Sequence[int]:
    """Which cases the filter lets through, in the order of the pages; eight bytes for each."""
    query = ordered(select(cases.c.id).where(*asked(ctx, wanted)), sorts, SORTS, _NEWEST_FIRST)
    return array("q", ctx.conn.scalars(query.execution_options(yield_per=BATCH)))


def ledger_lines(ctx: ReadContext, wanted: LedgerFilter) -> Iterator[LedgerLine]:
    """Every line, oldest receipt first, read in batches: the memory taken does not grow with their number."""
    in_order = _LINES.where(*asked(ctx, wanted)).order_by(cases.c.received_at, cases.c.id).limit(BATCH)
    book, position, batch = Book.of(ctx), 0, in_order
    while found := _rows(ctx, batch):
        for each in _sources(ctx, book, found):
            position += 1
            yield each.line(position)
        batch = in_order.where(behind(microseconds(found[-1]["received_at"]), found[-1]["id"]))


def sources_of(ctx: ReadContext, book: Book, case_ids: Sequence[int]) -> Iterator[LineSource]:
    """What the lines of these cases are made of, in no order; cases that have no line for anybody are left out."""
    return _sources(ctx, book, _rows(ctx, _LINES.where(cases.c.id.in_(case_ids), *open_to_all(ctx))))


def behind(received: int, case_id: int) -> ColumnElement[bool]:
    """What comes after this receipt, in microseconds; both databases read it off the index on (receipt, id)."""
    return tuple_(type_coerce(cases.c.received_at, BigInteger), cases.c.id) > tuple_(
        literal(received), literal(case_id)
    )


def _rows(ctx: ReadContext, query: Select[Any]) -> list[dict[str, Any]]:
    """As plain dicts, which are read a hundred times each, with the person opened."""
    result = ctx.conn.execute(query)
    names, opened = tuple(result.keys()), {c: opener(ctx.keys, case_people.c[c]) for c in ("name", "phone")}
    rows = [dict(zip(names, row, strict=True)) for row in result.all()]
    for row in rows:
        for name, open in opened.items():
            if row[name] is not None:
                row[name] = open(row[name], str(row["case_id"]))
    return rows


def _sources(ctx: ReadContext, book: Book, found: Sequence[Mapping[str, Any]]) -> Iterator[LineSource]:
    entered = entered_of(ctx, [row["id"] for row in found])
    for row in found:
        record, clock = orjson.loads(row["facts"]), clock_ledger.from_json(row["ledger"])
        yield LineSource(book, row, record, clock, entered[row["id"]])


# ------------------------------------------------------------------ filters
def _query(ctx: ReadContext, wanted: LedgerFilter) -> Select[Any]:
    return _LINES.where(*asked(ctx, wanted))


def asked(ctx: ReadContext, wanted: LedgerFilter) -> Iterator[ColumnElement[bool]]:
    """What the filter asks of a row of `cases`, and that a ledger may tell of it."""
    yield from (*open_to_all(ctx), *conditions(ctx, wanted))
    if wanted.outcome is not None:
        yield cases.c.outcome == wanted.outcome
    if wanted.in_time is not None:
        yield _closed_in_time() if wanted.in_time else or_(_closed_late(), past_due(ctx))


def open_to_all(ctx: ReadContext) -> tuple[ColumnElement[bool], ...]:
    """The cases a ledger may tell of: those this person may know of, never a restricted one."""
    return cases.c.key == CASE_PROCESS, cases.c.restricted.is_(False), visible(ctx.actor)


def _closed_in_time() -> ColumnElement[bool]:
    return cases.c.counted_at <= cases.c.counted_due


def _closed_late() -> ColumnElement[bool]:
    return cases.c.counted_at > cases.c.counted_due


def past_due(ctx: ReadContext) -> ColumnElement[bool]:
    """Open and past due, never completed yet."""
    return and_(cases.c.counted_at.is_(None), cases.c.merged_into.is_(None), cases.c.deadline < ctx.now)
