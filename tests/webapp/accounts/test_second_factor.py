"""Who may do much gives a second factor; a code works once, and the password alone opens nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from engine.directory import issue_token
from engine.directory.second_factor import reset_second_factor
from engine.storage.models import memberships, recovery_codes, second_factors
from tests.support.house import House
from tests.webapp.accounts.conftest import PASSWORD, Strict
from tests.webapp.pages.browserless import Visitor


def give(visitor: Visitor, code: str) -> int:
    visitor.send("/sign-in/code", code=code, next="/inbox")
    return visitor.status


@pytest.mark.parametrize("name", ["ada", "sun", "aud"])
@pytest.mark.checklist(45)
def test_who_may_do_much_enrols_before_anything_else(strict: Strict, name: str) -> None:
    visitor = strict.sign_in(name)
    assert visitor.page.request.path == "/account/second-factor"
    assert visitor.open("/inbox").request.path == "/account/second-factor"
    _, codes = strict.enrol(visitor)
    assert len(set(codes)) == 10
    assert visitor.open("/inbox").request.path == "/inbox"


@pytest.mark.checklist(45)
def test_a_wrong_code_enrols_nobody(strict: Strict) -> None:
    visitor = strict.sign_in("ada")
    sealed = visitor.text.partition('name="sealed" value="')[2].partition('"')[0]
    visitor.send("/account/second-factor", sealed=sealed, code="000000")
    assert visitor.status == 400 and sealed in visitor.text
    assert visitor.open("/inbox").request.path == "/account/second-factor"


@pytest.mark.checklist(45)
def test_a_secret_offered_to_somebody_else_enrols_nobody(strict: Strict) -> None:
    other = strict.sign_in("sun").text.partition('name="sealed" value="')[2].partition('"')[0]
    visitor = strict.sign_in("ada")
    visitor.send("/account/second-factor", sealed=other, code="000000")
    assert visitor.status == 400


@pytest.mark.checklist(45)
def test_a_code_opens_once_and_with_a_new_id(strict: Strict) -> None:
    phone, _ = strict.enrol(strict.sign_in("ada"))
    strict.later(minutes=1)
    visitor, code = strict.sign_in("ada"), strict.code(phone)
    assert visitor.open("/inbox").request.path == "/sign-in/code"
    half_way = visitor.client.get_cookie("__Host-bancheng")
    assert give(visitor, code) == 200 and visitor.page.request.path == "/inbox"
    assert visitor.client.get_cookie("__Host-bancheng") != half_way
    assert give(strict.sign_in("ada"), code) == 400


@pytest.mark.checklist(45)
def test_the_clock_of_a_telephone_may_be_half_a_minute_off_and_no_more(strict: Strict) -> None:
    phone, _ = strict.enrol(strict.sign_in("ada"))
    strict.later(minutes=10)
    now = int(strict.clock.now().timestamp())
    assert give(strict.sign_in("ada"), phone.at(now - 60)) == 400
    assert give(strict.sign_in("ada"), phone.at(now + 60)) == 400
    assert give(strict.sign_in("ada"), phone.at(now - 30)) == 200
    assert give(strict.sign_in("ada"), phone.at(now + 30)) == 200
    assert give(strict.sign_in("ada"), phone.at(now)) == 400  # older than one that was used


@pytest.mark.checklist(45)
def test_a_recovery_code_opens_once(strict: Strict) -> None:
    _, codes = strict.enrol(strict.sign_in("ada"))
    assert give(strict.sign_in("ada"), codes[3].upper().replace("-", " ")) == 200
    assert give(strict.sign_in("ada"), codes[3]) == 400
    assert give(strict.sign_in("ada"), codes[4]) == 200


@pytest.mark.checklist(35)
@pytest.mark.checklist(45)
def test_wrong_codes_lock_and_the_password_does_not_give_guesses_back(strict: Strict) -> None:
    strict.enrol(strict.sign_in("ada"))
    strict.later(minutes=1)
    for _ in range(5):
        assert give(strict.sign_in("ada"), "000000") == 400
    assert strict.sign_in("ada").status == 429


@pytest.mark.parametrize("name", ["ada", "sun", "aud"])
@pytest.mark.checklist(45)
def test_the_password_alone_opens_no_interface(strict: Strict, name: str) -> None:
    for _ in range(2):
        refused = strict.basic(name)
        assert (refused.status_code, "令牌" in refused.json["detail"]) == (403, True)
    token = strict.write(lambda conn: issue_token(conn, name, strict.clock.now(), "test"))
    assert strict.bearer(token).status_code == 200


@pytest.mark.checklist(45)
def test_whoever_has_enrolled_of_their_own_will_is_asked_too(strict: Strict) -> None:
    visitor = strict.sign_in("wen")
    visitor.open("/account/second-factor")
    phone, _ = strict.enrol(visitor)
    assert strict.basic("wen").status_code == 403
    strict.later(minutes=1)
    assert give(strict.sign_in("wen"), strict.code(phone)) == 200


@pytest.mark.checklist(8)
@pytest.mark.checklist(45)
def test_a_new_role_asks_for_it_in_the_running_session(strict: Strict) -> None:
    visitor = strict.sign_in("wen")
    strict.write(lambda conn: conn.execute(insert(memberships).values(person="wen", group="admin")))
    assert visitor.open("/inbox").request.path == "/account/second-factor"


@pytest.mark.checklist(45)
def test_after_a_reset_one_enrols_anew(strict: Strict) -> None:
    strict.enrol(strict.sign_in("ada"))
    assert strict.write(lambda conn: reset_second_factor(conn, "ada"))
    assert strict.sign_in("ada").page.request.path == "/account/second-factor"


@pytest.mark.checklist(45)
def test_the_table_opens_no_door(strict: Strict) -> None:
    phone, codes = strict.enrol(strict.sign_in("ada"))
    with strict.house.engine.db.read() as conn:
        stored = str([*conn.execute(second_factors.select()), *conn.execute(recovery_codes.select())])
    assert not [secret for secret in (phone.secret, *codes) if secret in stored]


@pytest.mark.checklist(45)
def test_in_a_demo_nobody_is_asked(house: House) -> None:
    for name in ("admin", "supervisor", "auditor"):
        assert Visitor.of(house.app).sign_in(name).page.request.path == "/inbox"
        assert house.person(name).get("/api/cases").status_code == 200


@pytest.mark.checklist(45)
def test_the_password_is_still_asked_for_first(strict: Strict) -> None:
    visitor = strict.browser()
    assert visitor.open("/sign-in/code").request.path == "/sign-in"
    assert strict.sign_in("ada", PASSWORD + "x").status == 400
