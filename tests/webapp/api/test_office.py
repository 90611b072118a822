"""People and substitutions over HTTP: who may, what is answered, and that it counts from the next request on."""

from __future__ import annotations

from typing import Any

import pytest

from engine.directory import issue_token
from engine.storage.database import WriteTransaction
from tests.support.house import REGISTRATION, START, House, Person
from tests.webapp.pages.browserless import Visitor

NEW = {"name": "zhang", "display": "张三", "password": "correct horse battery", "groups": ["window"], "window": "W3"}
UNTIL = "2026-10-08T17:00:00+08:00"


def bearer(house: House, name: str) -> dict[str, str]:
    def issue(tx: WriteTransaction) -> str:
        tx.begin_writing()
        return issue_token(tx.conn, name, START)

    return {"Authorization": f"Bearer {house.engine.db.write(issue)}"}


# ------------------------------------------------------------------ people
def test_an_administrator_enters_finds_and_changes_people(any_house: House) -> None:
    admin = any_house.person("admin")
    entered = admin.post("/api/people", NEW)
    assert (entered.status_code, entered.json["groups"], entered.json["waiting"]) == (201, ["window"], [])
    assert admin.get("/api/people?q=张三").json["items"][0]["name"] == "zhang"
    assert admin.get("/api/people?group=window&active=yes&limit=3").json["next"] == "w1"
    changed = admin.post("/api/people/zhang/groups", {"add": ["callback"], "remove": ["window"]})
    assert changed.json["groups"] == ["callback"]
    renamed = admin.post("/api/people/zhang/details", {"display": "张三丰"}).json
    assert (renamed["display"], renamed["window"]) == ("张三丰", None)
    assert admin.get("/api/people/zhang").json == renamed


def test_the_same_request_twice_enters_one_person(any_house: House) -> None:
    first, again = (any_house.person("admin").post("/api/people", NEW, key="k") for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    assert again.headers["Idempotent-Replay"] == "true"


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("", {**NEW, "name": "w1"}, ["name"]),
        ("", {**NEW, "groups": "window"}, ["groups"]),
        ("", {**NEW, "groups": ["\0"]}, ["groups"]),
        ("", {"name": "li"}, ["password"]),
        ("", {**NEW, "role": "admin"}, ["role"]),
        ("/w1/groups", {"add": ["admin"]}, ["groups"]),
        ("/w1/groups", {"add": [5]}, ["add"]),
        ("/w1/details", {}, ["display"]),
    ],
)
def test_what_cannot_be_taken_is_named(house: House, path: str, body: dict[str, Any], fields: list[str]) -> None:
    answer = house.person("admin").post(f"/api/people{path}", body)
    assert (answer.status_code, list(answer.json["fields"])) == (400, fields)


@pytest.mark.checklist(6)
def test_the_auditor_is_made_by_two_administrators(any_house: House) -> None:
    first, second = any_house.person("admin"), any_house.person("admin2")
    [asked] = first.post("/api/people", {**NEW, "groups": ["auditor"]}).json["waiting"]
    assert first.post(f"/api/grants/{asked['id']}", {"approve": True}).status_code == 403
    assert [each["person"] for each in second.get("/api/grants").json["items"]] == ["zhang"]
    assert second.post(f"/api/grants/{asked['id']}", {"approve": "yes"}).status_code == 400
    assert second.post(f"/api/grants/{asked['id']}", {"approve": True}).status_code == 204
    assert second.get("/api/people/zhang").json["groups"] == ["auditor"]
    assert second.post(f"/api/grants/{asked['id']}", {"approve": False}).status_code == 409


@pytest.mark.checklist(6)
@pytest.mark.parametrize("who", ["w1", "lead", "bureau", "supervisor", "auditor"])
def test_people_are_the_administrators_alone(house: House, who: str) -> None:
    person = house.person(who)
    reads = ("/api/people", "/api/people/w1", "/api/grants")
    writes = ("/api/people", "/api/people/w1/groups", "/api/people/w1/details", "/api/people/w1/disable")
    assert {person.get(path).status_code for path in reads} == {403}
    assert {person.post(path, {}).status_code for path in (*writes, "/api/people/w1/enable", "/api/grants/1")} == {403}


# ------------------------------------------------------------------ from the next request on
@pytest.mark.checklist(8)
def test_a_post_taken_away_is_gone_at_the_next_request_by_every_way_in(any_house: House) -> None:
    browser = Visitor.of(any_house.app).sign_in("w1")
    basic, token = any_house.person("w1"), Person(any_house.app.test_client(), None)
    headers = bearer(any_house, "w1")
    assert basic.post("/api/cases", dict(REGISTRATION)).status_code == 201
    any_house.person("admin").post("/api/people/w1/groups", {"add": ["leading_group"], "remove": ["window"]})
    assert basic.post("/api/cases", dict(REGISTRATION)).status_code == 403
    assert token.post("/api/cases", dict(REGISTRATION), headers=headers).status_code == 403
    browser.open("/register")
    assert browser.status == 403 and "区级领导小组" in browser.text


@pytest.mark.checklist(9)
def test_who_is_shut_off_is_out_at_the_next_request_by_every_way_in(any_house: House) -> None:
    browser = Visitor.of(any_house.app).sign_in("w1")
    headers, admin = bearer(any_house, "w1"), any_house.person("admin")
    assert admin.post("/api/people/w1/disable").json["active"] is False
    assert any_house.person("w1").get("/api/cases").status_code == 401
    assert any_house.person(None).get("/api/cases", headers=headers).status_code == 401
    browser.open("/inbox")
    assert browser.page.request.path == "/sign-in"
    assert admin.post("/api/people/w1/enable").json["active"] is True
    browser.open("/inbox")  # the old session does not come back to life
    assert browser.page.request.path == "/sign-in"
    assert any_house.person("w1").get("/api/cases").status_code == 200


# ------------------------------------------------------------------ who only looks, who only manages
def acts(house: House) -> list[tuple[str, dict[str, Any]]]:
    """Every way to change a case, with a body that a person of the right post could send."""
    no = house.register()
    task = house.task(no, "accept")
    beside: dict[str, dict[str, Any]] = {
        "withdraw": {"reason": "自行办成", "confirmed_by": "phone_record"},
        "courier": {"carrier": "邮政"},
        "supplement": {"text": "又一份"},
        "urge": {"reason": "来电"},
        "amend": {"field": "title", "value": "x", "reason": "错"},
        "rating": {"satisfaction": 5},
    }
    on_task: dict[str, dict[str, Any]] = {
        "claim": {},
        "unclaim": {},
        "assignee": {"userId": "w1"},
        "delegate": {"userId": "w1"},
        "resolve": {},
        "complete": {"variables": {"acceptance": {"value": "accept"}}},
        "comment/create": {"message": "x"},
    }
    return [
        ("/api/cases", dict(REGISTRATION)),
        *((f"/api/cases/{no}/{act}", body) for act, body in beside.items()),
        *((f"/engine-rest/task/{task}/{act}", body) for act, body in on_task.items()),
        ("/engine-rest/message", {"messageName": "withdraw", "businessKey": no, "processVariables": {}}),
    ]


@pytest.mark.checklist(5)
def test_the_auditor_reads_and_changes_nothing(any_house: House) -> None:
    ways, auditor = acts(any_house), any_house.person("auditor")
    no = auditor.get("/api/cases").json["items"][0]["no"]
    before = auditor.get(f"/api/cases/{no}/timeline").json
    assert {path: auditor.post(path, body).status_code for path, body in ways} == {path: 403 for path, _ in ways}
    substitution = {"substitute": "w2", "until": UNTIL}
    assert auditor.post("/api/substitutions", substitution).status_code == 403
    assert auditor.get(f"/api/cases/{no}/timeline").json == before


@pytest.mark.checklist(6)
def test_an_administrator_of_accounts_handles_no_case_and_reads_none(any_house: House) -> None:
    ways, admin = acts(any_house), any_house.person("admin")
    statuses = {path: admin.post(path, body).status_code for path, body in ways}
    assert set(statuses.values()) <= {403, 404}
    assert admin.get("/api/cases").json["total"] == 0


@pytest.mark.checklist(6)
def test_no_route_changes_the_trail(house: House) -> None:
    """What administrators may send to: people, posts, substitutions, and nothing about lines. Two are read by POST, as
    what is asked for does not belong into an address: the verification and the export, both for auditors alone. A
    finding begins a process of its own, and is taken back by a message to that.
    """
    routes = {rule.rule for rule in house.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    about = {rule for rule in routes if "audit" in rule or "timeline" in rule or "trail" in rule}
    findings = {"/audit/findings/new", "/audit/rectifications/<no>/withdraw"}
    assert about - findings == {"/audit/trail/verify", "/audit/export.<kind>", "/audit/cases/<no>/pack"}
    assert findings < about


# ------------------------------------------------------------------ substitution
def test_a_substitute_acts_over_http_and_the_timeline_says_for_whom(any_house: House) -> None:
    no = any_house.register()
    entered = any_house.person("group").post("/api/substitutions", {"substitute": "callback", "until": UNTIL})
    assert (entered.status_code, entered.json["state"], entered.json["absent"]) == (201, "running", "group")
    task = any_house.task(no, "accept")
    body = {"variables": {"acceptance": {"value": "accept"}}}
    assert any_house.person("callback").post(f"/engine-rest/task/{task}/complete", body).status_code == 204
    lines = any_house.person("w1").get(f"/api/cases/{no}/timeline").json["items"]
    done = next(line for line in lines if line["action"] == "completed")
    assert (done["actor"], done["on_behalf_of"]) == ("callback", "group")
    any_house.move("2026-10-08 17:00")
    classify = any_house.task(no, "classify")
    refused = any_house.person("callback").post(f"/engine-rest/task/{classify}/complete", {"variables": {}})
    assert refused.status_code == 403
    assert any_house.person("group").get("/api/substitutions").json["items"][0]["state"] == "ended"


def test_a_substitution_is_ended_once_by_those_it_concerns(house: House) -> None:
    id = house.person("w1").post("/api/substitutions", {"substitute": "w2", "until": UNTIL}).json["id"]
    path = f"/api/substitutions/{id}/end"
    assert house.person("w3").post(path).status_code == 403
    assert house.person("lead").post(path).json["state"] == "ended"
    assert house.person("w1").post(path).status_code == 409
    assert house.person("w1").post("/api/substitutions/99999999999999999999/end").status_code == 404


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"substitute": "w2"}, ["until"]),
        ({"substitute": "w2", "until": "2026-10-08"}, ["until"]),
        ({"substitute": "w2", "until": UNTIL, "from": "morgen"}, ["from"]),
        ({"substitute": "w1", "until": UNTIL}, ["substitute"]),
        ({"substitute": 5, "until": UNTIL}, ["substitute"]),
        ({"substitute": "w2", "until": UNTIL, "forever": True}, ["forever"]),
    ],
)
def test_a_substitution_that_cannot_be_is_named(house: House, body: dict[str, Any], fields: list[str]) -> None:
    answer = house.person("w1").post("/api/substitutions", body)
    assert (answer.status_code, list(answer.json["fields"])) == (400, fields)
