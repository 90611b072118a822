"""The sheet of a decision table as a form sends it back: its rows in their order, and what a button asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from engine.bpmn.decisions import MAX_ROWS
from engine.bpmn.editing.tables import Row, Sheet
from engine.definitions.sheets import Asked, Entry, Way, cell_of

LONGEST_NOTE = 500


def rows_sent(sheet: Sheet, asked: Sequence[Asked], form: MultiDict[str, str]) -> list[Row]:
    """The rows as they were filled in. Ids that are not of the table, or come twice, begin new rows."""
    known, found = {row.id: row for row in sheet.rows}, []
    for place in range(len(form.getlist("row"))):
        id = form.getlist("row")[place]
        row = known.pop(id, sheet.blank)
        cells = [_cell(column, f"{place}.{number}", form) for number, column in enumerate(asked)]
        found.append(_filled(sheet, row, cells, form.get(f"note.{place}", row.note).strip()[:LONGEST_NOTE]))
    return found[:MAX_ROWS]


def _filled(sheet: Sheet, row: Row, cells: Sequence[str], note: str) -> Row:
    number = len(sheet.tests)
    return replace(row, tests=tuple(cells[:number]), results=tuple(cells[number:]), note=note)


def _cell(asked: Asked, place: str, form: MultiDict[str, str]) -> str:
    text = form.get(f"text.{place}")
    if text is not None:
        way = Way.RAW if form.get(f"raw.{place}") or asked.choices else asked.way
        return cell_of(asked, Entry(way, (), text))
    known = {code for code, _ in asked.choices}
    chosen = tuple(code for code in form.getlist(f"pick.{place}") if code in known)
    return cell_of(asked, Entry(asked.way, chosen))


def rows_with(sheet: Sheet, rows: Sequence[Row], act: str) -> list[Row]:
    """The rows after a button was pressed: `up.3`, `down.3`, `remove.3`, `after.3` or `add`; others do nothing."""
    what, _, number = act.partition(".")
    found, place = list(rows), int(number) if number.isdecimal() and len(number) < 5 else -1
    if what == "add" or (what == "after" and 0 <= place < len(found)):
        found.insert(place + 1 if what == "after" else len(found), sheet.blank)
    elif 0 <= place < len(found):
        row = found.pop(place)
        to = {"up": max(place - 1, 0), "down": place + 1, "remove": None}.get(what, place)
        if to is not None:
            found.insert(to, row)
    return found[:MAX_ROWS]
