"""The ledger as a file. Who took it, by which filter and how long it was stands on the trail of the house."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from engine.audit import house as trail
from engine.cases.commands import Actor
from engine.errors import BadInput
from engine.exports.csv_file import WriteRow, csv_file
from engine.exports.noting import on_the_line
from engine.exports.xlsx_file import xlsx_file
from engine.facade import Engine, ReadContext
from engine.queries.ledger import LedgerFilter, count_ledger
from engine.queries.ledger_columns import COLUMNS
from engine.queries.ledger_rows import ledger_cells
from engine.storage.database import WriteTransaction

TITLE = "工作台账"
FORMATS = ("csv", "xlsx")
OnRow = Callable[[int, int], object]  # rows written, rows in all


def export_ledger(
    engine: Engine, actor: Actor, wanted: LedgerFilter, path: Path, on_row: OnRow = lambda done, of: None
) -> int:
    """Write the lines the filter lets through to `path`, by its ending; returns how many.

    Raises BadInput for another ending. Everything is of one instant; nothing is kept in memory but a batch.
    """
    kind = path.suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise BadInput({"file": "文件名请以 .csv 或 .xlsx 结尾。"})
    with _file(path, kind) as write_row:
        written = engine.read_as(actor, _fill, wanted, write_row, on_row)
    engine.db.write(lambda tx: _record(tx, engine, actor, wanted, kind, written))
    return written


def _file(path: Path, kind: str) -> AbstractContextManager[WriteRow]:
    return csv_file(path, COLUMNS) if kind == "csv" else xlsx_file(path, TITLE, COLUMNS)


def _fill(ctx: ReadContext, wanted: LedgerFilter, write_row: WriteRow, on_row: OnRow) -> int:
    total, written = count_ledger(ctx, wanted), 0
    for written, (cells, plain) in enumerate(ledger_cells(ctx, wanted), 1):
        write_row(cells, plain)
        on_row(written, total)
    return written


def _record(tx: WriteTransaction, engine: Engine, actor: Actor, wanted: LedgerFilter, kind: str, written: int) -> None:
    tx.begin_writing()
    said = {"format": kind, "rows": written, "filter": on_the_line(wanted)}
    trail.record(tx.conn, engine.clock.now(), actor.name, "ledger_exported", "ledger", said)
