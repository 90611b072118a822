"""XLSX, written row by row to the disk; the one place that knows xlsxwriter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from engine.exports.csv_file import WriteRow
from engine.queries.ledger_columns import LedgerColumn
from engine.queries.ledger_rows import Cell
from engine.spreadsheet import harmless

# Text stays text: nothing in it becomes a formula, a link or a number.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_TOP = {"valign": "top"}
_LOOKS: Mapping[type, Mapping[str, str]] = {
    str: {},
    date: {"num_format": "yyyy-mm-dd"},
    datetime: {"num_format": "yyyy-mm-dd hh:mm"},
}
_OF_TEXT: Mapping[type, Callable[[str], date]] = {date: date.fromisoformat, datetime: datetime.fromisoformat}
_A4 = 9  # xlsxwriter's paper number


@contextmanager
def xlsx_file(path: Path, title: str, columns: Sequence[LedgerColumn]) -> Iterator[WriteRow]:
    """One sheet: a heading row that stays in sight, days and instants as such, A4 landscape when printed."""
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        sheet = book.add_worksheet(title)
        _set_up(book, sheet, columns)
        numbers = count(1)
        formats = {kind: book.add_format({**_TOP, **look}) for kind, look in _LOOKS.items()}
        kinds = [column.kind for column in columns]

        def write_row(row: Sequence[Cell], plain: bool) -> None:
            number = next(numbers)
            for place, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
                if cell is not None and cell != "":
                    _write(sheet, number, place, cell, kind, formats[kind])

        yield write_row


def _set_up(book: Workbook, sheet: Worksheet, columns: Sequence[LedgerColumn]) -> None:
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8F0F9"})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.heading, heading)
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_footer("&C&P / &N")


def _write(sheet: Worksheet, row: int, place: int, cell: str | int, kind: type, look: Format) -> None:
    if isinstance(cell, int):
        sheet.write_number(row, place, cell, look)
    elif kind in _OF_TEXT:
        sheet.write_datetime(row, place, _OF_TEXT[kind](cell), look)
    else:
        sheet.write_string(row, place, harmless(cell), look)
