"""What an inbox is counted and searched by, off narrower indexes: the cases of a group, held against what words find,
instead of the tasks of a case; and all that is asked of what somebody holds."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0035"
down_revision = "0033"
_HELD = text("assignee IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_task_groups_of_case", "task_groups")
    op.create_index("ix_task_groups_cases", "task_groups", ["group", "case_id"])
    op.drop_index("ix_task_groups_held", "task_groups")
    op.create_index(
        "ix_task_groups_held",
        "task_groups",
        ["assignee", "due", "task_id", "case_id", "urgent", "restricted"],
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )
