"""CSV as spreadsheets open it: UTF-8 with a byte order mark, RFC 4180."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from engine.exports.pieces import as_text
from engine.queries.ledger_columns import LedgerColumn
from engine.queries.ledger_rows import Cell
from engine.spreadsheet import BOM, harmless

WriteRow = Callable[[Sequence[Cell], bool], object]  # its cells; whether none could be taken for a formula


@contextmanager
def csv_file(to: IO[bytes], columns: Sequence[LedgerColumn]) -> Iterator[WriteRow]:
    """A file with its headings; days as 2026-10-19, instants as 2026-10-19 14:05:00 in Asia/Shanghai."""
    with as_text(to) as file:
        file.write(BOM)
        writer = csv.writer(file)
        writer.writerow([column.heading for column in columns])
        write = writer.writerow  # named here: a ledger has millions of cells
        yield lambda row, plain: write(row if plain else [_harmless(cell) for cell in row])


def _harmless(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell
