"""What colleagues have in hand is listed and counted off an index of its own: few of all that lies with a group."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0036"
down_revision = "0035"
_HELD = text("assignee IS NOT NULL")
_OF_TASK = ("case_id", "element", "unit", "opened_at", "assignee")
_OF_CASE = ("lead_unit", "grade", "tier", "urgent", "restricted")


def upgrade() -> None:
    op.create_index(
        "ix_task_groups_in_hand",
        "task_groups",
        ["group", "due", "task_id", *_OF_TASK, *_OF_CASE],
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )
