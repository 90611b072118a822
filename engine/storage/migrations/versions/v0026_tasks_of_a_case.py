"""The tasks of a case by group: read off when words find cases, and their tasks are wanted."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_index(
        "ix_task_groups_of_case", "task_groups", ["case_id", "group", "due", "task_id", "assignee", "restricted"]
    )
