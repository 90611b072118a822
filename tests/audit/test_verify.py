"""Whoever owns the database can switch off its triggers; what they then change is found and named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, text, update

from engine.audit.house import HOUSE, record
from engine.audit.verify import FirstBad, verify_all, verify_case
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import cases
from tests.storage.samples import NOON, add_case, add_lines


@pytest.fixture
def case_id(database: Database) -> int:
    """The middle one of three cases, with five lines; its neighbours must never be blamed."""
    add_lines(database, add_case(database, "before"), "registered", "accepted")
    case_id = add_case(database, "case")
    add_lines(database, case_id, "registered", "accepted", "classified")
    add_lines(database, case_id, "dispatched", "signed")
    add_lines(database, add_case(database, "after"), "registered")
    add_case(database, "still without a line")
    return case_id


def tamper(db: Database, *statements: str) -> None:
    """Run the statements as the owner of the database, without triggers."""

    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        drop_triggers(tx.conn)
        for statement in statements:
            tx.conn.execute(text(statement))

    db.write(work)


def drop_triggers(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        return
    for name in conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        conn.execute(text(f"DROP TRIGGER {name}"))


def found(db: Database) -> list[FirstBad]:
    with db.read() as conn:
        return list(verify_all(conn))


def test_whole_chains_are_not_blamed(database: Database, case_id: int) -> None:
    assert found(database) == []
    with database.read() as conn:
        assert verify_case(conn, case_id) is None


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("UPDATE audit SET actor = 'x' WHERE case_id = {} AND seq = 2", 2),
        ("UPDATE audit SET at = at + 1 WHERE case_id = {} AND seq = 1", 1),
        ("UPDATE audit SET after = NULL WHERE case_id = {} AND seq = 5", 5),
        ("UPDATE audit SET hash = prev WHERE case_id = {} AND seq = 3", 3),
        ("UPDATE audit SET prev = hash WHERE case_id = {} AND seq = 3", 3),
        ("DELETE FROM audit WHERE case_id = {} AND seq = 1", 1),
        ("DELETE FROM audit WHERE case_id = {} AND seq = 3", 3),
        ("DELETE FROM audit WHERE case_id = {} AND seq = 5", 5),
        ("DELETE FROM audit WHERE case_id = {}", 1),
        ("UPDATE cases SET audit_seq = 4 WHERE id = {}", 5),
        ("UPDATE cases SET audit_head = uid WHERE id = {}", 5),
        ("UPDATE cases SET uid = 'other' WHERE id = {}", 1),
    ],
)
def test_the_first_bad_line_is_named(database: Database, case_id: int, statement: str, first_bad: int) -> None:
    tamper(database, statement.format(case_id))
    assert [(bad.case_id, bad.seq) for bad in found(database)] == [(case_id, first_bad)]
    with database.read() as conn:
        bad = verify_case(conn, case_id)
    assert bad is not None and bad.seq == first_bad


def test_lines_that_changed_places_are_found(database: Database, case_id: int) -> None:
    swap = "UPDATE audit SET seq = {} WHERE case_id = {} AND seq = {}"
    tamper(database, *[swap.format(to, case_id, of) for of, to in ((2, 99), (3, 2), (99, 3))])
    assert [(bad.case_id, bad.seq) for bad in found(database)] == [(case_id, 2)]


def test_a_deleted_middle_whose_followers_moved_up_is_found(database: Database, case_id: int) -> None:
    delete_and_move = ["DELETE FROM audit WHERE case_id = {} AND seq = 2"]
    delete_and_move += [f"UPDATE audit SET seq = {seq - 1} WHERE case_id = {{}} AND seq = {seq}" for seq in (3, 4, 5)]
    tamper(database, *[statement.format(case_id) for statement in delete_and_move])
    assert [(bad.case_id, bad.seq) for bad in found(database)] == [(case_id, 2)]


def test_lines_of_a_case_that_was_removed_are_found(database: Database, case_id: int) -> None:
    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(delete(cases).where(cases.c.id == case_id))

    database.write(work)
    assert [(bad.case_id, bad.seq) for bad in found(database)] == [(case_id, 1)]


def test_every_broken_case_is_named(database: Database, case_id: int) -> None:
    tamper(database, "UPDATE audit SET action = 'x' WHERE seq = 1")
    assert len(found(database)) == 3


def test_what_belongs_to_no_case_is_chained_too(database: Database) -> None:
    sign_in(database, 3)
    assert found(database) == []
    tamper(database, "UPDATE audit SET actor = 'x' WHERE case_id = 0 AND seq = 2")
    assert [(bad.case_id, bad.seq) for bad in found(database)] == [(HOUSE, 2)]


def test_the_last_line_of_the_house_cannot_vanish(database: Database) -> None:
    sign_in(database, 3)
    tamper(database, "DELETE FROM audit WHERE case_id = 0 AND seq = 3")
    assert [(bad.case_id, bad.seq) for bad in found(database)] == [(HOUSE, 3)]


def sign_in(db: Database, times: int) -> None:
    for number in range(times):

        def work(tx: WriteTransaction, at: int = number) -> None:
            tx.begin_writing()
            record(tx.conn, NOON + timedelta(minutes=at), "w1", "signed_in")

        db.write(work)


def test_an_erased_text_leaves_the_chain_whole(database: Database, case_id: int) -> None:
    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(cases).where(cases.c.id == case_id).values(title=None, facts="{}"))

    database.write(work)
    assert found(database) == []


def test_long_trails_are_read_in_pieces(database: Database) -> None:
    for number in range(12):
        add_lines(database, add_case(database, f"case-{number}"), *["step"] * 1000)
    assert found(database) == []
    tamper(database, "UPDATE audit SET action = 'x' WHERE seq = 1000 AND case_id % 2 = 0")
    assert [bad.seq for bad in found(database)] == [1000] * 6
