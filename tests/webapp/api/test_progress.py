"""What the citizen learns of their case: by receipt code or number and phone, the same nothing for everything wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from engine.cases.commands import StartProcess
from engine.definitions.shipped import CASE_PROCESS
from tests.support.house import REGISTRATION, House
from webapp.app import create_app
from webapp.limits import PROGRESS, limit_of

NAME, PHONE = "独孤九剑", "13987654321"
PERSON = {"kind": "person", "name": NAME, "phone": PHONE, "consent_callback": True}
TEXT = f"{NAME}说三次都没办成，电话 {PHONE}。"
PATH = "/api/progress"


def registered(house: House, **changes: Any) -> tuple[str, str]:
    """Number and receipt code."""
    told = {**REGISTRATION, "applicant": PERSON, "title": TEXT, "description": TEXT, **changes}
    started = house.do("w3", StartProcess(CASE_PROCESS, told))
    return started.no, started.receipt_code


def asked(house: House, **body: Any) -> Any:
    return house.person(None).post(PATH, body)


def test_number_and_tail_tell_the_five_steps_and_the_promise(any_house: House) -> None:
    no, _ = registered(any_house, acceptance="accept")
    before = asked(any_house, no=no, phone4="4321").json
    assert (before["promised"], before["outcome"]) == (None, None)
    any_house.complete("w3", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    told = asked(any_house, no=no, phone4="4321").json
    assert sorted(told) == ["next", "no", "office_phone", "outcome", "promised", "remarks", "steps"]
    assert (told["no"], told["promised"]) == (no, "2026-10-08T17:00:00+08:00")  # PROCESS.md, golden facts: 09-23
    assert told["next"] == "正在确定由哪个单位办理。"
    states = [(step["name"], step["state"]) for step in told["steps"]]
    assert states == [("受理", "done"), ("分类", "done"), ("转办", "current"), ("办结", "todo"), ("反馈", "todo")]


@pytest.mark.parametrize("spell", [str, str.lower, lambda code: f" {code[:4]} {code[4:8]}-{code[8:]} "])
def test_the_receipt_code_is_understood_however_it_is_typed(house: House, spell: Any) -> None:
    no, code = registered(house)
    assert asked(house, receipt_code=spell(code)).json["no"] == no


@pytest.mark.checklist(63)
def test_progress_names_neither_the_citizen_nor_whoever_handles_it(any_house: House) -> None:
    no, code = registered(any_house, acceptance="accept")
    any_house.complete("w3", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    any_house.complete("w3", no, "dispatch", lead_unit="SC-SS", onsite_attempt="试过")
    for body in ({"no": no, "phone4": "4321"}, {"receipt_code": code}):
        answer = any_house.person(None).post("/api/progress", body)
        assert answer.status_code == 200
        staff = (any_house.actor("w3").display, any_house.actor("unit-SC-SS").display, "w3", "unit-SC-SS")
        assert [word for word in (NAME, PHONE, "4321", "三次", *staff) if word in answer.text] == []


WRONG = {
    "unknown number": {"no": "BCS-2026-0999", "phone4": "4321"},
    "no number at all": {"no": "' OR 1=1 --", "phone4": "4321"},
    "wrong digits": {"no": "BCS-2026-0001", "phone4": "1234"},
    "wild digits": {"no": "BCS-2026-0001", "phone4": "%"},
    "unknown code": {"receipt_code": "0" * 20},
    "number as code": {"receipt_code": "BCS-2026-0001"},
    "confidential by number": {"no": "BCS-2026-0002", "phone4": "4321"},
    "anonymous by number": {"no": "BCS-2026-0003", "phone4": "4321"},
}


@pytest.mark.checklist(37)
def test_unknown_and_wrong_are_answered_alike_after_the_same_statements(any_house: House) -> None:
    registered(any_house)
    registered(any_house, confidential=True)
    registered(any_house, applicant={"kind": "anonymous"})
    statements: list[str] = []
    event.listen(any_house.engine.db._engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    seen = {}
    for name, body in WRONG.items():
        statements.clear()
        answer = any_house.person(None).post(PATH, body)
        about = tuple(text for text in statements if "FROM cases" in text)
        seen[name] = (answer.status_code, answer.json, "no" in body and about)
    by_number = {str(told) for name, told in seen.items() if "no" in WRONG[name]}
    assert len(by_number) == 1
    assert {(status, str(told)) for status, told, _ in seen.values()} == {(404, str(seen["unknown code"][1]))}


def test_a_confidential_case_tells_its_holder_no_more_than_that_it_is_handled(house: House) -> None:
    _, code = registered(house, confidential=True)
    told = asked(house, receipt_code=code).json
    assert (told["next"], told["promised"], told["outcome"]) == ("由专人办理，有结果会告诉您。", None, None)


@pytest.mark.parametrize(
    "body",
    [{}, {"no": "BCS-2026-0001"}, {"phone4": "4321"}, {"receipt_code": "A", "no": "B"}, {"receipt_code": 5},
     {"no": "BCS-2026-0001", "phone4": "54321"}, {"name": NAME}],
    ids=["nothing", "number alone", "digits alone", "both ways", "a number as code", "five digits", "a name"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_the_field(house: House, body: Any) -> None:
    answer = asked(house, **body)
    assert answer.status_code == 400 and answer.json["fields"]


@pytest.mark.checklist(36)
def test_progress_may_be_asked_ten_times_a_minute_from_one_address(any_house: House) -> None:
    _, code = registered(any_house)
    clients = [create_app(any_house.engine, replace(any_house.settings, rate_factor=1)).test_client() for _ in "ab"]
    body = {"receipt_code": code}
    answers = [clients[turn % 2].post("/api/progress", json=body).status_code for turn in range(12)]
    assert answers == [200] * 10 + [429] * 2


@pytest.mark.checklist(36)
def test_the_four_digits_of_one_case_are_guessed_five_times_a_minute_from_everywhere(house: House) -> None:
    no, code = registered(house)
    client = create_app(house.engine, replace(house.settings, rate_factor=1)).test_client()

    def status(number: int, **body: str) -> int:
        where = {"REMOTE_ADDR": f"203.0.113.{number}"}
        return client.post("/api/progress", json=body, environ_base=where).status_code

    guesses = [status(number, no=no.lower() if number % 2 else no, phone4=f"{number:04}") for number in range(7)]
    assert guesses == [404] * 5 + [429] * 2
    assert status(99, receipt_code=code) == 200  # whoever holds the receipt is not kept out by others' guesses


def test_a_page_can_be_asked_as_often_as_the_interface_together(house: House) -> None:
    doors = ("progress.ask", "progress.rate", "progress_api.progress")
    assert {limit_of(house.app.view_functions[name]) for name in doors} == {PROGRESS}
