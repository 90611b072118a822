"""The ledger as a file. Who took it, by which filter and how long it was stands on the trail of the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import IO

from engine.audit import house as trail
from engine.cases.commands import Actor
from engine.errors import BadInput
from engine.exports.csv_file import WriteRow, csv_file
from engine.exports.noting import on_the_line
from engine.exports.pieces import in_pieces
from engine.exports.xlsx_file import MOST_ROWS, xlsx_file
from engine.facade import Engine, ReadContext
from engine.queries.ledger import LedgerFilter, count_ledger
from engine.queries.ledger_columns import COLUMNS
from engine.queries.ledger_rows import Row, ledger_cells
from engine.queries.paging import Sort
from engine.storage.database import WriteTransaction

TITLE = "工作台账"
FORMATS = ("csv", "xlsx")
OnRow = Callable[[int, int], object]  # rows written, rows in all


def export_ledger(
    engine: Engine, actor: Actor, wanted: LedgerFilter, path: Path, on_row: OnRow = lambda done, of: None
) -> int:
    """Write the lines the filter lets through to `path`, by its ending; returns how many.

    Raises BadInput for another ending, and for more lines than a sheet holds. Everything is of one instant; nothing is
    kept in memory but a batch.
    """
    kind = path.suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise BadInput({"file": "文件名请以 .csv 或 .xlsx 结尾。"})
    written = engine.read_as(actor, _fill, wanted, kind, path, on_row)
    engine.db.write(lambda tx: _record(tx, engine, actor, wanted, kind, written))
    return written


def stream_ledger(
    engine: Engine, actor: Actor, wanted: LedgerFilter, kind: str, sorts: Sequence[Sort] = ()
) -> Iterator[bytes]:
    """The same file piece by piece as its lines are read, its head at once, in the order of a page that `sorts` gives;
    `kind` is one of FORMATS.

    Raises BadInput for more lines than a sheet holds. That it was taken stands on the trail before the first piece
    leaves the house, whoever breaks off later.
    """
    return engine.read_along(actor, _pieces, engine, wanted, kind, sorts)


def _fill(ctx: ReadContext, wanted: LedgerFilter, kind: str, path: Path, on_row: OnRow) -> int:
    total = _counted(ctx, wanted, kind)

    def told(done: int) -> object:
        return on_row(done, total)

    with path.open("wb") as file:
        file.writelines(in_pieces(_begin(kind), partial(_rows, ledger_cells(ctx, wanted), told)))
    return total


def _pieces(
    ctx: ReadContext, engine: Engine, wanted: LedgerFilter, kind: str, sorts: Sequence[Sort]
) -> Iterator[bytes]:
    total, actor = _counted(ctx, wanted, kind), ctx.actor
    engine.db.write(lambda tx: _record(tx, engine, actor, wanted, kind, total))
    yield from in_pieces(_begin(kind), partial(_rows, ledger_cells(ctx, wanted, sorts), lambda done: None))


def _counted(ctx: ReadContext, wanted: LedgerFilter, kind: str) -> int:
    total = count_ledger(ctx, wanted)
    if kind == "xlsx" and total > MOST_ROWS:
        raise BadInput({"file": f"xlsx 一张表最多 {MOST_ROWS} 件，这里有 {total} 件：请筛选一下再导出，或者导出 csv。"})
    return total


def _begin(kind: str) -> Callable[[IO[bytes]], AbstractContextManager[WriteRow]]:
    if kind == "csv":
        return lambda to: csv_file(to, COLUMNS)
    return lambda to: xlsx_file(to, TITLE, COLUMNS)


def _rows(rows: Iterator[Row], on_row: Callable[[int], object], write_row: WriteRow) -> Iterator[object]:
    for done, (cells, plain) in enumerate(rows, 1):
        write_row(cells, plain)
        yield on_row(done)


def _record(tx: WriteTransaction, engine: Engine, actor: Actor, wanted: LedgerFilter, kind: str, written: int) -> None:
    tx.begin_writing()
    said = {"format": kind, "rows": written, "filter": on_the_line(wanted)}
    trail.record(tx.conn, engine.clock.now(), actor.name, "ledger_exported", "ledger", said)
