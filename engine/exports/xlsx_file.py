"""XLSX, written row by row; the one place that knows xlsxwriter.

The library makes the workbook with its headings and one empty row, whose cells have the look of their columns; the rows
(xlsx_rows.py) are written in place of that one, and are packed as they come. On a stream in which nobody can go back
the length of each part stands behind it, as every ZIP reader knows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from itertools import count
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from engine.exports.csv_file import WriteRow
from engine.exports.xlsx_rows import Rows
from engine.queries.ledger_columns import LedgerColumn
from engine.queries.ledger_rows import Cell

MOST_ROWS = 1_048_575  # below the headings; a spreadsheet opens no longer sheet (ECMA-376, part 1, 18.3.1.73)

# Text stays text: nothing in it becomes a formula, a link or a number; no heading is put among shared strings.
_OPTIONS = {
    "in_memory": True,
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
_A4 = 9  # xlsxwriter's paper number
_SHEET = "xl/worksheets/sheet1.xml"
_EMPTY_ROW = re.compile(r'<row r="2"[^>]*>.*?</row>')
_LOOK = re.compile(r'<c r="[A-Z]+2" s="(\d+)"/>')
_EXTENT = re.compile(r"<dimension [^>]*/>")  # may be left out, and how many rows there will be is not known
_AT_ONCE = 200  # rows


@contextmanager
def xlsx_file(to: IO[bytes], title: str, columns: Sequence[LedgerColumn]) -> Iterator[WriteRow]:
    """One sheet: a heading row that stays in sight, days and instants as such, A4 landscape when printed."""
    with (
        ZipFile(_workbook(title, columns)) as made,
        ZipFile(to, "w", ZIP_DEFLATED) as book,
    ):
        for name in made.namelist():
            if name != _SHEET:
                book.writestr(name, made.read(name))
        sheet = _EXTENT.sub("", made.read(_SHEET).decode())
        before, after = _EMPTY_ROW.split(sheet)
        rows, numbers = Rows([column.kind for column in columns], _LOOK.findall(sheet)), count(2)
        with book.open(_SHEET, "w") as out:
            waiting = [before]

            def write_row(row: Sequence[Cell], plain: bool) -> None:
                waiting.append(rows.row(next(numbers), row, plain))
                if len(waiting) >= _AT_ONCE:
                    out.write("".join(waiting).encode())
                    waiting.clear()

            yield write_row
            out.write("".join([*waiting, after]).encode())


def _workbook(title: str, columns: Sequence[LedgerColumn]) -> BytesIO:
    """All but the rows."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        sheet = book.add_worksheet(title)
        _set_up(book, sheet, columns)
        looks = {kind: book.add_format({**_TOP, **look}) for kind, look in _LOOKS.items()}
        for place, column in enumerate(columns):
            sheet.write_blank(1, place, None, looks[column.kind])
    content.seek(0)
    return content


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
