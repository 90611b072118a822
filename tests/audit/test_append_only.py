"""The table of the trail takes new lines at the end of a chain, and nothing else, whoever asks."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from engine.audit.trail import Line
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import audit
from tests.storage.samples import add_case, add_lines


@pytest.fixture
def lines(database: Database) -> list[Line]:
    """Three lines of one case, in the table."""
    return add_lines(database, add_case(database), "registered", "accepted", "classified")


def refused(db: Database, statement: str, why: str, line: Line | None = None) -> None:
    """The statement fails for this reason and the table stays as it was."""
    before = stored(db)

    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        run(tx.conn, statement, line)

    with pytest.raises(DBAPIError, match=why):
        db.write(work)
    assert stored(db) == before


def run(conn: Connection, statement: str, line: Line | None) -> None:
    names = re.findall(r":(\w+)", statement)
    conn.execute(text(statement), {} if line is None else {name: line.row()[name] for name in names})


def stored(db: Database) -> list[tuple[object, ...]]:
    with db.read() as conn:
        return [tuple(row) for row in conn.execute(select(audit).order_by(audit.c.seq))]


def insert_line(db: Database, line: Line) -> None:
    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(insert(audit).values(**line.row()))

    db.write(work)


@pytest.mark.checklist(58)
def test_a_line_is_not_changed(database: Database, lines: list[Line]) -> None:
    refused(database, "UPDATE audit SET actor = 'somebody' WHERE seq = 3", "never changed")


@pytest.mark.checklist(58)
def test_a_line_is_not_deleted(database: Database, lines: list[Line]) -> None:
    refused(database, "DELETE FROM audit WHERE seq = 3", "never")


def test_the_table_is_not_truncated(postgresql: Database) -> None:
    add_lines(postgresql, add_case(postgresql), "registered")
    refused(postgresql, "TRUNCATE audit", "never")


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
def test_a_line_is_not_replaced_on_sqlite(sqlite: Database, verb: str) -> None:
    last = add_lines(sqlite, add_case(sqlite), "registered", "accepted")[-1]
    columns = ", ".join(f'"{column.name}"' for column in audit.columns)
    select_forged = columns.replace('"actor"', "'forged'")
    refused(
        sqlite, f"{verb} INTO audit ({columns}) SELECT {select_forged} FROM audit WHERE seq = {last.seq}", "follows"
    )


def test_replacing_is_refused_without_recursive_triggers_too(sqlite: Database) -> None:
    add_lines(sqlite, add_case(sqlite), "registered")
    columns = ", ".join(f'"{column.name}"' for column in audit.columns)

    def work(tx: WriteTransaction) -> None:
        tx.conn.execute(text("PRAGMA recursive_triggers=OFF"))
        tx.begin_writing()
        tx.conn.execute(text(f"REPLACE INTO audit ({columns}) SELECT {columns} FROM audit"))

    with pytest.raises(DBAPIError, match="follows"):
        sqlite.write(work)


def test_an_upsert_changes_no_line(database: Database, lines: list[Line]) -> None:
    columns = ", ".join(f'"{column.name}"' for column in audit.columns)
    upsert = f"INSERT INTO audit ({columns}) SELECT {columns} FROM audit WHERE seq = 3"
    refused(database, f"{upsert} ON CONFLICT (case_id, seq) DO UPDATE SET actor = 'forged'", "follows")


def test_a_line_that_leaves_a_gap_is_refused(database: Database, lines: list[Line]) -> None:
    with pytest.raises(DBAPIError, match="follows"):
        insert_line(database, replace(lines[-1], seq=5, prev=lines[-1].hash))


def test_a_line_before_the_first_is_refused(database: Database, lines: list[Line]) -> None:
    with pytest.raises(DBAPIError, match="follows"):
        insert_line(database, replace(lines[0], seq=0))


def test_a_line_chained_to_another_than_the_last_is_refused(database: Database, lines: list[Line]) -> None:
    with pytest.raises(DBAPIError, match="follows"):
        insert_line(database, replace(lines[-1], seq=4, prev=lines[0].hash))


def test_a_chain_of_another_case_begins_at_one(database: Database, lines: list[Line]) -> None:
    other = add_case(database, "case-2")
    with pytest.raises(DBAPIError, match="follows"):
        insert_line(database, replace(lines[1], case_id=other))
    insert_line(database, replace(lines[0], case_id=other))
    assert len(stored(database)) == 4
