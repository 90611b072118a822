"""A decision table is changed cell by cell, and nothing else in its file moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from engine.bpmn.decisions import read_decision
from engine.bpmn.editing.tables import NoTable, Row, Sheet, read_sheet, with_rows
from engine.bpmn.xml import XmlRefused, read_xml
from engine.definitions.shipped import SHIPPED, read_folder

TABLES = {name: content for name, content in read_folder(SHIPPED).items() if name.endswith(".dmn")}
LIMITS = TABLES["decisions/time_limits.dmn"]
FOREIGN = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn elsewhere -->
<dmn:definitions xmlns:dmn="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0"
    id='d'   namespace="n"><dmn:decision id="t" name="a > b"><dmn:decisionTable id="dt">
<dmn:input id="i" label="x" biodi:width="192"><dmn:inputExpression id="ie" typeRef="string"><dmn:text>x</dmn:text>
</dmn:inputExpression></dmn:input>
<dmn:output id="o" name="y" typeRef="string" />
<!-- the first --><dmn:rule id="r1"><dmn:inputEntry id="c1"><dmn:text/></dmn:inputEntry>
<dmn:outputEntry id="c2"/></dmn:rule><dmn:rule><dmn:inputEntry><dmn:text><![CDATA["<"]]></dmn:text></dmn:inputEntry>
<dmn:outputEntry><dmn:text>"b"</dmn:text></dmn:outputEntry></dmn:rule>
</dmn:decisionTable></dmn:decision></dmn:definitions>
"""


def changed(sheet: Sheet, row: int, **result: str) -> list[Row]:
    """The rows, with one result of one row different."""
    keys = [column.key for column in sheet.results]
    rows = list(sheet.rows)
    results = [result.get(key, cell) for key, cell in zip(keys, rows[row].results, strict=True)]
    rows[row] = replace(rows[row], results=tuple(results))
    return rows


def lines_changed(before: bytes, after: bytes) -> list[tuple[bytes, bytes]]:
    pairs = zip(before.split(b"\n"), after.split(b"\n"), strict=True)
    return [(old.strip(), new.strip()) for old, new in pairs if old != new]


def test_a_general_case_takes_three_working_days_and_no_other_byte_moves() -> None:
    sheet = read_sheet(LIMITS)
    after = with_rows(LIMITS, changed(sheet, 2, limit_days="3"))
    cell = b'<outputEntry id="time_limits_row_3_limit_days"><text>%d</text></outputEntry>'
    assert lines_changed(LIMITS, after) == [(cell % 5, cell % 3)]
    assert read_decision(read_xml(after)).evaluate({"grade": "general", "round": 1}, {})["limit_days"] == 3


@pytest.mark.parametrize("content", [*TABLES.values(), FOREIGN], ids=[*TABLES, "foreign"])
def test_a_table_that_is_not_changed_is_written_as_it_was(content: bytes) -> None:
    assert with_rows(content, read_sheet(content).rows) == content


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_rows_turned_round_and_back_give_the_first_file_again(content: bytes) -> None:
    sheet = read_sheet(content)
    turned = with_rows(content, sheet.rows[::-1])
    assert read_sheet(turned).rows == sheet.rows[::-1]
    assert with_rows(turned, sheet.rows) == content


def test_a_row_that_is_taken_away_leaves_no_trace_and_the_others_stay() -> None:
    sheet = read_sheet(LIMITS)
    after = with_rows(LIMITS, sheet.rows[1:])
    assert read_sheet(after).rows == sheet.rows[1:]
    gone = LIMITS.index(b'<rule id="time_limits_row_1">'), LIMITS.index(b'<rule id="time_limits_row_2">')
    assert after == LIMITS[: gone[0]] + LIMITS[gone[1] :]


def test_a_new_row_stands_where_it_was_put_with_ids_of_its_own() -> None:
    sheet = read_sheet(LIMITS)
    row = replace(sheet.blank, tests=('"general"', "[2..3]"), results=("4", "1", "3", '"window"'), note="a < b")
    after = with_rows(LIMITS, [sheet.rows[0], row, *sheet.rows[1:]])
    found = read_sheet(after)
    assert [each.id for each in found.rows].index("time_limits_row_7") == 1
    assert (found.rows[1].tests, found.rows[1].results, found.rows[1].note) == (row.tests, row.results, "a < b")
    ids = [node.get("id") for node in read_xml(after).iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert after.count(b"\n      <rule ") == LIMITS.count(b"\n      <rule ") + 1


def test_what_other_tools_wrote_stays_and_empty_cells_are_filled() -> None:
    first, second = read_sheet(FOREIGN).rows
    assert (first.id, second.id, second.tests) == ("r1", "#2", ('"<"',))
    rows = [replace(first, tests=('"a"',), results=('"1"',), note="n"), replace(second, results=('"&"',))]
    after = with_rows(FOREIGN, rows)
    again = read_sheet(after).rows
    assert [(row.tests, row.results, row.note) for row in again] == [
        (('"a"',), ('"1"',), "n"),
        (('"<"',), ('"&"',), ""),
    ]
    kept = (b"<!-- drawn elsewhere -->", b"<!-- the first -->", b'biodi:width="192"', b"id='d'   namespace", b"a > b")
    assert all(part in after for part in kept)
    assert b"""<dmn:text>"a"</dmn:text>""" in after and b"""<![CDATA["<"]]>""" in after


def test_a_table_without_rows_gets_its_first() -> None:
    empty = with_rows(LIMITS, ())
    sheet = read_sheet(empty)
    assert sheet.rows == ()
    row = replace(sheet.blank, tests=('"simple"', "-"), results=("1", "1", "1", '"window"'))
    assert [each.tests for each in read_sheet(with_rows(empty, [row])).rows] == [row.tests]


def test_a_file_in_another_encoding_is_read_and_written_in_utf_8() -> None:
    text = LIMITS.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    after = with_rows(text.encode("utf-16"), changed(read_sheet(LIMITS), 2, limit_days="3"))
    assert read_sheet(after).rows[2].results[0] == "3"
    assert "期限（工作日）".encode() in after


@pytest.mark.parametrize("rows", [("a<b&c>d\"'",), ("]]>",), ("办理",)])
def test_whatever_is_typed_is_read_back_as_it_was(rows: tuple[str]) -> None:
    sheet = read_sheet(FOREIGN)
    after = with_rows(FOREIGN, [replace(sheet.rows[0], results=rows), sheet.rows[1]])
    etree.fromstring(after)
    assert read_sheet(after).rows[0].results == rows


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(NoTable):
        read_sheet(b"<definitions/>")
    with pytest.raises(XmlRefused):
        read_sheet(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
