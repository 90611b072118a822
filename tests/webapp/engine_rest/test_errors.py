"""Errors have the shape these clients read: type and message, always."""

from __future__ import annotations

import pytest

from tests.webapp.engine_rest.client import Client


@pytest.mark.parametrize(
    ("who", "path", "status", "kind"),
    [
        (None, "task", 401, "AuthenticationException"),
        ("w3", "task/x", 404, "InvalidRequestException"),
        ("w3", "task?colour=red", 400, "InvalidRequestException"),
        ("w3", "nothing", 404, "RestException"),
        ("w3", "message", 405, "RestException"),
    ],
)
def test_every_refusal_has_a_type_and_a_sentence(
    client: Client, who: str | None, path: str, status: int, kind: str
) -> None:
    answer = client.get(who, path)
    assert (answer.status_code, answer.json["type"]) == (status, kind)
    assert answer.json["message"]
    assert answer.mimetype == "application/json"


def test_a_wrong_password_is_asked_for_again(client: Client) -> None:
    person = client.house.person("w3")
    person.password = "wrong"
    answer = person.get("/engine-rest/task")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_body_too_long_is_refused(client: Client) -> None:
    answer = client.send("w3", "task", b" " * 2_000_001)
    assert (answer.status_code, answer.json["type"]) == (413, "RestException")
