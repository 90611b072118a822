"""F10 in its short form: on a full disk nothing is half written, people are told, reading goes on, and it passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, text, update

from engine.clock import SystemClock
from engine.storage.database import WriteTransaction
from engine.storage.models import sessions
from tests.faults.courses import Course, start_form
from tests.faults.invariants import promises_broken
from tests.faults.snapshot import snapshot
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor

_FORM = start_form(Course(), "社保转移报错")
_FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON cases EXECUTE FUNCTION no_room();
CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON sessions EXECUTE FUNCTION no_room()
"""
_ROOM = "DROP TRIGGER no_room ON cases; DROP TRIGGER no_room ON sessions; DROP FUNCTION no_room"


class Disk:
    """The disk of a house, which can be full."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._pages = 2**32 - 2
        if house.engine.db.dialect == "sqlite":
            event.listen(house.engine.db.pool, "checkout", self._limit)

    def fill(self) -> None:
        self._pages = 1  # SQLite takes the size the file has
        self._on_postgresql(_FULL)

    def make_room(self) -> None:
        self._pages = 2**32 - 2
        self._on_postgresql(_ROOM)

    def _limit(self, connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={self._pages}")

    def _on_postgresql(self, statements: str) -> None:
        if self._house.engine.db.dialect == "postgresql":
            self._house.engine.db.write(lambda tx: tx.conn.execute(text(statements)))


@pytest.fixture
def disk(any_house: House) -> Disk:
    return Disk(any_house)


def until_refused(ask: Callable[[], Any]) -> Any:
    """The first refusal; half-empty pages of the file take a few rows more."""
    answers: Iterator[Any] = (ask() for _ in range(200))
    return next(answer for answer in answers if answer.status_code >= 400)


def rows(house: House) -> object:
    with house.engine.db.read() as conn:
        return snapshot(conn)


def test_a_full_disk_is_told_and_changes_nothing(any_house: House, disk: Disk) -> None:
    disk.fill()
    refused = until_refused(lambda: any_house.person("w1").post("/api/cases", _FORM))
    assert (refused.status_code, refused.json["title"]) == (507, "存储空间已满")
    assert "没有丢失" in refused.json["detail"]
    before = rows(any_house)
    assert any_house.person("w1").post("/api/cases", _FORM).status_code == 507
    assert rows(any_house) == before
    assert promises_broken(any_house.settings.database_url) == []


def test_reading_goes_on_and_with_room_again_so_does_work(any_house: House, disk: Disk) -> None:
    keys = map(str, count())
    disk.fill()
    refused = until_refused(lambda: any_house.person("w1").post("/api/cases", _FORM, next(keys)))
    assert refused.status_code == 507
    assert any_house.person("w1").get("/engine-rest/task").status_code == 200
    disk.make_room()
    assert any_house.person("w1").post("/api/cases", _FORM, next(keys)).status_code == 201


def test_a_browser_long_unseen_still_reads(any_house: House, disk: Disk) -> None:
    browser = Visitor.of(any_house.app)
    browser.sign_in("w1", any_house.settings.demo_password)
    any_house.engine.db.write(unseen_for_a_while)
    disk.fill()
    assert browser.client.get("/inbox").status_code == 200


def unseen_for_a_while(tx: WriteTransaction) -> None:
    tx.begin_writing()
    tx.conn.execute(update(sessions).values(seen_at=SystemClock().now() - timedelta(minutes=20)))
