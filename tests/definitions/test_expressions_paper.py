"""docs/expressions.md, which supervisors write by: every example does what it says, and every word stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

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


class Grammar:
    """One grammar of the paper, which makes random sentences of what it allows."""

    _TOKEN = re.compile(r'"[^"]*"|\)\*|[()\[\]|]|[^\s()\[\]|"]+')

    def __init__(self, title: str, seed: int) -> None:
        text = PAPER[PAPER.index(title) :].split("```", 2)[1]
        parts = (line.partition(" = ") for line in text.strip().splitlines())
        self._rules = {left.strip(): self._TOKEN.findall(right) for left, _, right in parts}
        self._random, self._names = Random(seed), 0

    def sentence(self, rule: str, depth: int = 16) -> str:
        return " ".join(self._of(self._rules[rule], depth))

    def _of(self, tokens: list[str], depth: int) -> Iterator[str]:
        ways = self._ways(tokens)
        for token, inside in self._parts(self._random.choice(ways) if depth > 0 else min(ways, key=len)):
            if token == "(":
                yield from self._of(inside, depth)
            elif token in ("[", ")*"):
                for _ in range(self._random.randint(0, 1) if depth > 0 else 0):
                    yield from self._of(inside, depth - 1)
            else:
                yield from self._word(token, depth)

    def _word(self, token: str, depth: int) -> Iterator[str]:
        self._names += 1
        told = {"数": "3", "文字": '"2026-01-01"', "名称": f"a{self._names}", "词": f"f{self._names}"}
        if token in self._rules:
            yield from self._of(self._rules[token], depth - 1)
        else:
            yield told[token] if token in told else token.strip('"')

    def _ways(self, tokens: list[str]) -> list[list[str]]:
        """What stands between the bars outside brackets."""
        ways: list[list[str]] = [[]]
        level = 0
        for token in tokens:
            level += (token in ("(", "[")) - (token in (")", ")*", "]"))
            if token == "|" and level == 0:
                ways.append([])
            else:
                ways[-1].append(token)
        return ways

    def _parts(self, tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
        """Words, and brackets with what is in them: `(` once, `[` perhaps, `)*` any number of times."""
        todo = list(tokens)
        while todo:
            token = todo.pop(0)
            if token not in ("(", "["):
                yield token, []
                continue
            inside: list[str] = []
            level = 1
            while level:
                inside.append(todo.pop(0))
                level += (inside[-1] in ("(", "[")) - (inside[-1] in (")", ")*", "]"))
            yield (")*" if inside.pop() == ")*" else token), inside


def test_whatever_the_grammars_of_the_paper_allow_can_be_read() -> None:
    said = set()
    for seed in range(80):
        grammar, cells = Grammar("### 语法", seed), Grammar("一格的写法", seed)
        for text, read in (
            (grammar.sentence("表达式"), parse),
            (grammar.sentence("赋值"), parse_assignments),
            (cells.sentence("单元格"), read_cell),
        ):
            said.add(text)
            try:
                read(text)
            except ExpressionError as error:
                assert "太长" in str(error) or "太深" in str(error), text
    assert len(said) > 120
    words = " ".join(said)
    assert all(f" {word} " in words for word in ("if", "else", "and", "or", "not", "in", "is", "//", "%", "..", "null"))


def test_the_tables_are_not_empty() -> None:
    assert len(table("表达式", "变量", "结果")) > 10
    assert len(table("表达式", "变量", "会说")) > 5
    assert len(table("单元格", "值", "适用")) > 5
