"""我的账号: where one is signed in, tokens, confirming; and what of it stands on the trail."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from flask import request
from sqlalchemy import delete, select, update

from engine.audit.verify import verify_all
from engine.directory import issue_token
from engine.directory.sessions import end_sessions
from engine.storage.database import WriteTransaction
from engine.storage.models import memberships, sessions, tokens
from tests.support.house import House
from tests.webapp.accounts.conftest import PASSWORD, Strict
from tests.webapp.pages.browserless import Visitor
from webapp.guard import guarded


def token_shown(visitor: Visitor) -> str:
    found = re.search(r'<p class="kept"><code>([\w-]+)</code>', visitor.text)
    assert found is not None, visitor.text
    return found[1]


# ------------------------------------------------------------------ sessions
@pytest.mark.checklist(13)
def test_one_sees_where_one_is_signed_in_and_ends_it_there(strict: Strict) -> None:
    here, there = strict.sign_in("wen", address="10.0.0.1"), strict.sign_in("wen", address="10.0.0.2")
    here.open("/account")
    assert "来自 10.0.0.1" in here.text and "来自 10.0.0.2" in here.text and here.text.count("就是这里") == 1
    handle = re.search(r'name="session" value="([0-9a-f]{8})"', here.text)
    assert handle is not None
    here.send("/account/sessions/end", session=handle[1])
    assert there.open("/inbox").request.path == "/sign-in"
    assert here.open("/inbox").request.path == "/inbox"
    assert strict.trail("session_ended") == [("wen", "session_ended", "wen")]


@pytest.mark.checklist(13)
def test_one_ends_all_others_at_once_and_an_administrator_every_one(strict: Strict) -> None:
    here, others = strict.sign_in("wen"), [strict.sign_in("wen") for _ in range(2)]
    here.open("/account")
    here.send("/account/sessions/end", session="others")
    assert [other.open("/inbox").request.path for other in others] == ["/sign-in"] * 2
    assert strict.write(lambda conn: end_sessions(conn, "wen", "ada", strict.clock.now())) == 1
    assert here.open("/inbox").request.path == "/sign-in"


@pytest.mark.checklist(12)
def test_a_browser_left_alone_is_signed_out(strict: Strict) -> None:
    visitor = strict.sign_in("wen")
    strict.later(minutes=29)
    assert visitor.open("/inbox").request.path == "/inbox"
    strict.later(minutes=31)
    assert visitor.open("/inbox").request.path == "/sign-in"


@pytest.mark.checklist(10, 11, 14)
def test_the_cookie_is_a_new_id_at_every_sign_in_and_nothing_else(strict: Strict) -> None:
    visitor = strict.browser()
    before = visitor.client.get_cookie("__Host-bancheng")
    answer = visitor.client.post("/sign-in", data=visitor.filled({"name": "wen", "password": PASSWORD}))
    (sent,) = answer.headers.getlist("Set-Cookie")
    assert all(part in sent for part in ("__Host-bancheng=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    after = visitor.client.get_cookie("__Host-bancheng")
    assert before is not None and after is not None and before.value != after.value
    assert len(after.value) >= 22  # 128 bits in base 64
    assert "wen" not in after.value


@pytest.mark.checklist(8)
def test_a_role_that_is_taken_away_is_gone_with_the_next_request(strict: Strict) -> None:
    visitor = strict.sign_in("wen")
    assert visitor.client.get("/register").status_code == 200
    strict.write(lambda conn: conn.execute(delete(memberships).where(memberships.c.person == "wen")))
    assert visitor.client.get("/register").status_code == 403


@pytest.mark.checklist(9)
def test_whoever_is_shut_off_is_out_everywhere_at_once(strict: Strict) -> None:
    visitor = strict.sign_in("wen")
    token = strict.write(lambda conn: issue_token(conn, "wen", strict.clock.now()))
    assert strict.basic("wen").status_code == 200
    strict.change("wen", active=False)
    assert visitor.open("/inbox").request.path == "/sign-in"
    assert (strict.basic("wen").status_code, strict.bearer(token).status_code) == (401, 401)


@pytest.mark.checklist(16)
@pytest.mark.parametrize(
    "path",
    ["/sign-in", "/sign-in/code", "/account/password", "/account/sessions/end", "/account/tokens", "/confirm"],
)
def test_a_form_without_this_browsers_token_does_nothing(strict: Strict, path: str) -> None:
    visitor, other = strict.sign_in("wen"), strict.sign_in("wen")
    other.open("/account")
    for csrf in ("", other.hidden()["csrf_token"]):
        answer = visitor.client.post(path, data={"csrf_token": csrf, "label": "x", "days": "30", "session": "others"})
        assert answer.status_code == 403
    assert other.open("/inbox").request.path == "/inbox"


# ------------------------------------------------------------------ tokens
def test_a_token_is_shown_once_listed_used_and_revoked(strict: Strict) -> None:
    visitor = strict.sign_in("wen")
    visitor.open("/account")
    visitor.send("/account/tokens", label="热线对接", days="90")
    token = token_shown(visitor)
    assert strict.bearer(token).status_code == 200
    visitor.open("/account")
    assert "热线对接" in visitor.text and token not in visitor.text
    with strict.house.engine.db.read() as conn:
        row = conn.execute(select(tokens)).one()
    assert (row.used_at, row.expires_at - row.created_at) == (strict.clock.now(), timedelta(days=90))
    visitor.send("/account/tokens/revoke", token=row.hash[:8])
    assert strict.bearer(token).status_code == 401
    assert [line[1] for line in strict.trail("token_issued", "token_revoked")] == ["token_issued", "token_revoked"]


def test_a_token_ends_after_a_year_and_nobody_revokes_anothers(strict: Strict) -> None:
    token = strict.write(lambda conn: issue_token(conn, "wen", strict.clock.now()))
    with strict.house.engine.db.read() as conn:
        id = conn.execute(select(tokens.c.hash)).scalar_one()[:8]
    other = strict.sign_in("ada")
    strict.enrol(other)
    other.open("/account")
    other.send("/account/tokens/revoke", token=id)
    assert other.status == 404
    for _ in range(5):
        strict.later(days=73 - 0.01)
        assert strict.bearer(token).status_code == 200  # its use keeps the account alive
    strict.later(days=1)
    assert strict.bearer(token).status_code == 401


@pytest.mark.checklist(47)
def test_a_token_does_not_outlive_an_account_nobody_uses(strict: Strict) -> None:
    token = strict.write(lambda conn: issue_token(conn, "wen", strict.clock.now()))
    strict.later(days=91)
    assert strict.bearer(token).status_code == 401
    assert strict.trail("user_disabled") == [("system", "user_disabled", "wen")]


# ------------------------------------------------------------------ confirming
@pytest.fixture
def weighty(strict: Strict) -> Strict:
    """A page and a route of the interface that ask for a fresh password."""

    @guarded(recent=True)
    def act() -> str:
        return f"done {request.form.get('text', '')}"

    strict.app.add_url_rule("/weighty", "weighty", act, methods=["GET", "POST"])
    strict.app.add_url_rule("/api/weighty", "api_weighty", act)
    return strict


@pytest.mark.checklist(46)
def test_what_weighs_much_asks_for_the_password_again_and_loses_nothing(weighty: Strict) -> None:
    visitor = weighty.sign_in("wen")
    visitor.open("/account")
    visitor.send("/weighty", text="一")
    assert visitor.text == "done 一"
    visitor.open("/account")
    weighty.later(minutes=11)
    visitor.send("/weighty", text="“二” & 三")
    assert visitor.status == 403 and "请再输一次口令" in visitor.text
    kept = re.search(r'name="kept" value="([^"]*)"', visitor.text)
    assert kept is not None
    visitor.send("/confirm", password="wrong", next="/weighty", kept=unescape(kept[1]))
    assert visitor.status == 400
    visitor.send("/confirm", password=PASSWORD, next="/weighty", kept=unescape(kept[1]))
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', visitor.text.partition("<main")[2]))
    assert sorted(fields) == ["csrf_token", "text"] and PASSWORD not in visitor.text
    visitor.page = visitor.client.post("/weighty", data={name: unescape(text) for name, text in fields.items()})
    assert visitor.text == "done “二” & 三"
    assert weighty.trail("confirmed") == [("wen", "confirmed", "wen")]


@pytest.mark.checklist(46)
def test_a_page_that_weighs_much_comes_after_the_password(weighty: Strict) -> None:
    visitor = weighty.sign_in("wen")
    weighty.later(minutes=11)
    visitor.open("/weighty")
    assert visitor.page.request.path == "/confirm"
    visitor.send("/confirm", password=PASSWORD, next="/weighty", kept="[]")
    assert visitor.text == "done "


@pytest.mark.checklist(46)
def test_whoever_has_a_second_factor_confirms_with_it_too(weighty: Strict) -> None:
    visitor = weighty.sign_in("ada")
    phone, _ = weighty.enrol(visitor)
    weighty.later(minutes=11)
    visitor.open("/weighty")
    visitor.send("/confirm", password=PASSWORD, next="/weighty", kept="[]")
    assert visitor.status == 400
    visitor.send("/confirm", password=PASSWORD, code=weighty.code(phone), next="/weighty", kept="[]")
    assert visitor.text == "done "


@pytest.mark.checklist(46)
def test_programs_are_not_asked(weighty: Strict) -> None:
    token = weighty.write(lambda conn: issue_token(conn, "wen", weighty.clock.now()))
    weighty.later(hours=1)
    assert weighty.basic("wen", path="/api/weighty").status_code == 200
    assert weighty.bearer(token, "/api/weighty").status_code == 200


@pytest.mark.checklist(46)
def test_a_foreign_form_is_not_carried_through_the_confirmation(weighty: Strict) -> None:
    visitor = weighty.sign_in("wen")
    weighty.later(minutes=11)
    answer = visitor.client.post("/weighty", data={"text": "evil", "csrf_token": "x"})
    assert answer.status_code == 403 and "请再输一次口令" not in answer.text


def test_in_a_demo_nothing_is_confirmed(house: House) -> None:
    house.app.add_url_rule("/weighty", "weighty", guarded(recent=True)(lambda: "done"))
    visitor = Visitor.of(house.app).sign_in("w1")

    def long_ago(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(sessions).values(confirmed_at=house.clock.now() - timedelta(days=1)))

    house.engine.db.write(long_ago)
    assert visitor.open("/weighty").get_data(as_text=True) == "done"


# ------------------------------------------------------------------ trail
@pytest.mark.checklist(57)
def test_coming_and_going_stand_on_the_trail(strict: Strict) -> None:
    strict.sign_in("wen", "wrong")
    visitor = strict.sign_in("wen")
    visitor.send("/sign-out")
    for _ in range(3):
        assert strict.basic("wen").status_code == 200  # told once an hour
    strict.enrol(strict.sign_in("ada"))
    assert strict.trail() == [
        ("system", "sign_in_failed", "wen"),
        ("wen", "signed_in", "wen"),
        ("wen", "signed_out", "wen"),
        ("wen", "signed_in", "wen"),
        ("ada", "signed_in", "ada"),
        ("ada", "second_factor_enrolled", "ada"),
    ]
    with strict.house.engine.db.read() as conn:
        assert list(verify_all(conn)) == []


@pytest.mark.checklist(57)
def test_a_program_whose_requests_come_at_once_is_told_of_once_an_hour(strict: Strict) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(lambda _: strict.basic("wen").status_code, range(6))) == {200}
    assert len(strict.trail("signed_in")) == 1
    strict.later(hours=1)
    strict.basic("wen")
    strict.basic("wen", address="10.0.0.2")
    assert len(strict.trail("signed_in")) == 3
