"""The small language: what it computes, what it refuses, and that nothing but ExpressionError ever comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn.expressions import (
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_LENGTH,
    MAX_SIZE,
    ExpressionError,
    parse,
    parse_assignments,
    parse_template,
)

CASE: dict[str, Any] = {
    "grade": "general",
    "age": 70,
    "urgent": False,
    "units": ["SC-SS", "YLBZ"],
    "case": {"level": "urgent", "people": [{"age": 70}], "keys": "own"},
    "nothing": None,
    "score": 1.5,
}


def _count(value: list[Any]) -> int:
    return len(value)


WORDS: dict[str, Callable[..., Any]] = {
    "workdays": lambda n, since=None: f"{n}@{since}",
    "returns": lambda: 2,
    "count": _count,
}


def value(source: str) -> Any:
    return parse(source).evaluate(CASE, WORDS)


LEGITIMATE = {
    "grade == 'general'": True,
    "grade != 'simple' and not urgent": True,
    "age >= 60 or urgent": True,
    "60 <= age < 80": True,
    "grade in ['simple', 'general']": True,
    "'SC-SS' in units": True,
    "'FG' not in units": True,
    "case.level == 'urgent'": True,
    "case['level']": "urgent",
    "case.people[0].age": 70,
    "case.missing == null": True,
    "case.keys": "own",
    "units[-1]": "YLBZ",
    "nothing is None": True,
    "nothing != null": False,
    "age + 1": 71,
    "age - 10 * 2": 50,
    "7 // 2 + 7 % 2": 4,
    "7 / 2": 3.5,
    "-score": -1.5,
    "'a' + 'b'": "ab",
    "units + ['FG']": ["SC-SS", "YLBZ", "FG"],
    "1 if urgent else 2": 2,
    "${true and workdays(5, since='x') == '5@x'}": True,
}


@pytest.mark.parametrize("source", LEGITIMATE)
def test_what_diagrams_need_is_computed(source: str) -> None:
    assert value(source) == LEGITIMATE[source]


ATTACKS = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0].__subclasses__()",
    "grade.__class__",
    "grade.upper()",
    "case.get('level')",
    "units.append(1)",
    "case.__dict__",
    "getattr(case, 'level')",
    "open('/etc/passwd')",
    "eval('1')",
    "exec('x=1')",
    "globals()",
    "print(1)",
    "lambda: 1",
    "(lambda: 1)()",
    "[x for x in units]",
    "{x: 1 for x in units}",
    "{'a': 1}",
    "{1, 2}",
    "(x := 5)",
    "f'{grade}'",
    "grade[0:2]",
    "units[0:1]",
    "grade[0]",
    "*units",
    "count(*units)",
    "count(**case)",
    "await grade",
    "yield 1",
    "grade == 'a'; age",
    "import os",
    "age = 5",
    "2 ** 100",
    "'a' * 1000000000",
    "units * 1000000000",
    "[0] * 10",
    "1 << 40",
    "age & 1",
    "~age",
    "+age",
    "age @ age",
    "b'bytes'",
    "1j",
    "...",
    "_hidden",
    "case._level",
    "workdays.__globals__",
    "(workdays)(5)(6)",
    "workdays(5)()",
    "case.people[0]()",
    "nobody(1)",
    "workdays",
    "missing",
    "missing == null",
    "case.level.length",
    "units['a']",
    "case[0]",
    "case[units]",
    "units[9]",
    "units[true]",
    "1 / 0",
    "1 % 0",
    "1 // 0",
    "grade < 5",
    "grade + 5",
    "true + true",
    "-grade",
    "grade in 5",
    "5 in grade",
    "age in case",
    "units < units",
    "workdays()",
    "workdays(1, 2, 3)",
    "workdays(until=1)",
    "count(5)",
    "",
    "   ",
    "${}",
    "((((((",
    "'unclosed",
    "grade ==",
    "grade = = 'a'",
    "!urgent",
    "urgent && urgent",
    "grade ？= 1",
    "“general”",
    "\x00",
    "grade\x00",
    "9" * 20,
    "1e400",
    "10 ** 20",
    "999999999999999 * 999999999999999",
    "nothing.field",
    "age.real",
    "score.imag",
    "'%s' % grade",
    "'{0}'.format(grade)",
    "not",
    "in",
    "if",
    "None()",
    "True.real",
    "'\\d'",
    "'\\N{BULLET}'",
    "'\\x41'",
    "grade == 'a\u202e'",
    "gra\u200bde",
    "'\ufeff'",
    "ＧＲＡＤＥ()",
    "__ｃｌａｓｓ__",
    "case.＿_class__",
    "９ + 1 ＋ 1",
]


@pytest.mark.parametrize("source", ATTACKS)
def test_everything_else_is_refused_with_a_chinese_sentence(source: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        value(source)
    assert any("\u4e00" <= character <= "\u9fff" for character in str(refused.value))


def test_text_longer_than_the_limit_is_refused() -> None:
    longest = "x" * (MAX_LENGTH - 2)
    assert value(f"'{longest}'") == longest
    with pytest.raises(ExpressionError, match="字符"):
        parse(f"'x{longest}'")


def test_too_many_parts_are_refused() -> None:
    assert value("+".join(["1"] * 20)) == 20
    with pytest.raises(ExpressionError, match="太长"):
        parse("[" + ",".join(["1"] * 500) + "]")


def test_nesting_deeper_than_the_limit_is_refused() -> None:
    assert value("not " * (MAX_DEPTH - 3) + "urgent") is False
    with pytest.raises(ExpressionError, match="太深"):
        parse("not " * MAX_DEPTH + "urgent")


def test_parentheses_that_overflow_the_parser_are_refused() -> None:
    with pytest.raises(ExpressionError):
        parse("(" * 900 + "1" + ")" * 900)


def test_integers_stay_below_the_limit() -> None:
    assert value(f"{MAX_INTEGER - 1} + 1") == MAX_INTEGER
    with pytest.raises(ExpressionError, match="太大"):
        value(f"{MAX_INTEGER} + 1")


def test_a_text_cannot_be_made_longer_and_longer() -> None:
    half = "x" * (MAX_SIZE // 2)
    assert len(parse("t + t").evaluate({"t": half}, {})) == MAX_SIZE
    with pytest.raises(ExpressionError, match="太长"):
        parse("t + t + t").evaluate({"t": half}, {})


def test_a_list_of_lists_cannot_be_made_heavier_and_heavier() -> None:
    data: dict[str, Any] = {"t": "x" * 20}
    for name, wider in (("a", "t"), ("b", "a")):
        data[name] = parse("[" + ",".join([wider] * 50) + "]").evaluate(data, {})
    with pytest.raises(ExpressionError, match="太大"):
        parse("[" + ",".join(["b"] * 50) + "]").evaluate(data, {})


def test_both_sides_of_a_choice_are_not_computed() -> None:
    assert value("1 if true else missing") == 1
    assert value("true or missing") is True
    assert value("false and missing") is False


def test_a_parsed_expression_tells_what_it_reads_and_calls() -> None:
    found = parse("workdays(limit) if case.grade == kind else null")
    assert found.names == {"limit", "case", "kind"}
    assert found.words == {"workdays"}


def test_a_truth_is_no_number() -> None:
    with pytest.raises(ExpressionError, match="数字"):
        value("urgent + 1")


@given(st.text(max_size=60))
def test_no_text_brings_anything_but_a_value_or_a_refusal(source: str) -> None:
    try:
        found = value(source)
    except ExpressionError:
        return
    assert found is None or isinstance(found, bool | int | float | str | list | dict)


@given(st.text(alphabet="()[]{}.,:'\"+-*/%<>=!& \nifornotagecase_019", max_size=40))
def test_no_near_miss_of_the_language_brings_anything_else(source: str) -> None:
    try:
        found = value(source)
    except ExpressionError:
        return
    assert found is None or isinstance(found, bool | int | float | str | list | dict)


# ------------------------------------------------------------------ assignments
def test_assignments_come_in_order_and_may_hold_semicolons_in_texts() -> None:
    found = parse_assignments("tier = tier + 1; note = 'a; b = c'; course = \"x;y\"")
    assert [name for name, _ in found] == ["tier", "note", "course"]
    assert found[1][1].evaluate({}, {}) == "a; b = c"


@pytest.mark.parametrize(
    "source", ["tier", "tier == 1", "a.b = 1", "1 = 2", "_x = 1", "a[0] = 1", "= 1", "a = ", "a = b = 1", "a += 1"]
)
def test_an_assignment_names_one_variable_and_one_value(source: str) -> None:
    with pytest.raises(ExpressionError):
        parse_assignments(source)


def test_no_assignment_is_no_work() -> None:
    assert parse_assignments("") == ()
    assert parse_assignments(" ; ") == ()


# ------------------------------------------------------------------ templates
@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ("window,work_group", "window,work_group"),
        ("unit:${unit}", "unit:SC-SS"),
        ("${units}", "SC-SS,YLBZ"),
        ("unit_head:${unit},unit_chief:${unit}", "unit_head:SC-SS,unit_chief:SC-SS"),
        ("${'restricted' if secret else 'window,work_group'}", "window,work_group"),
        ("a${nothing}b", "ab"),
        ("", ""),
    ],
)
def test_groups_may_name_variables(source: str, filled: str) -> None:
    data = {"unit": "SC-SS", "units": ["SC-SS", "YLBZ"], "secret": False, "nothing": None}
    assert parse_template(source).fill(data, {}) == filled


def test_a_template_tells_what_it_reads() -> None:
    found = parse_template("unit:${unit},${lead()}")
    assert found.names == {"unit"}
    assert found.words == {"lead"}


@pytest.mark.parametrize("source", ["unit:${unit", "${}", "${a.b()}", "x${__class__}"])
def test_a_template_with_a_broken_part_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        parse_template(source)


def test_a_template_over_an_unknown_variable_is_refused_not_empty() -> None:
    with pytest.raises(ExpressionError, match="unit"):
        parse_template("unit:${unit}").fill({}, {})
