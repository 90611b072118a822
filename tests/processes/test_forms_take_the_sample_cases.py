"""The forms take every step of the sample cases, and what is incomplete or against the rules they do not take."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from tests.processes.form_reader import problems

CASES = json.loads(files("engine.replay").joinpath("sample_cases.json").read_bytes())["cases"]
STEPS = [
    pytest.param("start" if step["do"] == "register" else step["task"], step.get("variables", {}), id=f"{no}-{place}")
    for no, case in ((case["no"], case) for case in CASES)
    for place, step in enumerate(case["steps"])
    if step["do"] in ("register", "complete")
]
PERSON = {"kind": "person", "name": "戴先生", "phone": "138-0000 0801"}
START = {
    "channel": "window",
    "title": "办不成",
    "description": "说明",
    "appeal_type": "undone",
    "applicant": PERSON,
}


@pytest.mark.parametrize(("form", "variables"), STEPS)
def test_a_step_of_a_sample_case_is_taken(form: str, variables: dict[str, Any]) -> None:
    # The player uses `unit` to find the task: it is no field of the form.
    assert problems(form, {name: value for name, value in variables.items() if name != "unit"}) == set()


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("start", {**START, "applicant": {"kind": "anonymous"}}),
        ("start", {**START, "applicant": {"kind": "anonymous", "name": "", "phone": ""}}),
        ("start", {**START, "applicant": {**PERSON, "phone": "+86 10-12345678"}}),
        ("start", {**START, "matter_code": "", "window": "", "external_no": "", "reason": "", "prior_attempts": []}),
        ("start", {**START, "acceptance": "decline", "reason": "属于法院执行"}),
        ("start", {**START, "received_at": "2026-11-23T17:00:00+08:00"}),
        ("start", {**START, "external_due": "2026-11-30T09:00:00Z"}),
        ("start", {**START, "channel": "窗口(周六延时)", "appeal_type": "办不成事"}),
        ("accept", {"acceptance": "consult"}),
        ("accept", {"acceptance": "restricted"}),
        ("classify", {"grade": "simple", "cause": "其他"}),
        ("classify", {"grade": "complex", "cause": "跨部门", "urgent": True, "lead_unit": "", "co_units": []}),
        ("handle_on_site", {"onsite_result": "regrade"}),
        ("acknowledge", {"action": "return", "reason": "不属本单位"}),
        ("first_contact", {}),
        ("handle", {"action": "request_extension", "days": 5, "reason": "等外地回函"}),
        ("handle", {"action": "request_pause", "until": "2026-12-03", "reason": "等反映人", "waiting_for": ""}),
        ("handle", {"action": "request_regrade", "reason": "要多部门会商"}),
        ("handle", {"action": "reply", "reply_text": "已办", "result": "undone"}),
        ("adjudicate_return", {"decision": "uphold"}),
        ("adjudicate_return", {"decision": "reassign", "new_unit": "RS"}),
        ("decide_pause", {"approved": False}),
        ("review", {"review_result": "pending"}),
        ("review", {"review_result": "send_back", "send_back_reason": "没答到点上", "redispatch": True}),
        ("approve_pending", {"approved": False}),
        ("give_feedback", {"no_feedback_reason": "匿名，无从联系"}),
        ("give_feedback", {"feedback_method": "public_posting", "feedback_text": "", "no_feedback_reason": ""}),
        ("return_visit", {"contacted": False}),
        ("return_visit", {"contacted": True, "resolved": True, "verbatim": ""}),
        ("return_visit", {"contacted": True, "resolved": False, "satisfaction": 3}),
        ("return_visit", {"contacted": True, "satisfaction": 1, "dissatisfied_reason": "policy"}),
        ("approve_redo", {"approved": False, "measure": ""}),
        ("chief_review", {"decision": "new_measure"}),
        ("review_pending", {"progress": "已报市里", "next_report": "2026-12-23"}),
        ("review_pending", {"settled": True, "outcome": "partly"}),
        ("handle_restricted", {"transfer_to": "区纪委监委", "transfer_no": "1", "no_feedback_reason": "匿名"}),
        ("supervise", {"action": "escalate"}),
    ],
)
def test_what_the_rules_allow_is_taken(form: str, values: dict[str, Any]) -> None:
    assert problems(form, values) == set()


@pytest.mark.parametrize(
    ("form", "values", "field"),
    [
        ("start", {**START, "title": " "}, "title"),
        ("start", {**START, "title": "长" * 201}, "title"),
        ("start", {name: value for name, value in START.items() if name != "channel"}, "channel"),
        ("start", {name: value for name, value in START.items() if name != "applicant"}, "applicant"),
        ("start", {**START, "channel": "fax"}, "channel"),
        ("start", {**START, "grade": "simple"}, "grade"),
        ("start", {**START, "applicant": {"kind": "person", "phone": "13800000801"}}, "applicant.name"),
        ("start", {**START, "applicant": {"kind": "person", "name": "戴先生"}}, "applicant.phone"),
        ("start", {**START, "applicant": {**PERSON, "phone": ""}}, "applicant.phone"),
        ("start", {**START, "applicant": {**PERSON, "phone": "没有"}}, "applicant.phone"),
        ("start", {**START, "applicant": {**PERSON, "phone": "138000008011380000080"}}, "applicant.phone"),
        ("start", {**START, "applicant": {**PERSON, "phone": "13800000801\n"}}, "applicant.phone"),
        ("start", {**START, "applicant": {"kind": "anonymous", "phone": "x"}}, "applicant.phone"),
        ("start", {**START, "applicant": {**PERSON, "age": 30}}, "applicant.age"),
        ("start", {**START, "prior_attempts": [{"count": 0}]}, "prior_attempts.0.count"),
        ("start", {**START, "matter_code": "M999"}, "matter_code"),
        ("start", {**START, "received_at": "2026-11-23T17:00:01+08:00"}, "received_at"),
        ("start", {**START, "received_at": "2026-11-23T17:00:00"}, "received_at"),
        ("start", {**START, "acceptance": "decline"}, "reason"),
        ("start", {**START, "acceptance": "duplicate"}, "duplicate_of"),
        ("accept", {}, "acceptance"),
        ("accept", {"acceptance": "decline", "reason": " "}, "reason"),
        ("accept", {"acceptance": "transfer"}, "reason"),
        ("accept", {"acceptance": "duplicate", "duplicate_of": ""}, "duplicate_of"),
        ("confirm_exit", {"confirmed": "true"}, "confirmed"),
        ("classify", {"grade": "general"}, "cause"),
        ("classify", {"grade": "general", "cause": "系统故障"}, "cause"),
        ("classify", {"grade": "general", "cause": "其他", "lead_unit": "XZ"}, "lead_unit"),
        ("classify", {"grade": "general", "cause": "其他", "lead_unit": "RS", "co_units": ["EX-FY"]}, "co_units"),
        ("classify", {"grade": "general", "cause": "其他", "lead_unit": "RS", "co_units": ["RS"]}, "co_units"),
        ("classify", {"grade": "simple", "cause": "其他", "urgent": True}, "urgent"),
        ("handle_on_site", {"onsite_result": "solved"}, "outcome"),
        ("handle_on_site", {"onsite_result": "solved", "outcome": "withdrawn"}, "outcome"),
        ("handle_on_site", {"onsite_result": "regrade", "services": [{"staff": "w1"}]}, "services.0.kind"),
        ("await_citizen", {"note": "x"}, "note"),
        ("dispatch", {"lead_unit": "RS"}, "onsite_attempt"),
        ("dispatch", {"onsite_attempt": "试过"}, "lead_unit"),
        ("dispatch", {"onsite_attempt": "试过", "lead_unit": "RS", "co_units": ["T05", "T05"]}, "co_units"),
        ("dispatch", {"onsite_attempt": "试过", "lead_unit": "RS", "co_units": ["T05", "RS"]}, "co_units"),
        ("acknowledge", {}, "action"),
        ("acknowledge", {"action": "return"}, "reason"),
        ("first_contact", {"action": "return", "reason": ""}, "reason"),
        ("first_contact", {"contact_at": "2026-11-24T09:00:00+08:00"}, "contact_at"),
        ("handle", {"action": "reply"}, "reply_text"),
        ("handle", {"action": "request_extension", "reason": "等"}, "days"),
        ("handle", {"action": "request_extension", "reason": "等", "days": 6}, "days"),
        ("handle", {"action": "request_pause", "reason": "等"}, "until"),
        ("handle", {"action": "request_pause", "reason": "等", "until": "20261202"}, "until"),
        ("handle", {"action": "request_pause", "reason": "等", "until": "2026-11-23"}, "until"),
        ("handle", {"action": "request_pause", "reason": "等", "until": "2026-12-04"}, "until"),
        ("handle", {"action": "request_regrade"}, "reason"),
        ("adjudicate_return", {"decision": "reassign"}, "new_unit"),
        ("adjudicate_return", {"decision": "reassign", "new_unit": "EX-FY"}, "new_unit"),
        ("adjudicate_return", {"decision": "reassign", "new_unit": "SC-SS"}, "new_unit"),
        ("decide_extension", {}, "approved"),
        ("review", {"review_result": "pass"}, "outcome"),
        ("review", {"review_result": "send_back"}, "send_back_reason"),
        ("approve_pending", {"approved": True}, "plan"),
        ("give_feedback", {}, "no_feedback_reason"),
        ("give_feedback", {"no_feedback_reason": ""}, "no_feedback_reason"),
        ("give_feedback", {"feedback_method": "courier", "courier": {"signed_at": "昨天"}}, "courier.signed_at"),
        ("return_visit", {"satisfaction": 5}, "contacted"),
        ("return_visit", {"contacted": True, "satisfaction": 0}, "satisfaction"),
        ("return_visit", {"contacted": True, "satisfaction": 2}, "dissatisfied_reason"),
        ("approve_redo", {"approved": True}, "measure"),
        ("chief_review", {"decision": "close_with_reasons"}, "reason"),
        ("review_pending", {}, "progress"),
        ("review_pending", {"settled": True, "progress": "成了"}, "outcome"),
        ("handle_restricted", {"transfer_to": "区纪委监委", "transfer_no": "1"}, "no_feedback_reason"),
        ("supervise", {"action": "consultation_letter"}, "action"),
    ],
)
def test_what_is_incomplete_or_wrong_is_refused_at_its_field(form: str, values: dict[str, Any], field: str) -> None:
    assert field in problems(form, values)


@pytest.mark.parametrize(
    ("form", "values", "case", "field"),
    [
        ("acknowledge", {"action": "return", "reason": "不属本单位"}, {"returns": 2}, "action"),
        ("first_contact", {"action": "return", "reason": "不属本单位"}, {"returns": 2}, "action"),
        ("handle", {"action": "return", "reason": "不属本单位"}, {"returns": 2}, "action"),
        ("handle", {"action": "return", "reason": "不属本单位"}, {"replied": True}, "action"),
        ("handle", {"action": "request_extension", "days": 1, "reason": "等"}, {"before_due": False}, "action"),
        ("handle", {"action": "request_extension", "days": 1, "reason": "等"}, {"extension_used": True}, "action"),
        ("handle", {"action": "request_pause", "until": "2026-11-25", "reason": "等"}, {"before_due": False}, "action"),
        ("handle", {"action": "request_pause", "until": "2026-11-25", "reason": "等"}, {"paused": True}, "action"),
        ("handle", {"action": "request_regrade", "reason": "难"}, {"before_due": False}, "action"),
        ("handle", {"action": "request_regrade", "reason": "难"}, {"grade": "complex"}, "action"),
        (
            "handle",
            {"action": "reply", "reply_text": "好", "close_co_units": True},
            {"is_lead": False},
            "close_co_units",
        ),
        ("supervise", {"action": "escalate"}, {"tier": 5}, "action"),
        ("supervise", {"action": "reassign"}, {"open_orders": 0}, "action"),
    ],
)
def test_what_the_state_of_the_case_forbids_is_refused(
    form: str, values: dict[str, Any], case: dict[str, Any], field: str
) -> None:
    assert problems(form, values) == set()
    assert problems(form, values, **case) == {field}


def test_a_reply_is_taken_after_the_deadline_and_after_two_returns() -> None:
    assert (
        problems("handle", {"action": "reply", "reply_text": "好"}, before_due=False, returns=2, paused=True) == set()
    )


def test_a_consultation_letter_goes_to_a_unit_led_from_above() -> None:
    assert problems("supervise", {"action": "consultation_letter"}, lead="SC-VEH") == set()
