"""Coming and going: who is known by what, and for how long."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.settings import Settings
from engine.storage.database import WriteTransaction
from engine.storage.models import people, sessions
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app


def cookie(client: FlaskClient, name: str = "bancheng") -> str:
    found = client.get_cookie(name)
    assert found is not None
    return found.value


def stored(house: House) -> list[str]:
    with house.engine.db.read() as conn:
        return list(conn.scalars(select(sessions.c.hash)))


def test_the_start_page_leads_to_the_inbox_by_way_of_signing_in(house: House) -> None:
    visitor = Visitor.of(house.app)
    visitor.open("/")
    assert visitor.page.request.path == "/sign-in"
    visitor.sign_in("w1")
    assert visitor.page.request.path == "/inbox"


def test_signing_in_leads_to_where_one_wanted_to_be(house: House) -> None:
    visitor = Visitor.of(house.app)
    visitor.open("/cases?status=archived")
    visitor.send("/sign-in", name="w1", password=house.settings.demo_password, next="/cases?status=archived")
    assert (visitor.page.request.path, visitor.page.request.args["status"]) == ("/cases", "archived")


def test_nobody_is_led_to_another_site(house: House) -> None:
    for onward in ("https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)", "/\tx", ""):
        visitor = Visitor.of(house.app)
        values = {"name": "w1", "password": house.settings.demo_password, "next": onward}
        answer = visitor.client.post("/sign-in", data=visitor.filled(values))
        assert answer.location == "/", onward


def test_a_wrong_password_says_no_more_than_that_and_keeps_the_name(house: House) -> None:
    answers = []
    for name in ("w1", "nobody"):
        visitor = Visitor.of(house.app)
        visitor.send("/sign-in", name=name, password="guess")
        assert visitor.status == 400
        answers.append(visitor.text.replace(f'value="{name}"', "").replace(visitor.hidden()["csrf_token"], ""))
    assert answers[0] == answers[1]


def test_the_cookie_changes_with_signing_in_and_is_kept_from_scripts(house: House) -> None:
    visitor = Visitor.of(house.app)
    before = cookie(visitor.client)
    values = {"name": "w1", "password": house.settings.demo_password}
    answer = visitor.client.post("/sign-in", data=visitor.filled(values))
    assert cookie(visitor.client) != before
    sent = answer.headers["Set-Cookie"]
    assert all(part in sent for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Secure" not in sent


@pytest.mark.checklist(10)
def test_outside_a_demo_the_cookie_is_bound_to_the_host_and_to_tls(house: House) -> None:
    app = create_app(house.engine, Settings(database_url=house.settings.database_url))
    sent = app.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]
    assert sent.startswith("__Host-bancheng=")
    assert "Secure" in sent and "Domain" not in sent


def test_the_table_does_not_hold_what_the_cookie_holds(house: House) -> None:
    visitor = Visitor.of(house.app).sign_in("w1")
    assert stored(house) != [] and cookie(visitor.client) not in stored(house)


def test_after_signing_out_a_copied_cookie_opens_nothing(house: House) -> None:
    visitor = Visitor.of(house.app).sign_in("w1")
    copied = cookie(visitor.client)
    visitor.send("/sign-out")
    thief = house.app.test_client()
    thief.set_cookie("bancheng", copied)
    assert thief.get("/inbox").status_code == 302
    assert stored(house) == []


def test_whoever_is_shut_off_is_out_at_once(house: House) -> None:
    visitor = Visitor.of(house.app).sign_in("w1")

    def shut_off(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(people).where(people.c.name == "w1").values(active=False))

    house.engine.db.write(shut_off)
    assert visitor.client.get("/inbox").status_code == 302


def test_the_session_means_nothing_to_the_apis(house: House) -> None:
    visitor = Visitor.of(house.app).sign_in("w1")
    for path in ("/api/cases", "/engine-rest/task"):
        assert visitor.client.get(path).status_code == 401


def test_a_password_means_nothing_to_the_pages(house: House) -> None:
    assert house.person("w1").get("/inbox").status_code == 302


def test_only_a_demo_shows_its_users(house: House) -> None:
    assert "unit-SC-SS" in Visitor.of(house.app).text
    app = create_app(house.engine, Settings(database_url=house.settings.database_url))
    assert "unit-SC-SS" not in app.test_client().get("/sign-in").text
