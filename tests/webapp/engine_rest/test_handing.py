"""Handing tasks on over HTTP, in the shapes of Camunda 7."""

from __future__ import annotations

import pytest

from tests.webapp.engine_rest.client import Client


@pytest.fixture
def held(client: Client) -> str:
    """Id of an `accept` that w1 has claimed."""
    task = client.task(client.start(), "accept")
    assert client.post("w1", f"task/{task}/claim").status_code == 204
    return task


def test_the_holder_and_the_lead_hand_on_and_nobody_else(client: Client, held: str) -> None:
    assert client.post("w3", f"task/{held}/assignee", {"userId": "w2"}).status_code == 403
    assert client.post("w1", f"task/{held}/assignee", {"userId": "w2", "reason": "开会"}).status_code == 204
    assert client.json("w3", f"task/{held}")["assignee"] == "w2"
    assert client.post("lead", f"task/{held}/assignee", {"userId": "w4"}).status_code == 204
    assert client.json("w3", f"task/{held}")["assignee"] == "w4"


def test_a_person_outside_the_group_is_refused_with_a_sentence(client: Client, held: str) -> None:
    answer = client.post("w1", f"task/{held}/assignee", {"userId": "callback"})
    assert (answer.status_code, list(answer.json["fields"])) == (400, ["userId"])
    assert "不在这件待办的组里" in answer.json["fields"]["userId"]


def test_delegating_and_resolving_keep_the_owner(client: Client, held: str) -> None:
    assert client.post("w1", f"task/{held}/delegate", {"userId": "w2"}).status_code == 204
    row = client.json("w3", f"task/{held}")
    assert (row["owner"], row["assignee"], row["delegationState"]) == ("w1", "w2", "PENDING")
    assert client.complete("w2", held, acceptance="accept").status_code == 409
    assert client.post("w2", f"task/{held}/resolve", {"variables": {"x": {"value": 1}}}).status_code == 400
    assert client.post("w2", f"task/{held}/resolve").status_code == 204
    row = client.json("w3", f"task/{held}")
    assert (row["owner"], row["assignee"], row["delegationState"]) == ("w1", "w1", "RESOLVED")
    assert client.complete("w1", held, acceptance="accept").status_code == 204


@pytest.mark.parametrize("body", [{}, {"userId": 5}, {"userId": None}, {"user": "w2"}])
def test_a_delegation_to_nobody_is_refused(client: Client, held: str, body: dict[str, object]) -> None:
    assert client.post("w1", f"task/{held}/delegate", body).status_code == 400
