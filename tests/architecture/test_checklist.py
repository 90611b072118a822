"""docs/security.md says of every row of the checklist where it stands, and what it says is so."""

from __future__ import annotations

import re

import pytest

from tests.support.checklist import ROWS, held, marked
from tests.support.house import House
from tests.support.source import ROOT, Module

MUST_BE_HELD = frozenset({*range(1, 25), *range(34, 56), 57, *range(62, 66)})

# Rows nothing holds yet. A row that is held must leave this list; it is empty when the work is done.
NOT_YET_HELD: frozenset[int] = frozenset()

# Doors that come later: as soon as a route has such an address, a test that names it must hold each of these rows.
LATER_DOORS: dict[str, frozenset[int]] = {
    "/progress": frozenset({36, 63}),
    "/deployment/create": frozenset({25, 38, 46, 57}),
    "/approvals": frozenset({7, 57}),
    "/export": frozenset({28, 38, 46, 57}),
    "/unmask": frozenset({57, 62, 65}),
    "/migration": frozenset({5, 57}),
    "/people": frozenset({6, 8, 57}),
    "/account": frozenset({39, 46}),
    "/stats": frozenset({38, 64}),
}

_ROW = re.compile(r"^\| (\d+) \| (.+?) \| (测试|文档|未做) \| (.*?) \|$", re.M)
_FILE = re.compile(r"`(tests/[\w/]+\.py)`")


def told() -> dict[int, tuple[str, frozenset[str]]]:
    """Row → how it stands, and the test modules that hold it, as the document says."""
    lines = _ROW.findall((ROOT / "docs/security.md").read_text("utf-8"))
    found = {int(row): (state, frozenset(_FILE.findall(where))) for row, _, state, where in lines}
    assert len(found) == len(lines)
    return found


def test_the_document_says_of_every_row_where_it_stands() -> None:
    assert sorted(told()) == list(ROWS)


def test_what_the_document_says_is_so() -> None:
    there = {row: frozenset(held().get(row, {})) for row in ROWS}
    said = {row: files for row, (_, files) in told().items()}
    assert {row: sorted(files) for row, files in there.items() if files != said[row]} == {}
    assert [row for row, (state, files) in told().items() if (state == "测试") != bool(files)] == []


def test_every_row_that_must_be_held_is_held() -> None:
    assert sorted(MUST_BE_HELD - held().keys() - NOT_YET_HELD) == []
    assert sorted(NOT_YET_HELD & held().keys()) == []


def test_a_door_that_has_come_has_its_tests(house: House) -> None:
    assert untested([rule.rule for rule in house.app.url_map.iter_rules()]) == {}


def untested(rules: list[str]) -> dict[str, list[int]]:
    """Later door that is there → rows that no test naming it holds."""
    missing: dict[str, list[int]] = {}
    for fragment, rows in LATER_DOORS.items():
        if any(re.search(rf"{fragment}(/|$|\.)", rule) for rule in rules):
            lacking = [
                row for row in sorted(rows) if not any(fragment in text for text in held().get(row, {}).values())
            ]
            missing.update({fragment: lacking} if lacking else {})
    return missing


def test_a_door_without_its_tests_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LATER_DOORS, "/of-nobody", frozenset({1, 36}))
    assert untested(["/api/of-nobody"]) == {"/of-nobody": [1, 36]}
    assert untested(["/api/cases"]) == {}


def test_a_mark_is_read_with_its_test() -> None:
    text = (
        "import pytest\n@pytest.mark.checklist(3, 57)\ndef test_a() -> None:\n    ask('/progress')\ndef test_b(): ...\n"
    )
    assert [(row, "/progress" in test) for row, test in marked(Module("x.py", text))] == [(3, True), (57, True)]
