"""Each rule of the proof: a small diagram that breaks just that rule is found, its twin is clean."""

from __future__ import annotations

import pytest

from engine.bpmn.lint import check_files
from engine.bpmn.proof import NOT_PROVEN, Verdict, prove
from engine.bpmn.proof.house import House
from tests.bpmn import drawing as d
from tests.bpmn.proof.rules import RULES, Rule, surroundings


def verdict(rule: Rule, broken: bool) -> Verdict:
    files = rule.draw(broken)
    linted = {finding.code for finding in check_files(files, rule.law)}
    assert linted == ({rule.lint} if broken and rule.lint else set())  # what the lint sees is no work for the proof
    (found,) = prove(files, surroundings(rule.law))
    return found


@pytest.mark.parametrize("name", RULES)
def test_what_breaks_a_rule_is_found_with_the_way_to_it(name: str) -> None:
    rule = RULES[name]
    found = verdict(rule, True)
    told = list(found.warnings) if rule.warns else found.findings
    assert [(finding.code, finding.element) for finding in told] == [(rule.code, rule.element)]
    assert " ".join(step.element for wrong in found.wrong for step in wrong.steps) == rule.run
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told[0].message)
    assert "请" in told[0].message or "建议" in told[0].message


@pytest.mark.parametrize("name", RULES)
def test_its_twin_is_clean(name: str) -> None:
    found = verdict(RULES[name], False)
    assert (found.findings, list(found.warnings)) == ([], [])


def test_a_run_ends_with_what_is_wrong() -> None:
    (finding,) = verdict(RULES["a reminder that outlives the task"], True).findings
    assert finding.run[:-1] == ("start", "时钟“late”到了", "a")
    assert finding.run[-1] == finding.message


def test_the_verdict_says_what_it_covers_and_what_not() -> None:
    sentence = verdict(RULES["a post without people"], False).sentence
    assert "模型的全部 1 种情形" in sentence
    assert "没有一种违反规矩" in sentence
    assert "不包括" in sentence


def test_too_many_situations_are_not_proven() -> None:
    ways = [f"t{n}" for n in range(12)]
    tasks = [d.user(way, bc_groups="g") for way in ways]
    split, join = d.node("parallelGateway", "s"), d.node("parallelGateway", "j")
    drawn = d.document(
        d.process(d.start(), split, *tasks, join, d.end(), d.flows("start s", "j end", *(f"s {w} j" for w in ways)))
    )
    (found,) = prove({"p.bpmn": drawn}, surroundings(False), most_states=1_000)
    assert [finding.code for finding in found.findings] == [NOT_PROVEN]
    assert "子流程" in found.findings[0].message


def test_thirteen_ways_at_once_in_sub_processes_are_quickly_seen() -> None:
    ways = [f"t{n}" for n in range(5)]
    inner = [
        d.sub(
            f"in{way}",
            d.start(f"s{way}"),
            d.user(way, bc_groups="g"),
            d.end(f"e{way}"),
            d.flows(f"s{way} {way} e{way}"),
        )
        for way in ways
    ]
    split, join = d.node("parallelGateway", "s"), d.node("parallelGateway", "j")
    along = d.flows("start s", "j end", *(f"s in{way} j" for way in ways))
    (found,) = prove(
        {"p.bpmn": d.document(d.process(d.start(), split, *inner, join, d.end(), along))}, surroundings(False)
    )
    assert found.findings == []


def test_what_the_proof_has_no_rule_for_is_not_proven() -> None:
    inner = "<bpmn:dataInputAssociation><bpmn:sourceRef>x</bpmn:sourceRef></bpmn:dataInputAssociation>"
    drawn = d.straight(d.node("userTask", "t", inner, bc_groups="g"))
    (found,) = prove({"p.bpmn": drawn}, House())
    assert [(finding.code, finding.element) for finding in found.findings] == [(NOT_PROVEN, "t")]


@pytest.mark.parametrize(
    "form",
    [
        b'{"type": "object", "properties": {"x": {"type": "nonsense"}}}',
        b'{"type": "object", "properties": {"x": {"pattern": "("}}}',
        b'{"type": "object", "properties": {"x": 1}}',
        b'{"type": "object", "properties": {"x": {"enum": []}}, "required": ["x"]}',
    ],
)
def test_a_form_nobody_can_read_is_not_proven_and_no_crash(form: bytes) -> None:
    parts = (d.start(), d.user("a", bc_groups="g", bc_form="f"), d.xor("g", default="end"), d.user("b", bc_groups="g"))
    drawn = d.document(d.process(*parts, d.end(), d.flows("start a g end", "g b: x == 1", "b end")))
    (found,) = prove({"p.bpmn": drawn, "forms/f.json": form}, surroundings(False))
    assert found.findings
