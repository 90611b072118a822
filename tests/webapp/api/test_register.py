"""Registering a case over HTTP: what is answered, and what is refused with nothing stored."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.house import REGISTRATION, House

SPOT: dict[str, Any] = {
    "grade": "simple",
    "cause": "系统类",
    "services": [{"kind": "jiaoban", "staff": "w3"}],
    "outcome": "done",
    "reply_text": "已教会在网上提交",
    "feedback_method": "in_person",
    "satisfaction": 5,
}


def total(house: House) -> int:
    number: int = house.person("w1").get("/api/cases").json["total"]
    return number


def test_a_registered_case_gets_number_and_receipt(any_house: House) -> None:
    answer = any_house.person("w3").post("/api/cases", dict(REGISTRATION))
    told = answer.json
    assert (answer.status_code, told["no"], told["status"], told["deadline"]) == (
        201,
        "BCS-2026-0001",
        "registered",
        None,
    )
    assert len(told["receipt_code"]) >= 16


def test_chinese_words_are_taken_for_codes(house: House) -> None:
    body = {**REGISTRATION, "channel": "12345转办", "appeal_type": "求助"}
    no = house.person("w3").post("/api/cases", body).json["no"]
    assert house.person("w3").get(f"/api/cases/{no}").json["channel"] == "hotline"


def test_a_unit_registers_what_comes_to_its_own_counter(house: House) -> None:
    no = house.person("unit-SC-SS").post("/api/cases", {**REGISTRATION, "channel": "town"}).json["no"]
    assert house.person("unit-SC-SS").get(f"/api/cases/{no}").status_code == 200


def test_a_case_settled_on_the_spot_is_answered_as_fed_back(any_house: House) -> None:
    answer = any_house.person("w3").post("/api/cases", {**REGISTRATION, "on_the_spot": SPOT})
    told = answer.json
    assert (answer.status_code, told["status"], told["deadline"]) == (201, "fed_back", "2026-09-23T17:00:00+08:00")
    case = any_house.person("w3").get(f"/api/cases/{told['no']}").json
    assert (case["light"], case["satisfaction"], case["ratings"][0]["by"]) == ("blue", 5, "counter")


def test_the_same_request_again_settles_one_case(house: House) -> None:
    body = {**REGISTRATION, "on_the_spot": SPOT}
    first, again = (house.person("w3").post("/api/cases", body, key="spot") for _ in range(2))
    assert (again.json, again.headers["Idempotent-Replay"], total(house)) == (first.json, "true", 1)


def test_only_a_simple_case_is_settled_on_the_spot(house: House) -> None:
    answer = house.person("w3").post("/api/cases", {**REGISTRATION, "on_the_spot": {**SPOT, "grade": "general"}})
    assert (answer.status_code, list(answer.json["fields"])) == (400, ["on_the_spot.grade"])
    assert total(house) == 0


def test_whoever_may_not_settle_it_registers_nothing(house: House) -> None:
    assert house.person("unit-SC-SS").post("/api/cases", {**REGISTRATION, "on_the_spot": SPOT}).status_code == 403
    assert total(house) == 0


@pytest.mark.parametrize("name", ["auditor", "supervisor", "admin"])
def test_who_only_looks_on_registers_nothing(house: House, name: str) -> None:
    assert house.person(name).post("/api/cases", dict(REGISTRATION)).status_code == 403
    assert total(house) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": None}, "title"),
        ({"channel": "pigeon"}, "channel"),
        ({"applicant": {"kind": "person"}}, "applicant.phone"),
        (
            {"applicant": {"kind": "person", "name": "戴", "phone": "13812341234", "shoe_size": 43}},
            "applicant.shoe_size",
        ),
        ({"priority": 9}, "priority"),
        ({"title": "长" * 201}, "title"),
        ({"received_at": "2026-09-23T08:00:00"}, "received_at"),
        ({"received_at": "2026-09-24T08:00:00+08:00"}, "received_at"),
        ({"matter_code": "M999"}, "matter_code"),
        ({"title": "社\u0000保"}, "title"),
    ],
)
def test_bad_input_names_its_field_and_stores_nothing(house: House, changes: dict[str, Any], field: str) -> None:
    body = {name: value for name, value in {**REGISTRATION, **changes}.items() if value is not None}
    answer = house.person("w3").post("/api/cases", body)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert field in answer.json["fields"]
    assert total(house) == 0
    assert house.register() == "BCS-2026-0001"  # no number was used up


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe{}",
        b'{"title": NaN}',
        b'{"title": "\\ud800"}',
        b"[" * 100_000,
        b'{"applicant": ' + b'{"name": ' * 5_000 + b"1" + b"}" * 5_001,
    ],
)
def test_what_is_no_json_object_is_refused(house: House, body: bytes) -> None:
    answer = house.person("w3").post("/api/cases", data=body)
    assert (answer.status_code, answer.json["title"]) == (400, "内容需要修改")
    assert total(house) == 0


def test_a_body_too_long_is_refused(house: House) -> None:
    answer = house.person("w3").post("/api/cases", data=b"x" * 2_000_001)
    assert (answer.status_code, answer.json["status"]) == (413, 413)


def test_an_empty_body_is_told_what_to_fill_in(house: House) -> None:
    fields = house.person("w3").post("/api/cases").json["fields"]
    assert {"channel", "title", "description", "appeal_type", "applicant"} == set(fields)
