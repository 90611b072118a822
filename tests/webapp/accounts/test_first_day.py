"""A password somebody else has set is changed first, one that is too old as well; nobody is there who was not added."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from engine.clock import SimulatedClock
from engine.directory import add_person
from engine.directory.accounts import set_initial_password
from engine.directory.own_password import change_password
from engine.directory.password_policy import NIST
from engine.directory.passwords import hash_password
from engine.directory.rules import Rules
from engine.directory.signing_in import Attempt, Entrance
from engine.errors import BadInput
from engine.house import open_house
from engine.settings import Settings
from engine.storage.models import people
from tests.support.house import START, House
from tests.webapp.accounts.conftest import PASSWORD, Strict
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app

FIRST = "first-day password"
OWN = "Copper-Kettle-Song-4"


@pytest.fixture
def newcomer(strict: Strict) -> Strict:
    strict.write(lambda conn: add_person(conn, "neu", "新", FIRST, ["window"], None, "W2", strict.clock.now()))
    return strict


def change(visitor: Visitor, old: str, new: str, again: str | None = None) -> int:
    visitor.send("/account/password", old=old, new=new, again=new if again is None else again, next="/inbox")
    return visitor.status


@pytest.mark.checklist(43)
def test_a_newcomer_changes_the_password_before_anything_else(newcomer: Strict) -> None:
    visitor = newcomer.sign_in("neu", FIRST)
    assert visitor.page.request.path == "/account/password"
    for path in ("/inbox", "/cases", "/account"):
        visitor.open(path)
        assert visitor.page.request.path == "/account/password"
    assert change(visitor, FIRST, OWN) == 200
    assert visitor.page.request.path == "/inbox"
    assert newcomer.basic("neu", FIRST).status_code == 401
    assert newcomer.basic("neu", OWN).status_code == 200
    assert newcomer.trail("password_changed") == [("neu", "password_changed", "neu")]


@pytest.mark.checklist(43)
def test_a_program_is_told_what_to_do(newcomer: Strict) -> None:
    refused = newcomer.basic("neu", FIRST)
    assert (refused.status_code, "在浏览器里登录一次" in refused.json["detail"]) == (403, True)
    assert "在浏览器里登录一次" in newcomer.basic("neu", FIRST, "/engine-rest/task").json["message"]


@pytest.mark.checklist(43)
def test_the_first_password_lasts_a_day(newcomer: Strict) -> None:
    newcomer.later(hours=24, minutes=1)
    visitor = newcomer.sign_in("neu", FIRST)
    assert visitor.status == 403 and "初始口令已过 24 小时" in visitor.text
    assert newcomer.basic("neu", FIRST).status_code == 403
    newcomer.write(lambda conn: set_initial_password(conn, "neu", FIRST + "2", "ada", newcomer.clock.now()))
    assert newcomer.sign_in("neu", FIRST + "2").page.request.path == "/account/password"


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", OWN, OWN, "现在的口令不对"),
        (FIRST, OWN, OWN + "x", "不一样"),
        (FIRST, "Short-1", "Short-1", "至少 12 个字符"),
        (FIRST, "all small letters", "all small letters", "至少用三种"),
        (FIRST, "Password-2026!", "Password-2026!", "太常见"),
        (FIRST, FIRST, FIRST, "至少用三种"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_shown_again(
    newcomer: Strict, old: str, new: str, again: str, said: str
) -> None:
    visitor = newcomer.sign_in("neu", FIRST)
    assert change(visitor, old, new, again) == 400
    assert said in visitor.text and f'value="{new}"' not in visitor.text
    assert newcomer.sign_in("neu", FIRST).page.request.path == "/account/password"


@pytest.mark.checklist(41)
def test_after_ninety_days_another_one_is_due_and_none_of_the_last_five(strict: Strict) -> None:
    previous = PASSWORD
    for word in ("Amber", "Birch", "Cedar", "Daisy", "Elder"):
        following = f"{word}-River-Lamp-9"
        visitor = strict.sign_in("wen", previous)
        visitor.open("/account/password")
        assert change(visitor, previous, following) == 200
        previous = following
    visitor = strict.sign_in("wen", previous)
    for used in ("Elder-River-Lamp-9", "Amber-River-Lamp-9"):
        visitor.open("/account/password")
        assert change(visitor, previous, used) == 400 and "最近 5 次" in visitor.text
    visitor.open("/account/password")
    assert change(visitor, previous, PASSWORD) == 200  # the sixth
    strict.later(days=89)
    assert strict.sign_in("wen").page.request.path == "/inbox"
    strict.later(days=2)
    assert strict.sign_in("wen").page.request.path == "/account/password"
    assert strict.basic("wen").status_code == 403


@pytest.mark.checklist(41)
def test_by_nist_no_password_grows_old_and_words_will_do(strict: Strict) -> None:
    entrance = Entrance(strict.house.engine.db, strict.house.engine.keys, Rules(NIST))
    strict.app.extensions["rules"] = entrance.rules
    strict.change("wen", password_at=START - timedelta(days=400))
    assert strict.sign_in("wen").page.request.path == "/inbox"
    attempt = Attempt("wen", PASSWORD, "10.0.0.1", strict.clock.now())
    with pytest.raises(BadInput):
        change_password(entrance, attempt, PASSWORD, PASSWORD, "")
    change_password(entrance, attempt, "four quiet geese at noon", "four quiet geese at noon", "")
    assert strict.basic("wen", "four quiet geese at noon").status_code == 200


@pytest.mark.checklist(39)
def test_a_long_password_counts_to_its_last_sign_however_it_is_typed(strict: Strict) -> None:
    long = "Ünïcode-" + "x7" * 60
    strict.change("wen", password=hash_password(long))
    decomposed = long.replace("Ü", "U\u0308").replace("ï", "i\u0308")
    assert strict.basic("wen", decomposed).status_code == 200
    assert strict.basic("wen", long[:-1]).status_code == 401
    assert 'autocomplete="current-password"' in strict.browser().text and "onpaste" not in strict.browser().text


def test_a_wrong_old_password_counts_as_a_failed_attempt(strict: Strict) -> None:
    visitor = strict.sign_in("wen")
    for _ in range(5):
        visitor.open("/account/password")
        assert change(visitor, "wrong", OWN) == 400
    visitor.open("/account/password")
    assert change(visitor, PASSWORD, OWN) == 429


def test_a_change_of_password_ends_the_other_sessions(strict: Strict) -> None:
    here, there = strict.sign_in("wen"), strict.sign_in("wen")
    here.open("/account/password")
    assert change(here, PASSWORD, OWN) == 200
    assert there.open("/inbox").request.path == "/sign-in"
    assert here.open("/inbox").request.path == "/inbox"


@pytest.mark.checklist(42)
def test_a_weaker_hash_is_renewed_at_the_next_sign_in(strict: Strict) -> None:
    strict.change("wen", password=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    strict.sign_in("wen")
    with strict.house.engine.db.read() as conn:
        stored = conn.scalar(select(people.c.password).where(people.c.name == "wen"))
    assert stored is not None and "m=19456,t=2,p=1" in stored


@pytest.mark.checklist(44)
def test_a_new_house_knows_nobody(sqlite_url: str) -> None:
    settings = Settings(database_url=sqlite_url)
    engine = open_house(settings)
    assert engine.read(lambda ctx: ctx.conn.scalar(select(func.count()).select_from(people))) == 0
    app = create_app(engine, settings)
    app.config["PREFERRED_URL_SCHEME"] = "https"
    for name in ("admin", "w1", "root"):
        assert Visitor.of(app).sign_in(name, settings.demo_password).status == 400
    engine.db.close()


@pytest.mark.checklist(47)
def test_who_has_not_come_for_ninety_days_is_shut_off(strict: Strict) -> None:
    strict.change("wen", seen_at=START - timedelta(days=90, minutes=1))
    visitor = strict.sign_in("wen")
    assert visitor.status == 403 and "已停用" in visitor.text
    assert strict.sign_in("wen").status == 400  # from now on like anybody who was shut off
    assert strict.trail("user_disabled") == [("system", "user_disabled", "wen")]


def test_in_a_demo_no_password_is_changed_and_none_grows_old(house: House) -> None:
    house.app.extensions["clock"] = SimulatedClock(START + timedelta(days=400))
    visitor = Visitor.of(house.app).sign_in("admin")
    assert visitor.page.request.path == "/inbox"
    visitor.open("/account/password")
    assert change(visitor, house.settings.demo_password, OWN) == 403


@pytest.mark.checklist(39)
def test_a_password_of_eleven_signs_is_not_taken_whatever_they_are(strict: Strict) -> None:
    visitor = strict.sign_in("wen")
    visitor.open("/account/password")
    visitor.send("/account/password", old=PASSWORD, new="Qx7!vR2#mK9", again="Qx7!vR2#mK9", next="/inbox")
    assert visitor.status == 400
    assert strict.basic("wen").status_code == 200
