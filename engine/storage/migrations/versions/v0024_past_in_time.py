"""The past is listed in time off indexes, however long it is: lines of all trails, cases, tasks."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"

_INDEXES = (
    ("audit", "at"),
    ("cases", "started_at", "id"),
    ("cases", "ended_at", "id"),
    ("tasks", "opened_at", "id"),
    ("finished_tasks", "opened_at", "id"),
    ("finished_tasks", "ended_at", "id"),
)


def upgrade() -> None:
    for table, *columns in _INDEXES:
        op.create_index("_".join(("ix", table, *columns)), table, columns)
