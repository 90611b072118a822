"""Rows of a sheet as SpreadsheetML (ECMA-376, part 1, 18.3.1), each cell with its text in place.

A row is put together here and not by the library: of four million cells it looked at each a dozen times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from engine.queries.ledger_rows import Cell
from engine.spreadsheet import harmless

LONGEST = 32_767  # characters of a cell; a spreadsheet calls a file with more of them damaged
_DAY_ZERO = datetime(1899, 12, 30)  # day 1 is the first of 1900, and 1900 counts as a leap year
_DAY = timedelta(days=1)
# What XML has no character for, and what would be read as standing for one (ST_Xstring, 22.9.2.19).
_UNTOLD = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9a-fA-F]{4}_)")
_MARKUP = re.compile("[&<>]|[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x")


class Rows:
    """The rows of one sheet: `looks` is the number of the style of each column, `kinds` what it holds."""

    def __init__(self, kinds: Sequence[type], looks: Sequence[str]) -> None:
        self._columns = [
            (_letters(place), f'" s="{look}"', _OF_TEXT.get(kind))
            for place, (kind, look) in enumerate(zip(kinds, looks, strict=True))
        ]

    def row(self, number: int, cells: Sequence[Cell], plain: bool) -> str:
        """One row; `plain`: no cell could be taken for a formula. Empty cells are left out."""
        parts = [f'<row r="{number}">']
        for cell, (letters, look, serial) in zip(cells, self._columns, strict=True):
            if cell is None or cell == "":
                continue
            if isinstance(cell, int):
                parts.append(f'<c r="{letters}{number}{look}><v>{cell}</v></c>')
            elif serial is not None:
                parts.append(f'<c r="{letters}{number}{look}><v>{serial(cell)}</v></c>')
            else:
                text = _text(cell if plain else harmless(cell))
                parts.append(f'<c r="{letters}{number}{look} t="inlineStr"><is>{text}</is></c>')
        parts.append("</row>")
        return "".join(parts)


def _letters(place: int) -> str:
    """The name of a column: A, Z, AA."""
    tens, ones = divmod(place, 26)
    return (_letters(tens - 1) if tens else "") + chr(ord("A") + ones)


def _text(text: str) -> str:
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    if _MARKUP.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = _UNTOLD.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return f"<t>{text}</t>" if text.strip() == text else f'<t xml:space="preserve">{text}</t>'


def _day_number(text: str) -> str:
    return str((date.fromisoformat(text) - _DAY_ZERO.date()).days)


def _instant_number(text: str) -> str:
    return f"{(datetime.fromisoformat(text) - _DAY_ZERO) / _DAY:.16G}"


_OF_TEXT: Mapping[type, Callable[[str], str]] = {date: _day_number, datetime: _instant_number}
