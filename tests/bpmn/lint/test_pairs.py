"""Every rule has a small diagram that breaks just that rule and a twin that does not; none is without such a pair."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
from engine.bpmn.lint import check_files, notes_of
from engine.errors import Finding
from tests.bpmn.lint.asked import OPERATIONS, WORDS
from tests.bpmn.lint.pairs import PAIRS, Files, Pair
from tests.bpmn.proof.rules import RULES

# Told of an examination, not of a diagram: tests/definitions/test_apart.py.
OF_THE_EXAMINATION = {"TOO_HEAVY", "TOO_SLOW", "OUTSIDE", "CRASH"}
# Told of what is published, of what it promises and of how golden runs come out: tests/definitions/test_gate.py,
# tests/bpmn/proof/mutations.py, tests/replay/test_otherwise.py with tests/definitions/test_deciding.py.
OF_THE_HOUSE = {"ENTRY", "LAXER", "SCENARIO"}
NO_CODES = {
    "INNER",  # a consequence, never told
    "ANY",
    "COLLECT",
    "PATH",
    "PYTHONIOENCODING",
    "PYTHONPATH",
}


def found(pair: Pair, files: Files) -> list[Finding]:
    listed = check_files(files, pair.law, words=WORDS, operations=OPERATIONS)
    return listed or (notes_of(files) if pair.note else [])


@pytest.mark.parametrize("code", PAIRS)
def test_what_breaks_a_rule_is_found_by_just_that_rule(code: str) -> None:
    pair = PAIRS[code]
    (finding,) = found(pair, pair.broken)
    assert finding.code == code
    assert finding.element == pair.element
    assert re.search("[\u4e00-\u9fff]", finding.message)
    assert pair.note or re.search("请|应|只能", finding.message)


@pytest.mark.parametrize("code", PAIRS)
def test_its_twin_breaks_none(code: str) -> None:
    assert found(PAIRS[code], PAIRS[code].twin) == []


def codes_in_the_source() -> Iterator[str]:
    """Whatever is written like a code where findings are made."""
    root = Path(engine.__file__).parent
    for folder in ("bpmn/lint", "bpmn/proof", "definitions"):
        for path in (root / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                text = node.value if isinstance(node, ast.Constant) else None
                if isinstance(text, str) and re.fullmatch("[A-Z][A-Z_]+", text):
                    yield text


def test_no_rule_is_without_its_pair() -> None:
    paired = PAIRS.keys() | {rule.code for rule in RULES.values()} | OF_THE_EXAMINATION | OF_THE_HOUSE
    assert set(codes_in_the_source()) - paired - NO_CODES == set()
    assert paired - set(codes_in_the_source()) == set()
