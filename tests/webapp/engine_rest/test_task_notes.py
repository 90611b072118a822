"""Remarks and papers at a task, in the shapes of Camunda 7."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from tests.papers.samples import pdf
from tests.support.house import House
from tests.webapp.engine_rest.client import Client, keys

COMMENT = keys("links id userId time taskId processInstanceId message removalTime rootProcessInstanceId")
ATTACHMENT = keys("links id name description taskId type url createTime removalTime rootProcessInstanceId")


@pytest.fixture
def task(client: Client) -> str:
    """An open `accept`."""
    return client.task(client.start(), "accept")


def attach(house: House, task: str, who: str = "w3", key: str | None = None, **more: Any) -> Any:
    data = {"content": (BytesIO(pdf()), "证明.pdf"), **more}
    return house.person(who).post(f"/engine-rest/task/{task}/attachment/create", data=data, key=key)


# ------------------------------------------------------------------ comments
def test_a_remark_is_answered_and_listed_with_every_key(either_client: Client) -> None:
    client = either_client
    task = client.task(client.start(), "accept")
    created = client.post("w3", f"task/{task}/comment/create", {"message": "请先核对"})
    assert (created.status_code, created.json.keys()) == (200, COMMENT)
    assert (created.json["userId"], created.json["message"], created.json["taskId"]) == ("w3", "请先核对", task)
    assert client.json("w3", f"task/{task}/comment") == [created.json]


def test_remarks_are_listed_in_their_order_also_after_the_task(client: Client, task: str) -> None:
    for message in ("一", "二"):
        client.post("w3", f"task/{task}/comment/create", {"message": message})
    client.complete("w3", task, acceptance="accept")
    assert [each["message"] for each in client.json("w3", f"task/{task}/comment")] == ["一", "二"]


def test_the_same_remark_under_its_key_is_one(client: Client, task: str) -> None:
    first, again = (client.post("w3", f"task/{task}/comment/create", {"message": "一"}, key="k1") for _ in range(2))
    assert (again.json, len(client.json("w3", f"task/{task}/comment"))) == (first.json, 1)


@pytest.mark.parametrize("body", [{}, {"message": " "}, {"message": 5}, {"message": "a", "colour": "red"}])
def test_a_remark_that_cannot_be_taken_is_refused(client: Client, task: str, body: dict[str, Any]) -> None:
    assert client.post("w3", f"task/{task}/comment/create", body).status_code == 400
    assert client.json("w3", f"task/{task}/comment") == []


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("unit-SC-SS", 404)])
def test_not_everybody_may_remark(client: Client, task: str, who: str, status: int) -> None:
    assert client.post(who, f"task/{task}/comment/create", {"message": "x"}).status_code == status


@pytest.mark.parametrize("id", ["nothing", "00000000-0000-0000-0000-000000000001"])
def test_there_are_no_remarks_at_what_is_no_task(client: Client, id: str) -> None:
    assert client.get("w3", f"task/{id}/comment").status_code == 404


# ------------------------------------------------------------------ attachments
def test_a_paper_is_answered_and_listed_with_every_key(client: Client, task: str) -> None:
    named = {"attachment-name": "授权书", "attachment-description": "原件已看", "attachment-type": "scan"}
    created = attach(client.house, task, **named)
    assert (created.status_code, created.json.keys()) == (200, ATTACHMENT)
    assert (created.json["name"], created.json["description"], created.json["type"]) == (
        "授权书.pdf",
        "原件已看",
        "application/pdf",
    )
    assert client.json("w3", f"task/{task}/attachment") == [created.json]


def test_a_paper_can_be_fetched_from_its_task_and_from_its_case(client: Client, task: str) -> None:
    created = attach(client.house, task).json
    w3 = client.house.person("w3")
    assert w3.get(created["url"]).data == pdf()
    assert w3.get(f"/engine-rest/task/{task}/attachment/{created['id']}/data").data == pdf()


def test_a_paper_left_with_the_case_is_not_one_of_the_task(client: Client, task: str) -> None:
    no = client.json("w3", f"task/{task}")["businessKey"]
    client.house.person("w3").post(f"/api/cases/{no}/attachments", data={"file": (BytesIO(pdf()), "a.pdf")})
    assert client.json("w3", f"task/{task}/attachment") == []


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("unit-SC-SS", 404)])
def test_not_everybody_may_leave_papers(client: Client, task: str, who: str, status: int) -> None:
    assert attach(client.house, task, who).status_code == status


def test_an_address_instead_of_a_file_is_refused(client: Client, task: str) -> None:
    data = {"attachment-name": "a", "url": "http://example.org/a.pdf"}
    answer = client.house.person("w3").post(f"/engine-rest/task/{task}/attachment/create", data=data)
    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")
