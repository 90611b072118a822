"""XLSX, written row by row to the disk; the one place that knows xlsxwriter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from engine.exports.csv_file import WriteRow
from engine.queries.ledger_columns import Cell, LedgerColumn
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
    int: {},
    date: {"num_format": "yyyy-mm-dd"},
    datetime: {"num_format": "yyyy-mm-dd hh:mm"},
}
_A4 = 9  # xlsxwriter's paper number


@contextmanager
def xlsx_file(path: Path, title: str, columns: Sequence[LedgerColumn]) -> Iterator[WriteRow]:
    """One sheet: a heading row that stays in sight, days and instants as such, A4 landscape when printed."""
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        sheet = book.add_worksheet(title)
        _set_up(book, sheet, columns)
        numbers = count(1)
        formats = {kind: book.add_format({**_TOP, **look}) for kind, look in _LOOKS.items()}

        def write_row(row: Sequence[Cell]) -> None:
            number = next(numbers)
            for place, cell in enumerate(row):
                if cell is not None and cell != "":
                    _write(sheet, number, place, cell, formats[type(cell)])

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


def _write(sheet: Worksheet, row: int, place: int, cell: Cell, look: Format) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, place, harmless(cell), look)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, place, cell.replace(tzinfo=None), look)
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, cell, look)
    elif cell is not None:
        sheet.write_number(row, place, cell, look)
