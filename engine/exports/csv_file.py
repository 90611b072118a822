"""CSV as spreadsheets open it: UTF-8 with a byte order mark, RFC 4180."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from engine.queries.ledger_columns import Cell, LedgerColumn
from engine.spreadsheet import harmless

WriteRow = Callable[[Sequence[Cell]], object]


@contextmanager
def csv_file(path: Path, columns: Sequence[LedgerColumn]) -> Iterator[WriteRow]:
    """A file with its headings; days as 2026-10-19, instants as 2026-10-19 14:05:00 in Asia/Shanghai."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in columns])
        yield lambda row: writer.writerow([_text(cell) for cell in row])


def _text(cell: Cell) -> str | int | None:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None).isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else cell
