"""Reads see one instant, writes are whole or not at all, and nobody's change is lost."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from engine.errors import Busy
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import cases, settings
from engine.storage.rows import update_case
from tests.storage.samples import add_case
from tests.support.patience import as_delivered


def put(tx: WriteTransaction, name: str, value: str = "1") -> None:
    tx.begin_writing()
    tx.conn.execute(insert(settings).values(name=name, value=value))


def names(db: Database) -> set[str]:
    with db.read() as conn:
        return set(conn.execute(select(settings.c.name)).scalars())


def title(db: Database, case_id: int) -> str | None:
    with db.read() as conn:
        found: str | None = conn.execute(select(cases.c.title).where(cases.c.id == case_id)).scalar_one()
        return found


def append_to_title(tx: WriteTransaction, case_id: int, word: str) -> None:
    case = tx.lock_case(case_id)
    assert case is not None
    tx.begin_writing()
    update_case(tx.conn, case_id, case["revision"], {"title": (case["title"] or "") + word})


def test_a_write_is_seen_by_the_next_read(database: Database) -> None:
    database.write(lambda tx: put(tx, "a"))
    assert names(database) == {"a"}


def test_an_exception_takes_everything_back_and_is_raised(database: Database) -> None:
    def work(tx: WriteTransaction) -> None:
        put(tx, "a")
        raise LookupError("half-way")

    with pytest.raises(LookupError, match="half-way"):
        database.write(work)
    assert names(database) == set()


def test_what_work_returns_is_the_answer(database: Database) -> None:
    assert database.write(lambda tx: 7) == 7


def test_nothing_can_be_written_in_a_read(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as conn:
        conn.execute(insert(settings).values(name="a", value="1"))
    assert names(database) == set()


def test_nothing_can_be_written_on_sqlite_before_writing_has_begun(sqlite: Database) -> None:
    with pytest.raises(DBAPIError, match="readonly"):
        sqlite.write(lambda tx: tx.conn.execute(insert(settings).values(name="a", value="1")))


def test_all_queries_of_a_read_see_the_same_instant(database: Database) -> None:
    with database.read() as conn:
        assert conn.execute(select(settings.c.name)).all() == []
        database.write(lambda tx: put(tx, "a"))
        assert conn.execute(select(settings.c.name)).all() == []


def test_a_lost_update_is_noticed_and_done_again_from_a_fresh_read(sqlite: Database) -> None:
    case_id = add_case(sqlite)
    seen: list[Any] = []

    def work(tx: WriteTransaction) -> None:
        case = tx.lock_case(case_id)
        assert case is not None
        seen.append(case["title"])
        if len(seen) == 1:
            sqlite.write(lambda other: append_to_title(other, case_id, "first "))
        tx.begin_writing()
        update_case(tx.conn, case_id, case["revision"], {"title": (case["title"] or "") + "second"})

    sqlite.write(work)
    assert seen == [None, "first "]
    assert title(sqlite, case_id) == "first second"


def test_a_write_that_was_stale_cannot_be_overtaken_again(sqlite: Database) -> None:
    case_id = add_case(sqlite)
    attempts: list[str] = []

    def overtake(word: str) -> str:
        def impatient(tx: WriteTransaction) -> None:
            tx.conn.execute(text("PRAGMA busy_timeout=50"))
            append_to_title(tx, case_id, word)

        try:
            sqlite.write(impatient)
        except Busy:
            return "waits"
        return "faster"

    def work(tx: WriteTransaction) -> None:
        case = tx.lock_case(case_id)
        assert case is not None
        attempts.append(overtake(f"rival {len(attempts)} "))
        tx.begin_writing()
        update_case(tx.conn, case_id, case["revision"], {"title": (case["title"] or "") + "mine"})

    sqlite.write(work)
    assert attempts == ["faster", "waits"]
    assert title(sqlite, case_id) == "rival 0 mine"


def test_a_write_that_is_stale_twice_is_busy_and_leaves_nothing(database: Database) -> None:
    attempts: list[int] = []

    def work(tx: WriteTransaction) -> None:
        attempts.append(1)
        put(tx, "a")
        tx.stale()

    with pytest.raises(Busy):
        database.write(work)
    assert len(attempts) == 2
    assert names(database) == set()


def test_an_old_revision_changes_nothing(database: Database) -> None:
    case_id = add_case(database)
    database.write(lambda tx: append_to_title(tx, case_id, "new"))

    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        update_case(tx.conn, case_id, 1, {"title": "old"})

    with pytest.raises(Busy):
        database.write(work)
    assert title(database, case_id) == "new"


def test_two_writers_at_once_both_succeed(database: Database) -> None:
    one, other = add_case(database, "case-1"), add_case(database, "case-2")
    together = threading.Barrier(2)

    def write(case_id: int) -> None:
        for _ in range(20):
            together.wait()
            database.write(lambda tx: append_to_title(tx, case_id, "x"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, [one, other]))
    assert (title(database, one), title(database, other)) == ("x" * 20, "x" * 20)


def test_the_second_writer_of_one_case_builds_on_the_first(database: Database) -> None:
    case_id = add_case(database)
    together = threading.Barrier(2)

    def write(word: str) -> None:
        for _ in range(20):
            together.wait()
            database.write(lambda tx: append_to_title(tx, case_id, word))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, "ab"))
    assert sorted(title(database, case_id) or "") == ["a"] * 20 + ["b"] * 20


def test_reading_goes_on_while_somebody_writes(sqlite: Database) -> None:
    def work(tx: WriteTransaction) -> None:
        put(tx, "a")
        assert names(sqlite) == set()

    sqlite.write(work)


def test_postgresql_keeps_a_case_locked_from_the_first_read_on(postgresql: Database) -> None:
    case_id = add_case(postgresql)

    def try_to_lock(tx: WriteTransaction) -> None:
        tx.conn.execute(text("SET LOCAL lock_timeout = '50ms'"))
        tx.lock_case(case_id)

    def work(tx: WriteTransaction) -> None:
        tx.lock_case(case_id)
        with pytest.raises(Busy):
            postgresql.write(try_to_lock)

    postgresql.write(work)


def test_a_locked_sqlite_file_is_busy(sqlite: Database) -> None:
    def impatient(tx: WriteTransaction) -> None:
        tx.conn.execute(text("PRAGMA busy_timeout=50"))
        put(tx, "b")

    def work(tx: WriteTransaction) -> None:
        put(tx, "a")
        with pytest.raises(Busy):
            sqlite.write(impatient)

    sqlite.write(work)
    assert names(sqlite) == {"a"}


def test_a_connection_lost_in_the_middle_is_busy_and_the_next_write_succeeds(postgresql: Database) -> None:
    def work(tx: WriteTransaction) -> None:
        put(tx, "a")
        own = tx.conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
        terminate(tx, own)
        put(tx, "b")

    with pytest.raises(Busy):
        postgresql.write(work)
    postgresql.write(lambda tx: put(tx, "c"))
    assert names(postgresql) == {"c"}


def terminate(tx: WriteTransaction, pid: int) -> None:
    driver = tx.conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with psycopg.connect(driver.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])


def test_a_broken_rule_of_the_tables_is_no_busy(database: Database) -> None:
    database.write(lambda tx: put(tx, "a"))
    with pytest.raises(DBAPIError):
        database.write(lambda tx: put(tx, "a"))


def test_a_case_nobody_knows_has_no_row(database: Database) -> None:
    assert database.write(lambda tx: tx.lock_case(99)) is None


def test_the_row_of_a_case_comes_with_instants_and_truth_values(database: Database) -> None:
    case_id = add_case(database)
    case: Mapping[str, Any] | None = database.write(lambda tx: tx.lock_case(case_id))
    assert case is not None
    assert (case["urgent"], case["state"]) == (False, b"state")
    assert case["started_at"].tzinfo is not None


def test_ping_answers_only_when_the_database_does(database: Database) -> None:
    database.ping()
    with pytest.raises((Busy, DBAPIError)):
        Database("sqlite:////nowhere/at/all.db").ping()


def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        Database("mysql://localhost/x")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_settings_the_house_relies_on_are_on(kind: str, request: pytest.FixtureRequest) -> None:
    show, settings = ("PRAGMA", SQLITE) if kind == "sqlite" else ("SHOW", POSTGRESQL)
    url: str = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    with as_delivered(), closing(Database(url)) as delivered, delivered.read() as conn:
        found = {name: conn.execute(text(f"{show} {name}")).scalar_one() for name in settings}
    assert found == settings


SQLITE = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "busy_timeout": 15000,
}
POSTGRESQL = {
    "lock_timeout": "5s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "15s",
    "transaction_isolation": "repeatable read",
    "transaction_read_only": "on",
}


def test_beginning_to_write_a_second_time_keeps_what_was_written(database: Database) -> None:
    def work(tx: WriteTransaction) -> None:
        put(tx, "a")
        put(tx, "b")

    database.write(work)
    assert names(database) == {"a", "b"}
