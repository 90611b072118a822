"""Claiming and completing over HTTP: what is done, and each refusal with nothing done."""

from __future__ import annotations

from typing import Any

import pytest

from tests.webapp.engine_rest.client import Client


@pytest.fixture
def accept(client: Client) -> str:
    """Id of an open `accept`."""
    return client.task(client.start(), "accept")


def holder(client: Client, task_id: str) -> Any:
    return client.json("w3", f"task/{task_id}")["assignee"]


# ------------------------------------------------------------------ claim
def test_a_member_of_the_group_claims_and_gives_back(client: Client, accept: str) -> None:
    assert client.post("w3", f"task/{accept}/claim", {"userId": "w3"}).status_code == 204
    assert holder(client, accept) == "w3"
    assert client.post("w3", f"task/{accept}/unclaim").status_code == 204
    assert holder(client, accept) is None


def test_claiming_without_a_name_is_for_oneself_and_may_be_repeated(client: Client, accept: str) -> None:
    assert [client.post("w3", f"task/{accept}/claim").status_code for _ in range(2)] == [204, 204]
    assert holder(client, accept) == "w3"


def test_a_claim_has_no_body(client: Client, accept: str) -> None:
    assert client.post("w3", f"task/{accept}/claim").text == ""


def test_nobody_claims_for_a_colleague_but_the_lead(client: Client, accept: str) -> None:
    assert client.post("w3", f"task/{accept}/claim", {"userId": "w2"}).status_code == 403
    assert holder(client, accept) is None
    assert client.post("lead", f"task/{accept}/claim", {"userId": "w2"}).status_code == 204
    assert holder(client, accept) == "w2"


@pytest.mark.parametrize("user", ["unit-SC-SS", "nobody", ""])
def test_the_lead_hands_a_task_to_members_of_its_group_alone(client: Client, accept: str, user: str) -> None:
    answer = client.post("lead", f"task/{accept}/assignee", {"userId": user})
    assert (answer.status_code, list(answer.json["fields"])) == (400, ["userId"])
    assert holder(client, accept) is None


def test_a_task_a_colleague_holds_is_refused_with_their_name(client: Client, accept: str) -> None:
    client.post("w2", f"task/{accept}/claim")
    for act in ("claim", "unclaim", "complete"):
        body = {"variables": {"acceptance": {"value": "accept"}}} if act == "complete" else {}
        answer = client.post("w3", f"task/{accept}/{act}", body)
        assert (act, answer.status_code, answer.json["by"]) == (act, 409, "w2")
    assert holder(client, accept) == "w2"


def test_the_lead_takes_a_task_from_one_and_gives_it_to_another(client: Client, accept: str) -> None:
    client.post("w2", f"task/{accept}/claim")
    assert client.post("lead", f"task/{accept}/assignee", {"userId": "w3"}).status_code == 204
    assert holder(client, accept) == "w3"
    assert client.post("lead", f"task/{accept}/assignee", {"userId": None}).status_code == 204
    assert holder(client, accept) is None


@pytest.mark.checklist(48)
@pytest.mark.parametrize("act", ["claim", "unclaim", "assignee", "complete"])
def test_acting_on_another_groups_task_is_forbidden(client: Client, act: str) -> None:
    task_id = client.task(client.dispatched("SC-SS"), "acknowledge")
    answer = client.post("w3", f"task/{task_id}/{act}")
    assert (answer.status_code, answer.json["type"]) == (403, "AuthorizationException")


@pytest.mark.parametrize("act", ["claim", "unclaim", "assignee", "complete"])
def test_acting_on_a_task_of_an_unseen_case_finds_nothing(client: Client, act: str) -> None:
    client.start(confidential=True)
    (secret,) = client.json("restricted", "task")
    assert client.post("w3", f"task/{secret['id']}/{act}").status_code == 404
    assert client.post("unit-SC-SS", f"task/{secret['id']}/{act}").status_code == 404


@pytest.mark.parametrize("body", [{"userId": 5}, {"user": "w3"}, {"userId": "a\0"}])
def test_a_claim_that_cannot_be_read_is_refused(client: Client, accept: str, body: dict[str, Any]) -> None:
    assert client.post("w3", f"task/{accept}/claim", body).status_code == 400


# ------------------------------------------------------------------ complete
def test_completing_moves_the_case_on(client: Client) -> None:
    no = client.start()
    assert client.complete("w3", client.task(no, "accept"), acceptance="accept").status_code == 204
    assert client.tasks("w3", processInstanceBusinessKey=no) == {"classify"}


@pytest.mark.checklist(48)
def test_a_finished_task_is_refused_with_who_and_when(client: Client, accept: str) -> None:
    client.complete("w3", accept, acceptance="accept")
    client.at("2026-09-23 10:12")
    answer = client.complete("w2", accept, acceptance="decline", reason="无关")
    assert (answer.status_code, answer.json["by"], answer.json["at"]) == (409, "w3", "2026-09-23T10:10:00.000+0800")
    assert client.get("w3", f"task/{accept}").status_code == 404


def test_chinese_words_are_taken_for_codes(client: Client) -> None:
    no = client.start()
    assert client.complete("w3", client.task(no, "accept"), acceptance="受理").status_code == 204


def test_the_variables_of_the_case_come_back_on_demand(client: Client, accept: str) -> None:
    body = {"variables": {"acceptance": {"value": "accept", "type": "String"}}, "withVariablesInReturn": True}
    answer = client.post("w3", f"task/{accept}/complete", body)
    assert answer.status_code == 200
    assert answer.json["acceptance"] == {"type": "String", "value": "accept", "valueInfo": {}}
    assert "applicant" not in answer.json


def test_who_passes_a_case_to_the_restricted_channel_is_still_answered(client: Client, accept: str) -> None:
    body = {"variables": {"acceptance": {"value": "restricted"}}, "withVariablesInReturn": True}
    assert client.post("w3", f"task/{accept}/complete", body).status_code == 200
    assert client.tasks("w3") == set()


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({}, "acceptance"),
        ({"acceptance": {"value": "vielleicht"}}, "acceptance"),
        ({"acceptance": {"value": 5, "type": "Integer"}}, "acceptance"),
        ({"acceptance": {"value": "x", "type": "Integer"}}, "acceptance"),
        ({"acceptance": "accept"}, "acceptance"),
        ({"acceptance": {"value": "accept"}, "colour": {"value": "red"}}, "colour"),
        ({"acceptance": {"value": "accept"}, "unit": {"value": "SC-SS"}}, "unit"),
        ({"acceptance": {"value": "decline"}}, "reason"),
        ({"acceptance": {"value": "decline"}, "reason": {"value": "a\0b"}}, "reason"),
    ],
)
def test_bad_input_is_named_and_nothing_is_done(
    client: Client, accept: str, variables: dict[str, Any], field: str
) -> None:
    answer = client.post("w3", f"task/{accept}/complete", {"variables": variables})
    assert (answer.status_code, list(answer.json["fields"])) == (400, [field])
    assert field in answer.json["message"]
    assert client.json("w3", f"task/{accept}")["taskDefinitionKey"] == "accept"


@pytest.mark.parametrize(
    "body",
    [b"{broken", b"[]", b'{"variables": 5}', b'{"variables": {"a": NaN}}', b'{"done": true}', b"\xff", b"[" * 100_000],
)
def test_a_body_that_cannot_be_read_is_refused(client: Client, accept: str, body: bytes) -> None:
    answer = client.send("w3", f"task/{accept}/complete", body)
    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")


def test_a_repeated_request_has_one_effect(either_client: Client) -> None:
    client = either_client
    no = client.start()
    task_id = client.task(no, "accept")
    body = {"variables": {"acceptance": {"value": "accept"}}}
    first, again = (client.post("w3", f"task/{task_id}/complete", body, key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (204, 204)
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert client.tasks("w3", processInstanceBusinessKey=no) == {"classify"}


def test_the_same_key_for_another_request_is_refused(client: Client, accept: str) -> None:
    client.post("w3", f"task/{accept}/claim", {"userId": "w3"}, key="k1")
    answer = client.post("w3", f"task/{accept}/unclaim", {}, key="k1")
    assert answer.status_code == 422
    assert holder(client, accept) == "w3"
