"""Every shipped form keeps to the closed set of types, speaks the vocabulary and carries the contract's fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.bpmn.expressions import parse
from engine.vocabulary import ACT, TASK, VOCABULARIES
from tests.processes.form_reader import FORMS, WORDS, sentences

RETURNED = {"reason", "legal_basis", "suggested_unit"}
DECIDED = {"acceptance", "reason", "refer_to", "reply_text", "duplicate_of"}
REGISTERED = {"channel", "title", "description", "appeal_type", "applicant", "matter_code", "port", "prior_attempts"}
RECEIVED = {"window", "confidential", "external_no", "external_due", "received_at"}
FEEDBACK = {"feedback_method", "feedback_text", "delivered_documents", "courier", "no_feedback_reason"}
VISIT = {"contacted", "contacted_in_time", "resolved", "satisfaction", "dissatisfied_reason", "verbatim"}
REVIEW = {"review_result", "outcome", "reply_text", "policy_basis", "send_back_reason", "redispatch"}
FIELDS = {
    "start": REGISTERED | RECEIVED | DECIDED | {"on_the_spot"},
    "accept": DECIDED,
    "confirm_exit": {"confirmed"},
    "classify": {"grade", "grade_reason", "cause", "cause_detail", "lead_unit", "co_units", "urgent"},
    "handle_on_site": {"onsite_result", "services", "outcome", "reply_text"},
    "await_citizen": set(),
    "dispatch": {"lead_unit", "co_units", "dispatch_note", "onsite_attempt"},
    "review": REVIEW,
    "approve_pending": {"approved", "plan", "owner", "next_report"},
    "give_feedback": FEEDBACK,
    "return_visit": VISIT,
    "approve_redo": {"approved", "measure"},
    "chief_review": {"decision", "reason"},
    "review_pending": {"progress", "next_report", "settled", "outcome"},
    "handle_restricted": {"transfer_to", "transfer_no", "feedback_text", "no_feedback_reason"},
    "acknowledge": {"action"} | RETURNED,
    "first_contact": {"action", "contact_at", "contact_method", "contact_note"} | RETURNED,
    "handle": {"action", "reply_text", "result", "close_co_units", "days", "waiting_for", "until"} | RETURNED,
    "adjudicate_return": {"decision", "new_unit"},
    "decide_extension": {"approved"},
    "decide_pause": {"approved"},
    "decide_regrade": {"approved"},
    "await_resume": set(),
    "supervise": {"action", "instruction"},
    "withdraw": {"reason", "confirmed_by"},
    "courier": {"carrier", "tracking_no", "documents", "sent_at", "signed_at"},
    "supplement": {"text"},
    "urge": {"reason"},
    "hold_escalation": {"activity", "reason"},
    "amend": {"field", "value", "reason"},
    "rating": {"satisfaction", "comment"},
    "attachment": {"name", "description"},
    "comment": {"message", "public"},
    "hand_on": {"reason"},
    "unmask": {"reason"},
}
OPEN_FIELDS = {"amend.value"}  # has the type of the field that is corrected
CLOSED_TYPES = {"string", "integer", "number", "boolean", "array", "object"}
UI = {
    "ask",
    "now",
    "intro",
    "submit",
    "order",
    "widgets",
    "vocabulary",
    "show",
    "help",
    "checks",
    "flags",
    "amendable",
    "refusals",
}
WIDGETS = {"radio", "select", "textarea", "text", "checkbox", "unit", "units", "matter", "case", "date", "datetime"}
GROUPS = {"hidden", "optional"}  # a value the page gives, a group that counts when it is ticked
ROWS = {"me"}  # whoever fills in stands in a new row


every_form = pytest.mark.parametrize("form", sorted(FORMS))


def fields_of(schema: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field with its path; rows are addressed without a number."""
    for name, part in schema.get("properties", {}).items():
        yield above + name, part
        yield from fields_of(part.get("items", part), f"{above}{name}.")


def test_there_is_a_form_for_the_start_every_user_task_and_every_act_beside_them() -> None:
    assert set(FORMS) == set(FIELDS) == {*TASK, *ACT}


@every_form
def test_a_form_carries_the_fields_of_the_contract(form: str) -> None:
    assert set(FORMS[form]["properties"]) == FIELDS[form]


@every_form
def test_a_form_is_a_valid_closed_schema_named_like_its_task(form: str) -> None:
    schema = FORMS[form]
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == {**TASK, **ACT}[form]
    objects = [schema, *(part.get("items", part) for _, part in fields_of(schema))]
    assert all(part["additionalProperties"] is False for part in objects if part["type"] == "object")


@every_form
def test_every_field_has_a_known_type_and_a_title(form: str) -> None:
    for path, part in fields_of(FORMS[form]):
        assert f"{form}.{path}" in OPEN_FIELDS or part["type"] in CLOSED_TYPES, path
        assert part["title"], path
        assert "enum" in part or "format" in part or "maxLength" in part or part["type"] != "string", path


@every_form
def test_enumerations_are_exactly_the_codes_of_their_vocabulary(form: str) -> None:
    named = FORMS[form]["ui"].get("vocabulary", {})
    enums = {path: [str(code) for code in part["enum"]] for path, part in fields_of(FORMS[form]) if "enum" in part}
    assert enums == {path: list(VOCABULARIES[name]) for path, name in named.items()}


@every_form
def test_hints_speak_of_fields_that_exist(form: str) -> None:
    ui, paths = FORMS[form]["ui"], {path for path, _ in fields_of(FORMS[form])}
    assert set(ui) <= UI
    assert ui["submit"]
    assert ui["order"] == list(FORMS[form]["properties"])
    assert set(ui.get("widgets", {}).values()) <= WIDGETS | GROUPS | ROWS
    named = [*ui.get("widgets", {}), *ui.get("show", {}), *ui.get("help", {}), *ui.get("ask", {}), *ui.get("now", ())]
    assert set(named) | {check["field"] for check in ui.get("checks", ())} <= paths


@every_form
def test_expressions_read_the_fields_of_the_form_and_known_words_alone(form: str) -> None:
    ui = FORMS[form]["ui"]
    sources = [each for part in ("show", "ask", "flags") for each in ui.get(part, {}).values()]
    for source in [*sources, *(check["refuse"] for check in ui.get("checks", ()))]:
        expression = parse(source)
        assert expression.names <= set(FORMS[form]["properties"]), source
        assert expression.words <= set(WORDS), source


@every_form
def test_a_check_says_what_to_do(form: str) -> None:
    assert all(check["message"].endswith("。") for check in FORMS[form]["ui"].get("checks", ()))


@pytest.mark.parametrize(
    ("form", "values", "field", "sentence"),
    [
        ("start", {"confidential": "yes"}, "confidential", "反映工作人员违纪，限密办理应是真假值（true 或 false）。"),
        ("start", {"prior_attempts": [{}, 5]}, "prior_attempts.1", "之前怎么办过第 2 项应是一组字段。"),
        ("start", {"prior_attempts": [{"count": "x"}]}, "prior_attempts.0.count", "次数应是整数。"),
        ("amend", {"field": "title", "value": 5}, "value", "改为应是文字、真假值（true 或 false）、列表。"),
    ],
)
def test_what_has_the_wrong_type_is_told_in_plain_words(
    form: str, values: dict[str, Any], field: str, sentence: str
) -> None:
    assert sentences(form, values)[field] == sentence
