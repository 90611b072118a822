"""A decision table as people fill it in: words instead of FEEL, lists where a column has a closed set of values.

Pure. Values of lists travel as they stand in the cell (`"general"`), so that nothing is lost between words and codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.bpmn.cells import read_cell
from engine.bpmn.decisions import TableRefused, fits, read_decision
from engine.bpmn.editing import words
from engine.bpmn.editing.tables import Column, Row, Sheet
from engine.bpmn.expressions import ExpressionError, parse
from engine.bpmn.lint.tables import read_result
from engine.bpmn.overlap import NUMBERS, TEXTS
from engine.bpmn.xml import read_xml
from engine.definitions.difference.spoken import Names
from engine.definitions.difference.spoken import groups as groups_in_words
from engine.vocabulary import GROUP, VOCABULARIES

Choices = tuple[tuple[str, str], ...]  # (as it stands in the cell, as people say it)
Lists = Mapping[str, Sequence[tuple[str, str]]]  # what the house knows beside its vocabularies: code, words
MANY = 12  # longer lists are picked from one by one, not ticked
LONGEST = 500  # characters of a cell
_NO_HANDS = frozenset({"supervisor", "auditor", "admin"})  # they handle no cases


class Way(StrEnum):
    """How a cell is filled in."""

    PICK = "pick"  # one of the list
    TICK = "tick"  # any of the list, a test
    POSTS = "posts"  # several posts in one text
    NUMBER = "number"  # a test of a number, in words
    WHOLE = "whole"  # a number
    TEXT = "text"  # words as they are
    RAW = "raw"  # as it stands in the file


@dataclass(frozen=True)
class Asked:
    """One column and how its cells are filled in."""

    column: Column
    test: bool
    way: Way
    choices: Choices = ()


@dataclass(frozen=True)
class Entry:
    """One cell to fill in: what is chosen, as it stands in the file, or else the words."""

    way: Way
    chosen: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell; rows and columns from 0, tests before results."""

    row: int
    column: int
    message: str


# ------------------------------------------------------------------ columns
def columns_asked(sheet: Sheet, names: Names, lists: Lists) -> tuple[Asked, ...]:
    """How each column is filled in; `names` of the bundle the table belongs to."""
    cells = [[*row.tests, *row.results] for row in sheet.rows]
    columns = [*((column, True) for column in sheet.tests), *((column, False) for column in sheet.results)]
    return tuple(
        _asked(column, test, [row[place] for row in cells], names, lists)
        for place, (column, test) in enumerate(columns)
    )


def _asked(column: Column, test: bool, cells: Sequence[str], names: Names, lists: Lists) -> Asked:
    if not test and _is_posts(column.key):
        return Asked(column, test, Way.POSTS, _posts(cells))
    choices = _choices(column, cells, names, lists)
    if choices:
        return Asked(column, test, Way.TICK if test and len(choices) <= MANY else Way.PICK, choices)
    if column.type in NUMBERS:
        return Asked(column, test, Way.NUMBER if test else Way.WHOLE)
    return Asked(column, test, Way.TEXT if column.type in TEXTS else Way.RAW)


def _is_posts(key: str) -> bool:
    return key == "groups" or key.endswith("_group")


def _posts(cells: Sequence[str]) -> Choices:
    """The posts of the house, and whatever else stands in the column, `unit_head:${lead}` say."""
    used = [part for cell in cells for part in _parts(cell)]
    plain = [code for code in GROUP if code not in _NO_HANDS and not code.startswith("unit")]
    return tuple((code, groups_in_words(code)) for code in dict.fromkeys([*plain, *used]))


def _choices(column: Column, cells: Sequence[str], names: Names, lists: Lists) -> Choices:
    """The closed set of a column: what its file allows, what the house knows, or the list whose codes it uses."""
    if column.type == "boolean":
        return (("true", "是"), ("false", "否"))
    if column.allowed:
        return tuple((_cell(bound), names.worded(column.key, bound)) for bound in _constants(column.allowed))
    if column.key in lists:
        return tuple((_cell(code, column.type), label) for code, label in lists[column.key])
    known = next((VOCABULARIES[n] for n in (*names.lists.get(column.key, ()), column.key) if n in VOCABULARIES), None)
    if known is not None:
        return tuple((_cell(code, column.type), _numbered(code, label)) for code, label in known.items())
    used = dict.fromkeys(bound for cell in cells for bound in _constants(cell) if isinstance(bound, str))
    worded = [(_cell(code), names.worded(column.key, code)) for code in used]
    return tuple(worded) if worded and all(label != code[1:-1] for code, label in worded) else ()


def _numbered(code: str, label: str) -> str:
    """Of tiers and grades of satisfaction the number is what people know."""
    return f"{code} {label}" if code.isdecimal() else label


def _constants(cell: str) -> tuple[object, ...]:
    try:
        return tuple(read_cell(cell).bounds)
    except ExpressionError:
        return ()


def _cell(value: object, type: str = "string") -> str:
    if isinstance(value, str) and type not in NUMBERS:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


# ------------------------------------------------------------------ cells
def entry_of(asked: Asked, cell: str) -> Entry:
    """A cell as it is filled in; what does not fit its list is shown as it stands."""
    known = [code for code, _ in asked.choices]
    match asked.way:
        case Way.TICK if all(part in known for part in _alternatives(cell)):
            return Entry(Way.TICK, _alternatives(cell))
        case Way.PICK if cell in known or cell in ("", "-"):
            return Entry(Way.PICK, (cell,) if cell in known else ())
        case Way.POSTS if all(part in known for part in _parts(cell)):
            return Entry(Way.POSTS, _parts(cell))
        case Way.NUMBER:
            return Entry(Way.NUMBER, (), words.said(cell))
        case Way.WHOLE:
            return Entry(Way.WHOLE, (), cell)
        case Way.TEXT if (text := _literal(cell)) is not None:
            return Entry(Way.TEXT, (), text)
    return Entry(Way.RAW, (), cell)


def cell_of(asked: Asked, entry: Entry) -> str:
    """What is filled in as it stands in the cell."""
    match entry.way:
        case Way.TICK:
            return ",".join(entry.chosen) or "-"
        case Way.PICK:
            return entry.chosen[0] if entry.chosen and entry.chosen[0] else ("-" if asked.test else "")
        case Way.POSTS:
            return _cell(",".join(entry.chosen))
        case Way.NUMBER:
            return words.written(entry.text)
        case Way.WHOLE:
            return words.digits(entry.text)
        case Way.TEXT:
            return _text(asked, entry.text.strip())
    return entry.text.strip()


def _alternatives(cell: str) -> tuple[str, ...]:
    if cell.strip() in ("", "-"):
        return ()
    return tuple(part.strip() for part in re.findall(r'"(?:[^"\\]|\\.)*"|[^,"]+', cell) if part.strip())


def _parts(cell: str) -> tuple[str, ...]:
    text = _literal(cell)
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _literal(cell: str) -> str | None:
    """The text a cell holds; None when it holds something else."""
    if cell in ("", "-"):
        return words.ANY if cell == "-" else ""
    if not re.fullmatch(r'"(?:[^"\\]|\\.)*"', cell):
        return None
    return re.sub(r"\\(.)", r"\1", cell[1:-1])


def _text(asked: Asked, text: str) -> str:
    if asked.test and text in ("", "-", words.ANY):
        return "-"
    return _cell(text) if text else ""


# ------------------------------------------------------------------ what is wrong
def problems(asked: Sequence[Asked], rows: Sequence[Row]) -> list[Problem]:
    """Every cell that cannot be stored, by what the lint would say of it."""
    found = []
    for number, row in enumerate(rows):
        for place, (column, cell) in enumerate(zip(asked, (*row.tests, *row.results), strict=True)):
            said = _wrong(column, cell)
            if said is not None:
                found.append(Problem(number, place, said))
    return found


def _wrong(asked: Asked, cell: str) -> str | None:
    if len(cell) > LONGEST:
        return f"最多 {LONGEST} 个字符，请缩短。"
    if any(mark < " " and mark not in "\t\n\r" for mark in cell):
        return "含有无法使用的字符，请删去。"
    if not cell and not asked.test:
        return "请填写这一格。"
    try:
        constants = read_cell(cell).bounds if asked.test else _result_constants(cell)
    except ExpressionError as error:
        return f"{_hint(asked)}{error}。"
    if not all(fits(value, asked.column.type) for value in constants):
        return "这一列要填数字。" if asked.column.type in NUMBERS else "这一列要填文字，请加英文双引号。"
    return None


def _hint(asked: Asked) -> str:
    return {Way.NUMBER: "请写成 1、2 以上、1 到 3 或不限。", Way.WHOLE: "这一列要填数字。"}.get(asked.way, "")


def _result_constants(cell: str) -> tuple[object, ...]:
    read_result(cell)
    found = parse(cell)
    return () if found.names or found.words else (found.evaluate({}, {}),)


def whole_problems(content: bytes) -> list[str]:
    """What is wrong with the table as a whole, once every cell is right: it may be stored, but not published."""
    try:
        decision = read_decision(read_xml(content))
    except TableRefused as refused:
        return [f"{refused}。"]
    return [f"第 {one} 行和第 {other} 行会同时适用，请改成互斥的。" for one, other in decision.overlaps()][:3]
