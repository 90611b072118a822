"""Tables for spreadsheets: nothing in them runs, and everything comes back as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.spreadsheet import as_written, csv_bytes, harmless, read_csv

MARKS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.checklist(28)
@pytest.mark.parametrize("mark", MARKS)
def test_a_cell_that_would_be_a_formula_is_led_by_an_apostrophe(mark: str) -> None:
    content = csv_bytes([f"{mark}head"], [[f"{mark}1+1"], ["plain"]])
    cells = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    assert cells == [f"'{mark}head", f"'{mark}1+1", "plain"]


@pytest.mark.checklist(28)
@given(some.lists(some.lists(some.text(some.characters(codec="utf-8")), min_size=1, max_size=4), min_size=1))
def test_what_was_written_is_read_back(rows: list[list[str]]) -> None:
    kept = [row for row in rows if row != [""]] or [["x"]]  # a row of one empty cell is an empty line
    heads, *rest = kept
    assert [row for row in read_csv(csv_bytes(heads, rest)) if row] == [row for row in kept if row]


@given(some.text(alphabet=f"'{MARKS}a"))
def test_leading_a_text_is_undone_exactly(text: str) -> None:
    assert as_written(harmless(text)) == text
    assert not harmless(text).startswith(tuple(MARKS))


def test_spreadsheets_are_told_the_encoding_and_numbers_stay_numbers() -> None:
    assert csv_bytes(["姓名", "件数"], [["张三", -3], ["李四", None]]) == (
        b"\xef\xbb\xbf" + "姓名,件数\r\n张三,-3\r\n李四,\r\n".encode()
    )
