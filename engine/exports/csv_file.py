"""CSV as spreadsheets open it: UTF-8 with a byte order mark, RFC 4180."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.queries.ledger_columns import Cell, LedgerColumn
from engine.spreadsheet import harmless

WriteRow = Callable[[Sequence[Cell]], object]


@contextmanager
def csv_file(path: Path, columns: Sequence[LedgerColumn]) -> Iterator[WriteRow]:
    """A file with its headings; days as 2026-10-19, instants as 2026-10-19 14:05:00 in Asia/Shanghai."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in columns])
        write, says = writer.writerow, _SAID.get  # named here: a ledger has millions of cells
        yield lambda row: write([cell if (say := says(type(cell))) is None else say(cell) for cell in row])


_SAID: Mapping[type, Callable[[Any], str]] = {  # by exact type
    str: harmless,
    date: date.isoformat,
    datetime: lambda instant: instant.replace(tzinfo=None).isoformat(" "),
}
