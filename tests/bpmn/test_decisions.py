"""Decision tables: each form a cell may take, each hit policy, and what is refused."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import pytest

from engine.bpmn.cells import read_cell
from engine.bpmn.decisions import Decision, TableRefused, read_decision
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
        (">= 5, 1", [5, 1], [4]),
        ('"a", "b"', ["a", "b"], ["c"]),
        ('not( "a" , "b" )', ["c", None], ["a", "b"]),
        ("not([1..5])", [0, 6, "x"], [1, 5]),
        ('"a\\"b","c"', ['a"b', "c"], ["a"]),
        ('date("2026-05-01")', ["2026-05-01"], ["2026-05-02", 20260501]),
        ('[date("2026-01-01")..date("2026-12-31")]', ["2026-05-01"], ["2027-01-01"]),
        ("null,1", [None, 1], [0]),
        ("[1 .. 10]", [1, 10], [11]),
    ],
)
def test_each_form_of_an_input_cell_means_what_it_says(cell: str, hits: list[Any], misses: list[Any]) -> None:
    test = read_cell(cell)
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
        "= 5",
        "== 5",
        "> true",
        "[10..1]",
        '[1.."a"]',
        'not("a"),"b"',
        '"a",not("b")',
        'not(not("a"))',
        '"a",,"b"',
        ',"a"',
        "“a”",
        '"a"，"b"',
        'date("2026-13-01")',
        "date(x)",
        "?> 5",
        "in (1)",
        "1..5",
        "-x",
        "5 or 6",
        '"a" "b"',
        ",".join(["1"] * 500),
    ],
)
def test_a_cell_nobody_can_read_is_refused(cell: str) -> None:
    with pytest.raises(ExpressionError):
        read_cell(cell)
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


@pytest.mark.parametrize("policy", ["unique", "LAST", "", "COLLECT ORDER"])
def test_a_hit_policy_nobody_knows_is_refused(policy: str) -> None:
    unknown = dmn((["-"], ["1"])).replace(b"<decisionTable>", f'<decisionTable hitPolicy="{policy}">'.encode())
    with pytest.raises(TableRefused, match="命中策略"):
        read_decision(read_xml(unknown))


# ------------------------------------------------------------------ several rows (DMN 1.3, 8.2.8)
ROWS: list[Row] = [(["> 1"], ['"low"']), (["> 2"], ['"high"']), (["> 3"], ['"middle"'])]
LISTED = '<outputValues><text>"high","middle","low"</text></outputValues>'


def ranked(policy: str, *rows: Row) -> Decision:
    """A table whose result column lists its values from the most important to the least."""
    drawn = dmn(*rows, policy=policy).replace(b'<output name="y"/>', f'<output name="y">{LISTED}</output>'.encode())
    return read_decision(read_xml(drawn))


@pytest.mark.parametrize(
    ("policy", "at_4", "at_2", "at_0"),
    [
        ("FIRST", "low", "low", None),
        ("PRIORITY", "high", "low", None),
        ("RULE ORDER", ["low", "high", "middle"], ["low"], []),
        ("OUTPUT ORDER", ["high", "middle", "low"], ["low"], []),
        ("COLLECT", ["low", "high", "middle"], ["low"], []),
    ],
)
def test_each_policy_answers_as_the_standard_says(policy: str, at_4: Any, at_2: Any, at_0: Any) -> None:
    found = ranked(policy, *ROWS)
    assert [found.evaluate({"x": x}, {})["y"] for x in (4, 2, 0)] == [at_4, at_2, at_0]


@pytest.mark.parametrize("policy", ["PRIORITY", "OUTPUT ORDER"])
def test_an_order_by_results_needs_the_list_of_them(policy: str) -> None:
    with pytest.raises(TableRefused, match="允许的值"):
        table(*ROWS, policy=policy)
    with pytest.raises(TableRefused, match="第 2 行"):
        ranked(policy, (["> 1"], ['"low"']), (["> 2"], ['"lowest"']))
    with pytest.raises(ExpressionError, match="没有列出"):
        ranked(policy, (["-"], ["x"])).evaluate({"x": "lowest"}, {})


@pytest.mark.parametrize(
    ("aggregator", "at_4", "at_0"), [("SUM", 60, None), ("MIN", 10, None), ("MAX", 30, None), ("COUNT", 3, 0)]
)
def test_collect_may_sum_count_or_take_the_least_or_greatest(aggregator: str, at_4: Any, at_0: Any) -> None:
    rows: list[Row] = [(["> 1"], ["20"]), (["> 2"], ["10"]), (["> 3"], ["30"])]
    drawn = dmn(*rows, policy="COLLECT").replace(b'"COLLECT"', f'"COLLECT" aggregation="{aggregator}"'.encode())
    found = read_decision(read_xml(drawn))
    assert [found.evaluate({"x": x}, {})["y"] for x in (4, 0)] == [at_4, at_0]


def test_only_numbers_are_summed() -> None:
    drawn = dmn((["-"], ['"a"']), policy="COLLECT").replace(b'"COLLECT"', b'"COLLECT" aggregation="SUM"')
    with pytest.raises(ExpressionError, match="数字"):
        read_decision(read_xml(drawn)).evaluate({"x": 1}, {})


@pytest.mark.parametrize(
    ("policy", "aggregator", "outputs"),
    [("FIRST", "SUM", ("y",)), ("COLLECT", "AVERAGE", ("y",)), ("COLLECT", "SUM", ("y", "z"))],
)
def test_an_aggregation_that_means_nothing_is_refused(policy: str, aggregator: str, outputs: tuple[str, ...]) -> None:
    drawn = dmn((["-"], ["1"] * len(outputs)), policy=policy, outputs=outputs)
    with pytest.raises(TableRefused, match=aggregator):
        read_decision(read_xml(drawn.replace(b"hitPolicy=", f'aggregation="{aggregator}" hitPolicy='.encode())))


def test_where_no_row_applies_the_default_results_count() -> None:
    default = b'<output name="y"><defaultOutputEntry><text>"other"</text></defaultOutputEntry></output>'
    found = read_decision(read_xml(dmn((['"a"'], ['"b"'])).replace(b'<output name="y"/>', default)))
    assert [found.evaluate({"x": x}, {})["y"] for x in ("a", "z")] == ["b", "other"]


# ------------------------------------------------------------------ rows that would apply together
@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (['"a"'], ['"a","b"'], True),
        (['"a"'], ['"b"'], False),
        (['not("a")'], ['"a"'], False),
        (['not("a")'], ['"b"'], True),
        (["-"], ["5"], True),
        (["< 5"], [">= 5"], False),
        (["<= 5"], [">= 5"], True),
        (["[1..5)"], ["[5..9]"], False),
        (["(4..5)"], ["4.5"], True),
        (["> 4"], ["< 5"], True),
        (["true"], ["false"], False),
        (['[date("2026-01-01")..date("2026-06-30")]'], ['> date("2026-06-30")'], False),
        (['[date("2026-01-01")..date("2026-06-30")]'], ['>= date("2026-06-30")'], True),
        (['> "a"'], ['< "b"'], True),
    ],
)
def test_rows_of_a_unique_table_are_compared_before_a_case_meets_them(
    one: list[str], other: list[str], together: bool
) -> None:
    found = table((one, ["1"]), (other, ["2"]))
    assert list(found.overlaps()) == ([(1, 2)] if together else [])


def typed(type: str, *rows: Row, **options: Any) -> Decision:
    drawn = dmn(*rows, **options).replace(b"<inputExpression>", f'<inputExpression typeRef="{type}">'.encode())
    return read_decision(read_xml(drawn))


def test_between_two_whole_numbers_there_is_none() -> None:
    rows: list[Row] = [(["> 4"], ["1"]), (["< 5"], ["2"])]
    assert list(typed("integer", *rows).overlaps()) == []
    assert list(typed("number", *rows).overlaps()) == [(1, 2)]


def test_the_values_a_column_is_said_to_take_decide_too() -> None:
    drawn = dmn((['not("a")'], ["1"]), (['not("b")'], ["2"]))
    assert list(read_decision(read_xml(drawn)).overlaps()) == [(1, 2)]
    limited = drawn.replace(b"</inputExpression>", b'</inputExpression><inputValues><text>"a","b"</text></inputValues>')
    assert list(read_decision(read_xml(limited)).overlaps()) == []


def test_all_columns_must_overlap_and_two_columns_of_one_expression_are_one() -> None:
    rows: list[Row] = [(["> 1", '"a"'], ["1"]), (["> 2", '"b"'], ["2"])]
    assert list(table(*rows, inputs=("x", "n")).overlaps()) == []
    same: list[Row] = [([">= 1", "< 2"], ["1"]), ([">= 2", "< 3"], ["2"])]
    assert list(table(*same, inputs=("x", "x")).overlaps()) == []


def test_what_columns_have_to_do_with_each_other_is_left_to_the_run() -> None:
    rows: list[Row] = [(["> 1", "< 0"], ["1"]), (["> 2", "< 0"], ["2"])]
    found = table(*rows, inputs=("x", "0 - x"))
    assert list(found.overlaps()) == []
    with pytest.raises(ExpressionError, match="2 行"):
        found.evaluate({"x": 3}, {})


def test_any_may_overlap_where_the_results_agree() -> None:
    assert list(table((["> 1"], ["1"]), (["> 2"], ["1"]), policy="ANY").overlaps()) == []
    assert list(table((["> 1"], ["1"]), (["> 2"], ["2"]), policy="ANY").overlaps()) == [(1, 2)]
    assert list(table((["> 1"], ["1"]), (["> 2"], ["2"]), policy="FIRST").overlaps()) == []


@pytest.mark.parametrize("type", ["string", "feel:string", "boolean", "date"])
def test_a_cell_of_another_type_than_its_column_is_refused(type: str) -> None:
    with pytest.raises(TableRefused, match="类型"):
        typed(type, (["> 5"], ["1"]))
    with pytest.raises(TableRefused, match="类型"):
        typed("integer", (['"5"'], ["1"]))


@pytest.mark.parametrize("language", ["javascript", "groovy", "juel", "http://www.w3.org/1999/XPath"])
def test_another_language_than_feel_is_refused(language: str) -> None:
    drawn = dmn((["-"], ["1"])).replace(b"<inputEntry>", f'<inputEntry expressionLanguage="{language}">'.encode())
    with pytest.raises(TableRefused, match="FEEL"):
        read_decision(read_xml(drawn))
    feel = dmn((["-"], ["1"])).replace(b"<inputEntry>", b'<inputEntry expressionLanguage="feel">')
    assert read_decision(read_xml(feel)).evaluate({"x": 1}, {}) == {"y": 1}


def test_a_table_beyond_all_measure_is_refused_and_one_at_the_limit_is_compared_row_by_row() -> None:
    rows: list[Row] = [([f'"m{n}"', f"> {n}"], [str(n)]) for n in range(501)]
    with pytest.raises(TableRefused, match="太大"):
        table(*rows, inputs=("x", "n"))
    assert list(table(*rows[:500], inputs=("x", "n")).overlaps()) == []


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
