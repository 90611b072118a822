"""The rows of a ledger that is handed out whole: read where they are kept, worked out where they are not.

What a row says changes with its case, which adds to its trail every time, and with what its `form` tells. Two things
more are put in when it is read: its position and the name of who registered it. And as time goes by an open case
becomes urgent, then late: a kept row tells beforehand from when on which cells say something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlalchemy import BigInteger, Select, and_, select, type_coerce

from engine.clock import local, midnight
from engine.facade import ReadContext
from engine.queries import ledger
from engine.queries.ledger import LedgerFilter, asked, behind, ids_in_order, sources_of
from engine.queries.ledger_columns import COLUMNS, officer
from engine.queries.ledger_form import form_of
from engine.queries.ledger_lines import Book, LedgerLine, LineSource
from engine.queries.paging import Sort
from engine.spreadsheet import harmless
from engine.storage.models import cases, ledger_rows, microseconds
from engine.storage.sealed import bytes_opener

Cell = str | int | None
Row = tuple[list[Cell], bool]  # days and instants as text; whether no cell could be taken for a formula

_PLACES = {column.key: place for place, column in enumerate(COLUMNS)}
_POSITION, _OFFICER = _PLACES["position"], _PLACES["officer"]
_FURTHEST = timedelta(days=400)  # a case whose deadline lies further off is not kept
_MICROSECOND, _DAY = timedelta(microseconds=1), timedelta(days=1)


class Kept(NamedTuple):
    """A row as it is kept. It holds from `since`, in microseconds; `plain`: no cell could be taken for a formula.

    `turns`: by instant, in their order, what each cell by its place says from then on.
    """

    since: int
    cells: list[Cell]
    window: str | None
    account: str
    plain: bool
    turns: Sequence[tuple[int, Mapping[str, Cell]]] = ()

    def packed(self) -> bytes:
        """As bytes, to be sealed."""
        return orjson.dumps(tuple(self))


def kept_row(source: LineSource) -> Kept | None:
    """The row of a case as it can be kept from now on; None where too much time must pass until nothing changes."""
    turns = _turns(source)
    if turns is None:
        return None
    cells = before = _cells(source.line(0))
    told = []
    for turn in turns:
        now = _cells(source.at(turn).line(0))
        changed = {str(place): cell for place, cell in enumerate(now) if cell != before[place]}
        told.append((microseconds(turn), changed))
        before = now
    return _kept(source, cells, told)


def ledger_cells(ctx: ReadContext, wanted: LedgerFilter, sorts: Sequence[Sort] = ()) -> Iterator[Row]:
    """Every row, oldest receipt first unless `sorts` says otherwise, read in batches: the memory taken does not grow
    with their length."""
    book, written, position = Book.of(ctx), _Written(), 0
    now, opened = microseconds(ctx.now), bytes_opener(ctx.keys, ledger_rows.c.cells)
    for found in _put_in_order(ctx, wanted, sorts) if sorts else _as_they_came(ctx, wanted):
        kept = {id: Kept(*orjson.loads(opened(cells, id))) for id, _, cells in found if cells is not None}
        early = {id for id, row in kept.items() if row.since > now}
        missing = [id for id, _, cells in found if cells is None or id in early]
        for source in sources_of(ctx, book, missing) if missing else ():
            kept[source.row["id"]] = _kept(source, _cells(source.line(0)))
        for id, _, _ in found:
            if id in kept:
                position += 1
                yield written.row(kept[id], position, now, book)


def _as_they_came(ctx: ReadContext, wanted: LedgerFilter) -> Iterator[Sequence[Any]]:
    in_order = _stored(ctx).where(*asked(ctx, wanted)).order_by(cases.c.received_at, cases.c.id).limit(ledger.BATCH)
    batch = in_order
    while found := ctx.conn.execute(batch).all():
        yield found
        batch = in_order.where(behind(found[-1].received, found[-1].id))


def _put_in_order(ctx: ReadContext, wanted: LedgerFilter, sorts: Sequence[Sort]) -> Iterator[Sequence[Any]]:
    ids, query = ids_in_order(ctx, wanted, sorts), _stored(ctx)
    for place in range(0, len(ids), ledger.BATCH):
        some = ids[place : place + ledger.BATCH]
        found = {row.id: row for row in ctx.conn.execute(query.where(cases.c.id.in_(some)))}
        yield [found[id] for id in some]


def _stored(ctx: ReadContext) -> Select[Any]:
    good = and_(
        ledger_rows.c.case_id == cases.c.id,
        ledger_rows.c.seq == cases.c.audit_seq,
        ledger_rows.c.form == form_of(ctx),
    )
    received = type_coerce(cases.c.received_at, BigInteger).label("received")
    return select(cases.c.id, received, ledger_rows.c.cells).select_from(cases).outerjoin(ledger_rows, good)


class _Written:
    """How a row is finished as it is read; the names of who registered cases are few."""

    def __init__(self) -> None:
        self._officers: dict[tuple[str | None, str], tuple[str, bool]] = {}

    def row(self, kept: Kept, position: int, now: int, book: Book) -> Row:
        cells, by = kept.cells, (kept.window, kept.account)
        for at, changed in kept.turns:
            if at > now:
                break
            for place, cell in changed.items():
                cells[int(place)] = cell
        said = self._officers.get(by)
        if said is None:
            name = officer(kept.window, book.officer(kept.account))
            said = self._officers[by] = (name, harmless(name) == name)
        cells[_POSITION], cells[_OFFICER] = position, said[0]
        return cells, kept.plain and said[1]


# ------------------------------------------------------------------ working out
def _kept(source: LineSource, cells: list[Cell], turns: Sequence[tuple[int, Mapping[str, Cell]]] = ()) -> Kept:
    row, told = source.row, [*cells]
    told[_POSITION] = told[_OFFICER] = None
    plain = all(harmless(cell) == cell for cell in told if isinstance(cell, str))
    return Kept(microseconds(source.book.now), told, row["window"], row["registered_by"], plain, turns)


def _cells(line: LedgerLine) -> list[Cell]:
    return [_cell(column.said(line)) for column in COLUMNS]


def _cell(said: str | int | date | datetime | None) -> Cell:
    """Days as 2026-10-19, instants as 2026-10-19 14:05:00 in Asia/Shanghai."""
    if isinstance(said, datetime):
        return said.replace(tzinfo=None).isoformat(" ")
    return said.isoformat() if isinstance(said, date) else said


def _turns(source: LineSource) -> list[datetime] | None:
    """The instants from which on the row may say something else although nothing happens to the case.

    The light is one of whole days, until the deadline has passed (`projection.light`); the deadline is also when a case
    begins to count as late (`counted`).
    """
    now, deadline = source.book.now, source.row["deadline"]
    if deadline is None or deadline < now:
        return []
    if deadline - now > _FURTHEST:
        return None
    return [*_new_colours(source, now, deadline), deadline + _MICROSECOND]


def _new_colours(source: LineSource, now: datetime, deadline: datetime) -> Iterator[datetime]:
    colour, day, last = source.colour, local(now).date() + _DAY, local(deadline).date()
    while source.row["completed_at"] is None and day <= last:
        if (found := source.at(midnight(day)).colour) != colour:
            yield midnight(day)
        colour, day = found, day + _DAY
