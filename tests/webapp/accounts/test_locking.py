"""Five failures, and the door stays shut for a quarter of an hour, whoever it is and however they come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from engine.clock import SimulatedClock
from engine.directory import passwords
from engine.directory.signing_in import unlock
from engine.facade import Engine
from engine.keys import demo_keys
from engine.settings import Settings
from engine.storage.database import Database
from engine.storage.models import sign_in_failures
from tests.support.house import START, House
from tests.webapp.accounts.conftest import PASSWORD, Strict
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app

pytestmark = pytest.mark.checklist(35)


def fail(strict: Strict, name: str, times: int = 5, address: str = "10.0.0.1") -> None:
    for _ in range(times):
        assert strict.basic(name, "wrong", address=address).status_code == 401


def test_five_failures_lock_a_name_for_a_quarter_of_an_hour_everywhere(strict: Strict) -> None:
    fail(strict, "wen", 4)
    assert strict.basic("wen").status_code == 200
    fail(strict, "wen")
    refused = strict.basic("wen", address="10.0.0.2")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    assert strict.sign_in("wen", address="10.0.0.3").status == 429
    strict.later(minutes=14)
    assert strict.basic("wen").status_code == 429
    strict.later(minutes=1)
    assert strict.basic("wen").status_code == 200


def test_failures_on_a_page_count_with_those_of_programs(strict: Strict) -> None:
    for _ in range(3):
        assert strict.sign_in("wen", "wrong").status == 400
    fail(strict, "wen", 2)
    assert strict.sign_in("wen").status == 429


@pytest.mark.checklist(37)
def test_a_locked_name_nobody_has_is_answered_like_one_somebody_has(
    strict: Strict, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("wen", "nobody"):
        fail(strict, name)
    checked: list[str] = []
    verify = passwords._HASHER.verify

    class Counting:
        def verify(self, stored: str, password: bytes) -> bool:
            checked.append(stored)
            return verify(stored, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    known, right, unknown = strict.basic("wen", "wrong"), strict.basic("wen"), strict.basic("nobody", "wrong")
    assert {each.status_code for each in (known, right, unknown)} == {429}
    assert known.json == right.json == unknown.json
    assert len(checked) == 3 and len(set(checked)) == 1


def test_failures_with_five_names_lock_the_address_and_no_other(strict: Strict) -> None:
    for name in ("a", "b", "c", "d", "e"):
        fail(strict, name, 1)
    assert strict.basic("wen").status_code == 429
    assert strict.basic("wen", address="10.0.0.2").status_code == 200


def test_somebody_who_forgot_a_password_does_not_shut_out_the_office(strict: Strict) -> None:
    fail(strict, "wen")
    assert strict.sign_in("ada").status == 200


def test_attempts_while_locked_do_not_lengthen_it(strict: Strict) -> None:
    fail(strict, "wen")
    strict.later(minutes=10)
    for _ in range(5):
        assert strict.basic("wen", "wrong").status_code == 429
    strict.later(minutes=5)
    assert strict.basic("wen").status_code == 200


def test_an_administrator_unlocks(strict: Strict) -> None:
    fail(strict, "wen")
    strict.write(lambda conn: unlock(conn, strict.house.engine.keys, "wen", "ada", strict.clock.now()))
    assert strict.basic("wen").status_code == 200
    assert strict.trail("locked_out", "unlocked") == [("system", "locked_out", "wen"), ("ada", "unlocked", "wen")]


def test_guesses_that_come_at_once_to_several_processes_are_five(strict: Strict) -> None:
    url = strict.house.settings.database_url
    engines = [Engine(Database(url), strict.house.clock, demo_keys(), strict.house.engine.worktime) for _ in range(2)]
    doors = [Strict(strict.house, create_app(each, Settings(database_url=url)), strict.clock) for each in engines]
    for door in doors:
        door.app.extensions["clock"] = SimulatedClock(START)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: doors[n % 2].basic("wen", f"guess {n}").status_code, range(16)))
    for each in engines:
        each.db.close()
    assert sorted(set(answers)) == [401, 429] and answers.count(401) == 5
    assert strict.basic("wen").status_code == 429
    with strict.house.engine.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(sign_in_failures)) == 5


def test_a_name_that_was_typed_is_not_kept(strict: Strict) -> None:
    fail(strict, "my secret password", 1)
    with strict.house.engine.db.read() as conn:
        kept = str(list(conn.execute(select(sign_in_failures))))
    assert "secret" not in kept
    assert strict.trail("sign_in_failed") == [("system", "sign_in_failed", None)]


def test_in_a_demo_nobody_is_locked_out(house: House) -> None:
    for _ in range(7):
        assert Visitor.of(house.app).sign_in("w1", "wrong").status == 400
    assert Visitor.of(house.app).sign_in("w1").page.request.path == "/inbox"


def test_the_right_password_on_a_page_takes_the_failures_back(strict: Strict) -> None:
    fail(strict, "wen", 4)
    assert strict.sign_in("wen", PASSWORD).page.request.path == "/inbox"
    fail(strict, "wen", 4)
    assert strict.sign_in("wen").page.request.path == "/inbox"
