"""When a case counts in the statistics, and the deadline of its first round, as columns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_EXCLUDED = frozenset({"consulted", "declined", "transferred", "merged", "withdrawn", "restricted"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    op.add_column("cases", sa.Column("counted_at", sa.BigInteger()))
    op.add_column("cases", sa.Column("counted_due", sa.BigInteger()))
    op.create_index("ix_cases_counted_at_id", "cases", ["counted_at", "id"])
    done = sa.text("outcome = 'done'")
    op.create_index("ix_cases_done", "cases", ["counted_at"], sqlite_where=done, postgresql_where=done)
    _count_cases()


def _count_cases() -> None:
    """Until now both stood on the trail alone."""
    conn = op.get_bind()
    lines = sa.text(
        "SELECT at, action, before, after FROM audit WHERE case_id = :id"
        " AND action IN ('concluded', 'deadline_moved') ORDER BY seq"
    )
    change = sa.text("UPDATE cases SET counted_at = :at, counted_due = :due WHERE id = :id")
    for case_id, outcome, deadline in conn.execute(sa.text("SELECT id, outcome, deadline FROM cases")).all():
        at, due = _counted(outcome, deadline, conn.execute(lines, {"id": case_id}).all())
        if at is not None:
            conn.execute(change, {"at": at, "due": due, "id": case_id})


def _counted(outcome: str | None, deadline: int | None, lines: Iterable[Any]) -> tuple[int | None, int | None]:
    """By the trail: the last conclusion of a case that was not handled, else the first and the deadline it met."""
    at, due, moved = None, deadline, False
    for line in lines:
        if line.action == "concluded" and (at is None or outcome in _EXCLUDED):
            at = line.at
        elif line.action == "deadline_moved" and at is not None and not moved:
            due, moved = _microseconds(json.loads(line.before)["deadline"]), True
    return at, None if at is None or outcome in _EXCLUDED else due


def _microseconds(instant: str) -> int:
    return (datetime.fromisoformat(instant) - _EPOCH) // timedelta(microseconds=1)
