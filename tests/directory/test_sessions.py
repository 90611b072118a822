"""How long a browser stays signed in, and who may end that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, select

from engine.directory import add_person
from engine.directory.rules import Rules
from engine.directory.sessions import (
    Session,
    Whence,
    close_session,
    confirm_session,
    end_session,
    end_sessions,
    find_session,
    handle_of,
    open_session,
    see_session,
    sessions_of,
)
from engine.errors import NotFound
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import sessions

NOW = datetime(2026, 9, 23, 1, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules(strict=False)
T = TypeVar("T")


def write(database: Database, work: Callable[[Connection], T]) -> T:
    def begun(tx: WriteTransaction) -> T:
        tx.begin_writing()
        return work(tx.conn)

    return database.write(begun)


@pytest.fixture
def id(database: Database) -> str:
    """A session that begins now."""
    write(database, lambda c: add_person(c, "ann", "安", "long enough, too", ("window",), None, None, NOW))
    return write(database, lambda c: open_session(c, "ann", NOW, Whence("10.0.0.9", "Firefox")))


def found(database: Database, id: str, now: datetime) -> Session | None:
    with database.read() as conn:
        return find_session(conn, id, now, RULES)


def test_a_session_is_found_by_its_id_alone(database: Database, id: str) -> None:
    session = found(database, id, NOW)
    assert session is not None and session.person.name == "ann"
    assert found(database, session.csrf, NOW) is None
    with database.read() as conn:
        assert id not in str(list(conn.execute(select(sessions))))


@pytest.mark.checklist(11)
def test_an_id_cannot_be_guessed(database: Database, id: str) -> None:
    another = write(database, lambda c: open_session(c, "ann", NOW))
    assert another != id
    assert len(id) * 6 >= 128 and len(another) * 6 >= 128  # URL-safe base 64: six bits a sign


@pytest.mark.checklist(12)
def test_it_ends_half_an_hour_after_the_last_visit(database: Database, id: str) -> None:
    assert found(database, id, NOW + 30 * MINUTE) is not None
    assert found(database, id, NOW + 31 * MINUTE) is None
    write(database, lambda c: see_session(c, id, NOW + 30 * MINUTE))
    assert found(database, id, NOW + 60 * MINUTE) is not None


def test_a_clock_that_is_set_back_does_not_lengthen_it(database: Database, id: str) -> None:
    back = NOW - 30 * DAY
    session = found(database, id, back)
    assert session is not None and session.stale
    write(database, lambda c: see_session(c, id, back))
    assert found(database, id, back + 31 * MINUTE) is None


@pytest.mark.checklist(12)
def test_it_ends_after_half_a_day_however_often_one_comes(database: Database, id: str) -> None:
    for minutes in range(30, 12 * 60 + 1, 30):
        assert found(database, id, NOW + minutes * MINUTE) is not None
        write(database, lambda c, minutes=minutes: see_session(c, id, NOW + minutes * MINUTE))  # type: ignore[misc]
    assert found(database, id, NOW + 12 * HOUR + MINUTE) is None


def test_a_visit_is_noted_every_minute_only(database: Database, id: str) -> None:
    soon, later = found(database, id, NOW + MINUTE), found(database, id, NOW + 2 * MINUTE)
    assert soon is not None and not soon.stale
    assert later is not None and later.stale


@pytest.mark.checklist(46)
def test_a_password_counts_as_confirmation_for_ten_minutes(database: Database, id: str) -> None:
    def confirmed(at: datetime) -> bool:
        session = found(database, id, at)
        assert session is not None
        return session.confirmed

    assert confirmed(NOW + 10 * MINUTE) and not confirmed(NOW + 11 * MINUTE)
    write(database, lambda c: confirm_session(c, id, NOW + 11 * MINUTE))
    assert confirmed(NOW + 21 * MINUTE) and not confirmed(NOW + 22 * MINUTE)


def test_a_closed_session_is_gone(database: Database, id: str) -> None:
    write(database, lambda c: close_session(c, id))
    assert found(database, id, NOW) is None


@pytest.mark.checklist(13)
def test_the_sessions_of_a_person_say_whence_and_since_when(database: Database, id: str) -> None:
    with database.read() as conn:
        (mine,) = sessions_of(conn, "ann", NOW)
        assert (mine.handle, mine.address, mine.agent, mine.created_at) == (handle_of(id), "10.0.0.9", "Firefox", NOW)
        assert mine.handle not in id
        assert sessions_of(conn, "ann", NOW + HOUR) == []


@pytest.mark.checklist(13)
def test_one_session_of_a_person_or_all_but_one_can_be_ended(database: Database, id: str) -> None:
    second, third = (write(database, lambda c: open_session(c, "ann", NOW)) for _ in range(2))
    write(database, lambda c: end_session(c, "ann", handle_of(second), "ann", NOW))
    assert (found(database, id, NOW) is not None, found(database, second, NOW)) == (True, None)
    assert write(database, lambda c: end_sessions(c, "ann", "admin", NOW, but=third)) == 1
    assert (found(database, id, NOW), found(database, third, NOW) is not None) == (None, True)
    assert write(database, lambda c: end_sessions(c, "ann", "admin", NOW)) == 1
    assert found(database, third, NOW) is None


def test_nobody_ends_the_session_of_somebody_else(database: Database, id: str) -> None:
    write(database, lambda c: add_person(c, "bea", "贝", "long enough, too", ("window",), None, None, NOW))
    with pytest.raises(NotFound):
        write(database, lambda c: end_session(c, "bea", handle_of(id), "bea", NOW))
    assert found(database, id, NOW) is not None


def test_who_signs_in_sweeps_out_what_has_run_out(database: Database, id: str) -> None:
    write(database, lambda c: open_session(c, "ann", NOW + DAY))
    with database.read() as conn:
        assert len(list(conn.execute(select(sessions)))) == 1


@pytest.mark.parametrize("id", ["", "x", "\0", "\ud800", "é" * 10_000])
def test_what_is_no_id_is_nobody(database: Database, id: str) -> None:
    assert found(database, id, NOW) is None
