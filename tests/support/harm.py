"""Changing stored rows behind the back of the house, as only the owner of the database can."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, text, update

from engine.audit.trail import genesis, instant_text, line_hash
from engine.storage.database import WriteTransaction
from engine.storage.models import audit, cases
from tests.support.play import Play

_CHAINED = frozenset({"prev", "hash", "mark"})


def harm(play: Play, *statements: Any, rehash: bool = False) -> None:
    """Run the statements on the house of a play, whose trails are then no longer held to be whole.

    With `rehash` the chains are made anew, so that nobody can tell by them.
    """
    play.harmed = True

    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        drop_triggers(tx.conn)
        for statement in statements:
            tx.conn.execute(statement)
        if rehash:
            _chain_anew(tx.conn)

    play.engine.db.write(work)


def drop_triggers(conn: Connection) -> None:
    """Take away what makes the trail append-only."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        return
    for name in conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        conn.execute(text(f"DROP TRIGGER {name}"))


def _chain_anew(conn: Connection) -> None:
    for case in conn.execute(select(cases.c.id, cases.c.uid)).all():
        head, count = genesis(case.uid), 0
        lines = conn.execute(select(audit).where(audit.c.case_id == case.id).order_by(audit.c.seq)).mappings().all()
        for line in lines:
            said = {str(name): value for name, value in line.items() if name not in _CHAINED}
            old, head, count = head, line_hash(head, {**said, "at": instant_text(line["at"])}), count + 1
            this = (audit.c.case_id == case.id) & (audit.c.seq == line["seq"])
            conn.execute(update(audit).where(this).values(prev=old, hash=head))
        conn.execute(update(cases).where(cases.c.id == case.id).values(audit_seq=count, audit_head=head))
