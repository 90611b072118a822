"""Decision tables: each form a cell may take, each hit policy, and what is refused."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import pytest

from engine.bpmn.decisions import Decision, TableRefused, read_decision, read_test
from engine.bpmn.expressions import ExpressionError
from engine.bpmn.xml import read_xml

Row = tuple[list[str], list[str]]


def dmn(*rows: Row, policy: str = "", inputs: tuple[str, ...] = ("x",), outputs: tuple[str, ...] = ("y",)) -> bytes:
    """A table over `inputs` with these rows."""
    columns = "".join(f"<input><inputExpression><text>{escape(i)}</text></inputExpression></input>" for i in inputs)
    results = "".join(f'<output name="{name}"/>' for name in outputs)
    body = "".join(_row(*row) for row in rows)
    hit = f' hitPolicy="{policy}"' if policy else ""
    table = f"<decisionTable{hit}>{columns}{results}{body}</decisionTable>"
    space = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    return f'<definitions xmlns="{space}"><decision id="t" name="表">{table}</decision></definitions>'.encode()


def _row(tests: list[str], results: list[str]) -> str:
    entries = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in tests)
    entries += "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in results)
    return f"<rule>{entries}</rule>"


def table(*rows: Row, **options: Any) -> Decision:
    return read_decision(read_xml(dmn(*rows, **options)))


@pytest.mark.parametrize(
    ("cell", "hits", "misses"),
    [
        ("", [1, "a", None], []),
        ("-", [1, "a", None], []),
        ('"road"', ["road"], ["roads", 1, None]),
        ('"a","b"', ["a", "b"], ["c", "a,b", None]),
        ('"a,b","c"', ["a,b", "c"], ["a", "b"]),
        ('not("a")', ["b", None], ["a"]),
        ('not("a","b")', ["c"], ["a", "b"]),
        ("5", [5, 5.0], [4, "5", True]),
        ("1", [1], [True]),
        ("-3", [-3], [3]),
        ("true", [True], [1, False, "true"]),
        ("false", [False], [0, None]),
        ("null", [None], [0, ""]),
        ("1,2", [1, 2], [3]),
        ("< 5", [4, -1], [5, None, "4", True]),
        ("<= 5", [5], [6]),
        ("> 5", [6, 5.5], [5]),
        (">= 5", [5], [4]),
        ("!= 5", [4, "x", None], [5]),
        (">= 5,1", [5, 1], [4]),
        ("[1..10]", [1, 5.5, 10], [0, 11, None, "5"]),
        ("(1..10)", [2, 9], [1, 10]),
        ("]1..10[", [2, 9], [1, 10]),
        ("[1..10)", [1, 9], [10]),
        ("(1..10]", [10], [1]),
        ('["2026-01-01".."2026-12-31"]', ["2026-05-01"], ["2027-01-01", 5]),
        ("[-5..-1]", [-5, -1], [0]),
        ("[0.5..1.5]", [0.5, 1.0], [0.4]),
    ],
)
def test_each_form_of_an_input_cell_means_what_it_says(cell: str, hits: list[Any], misses: list[Any]) -> None:
    test = read_test(cell)
    assert [test(value) for value in hits] == [True] * len(hits)
    assert [test(value) for value in misses] == [False] * len(misses)


@pytest.mark.parametrize(
    "cell",
    [
        "城管局",
        "“road”",
        "x > 5",
        '? in ("a")',
        '?.startswith("r")',
        "workdays(1)",
        "[1..",
        "[a..b]",
        "not(",
        '"a',
        "5 6",
        "> ",
    ],
)
def test_a_cell_nobody_can_read_is_refused(cell: str) -> None:
    with pytest.raises(ExpressionError):
        read_test(cell)
    with pytest.raises(TableRefused):
        table(([cell], ["1"]))


def test_a_unique_table_gives_its_one_row() -> None:
    found = table((['"a"'], ["1"]), (['"b"'], ["2"]))
    assert found.evaluate({"x": "b"}, {}) == {"y": 2}


def test_two_rows_of_a_unique_table_are_an_error_not_the_first() -> None:
    found = table((["> 1"], ["1"]), (["> 2"], ["2"]))
    with pytest.raises(ExpressionError, match="2 行"):
        found.evaluate({"x": 3}, {})


def test_first_takes_the_first() -> None:
    found = table((["> 1"], ["1"]), (["> 2"], ["2"]), policy="FIRST")
    assert found.evaluate({"x": 3}, {}) == {"y": 1}


def test_any_takes_rows_that_agree_and_refuses_others() -> None:
    agreeing = table((["> 1"], ["1"]), (["> 2"], ["1"]), policy="ANY")
    assert agreeing.evaluate({"x": 3}, {}) == {"y": 1}
    with pytest.raises(ExpressionError, match="不一致"):
        table((["> 1"], ["1"]), (["> 2"], ["2"]), policy="ANY").evaluate({"x": 3}, {})


def test_collect_gives_a_list_per_output() -> None:
    rows: list[Row] = [(["> 1"], ["1", '"a"']), (["> 2"], ["2", '"b"'])]
    found = table(*rows, policy="COLLECT", outputs=("y", "z"))
    assert found.evaluate({"x": 3}, {}) == {"y": [1, 2], "z": ["a", "b"]}
    assert found.evaluate({"x": 0}, {}) == {"y": [], "z": []}


def test_no_row_gives_null_so_that_a_later_condition_still_finds_the_variable() -> None:
    assert table((['"a"'], ["1"])).evaluate({"x": "z"}, {}) == {"y": None}


def test_several_inputs_must_all_hold() -> None:
    found = table((['"a"', "> 1"], ["1"]), (['"a"', "-"], ["2"]), policy="FIRST", inputs=("x", "n"))
    assert found.evaluate({"x": "a", "n": 2}, {}) == {"y": 1}
    assert found.evaluate({"x": "a", "n": 0}, {}) == {"y": 2}


def test_inputs_and_results_are_expressions() -> None:
    found = table((["> 10"], ["n * 2"]), inputs=("n + 1",))
    assert found.evaluate({"n": 10}, {}) == {"y": 20}
    assert found.names == {"n"}


def test_an_empty_result_is_null() -> None:
    assert table((["-"], [""])).evaluate({"x": 1}, {}) == {"y": None}


def test_an_unknown_variable_is_an_error() -> None:
    with pytest.raises(ExpressionError, match="x"):
        table((["-"], ["1"])).evaluate({}, {})


@pytest.mark.parametrize("policy", ["PRIORITY", "RULE ORDER", "OUTPUT ORDER", "unique"])
def test_hit_policies_that_would_silently_behave_like_another_are_refused(policy: str) -> None:
    with pytest.raises(TableRefused, match=policy):
        table((["-"], ["1"]), policy=policy)


def test_an_aggregation_is_refused() -> None:
    summed = dmn((["-"], ["1"]), policy="COLLECT").replace(b'"COLLECT"', b'"COLLECT" aggregation="SUM"')
    with pytest.raises(TableRefused):
        read_decision(read_xml(summed))


@pytest.mark.parametrize("row", [(["1", "2"], ["1"]), ([], ["1"]), (["1"], []), (["1"], ["1", "2"])])
def test_a_row_with_other_cells_than_the_table_has_columns_is_refused(row: Row) -> None:
    with pytest.raises(TableRefused, match="列"):
        table(row)


@pytest.mark.parametrize("outputs", [("",), ("a b",), ("a.b",), ("y", "y")])
def test_a_result_needs_a_name_of_its_own_that_a_condition_can_use(outputs: tuple[str, ...]) -> None:
    with pytest.raises(TableRefused, match="结果列"):
        table((["-"], ["1"] * len(outputs)), outputs=outputs)


def test_two_tables_in_one_file_are_refused() -> None:
    one = dmn((["-"], ["1"]))
    decision = one[one.index(b"<decision ") : one.index(b"</definitions>")]
    with pytest.raises(TableRefused, match="一张"):
        read_decision(read_xml(one.replace(decision, decision + decision)))


def test_a_literal_expression_is_no_table() -> None:
    space = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    literal = f'<definitions xmlns="{space}"><decision id="d"><literalExpression/></decision></definitions>'
    with pytest.raises(TableRefused, match="一张"):
        read_decision(read_xml(literal.encode()))


def test_annotation_columns_are_no_cells() -> None:
    noted = dmn((['"a"'], ["1"])).replace(b"</rule>", b"<annotationEntry><text>why</text></annotationEntry></rule>")
    assert read_decision(read_xml(noted)).evaluate({"x": "a"}, {}) == {"y": 1}
