"""What a request may look like at all."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from engine.facade import Engine
from engine.keys import demo_keys
from engine.storage.database import Database
from tests.support.house import REGISTRATION, House, Person
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app
from webapp.intake import MOST_DEPTH, MOST_FIELDS


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.checklist(51)
@pytest.mark.parametrize("path", ["/api/cases?limit=1&limit=2", "/engine-rest/task?assignee=a&assignee=b"])
def test_a_parameter_given_twice_is_refused(house: House, path: str) -> None:
    answer = house.person("w3").get(path)
    assert (answer.status_code, list(answer.json["fields"].values())) == (400, ["这个参数只能出现一次。"])


@pytest.mark.checklist(51)
@pytest.mark.parametrize(
    "path", ["/cases?status=merged&status=archived", "/inbox?queue=mine&queue=done", "/sign-in?next=/&next=/x"]
)
def test_on_a_page_too(house: House, path: str) -> None:
    assert Visitor.of(house.app).sign_in("w3").client.get(path).status_code == 400


@pytest.mark.checklist(16)
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None]
)
def test_an_interface_takes_json_and_nothing_a_foreign_form_can_send(house: House, content_type: str | None) -> None:
    for path in ("/api/cases", "/engine-rest/task", "/api/clock"):
        answer = house.person("w3").post(path, data=b'{"a": 1}', content_type=content_type)
        assert answer.status_code == 415, path


@pytest.mark.checklist(16, 20)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:81", "http://localhost.evil.example"]
)
def test_a_foreign_origin_cannot_act_and_is_not_let_read(house: House, origin: str) -> None:
    headers = {"Origin": origin}
    assert house.person("w3").post("/api/cases", dict(REGISTRATION), headers=headers).status_code == 403
    for path in ("/api/cases", "/inbox", "/healthz", "/openapi.json"):
        answer = house.person("w3").get(path, headers=headers)
        asked = house.person("w3").client.options(path, headers={**headers, "Access-Control-Request-Method": "POST"})
        assert not [name for each in (answer, asked) for name, _ in each.headers if name.startswith("Access-Control")]


def test_the_own_origin_acts(house: House) -> None:
    headers = {"Origin": "http://localhost"}
    assert house.person("w3").post("/api/cases", dict(REGISTRATION), headers=headers).status_code == 201


@pytest.mark.checklist(34)
def test_json_that_is_too_deep_or_too_wide_is_refused(house: House) -> None:
    w3 = house.person("w3")
    deep, wide = {"title": nested(MOST_DEPTH)}, {"title": ["x"] * (MOST_FIELDS * 6)}
    assert (w3.post("/api/cases", deep).status_code, w3.post("/api/cases", wide).status_code) == (400, 413)
    assert w3.post("/api/cases", data=b"[" * 100_000 + b"]" * 100_000).status_code == 400


@pytest.mark.checklist(34)
def test_a_form_with_too_many_fields_is_refused(house: House) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open("/register")
    body = "&".join([f"csrf_token={w3.hidden()['csrf_token']}", *(f"f{number}=" for number in range(MOST_FIELDS + 1))])
    answer = w3.client.post("/register", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413


@pytest.mark.checklist(34)
def test_a_body_that_is_too_big_is_refused(house: House) -> None:
    assert house.person("w3").post("/api/cases", data=b"x" * 2_000_001).status_code == 413


@pytest.mark.checklist(54)
@pytest.mark.parametrize("name", ["w3", "admin"])
def test_without_the_database_nobody_gets_in_and_nothing_of_it_is_told(house: House, name: str) -> None:
    signed_in = Visitor.of(house.app).sign_in(name)
    cookie = signed_in.client.get_cookie("bancheng")
    assert cookie is not None
    gone = Database("postgresql+psycopg://nobody@/gone?host=/nowhere")
    app = create_app(Engine(gone, house.clock, demo_keys()), house.settings)
    person = Person(app.test_client(), name)
    answers = [person.get(path) for path in ("/api/cases", "/engine-rest/task", "/api/units")]
    browser = app.test_client()
    browser.set_cookie("bancheng", cookie.value)
    answers += [browser.get(path) for path in ("/inbox", "/cases", "/register")]
    gone.close()
    assert {answer.status_code for answer in answers} == {503}
    assert not [word for answer in answers for word in ("nowhere", "psycopg", "Traceback") if word in answer.text]


def test_whoever_sends_too_much_at_a_page_gets_the_sentence_on_a_page_of_the_house(house: House) -> None:
    house.settings = replace(house.settings, max_attachment_bytes=10_000)
    no = house.register(acceptance="accept")
    visitor = Visitor.of(house.app).sign_in("w1")
    visitor.open(f"/cases/{no}/attachments")
    sent = {**visitor.hidden(), "file": (io.BytesIO(b"x" * 200_000), "a.pdf")}
    answer = visitor.client.post(f"/cases/{no}/attachments", data=sent, content_type="multipart/form-data")
    assert (answer.status_code, "文件请压缩后再传" in answer.text) == (413, True)
    assert "回到待办" in answer.text and 'href="/inbox"' in answer.text
