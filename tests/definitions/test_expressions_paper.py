"""docs/expressions.md, which supervisors write by: every example does what it says, and every word stands there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bpmn.cells import read_cell
from engine.bpmn.expressions import ExpressionError, parse, parse_assignments, parse_template
from engine.cases.words import CATALOGUE

PAPER = (Path(__file__).parents[2] / "docs" / "expressions.md").read_text("utf-8")


def table(*head: str) -> list[list[str]]:
    """The rows under this head, without the marks of code."""
    return list(_rows(f"| {' | '.join(head)} |"))


def _rows(head: str) -> Iterator[list[str]]:
    lines = PAPER[PAPER.index(head) :].splitlines()[2:]
    for line in lines:
        if not line.startswith("| "):
            return
        yield [part.strip().removeprefix("`").removesuffix("`") for part in line.strip("| ").split(" | ")]


@pytest.mark.parametrize(("expression", "variables", "result"), table("表达式", "变量", "结果"))
def test_an_expression_gives_what_the_paper_says(expression: str, variables: str, result: str) -> None:
    given, wanted = parse(expression).evaluate(json.loads(variables), {}), json.loads(result)
    assert (given, type(given)) == (wanted, type(wanted))


@pytest.mark.parametrize(("expression", "variables", "said"), table("表达式", "变量", "会说"))
def test_what_cannot_be_written_is_told_in_the_words_of_the_paper(expression: str, variables: str, said: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(expression).evaluate(json.loads(variables), {})
    assert said in str(error.value)


@pytest.mark.parametrize(("cell", "value", "applies"), table("单元格", "值", "适用"))
def test_a_cell_applies_where_the_paper_says(cell: str, value: str, applies: str) -> None:
    assert read_cell(cell)(json.loads(value)) is json.loads(applies)


def test_every_word_stands_in_the_paper_with_its_meaning() -> None:
    assert {name: meaning for name, meaning in table("词", "意思")} == dict(CATALOGUE)


def test_the_examples_of_words_assignments_and_groups_can_be_read() -> None:
    for example in ("workdays(1)", "office_hours(4)", "workdays(5, since=feedback_at())", "case_due(-2)"):
        assert f"`{example}`" in PAPER
        assert parse(example).words <= CATALOGUE.keys()
    assert 'tier = 2; reason = "超时"' in PAPER
    assert [name for name, _ in parse_assignments('tier = 2; reason = "超时"')] == ["tier", "reason"]
    assert parse_template("unit:${unit}").fill({"unit": "RS"}, {}) == "unit:RS"


def test_the_tables_are_not_empty() -> None:
    assert len(table("表达式", "变量", "结果")) > 10
    assert len(table("表达式", "变量", "会说")) > 5
    assert len(table("单元格", "值", "适用")) > 5
