"""Names and kinds: what an expression reads is given somewhere, and what it compares can be compared."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.bpmn.lint import check_files
from engine.bpmn.lint.bundle import Gives
from tests.bpmn import drawing as d
from tests.bpmn.lint.asked import OPERATIONS, WORDS
from tests.bpmn.test_decisions import dmn

GIVES = Gives(
    {"minutes": frozenset({"text"}), "returns": frozenset({"number"})}, {"note": {"noted": frozenset({"text"})}}
)
FIELDS: dict[str, Any] = {
    "grade": {"type": "string", "enum": ["simple", "complex"]},
    "visits": {"type": "integer"},
    "urgent": {"type": "boolean"},
    "units": {"type": "array", "items": {"type": "string"}},
    "applicant": {"type": "object"},
    "anything": {},
}


def form(**fields: Any) -> bytes:
    return json.dumps({"type": "object", "additionalProperties": False, "properties": fields}).encode()


def closed(*parts: str, along: str, flows: str = "", **more: bytes) -> dict[str, bytes]:
    """A diagram every step of which has a form: no name comes from elsewhere."""
    drawn = d.process(d.start(bc_form="f"), *parts, d.end(), d.flows(along), flows)
    named = {name.replace("__", "/").replace("_dmn", ".dmn"): content for name, content in more.items()}
    return {"p.bpmn": d.document(drawn, d.message("news")), "forms/f.json": form(**FIELDS), **named}


def decided(condition: str) -> dict[str, bytes]:
    return closed(
        d.xor("g", default="end"), d.service("a"), along="start g end", flows=d.flows(f"g a: {condition}", "a end")
    )


def found(files: dict[str, bytes]) -> list[tuple[str, str]]:
    listed = check_files(files, words=WORDS, operations=OPERATIONS, gives=GIVES)
    assert all("请" in finding.message for finding in listed)
    return [(finding.code, finding.element) for finding in listed]


SOUND = [
    "grade == 'simple'",
    "grade != null and grade in ['simple', 'complex']",
    "visits < 3 and visits + 1 > 0",
    "urgent == true or not urgent",
    "'FG' in units",
    "units + ['x'] != []",
    "applicant.kind == 'person'",
    "applicant['age'] > 60",
    "anything < 5 or anything == 'x' or 'x' in anything",
    "returns() >= 2",
    "noted == 'x'",
    "(grade if urgent else 'none') == 'simple'",
    "units[0] == 'FG'",
    "'a' in grade",
]


@pytest.mark.parametrize("condition", SOUND)
def test_what_makes_sense_passes(condition: str) -> None:
    assert found(decided(condition)) == []


@pytest.mark.parametrize("name", ["grades", "Grade", "visit", "gradе"])  # the last with a Cyrillic е
def test_a_name_nobody_gives_is_found_with_the_nearest_that_is_given(name: str) -> None:
    assert found(decided(f"{name} == 'simple'")) == [("NAME", "g__a")]
    (finding,) = check_files(decided("grades == 'simple'"))
    assert "“grade”" in finding.message


NONSENSE = [
    "grade == 5",
    "grade < 5",
    "visits == '3'",
    "visits > 'a'",
    "urgent == 'yes'",
    "urgent < true",
    "grade + 1 == 2",
    "-grade == 1",
    "units == 'FG'",
    "5 in grade",
    "grade in urgent",
    "grade.length == 3",
    "visits[0] == 1",
    "returns() == 'two'",
    "noted > 1",
    "1 < 'a'",
    "grade * 2 == 4",
    "units - units == []",
]


@pytest.mark.parametrize("condition", NONSENSE)
def test_what_can_never_make_sense_is_found(condition: str) -> None:
    assert found(decided(condition)) == [("TYPE", "g__a")]


PLACES = {
    "due": d.user("x", bc_form="f", bc_due="{}"),
    "group": d.user("x", bc_form="f", bc_groups="unit:${{{}}}"),
    "assignment": d.service("x", bc_set="a = {}"),
    "timer": d.node("intermediateCatchEvent", "x", d.timer("{}")),
    "duration": d.node("intermediateCatchEvent", "x", d.timer("{}", "timeDuration")),
    "completion": d.node(
        "userTask",
        "x",
        d.several("x", "units", inner="<bpmn:completionCondition>{}</bpmn:completionCondition>"),
        bc_form="f",
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_every_place_of_an_expression_is_looked_at(place: str) -> None:
    def placed(text: str) -> dict[str, bytes]:
        return closed(PLACES[place].replace("{{{}}}", "{" + text + "}").replace("{}", text), along="start x end")

    assert found(placed("grade")) == []
    assert found(placed("grades")) == [("NAME", "x")]
    assert found(placed("grade + 1")) == [("TYPE", "x")]


def test_a_timer_waits_for_an_instant_and_a_count_is_a_number() -> None:
    assert found(closed(d.user("x", bc_form="f", bc_due="visits"), along="start x end")) == [("TYPE", "x")]
    assert found(closed(d.user("x", bc_form="f", bc_due="minutes(5)"), along="start x end")) == []
    counted = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{}</bpmn:loopCardinality>" + (
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    for text, wrong in (("visits", []), ("grade", [("TYPE", "x")])):
        several = d.node("userTask", "x", counted.replace("{}", text), bc_form="f")
        assert found(closed(several, along="start x end")) == wrong


@pytest.mark.parametrize(
    ("collection", "wrong"), [("units", []), ("anything", []), ("grade", ["TYPE"]), ("unit", ["NAME"])]
)
def test_several_go_through_a_list(collection: str, wrong: list[str]) -> None:
    several = d.node("userTask", "x", d.several("x", collection), bc_form="f")
    assert found(closed(several, along="start x end")) == [(code, "x") for code in wrong]


def test_the_items_of_a_list_have_the_kind_the_form_says() -> None:
    several = d.node("userTask", "x", d.several("x", "units"), bc_form="f", bc_groups="unit:${item}", bc_due="item")
    assert found(closed(several, along="start x end")) == []
    counted = d.node("userTask", "x", d.several("x", "units"), bc_form="f", bc_groups="unit:${item + 1}")
    assert found(closed(counted, along="start x end")) == [("TYPE", "x")]


def test_assignments_and_tables_give_names_and_kinds() -> None:
    rule = d.node("businessRuleTask", "rule", bc_decision="t")
    table = dmn((["3"], ['"road"']), inputs=("visits",), outputs=("way",))
    for condition, wrong in (("way == 'road'", []), ("way > 1", ["TYPE"]), ("days > 1", []), ("days == 'x'", ["TYPE"])):
        drawn = closed(
            *(d.service("set", bc_set="days = visits + 1; more = days"), rule),
            *(d.xor("g", default="end"), d.service("a")),
            along="start set rule g end",
            flows=d.flows(f"g a: {condition}", "a end"),
            t_dmn=table,
        )
        assert [code for code, _ in found(drawn)] == wrong, condition


def test_what_a_table_reads_is_given_too() -> None:
    rule = d.node("businessRuleTask", "rule", bc_decision="t")
    for column, wrong in (("visits", []), ("visit", [("NAME", "t")]), ("grade + 1", [("TYPE", "t")])):
        assert found(closed(rule, along="start rule end", t_dmn=dmn((["3"], ["1"]), inputs=(column,)))) == wrong


def test_a_step_without_a_form_takes_any_variables_so_no_name_is_unknown() -> None:
    assert found({"p.bpmn": d.straight(d.user("x", bc_groups="unit:${whatever}"))}) == []


def test_what_the_flags_of_a_form_say_is_given() -> None:
    flagged = json.loads(form(**FIELDS))
    flagged["ui"] = {"flags": {"has_units": "units != null"}}
    files = decided("has_units")
    assert found(files) == [("NAME", "g__a")]
    assert found({**files, "forms/f.json": json.dumps(flagged).encode()}) == []


# ------------------------------------------------------------------ what stands in a form
def in_form(**more: Any) -> dict[str, bytes]:
    return {
        **closed(d.service("a"), along="start a end"),
        "forms/f.json": json.dumps({"type": "object", **more}).encode(),
    }


SOUND_FORMS: list[dict[str, Any]] = [
    {"properties": {"x": {"type": "string", "pattern": "^[0-9]{5,20}$"}}},
    {"properties": {"x": {"type": "string", "pattern": "\\S"}}},
    {"properties": {"x": {"type": "string", "pattern": "^(GA-){1,2}[0-9]{4}$"}}},
    {"properties": {"x": {"type": "string", "pattern": "^([0-9+ -]{5,20})?$(?!\\n)"}}},
    {"properties": {"x": {"type": "string"}}, "ui": {"show": {"x": "x == 'a'"}, "checks": []}},
]
BAD_FORMS: dict[str, dict[str, Any]] = {
    "a type nobody knows": {"properties": {"x": {"type": "strng"}}},
    "a limit that is none": {"properties": {"x": {"type": "string", "maxLength": "5"}}},
    "another file": {"properties": {"x": {"$ref": "http://example.org/x.json"}}},
    "a file of the machine": {"properties": {"x": {"$ref": "file:///etc/passwd"}}},
    "itself": {"properties": {"x": {"$ref": "#"}}},
    "another name": {"$id": "http://example.org/", "properties": {}},
    "repeated repetition": {"properties": {"x": {"type": "string", "pattern": "^(a+)+$"}}},
    "alternatives repeated": {"properties": {"x": {"type": "string", "pattern": "(a|ab)*c"}}},
    "repetition after repetition": {"properties": {"x": {"type": "string", "pattern": ".*.*.*x"}}},
    "counted without measure": {"properties": {"x": {"type": "string", "pattern": "(a{1,9999}){1,9999}"}}},
    "back reference": {"properties": {"x": {"type": "string", "pattern": "(a*)\\1"}}},
    "no pattern at all": {"properties": {"x": {"type": "string", "pattern": "("}}},
    "a slow key": {"properties": {"x": {"patternProperties": {"(a+)+": {}}}}},
    "a condition nobody reads": {"properties": {"x": {}}, "ui": {"show": {"x": "x ="}}},
    "a condition that is code": {"properties": {"x": {}}, "ui": {"flags": {"y": "__import__('os')"}}},
    "a condition about another form": {"properties": {"x": {}}, "ui": {"show": {"x": "y == 1"}}},
    "a check without a sentence": {"properties": {"x": {}}, "ui": {"checks": [{"refuse": "x == 1"}]}},
    "a ui that is none": {"properties": {"x": {}}, "ui": []},
}


@pytest.mark.parametrize("form", SOUND_FORMS)
def test_a_form_that_can_be_used_passes(form: dict[str, Any]) -> None:
    assert found(in_form(**form)) == []


@pytest.mark.parametrize("name", BAD_FORMS)
def test_a_form_that_fetches_hangs_or_cannot_be_read_is_refused(name: str) -> None:
    listed = check_files(in_form(**BAD_FORMS[name]), words=WORDS, operations=OPERATIONS)
    assert [(finding.code, finding.element) for finding in listed] == [("FORM", "f")]
