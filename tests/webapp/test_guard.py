"""Who may ask for what."""

from __future__ import annotations

import base64

import pytest

from engine.directory import issue_token
from engine.storage.database import WriteTransaction
from tests.support.house import REGISTRATION, START, House, Person
from webapp.guard import policy_of


@pytest.mark.checklist(1)
def test_every_route_says_who_may_use_it(house: House) -> None:
    views = house.app.view_functions
    assert [rule.rule for rule in house.app.url_map.iter_rules() if policy_of(views[rule.endpoint]) is None] == []


@pytest.mark.checklist(1)
def test_a_route_that_says_nothing_answers_nobody(house: House) -> None:
    house.app.add_url_rule("/api/forgotten", "forgotten", lambda: "secret")
    answer = house.person("w1").get("/api/forgotten")
    assert (answer.status_code, "secret" in answer.text) == (500, False)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json"])
def test_monitors_need_no_password(house: House, path: str) -> None:
    assert house.person(None).get(path).status_code == 200


def token(house: House, name: str) -> str:
    def issue(tx: WriteTransaction) -> str:
        tx.begin_writing()
        return issue_token(tx.conn, name, START)

    return house.engine.db.write(issue)


def test_a_token_opens_the_same_doors_as_a_password(any_house: House) -> None:
    headers = {"Authorization": f"Bearer {token(any_house, 'w3')}"}
    assert any_house.person(None).post("/api/cases", dict(REGISTRATION), headers=headers).status_code == 201
    assert (
        any_house.engine.read(lambda ctx: ctx.conn.exec_driver_sql("SELECT registered_by FROM cases").scalar()) == "w3"
    )


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"w1:wrong").decode(),
        "Basic " + base64.b64encode(b"nobody:bancheng-demo").decode(),
        "Basic " + base64.b64encode(b"w1").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + base64.b64encode(b"w1\0:bancheng-demo").decode(),
        "Basic " + base64.b64encode(b"system:").decode(),
        "Bearer",
        "Bearer wrong",
        "Digest username=w1",
    ],
)
@pytest.mark.parametrize("path", ["/api/cases", "/engine-rest/task"])
def test_a_stranger_is_asked_who_they_are(any_house: House, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = any_house.person(None).get(path, headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"].partition(" ")[0]) == (401, "Basic")


def test_the_apis_do_not_take_the_cookie_of_the_pages(house: House) -> None:
    client = house.app.test_client()
    client.set_cookie("bancheng", token(house, "w1"))
    assert Person(client, None).get("/api/cases").status_code == 401


@pytest.mark.checklist(16)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_page_cannot_act_with_the_browsers_password(house: House, site: str) -> None:
    person, headers = house.person("w3"), {"Sec-Fetch-Site": site}
    assert person.post("/api/cases", dict(REGISTRATION), headers=headers).status_code == 403
    assert person.get("/api/cases", headers=headers).json["total"] == 0
