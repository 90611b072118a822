"""How long a browser stays signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, select

from engine.directory import add_person
from engine.directory.sessions import Session, close_session, find_session, open_session, see_session
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import sessions

NOW = datetime(2026, 9, 23, 1, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
T = TypeVar("T")


def write(database: Database, work: Callable[[Connection], T]) -> T:
    def begun(tx: WriteTransaction) -> T:
        tx.begin_writing()
        return work(tx.conn)

    return database.write(begun)


@pytest.fixture
def id(database: Database) -> str:
    """A session that begins now."""
    person = write(database, lambda c: add_person(c, "ann", "安", "long enough", ("window",), None, None, NOW))
    return write(database, lambda c: open_session(c, person, NOW))


def found(database: Database, id: str, now: datetime) -> Session | None:
    with database.read() as conn:
        return find_session(conn, id, now)


def test_a_session_is_found_by_its_id_alone(database: Database, id: str) -> None:
    session = found(database, id, NOW)
    assert session is not None and session.person.name == "ann"
    assert found(database, session.csrf, NOW) is None
    with database.read() as conn:
        assert id not in str(list(conn.execute(select(sessions))))


def test_it_ends_half_a_day_after_the_last_visit(database: Database, id: str) -> None:
    assert found(database, id, NOW + 12 * HOUR) is not None
    assert found(database, id, NOW + 13 * HOUR) is None
    write(database, lambda c: see_session(c, id, NOW + 12 * HOUR))
    assert found(database, id, NOW + 13 * HOUR) is not None


def test_a_clock_that_is_set_back_does_not_lengthen_it(database: Database, id: str) -> None:
    back = NOW - 30 * DAY
    session = found(database, id, back)
    assert session is not None and session.stale
    write(database, lambda c: see_session(c, id, back))
    assert found(database, id, back + 13 * HOUR) is None


def test_it_ends_after_a_week_however_often_one_comes(database: Database, id: str) -> None:
    for hours in range(12, 7 * 24 + 1, 12):
        assert found(database, id, NOW + hours * HOUR) is not None
        write(database, lambda c, hours=hours: see_session(c, id, NOW + hours * HOUR))  # type: ignore[misc]
    assert found(database, id, NOW + 7 * DAY + HOUR) is None


def test_a_visit_is_noted_every_few_minutes_only(database: Database, id: str) -> None:
    soon, later = found(database, id, NOW + timedelta(minutes=5)), found(database, id, NOW + timedelta(minutes=6))
    assert soon is not None and not soon.stale
    assert later is not None and later.stale


def test_a_closed_session_is_gone(database: Database, id: str) -> None:
    write(database, lambda c: close_session(c, id))
    assert found(database, id, NOW) is None


def test_who_signs_in_sweeps_out_what_has_run_out(database: Database, id: str) -> None:
    session = found(database, id, NOW)
    assert session is not None
    write(database, lambda c: open_session(c, session.person, NOW + DAY))
    with database.read() as conn:
        assert len(list(conn.execute(select(sessions)))) == 1


@pytest.mark.parametrize("id", ["", "x", "\0", "\ud800", "é" * 10_000])
def test_what_is_no_id_is_nobody(database: Database, id: str) -> None:
    assert found(database, id, NOW) is None
