"""Expressions, own attributes, forms and tables are read before anybody depends on them."""

from __future__ import annotations

import json

import pytest

from engine.bpmn.lint import check_files
from tests.bpmn import drawing as d
from tests.bpmn.lint.asked import codes, findings
from tests.bpmn.test_decisions import dmn


def decided(condition: str) -> bytes:
    return d.document(
        d.process(
            *(d.start(), d.xor("g", default="b"), d.user("a"), d.user("b"), d.end()),
            d.flows("start g b end", f"g a: {condition}", "a end"),
        )
    )


def several(inner: str) -> bytes:
    return d.straight(d.node("userTask", "x", d.several("x", inner=inner)))


EXPRESSIONS = {
    "condition": (decided("x = 1"), "g__a"),
    "condition in another language": (decided("!approved"), "g__a"),
    "condition with curly quotes": (decided("x == “a”"), "g__a"),
    "timer": (d.straight(d.node("intermediateCatchEvent", "x", d.timer("in 5 days"))), "x"),
    "due": (d.straight(d.user("x", bc_due="tomorrow at noon")), "x"),
    "due as a plain date": (d.straight(d.user("x", camunda_dueDate="2026-10-19T09:00:00")), "x"),
    "groups": (d.straight(d.user("x", bc_groups="unit:${unit")), "x"),
    "assignment": (d.straight(d.service("x", bc_set="tier == 1")), "x"),
    "second assignment": (d.straight(d.service("x", bc_set="a = 1; b")), "x"),
    "completion": (several("<bpmn:completionCondition>done(</bpmn:completionCondition>"), "x"),
    "loop": (
        d.straight(
            d.node(
                "userTask",
                "x",
                "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>x =</bpmn:loopCondition>"
                "</bpmn:standardLoopCharacteristics>",
            )
        ),
        "x",
    ),
    "duration": (d.straight(d.node("intermediateCatchEvent", "x", d.timer("P1000000Y", "timeDuration"))), "x"),
    "code": (decided("__import__('os').system('id')"), "g__a"),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_nobody_can_read_is_refused(name: str) -> None:
    drawn, element = EXPRESSIONS[name]
    assert codes(drawn) == [("EXPRESSION", element)]


@pytest.mark.parametrize(
    ("drawn", "element"),
    [
        (decided("returnz() > 1"), "g__a"),
        (d.straight(d.user("x", bc_due="workday(1)")), "x"),
        (d.straight(d.user("x", bc_groups="unit:${leads()}")), "x"),
        (d.straight(d.service("x", bc_set="a = 1; b = nobody()")), "x"),
        (d.straight(d.node("intermediateCatchEvent", "x", d.timer("now()"))), "x"),
    ],
)
def test_a_word_nobody_knows_is_refused(drawn: bytes, element: str) -> None:
    assert codes(drawn) == [("WORD", element)]


def test_the_nearest_word_is_offered() -> None:
    (finding,) = findings(d.straight(d.user("x", bc_due="workday(1)")))
    assert "workdays" in finding.message


def test_words_and_operations_are_not_judged_when_nobody_says_which_there_are() -> None:
    drawn = d.straight(d.user("x", bc_due="whatever(1)"), d.service("s", "anything"))
    assert check_files({"p.bpmn": drawn}) == []


# ------------------------------------------------------------------ own attributes
@pytest.mark.parametrize(
    "drawn",
    [
        d.straight(d.user("x", bc_group="window")),
        d.straight(d.user("x", bc_operation="note")),
        d.straight(d.user("x", bc_set="a = 1")),
        d.straight(d.service("x", bc_groups="window")),
        d.straight(d.user("x", bc_phase="accepting")),
        d.straight(d.user("x", bc_priority="high")),
        d.straight(d.node("userTask", "x", "<bpmn:extensionElements><bc:note/></bpmn:extensionElements>")),
        d.straight(d.user("x", bc_collection="items")),
    ],
)
def test_an_own_attribute_nobody_reads_is_refused(drawn: bytes) -> None:
    assert codes(drawn) == [("ATTRIBUTE", "x")]


def test_a_gateway_does_not_assign() -> None:
    drawn = d.process(d.start(), d.xor("x", bc_set="a = 1"), d.user("t"), d.end(), d.flows("start x t end"))
    assert codes(d.document(drawn)) == [("ATTRIBUTE", "x")]


def test_four_eyes_look_at_tasks_that_exist() -> None:
    assert codes(d.straight(d.user("a"), d.user("b", bc_notBy="a"))) == []
    assert codes(d.straight(d.user("a"), d.user("b", bc_notBy="*"))) == []
    assert codes(d.straight(d.user("a"), d.user("b", bc_notBy="a, c"))) == [("NOT_BY", "b")]


# ------------------------------------------------------------------ forms
FORM = json.dumps({"type": "object", "properties": {"x": {"type": "string", "title": "内容"}}}).encode()


def test_a_form_that_was_sent_along_is_found() -> None:
    assert codes({"p.bpmn": d.straight(d.user("t", bc_form="t")), "forms/t.json": FORM}) == []


def test_the_nearest_form_is_offered() -> None:
    files = {"p.bpmn": d.straight(d.user("x", bc_form="acept")), "forms/accept.json": FORM}
    assert "accept" in findings(files)[0].message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"form"',
        b'{"type": "array"}',
        b'{"type": "object", "properties": []}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_a_form_must_be_the_schema_of_an_object(content: bytes) -> None:
    assert codes({"p.bpmn": d.straight(d.user("t", bc_form="t")), "forms/t.json": content}) == [("FORM", "t")]


# ------------------------------------------------------------------ tables
def ruled(table: bytes, decision: str = "t") -> dict[str, bytes]:
    return {"p.bpmn": d.straight(d.node("businessRuleTask", "x", bc_decision=decision)), "decisions/t.dmn": table}


def test_a_table_that_was_sent_along_is_found() -> None:
    assert codes(ruled(dmn((["> 1"], ["1"])))) == []


def test_a_table_alone_can_be_checked() -> None:
    assert codes({"t.dmn": dmn((["> 1"], ["1"]))}) == []
    assert [code for code, _ in codes({"t.dmn": dmn((["城管局"], ["1"]))})] == ["CELL"]


def test_every_wrong_cell_is_named_by_row_and_column() -> None:
    found = findings(ruled(dmn((["> 1", "城管局"], ["1"]), (["-", "-"], ["一号"]), inputs=("x", "y"))))
    assert [finding.code for finding in found] == ["CELL", "CELL"]
    assert "第 1 行第 2 个条件" in found[0].message
    assert "第 2 行第 1 个结果" in found[1].message


@pytest.mark.parametrize(
    "table",
    [
        dmn((["-"], ["1"]), policy="PRIORITY"),
        dmn((["-", "-"], ["1"])),
        dmn((["-"], ["1"]), outputs=("",)),
        dmn((["-"], ["1"]), inputs=("x =",)),
    ],
)
def test_a_table_that_cannot_be_executed_is_refused(table: bytes) -> None:
    assert codes(ruled(table)) == [("TABLE", "t")]


def test_a_table_may_call_known_words_only() -> None:
    assert codes(ruled(dmn((["-"], ["returns()"])))) == []
    assert codes(ruled(dmn((["-"], ["nobody()"])))) == [("WORD", "t")]


def test_rows_that_would_apply_together_are_named() -> None:
    (finding,) = findings(ruled(dmn((["> 1"], ["1"]), (["> 2"], ["2"]))))
    assert (finding.code, finding.element) == ("TABLE_OVERLAP", "t")
    assert "第 1 行和第 2 行" in finding.message
    assert codes(ruled(dmn((["<= 1"], ["1"]), (["> 1"], ["2"])))) == []
    assert codes(ruled(dmn((["> 1"], ["1"]), (["> 2"], ["2"]), policy="FIRST"))) == []


def test_two_tables_of_one_name_are_refused() -> None:
    assert codes({**ruled(dmn((["-"], ["1"]))), "other.dmn": dmn((["-"], ["2"]))}) == [("DUPLICATE_ID", "t")]
