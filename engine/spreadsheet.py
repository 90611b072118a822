"""Tables for spreadsheets as CSV: opened without damage, and without a cell that runs.

A text that a spreadsheet would take for a formula is led by an apostrophe (OWASP, "CSV Injection"), and so is one that
begins with apostrophes before such a sign, so that reading gives back exactly what was written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | float | None

BOM = "\ufeff"  # without it spreadsheets take UTF-8 for the code page of the machine
_BEGINS = frozenset("'=+-@\t\r\n＝＋－＠")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_LED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def csv_bytes(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as UTF-8 with a byte order mark, lines ended by CR LF (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode("utf-8", "replace")


def read_csv(content: bytes) -> Iterator[list[str]]:
    """The rows of such a table, heads first, each text as it was before it was written."""
    text = content.decode("utf-8-sig")
    yield from ([as_written(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline="")))


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in _BEGINS and _FORMULA.match(text) else text


def as_written(cell: str) -> str:
    """The text that `harmless` made this cell of."""
    return cell[1:] if _LED.match(cell) else cell
