"""POST /message: delivered to a case that waits, refused otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.webapp.engine_rest.client import Client, typed

WITHDRAWAL = typed({"reason": "自己办好了", "confirmed_by": "phone_record"})


def message(no: str, name: str = "withdraw", **more: Any) -> dict[str, Any]:
    return {"messageName": name, "businessKey": no, "processVariables": WITHDRAWAL, **more}


def test_a_withdrawal_ends_what_is_open(client: Client) -> None:
    no = client.dispatched()
    assert client.post("w3", "message", message(no)).status_code == 204
    assert client.tasks("w3", processInstanceBusinessKey=no) == {"give_feedback"}


def test_a_message_nobody_waits_for_is_refused(client: Client) -> None:
    no = client.start()
    client.post("w3", "message", message(no))
    for name in ("withdraw", "unheard_of"):
        answer = client.post("w3", "message", message(no, name))
        assert (answer.status_code, answer.json["type"]) == (409, "MismatchingMessageCorrelationException")


@pytest.mark.parametrize("who", ["auditor", "supervisor", "unit-SC-SS", "leading"])
def test_who_only_looks_on_or_handles_may_not_withdraw(client: Client, who: str) -> None:
    no = client.dispatched("SC-SS")
    assert client.post(who, "message", message(no)).status_code == 403
    assert client.tasks("w3", processInstanceBusinessKey=no) == {"acknowledge"}


def test_what_cases_tell_one_another_nobody_else_may_send(client: Client) -> None:
    lead = client.start()
    merged = client.start()
    client.through("w3", merged, "accept", acceptance="duplicate", duplicate_of=lead)
    assert client.post("w3", "message", {"messageName": "lead_closed", "businessKey": merged}).status_code == 409
    assert client.json("w3", "process-instance/count", businessKey=merged) == {"count": 1}


def test_a_message_to_an_unseen_or_unknown_case_finds_nothing(client: Client) -> None:
    secret = client.start(confidential=True)
    assert [client.post("w3", "message", message(no)).status_code for no in (secret, "BCS-1999-0001")] == [404, 404]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"businessKey": "BCS-2026-0001"}, "messageName"),
        ({"messageName": "withdraw"}, "businessKey"),
        ({"messageName": "withdraw", "businessKey": "a\0"}, "businessKey"),
        ({"messageName": 5, "businessKey": "BCS-2026-0001"}, "messageName"),
        (message("BCS-2026-0001", all=True), "all"),
        (message("BCS-2026-0001", processVariables=[]), "processVariables"),
        (message("BCS-2026-0001", processVariables={}), "reason"),
        (message("BCS-2026-0001", processVariables=WITHDRAWAL | {"colour": {"value": 1}}), "colour"),
    ],
)
def test_a_message_that_cannot_be_taken_is_named(client: Client, body: dict[str, Any], field: str) -> None:
    no = client.start()
    answer = client.post("w3", "message", body)
    assert (answer.status_code, field in answer.json["fields"]) == (400, True)
    assert client.tasks("w3", processInstanceBusinessKey=no) == {"accept"}


def test_a_repeated_message_has_one_effect(client: Client) -> None:
    no = client.start()
    assert [client.post("w3", "message", message(no), key="w1").status_code for _ in range(2)] == [204, 204]


# ------------------------------------------------------------------ the citizen's rating
RATING = typed({"satisfaction": 4, "comment": "谢谢窗口"})
SPOT = {"grade": "simple", "cause": "系统类", "outcome": "done", "feedback_method": "in_person"}


def rating(no: str) -> dict[str, Any]:
    return message(no, "citizen_rating", processVariables=RATING)


def test_a_rating_reaches_a_case_that_waits_for_none(client: Client) -> None:
    no = client.start(on_the_spot=SPOT)
    assert client.post("w3", "message", rating(no)).status_code == 204
    told = client.house.person("w3").get(f"/api/cases/{no}").json
    assert (told["status"], told["satisfaction"], told["ratings"][0]["by"]) == ("fed_back", 4, "citizen")


def test_before_the_first_feedback_a_rating_is_refused_with_the_reason(client: Client) -> None:
    answer = client.post("w3", "message", rating(client.start()))
    assert (answer.status_code, answer.json["type"]) == (409, "MismatchingMessageCorrelationException")
    assert "还没有反馈" in answer.json["message"]


def test_the_call_back_finds_the_rating_in_its_form(client: Client) -> None:
    no = client.start(on_the_spot=SPOT)
    client.post("w3", "message", rating(no))
    client.at("2026-09-24 09:00")
    task = client.task(no, "return_visit", who="callback")
    variables = client.json("callback", f"task/{task}/form-variables")
    assert variables["satisfaction"] == {"value": 4, "type": "Integer", "valueInfo": {}}
    assert "comment" not in client.json("callback", f"task/{task}/variables")
