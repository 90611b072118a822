"""One case over HTTP: every field, and to whom it shows what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.house import House

# API.md, GET /api/cases/{no}
FIELDS = """
no status phase grade channel light remaining accepted_at deadline original_deadline provisional paused tier urgent
outcome lead_unit work_orders returns redo_count extension pauses contacted_in_time excluded_from_rates satisfaction
ratings definition_version open_tasks applicant
"""
ORDER_FIELDS = "unit is_lead status signed_at signed_by contact_due first_contact_at due replied_at"


def get(house: House, name: str, no: str) -> Any:
    answer = house.person(name).get(f"/api/cases/{no}")
    assert answer.status_code == 200, answer.text
    return answer.json


def dispatched(house: House, unit: str = "SC-SS") -> str:
    """A general case, accepted at 10:15 and sent to a unit."""
    no = house.register()
    house.move("2026-09-23 10:15")
    house.complete("w3", no, "accept", acceptance="accept")
    grading: dict[str, Any] = {"grade_reason": "需核查", "cause": "系统类", "lead_unit": unit, "urgent": False}
    house.complete("w3", no, "classify", grade="general", **grading)
    house.complete("w3", no, "dispatch", lead_unit=unit, co_units=[], onsite_attempt="已协调", dispatch_note="")
    return no


def test_a_case_has_every_field_of_the_contract(house: House) -> None:
    case = get(house, "w3", dispatched(house))
    assert set(FIELDS.split()) - case.keys() == set()
    assert set(ORDER_FIELDS.split()) - case["work_orders"][0].keys() == set()


def test_a_dispatched_case_says_how_it_stands(any_house: House) -> None:
    case = get(any_house, "w3", dispatched(any_house))
    assert (case["status"], case["phase"], case["grade"]) == ("awaiting_signature", "dispatch", "general")
    assert case["deadline"] == case["original_deadline"] == "2026-10-08T17:00:00+08:00"
    assert (case["accepted_at"], case["light"], case["remaining"]) == ("2026-09-23T10:15:00+08:00", "green", 5)
    assert case["definition_version"].startswith("five_step_loop:1:")
    [task] = case["open_tasks"]
    assert (task["task"], task["groups"], task["unit"], task["assignee"]) == (
        "acknowledge",
        ["unit:SC-SS"],
        "SC-SS",
        None,
    )


def test_before_classification_there_is_no_deadline_and_no_light(house: House) -> None:
    case = get(house, "w3", house.register())
    assert [case[name] for name in ("deadline", "original_deadline", "remaining", "light")] == [None] * 4


def test_a_deadline_in_a_year_without_notice_is_provisional(house: House) -> None:
    house.move("2026-12-30 09:00")
    no = house.register()
    house.complete("w3", no, "accept", acceptance="accept")
    grading: dict[str, Any] = {"grade_reason": "需核查", "cause": "系统类", "lead_unit": "SC-SS", "urgent": False}
    house.complete("w3", no, "classify", grade="general", **grading)
    assert get(house, "w3", no)["provisional"] is True


# ------------------------------------------------------------------ personal data
def test_who_may_do_its_task_sees_the_person_in_clear(house: House) -> None:
    applicant = get(house, "w1", house.register())["applicant"]
    assert (applicant["name"], applicant["phone"], applicant["masked"]) == ("戴建国", "13812341234", False)


@pytest.mark.parametrize("name", ["auditor", "supervisor", "bureau", "callback", "leading"])
def test_who_has_no_task_of_it_sees_the_person_masked(house: House, name: str) -> None:
    applicant = get(house, name, house.register())["applicant"]
    assert (applicant["name"], applicant["phone"], applicant["masked"]) == ("戴某", "138****1234", True)
    assert applicant["consent_callback"] is None


def test_once_claimed_only_the_holder_sees_the_person_in_clear(house: House) -> None:
    no = house.register()
    house.person("w1").post(f"/engine-rest/task/{house.task(no, 'accept')}/claim", {"userId": "w1"})
    assert [get(house, name, no)["applicant"]["masked"] for name in ("w1", "w2")] == [False, True]


def test_a_unit_sees_the_person_while_its_order_is_open(house: House) -> None:
    no = dispatched(house)
    assert get(house, "unit-SC-SS", no)["applicant"]["phone"] == "13812341234"
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    house.complete("unit-SC-SS", no, "first_contact", action="contact")
    house.complete("unit-SC-SS", no, "handle", action="reply", reply_text="已修正", result="done")
    assert get(house, "unit-SC-SS", no)["applicant"]["phone"] == "138****1234"
    assert get(house, "group", no)["applicant"]["phone"] == "13812341234"  # who reviews it


# ------------------------------------------------------------------ who may know of it
def test_a_unit_without_an_order_does_not_know_of_the_case(house: House) -> None:
    no = dispatched(house)
    assert house.person("unit-SC-TAX").get(f"/api/cases/{no}").status_code == 404
    assert house.person("head-SC-SS").get(f"/api/cases/{no}").status_code == 200


@pytest.mark.parametrize("path", ["", "/timeline", "/deadline"])
@pytest.mark.parametrize("name", ["w3", "group", "bureau", "auditor", "supervisor", "admin", "unit-SC-SS"])
def test_a_restricted_case_exists_for_its_own_channel_alone(house: House, name: str, path: str) -> None:
    no = house.register(confidential=True)
    assert house.person(name).get(f"/api/cases/{no}{path}").status_code == 404
    assert house.person("restricted").get(f"/api/cases/{no}{path}").status_code == 200


def test_admin_sees_no_case(house: House) -> None:
    no = house.register()
    assert house.person("admin").get(f"/api/cases/{no}").status_code == 404
    assert house.person("admin").get("/api/cases").json["total"] == 0


@pytest.mark.parametrize("no", ["BCS-2026-9999", "x", "%00", "%F0%9F%98%80", "..", "a" * 3000])
def test_an_unknown_number_is_not_found(any_house: House, no: str) -> None:
    assert any_house.person("w3").get(f"/api/cases/{no}").status_code == 404


# ------------------------------------------------------------------ why this day
def test_the_deadline_is_explained_day_by_day(house: House) -> None:
    told = house.person("w3").get(f"/api/cases/{dispatched(house)}/deadline").json
    assert (told["from"], told["to"]) == ("2026-09-23T10:15:00+08:00", "2026-10-08T17:00:00+08:00")
    assert told["days"][0] == {"date": "2026-09-23", "kind": "start", "n": None, "name": "周三"}
    assert told["days"][-1] == {"date": "2026-10-08", "kind": "counted", "n": 5, "name": "周四"}
    assert [day["n"] for day in told["days"] if day["n"]] == [1, 2, 3, 4, 5]
    assert {"date": "2026-10-01", "kind": "holiday", "n": None, "name": "国庆节"} in told["days"]


def test_before_classification_the_explanation_says_so(house: House) -> None:
    told = house.person("w3").get(f"/api/cases/{house.register()}/deadline").json
    assert (told["to"], told["days"]) == (None, [])
    assert "定级" in told["rule"]


def test_a_simple_case_is_due_the_same_day(house: House) -> None:
    no = house.register()
    house.complete("w3", no, "accept", acceptance="accept")
    house.complete("w3", no, "classify", grade="simple", grade_reason="能当场办", cause="系统类", urgent=False)
    told = house.person("w3").get(f"/api/cases/{no}/deadline").json
    assert told["to"] == "2026-09-23T17:00:00+08:00"
    assert [(day["date"], day["kind"]) for day in told["days"]] == [("2026-09-23", "start")]


def test_days_waiting_for_a_paper_are_told_as_paused(house: House) -> None:
    no = house.register()
    house.complete("w3", no, "accept", acceptance="accept")
    house.complete("w3", no, "classify", grade="simple", grade_reason="能当场办", cause="系统类", urgent=False)
    house.complete("w3", no, "handle_on_site", onsite_result="waiting_citizen")
    house.move("2026-09-28 10:00")  # the 25th to the 27th were the Mid-Autumn holidays
    house.complete("w3", no, "await_citizen")
    told = house.person("w3").get(f"/api/cases/{no}/deadline").json
    assert told["to"] == "2026-09-28T17:00:00+08:00"
    assert [day["kind"] for day in told["days"]] == ["start", "paused", "holiday", "holiday", "holiday", "paused"]
    assert "2 个工作日不计" in told["rule"]
    [pause] = get(house, "w3", no)["pauses"]
    assert (pause["asked_at"], pause["resumed_at"], pause["days"]) == (
        "2026-09-23T09:00:00+08:00",
        "2026-09-28T10:00:00+08:00",
        2,
    )


# ------------------------------------------------------------------ acts
def test_the_parcel_is_noted_piece_by_piece(house: House) -> None:
    no, w1 = house.register(), house.person("w1")
    w1.post(f"/api/cases/{no}/courier", {"carrier": "邮政", "tracking_no": "E123"})
    case = w1.post(f"/api/cases/{no}/courier", {"signed_at": "2026-09-23T08:40:00+08:00"}).json
    assert case["courier"] == {
        "carrier": "邮政",
        "tracking_no": "E123",
        "documents": None,
        "sent_at": None,
        "signed_at": "2026-09-23T08:40:00+08:00",
    }


def test_a_withdrawn_case_is_told_as_withdrawn(house: House) -> None:
    no = house.register()
    answer = house.person("w3").post(f"/api/cases/{no}/withdraw", {"reason": "自己办成了", "confirmed_by": "电话记录"})
    assert (answer.status_code, answer.json["outcome"], answer.json["excluded_from_rates"]) == (200, "withdrawn", True)
    items = house.person("w3").get(f"/api/cases/{no}/timeline").json["items"]
    assert "自己办成了" in [line["reason"] for line in items]


def test_withdrawing_twice_comes_too_late(house: House) -> None:
    no, body = house.register(), {"reason": "自己办成了", "confirmed_by": "phone_record"}
    assert [house.person("w3").post(f"/api/cases/{no}/withdraw", body).status_code for _ in range(2)] == [200, 409]


@pytest.mark.parametrize("name", ["auditor", "supervisor", "leading", "unit-SC-SS"])
def test_not_everybody_may_withdraw(house: House, name: str) -> None:
    no, body = dispatched(house), {"reason": "不想办", "confirmed_by": "phone_record"}
    assert house.person(name).post(f"/api/cases/{no}/withdraw", body).status_code == 403
    assert get(house, "w3", no)["outcome"] is None


@pytest.mark.parametrize("name", ["auditor", "bureau", "callback"])
def test_not_everybody_notes_parcels(house: House, name: str) -> None:
    no = house.register()
    assert house.person(name).post(f"/api/cases/{no}/courier", {"carrier": "邮政"}).status_code == 403
    assert get(house, "w3", no)["courier"] is None


def test_an_act_on_a_case_one_may_not_know_of_is_not_found(house: House) -> None:
    no = house.register(confidential=True)
    assert house.person("w3").post(f"/api/cases/{no}/courier", {"carrier": "邮政"}).status_code == 404
