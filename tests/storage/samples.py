"""Rows as the door would write them, with as little in them as the tables allow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.audit.trail import Line, chain, genesis
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import audit, bundles
from engine.storage.rows import insert_case, insert_rows, update_case

NOON = datetime(2026, 10, 8, 4, 0, tzinfo=UTC)


def add_case(db: Database, uid: str = "case-1") -> int:
    """A new case without audit lines; returns its id."""
    return db.write(lambda tx: _insert_case(tx, uid))


def _insert_case(tx: WriteTransaction, uid: str) -> int:
    tx.begin_writing()
    return insert_case(
        tx.conn,
        {
            "uid": uid,
            "bundle_id": _bundle(tx.conn),
            "key": "five_step_loop",
            "revision": 1,
            "state": b"state",
            "ledger": "{}",
            "facts": "{}",
            "audit_seq": 0,
            "audit_head": genesis(uid),
            "started_at": NOON,
        },
    )


def _bundle(conn: Connection) -> int:
    if conn.execute(select(bundles.c.id)).first() is None:
        insert_rows(
            conn,
            bundles,
            [{"key": "five_step_loop", "version": 1, "hash": "0" * 64, "author": "system", "published_at": NOON}],
        )
    bundle_id: int = conn.execute(select(bundles.c.id)).scalars().one()
    return bundle_id


def next_lines(case: Any, *actions: str) -> list[Line]:
    """The lines that follow the head of the case (its row), one per action."""
    lines: list[Line] = []
    head, seq = case["audit_head"], case["audit_seq"]
    for action in actions:
        seq += 1
        line = chain(head, case["id"], seq, at=NOON, actor="w1", action=action, after={"行动": action})
        lines.append(line)
        head = line.hash
    return lines


def add_lines(db: Database, case_id: int, *actions: str) -> list[Line]:
    """Append audit lines to the case and move its head, as one act."""

    def work(tx: WriteTransaction) -> list[Line]:
        case = tx.lock_case(case_id)
        assert case is not None
        lines = next_lines(case, *actions)
        tx.begin_writing()
        head = {"audit_seq": lines[-1].seq, "audit_head": lines[-1].hash}
        update_case(tx.conn, case_id, case["revision"], head)
        insert_rows(tx.conn, audit, [line.row() for line in lines])
        return lines

    return db.write(work)
