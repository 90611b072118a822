"""What an inbox narrows and orders by stands in its own rows, beside the group and the due, under one index.

The index by which cases are listed holds what every list asks of them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_OF_TASK = ("case_id", "element", "unit", "opened_at", "assignee")
_OF_CASE = ("lead_unit", "grade", "tier", "urgent", "restricted")
_COPY = """
    UPDATE task_groups SET ({columns}) =
        (SELECT {columns} FROM {table} WHERE {table}.id = task_groups.{key})
"""


def upgrade() -> None:
    with op.batch_alter_table("task_groups") as batch:
        batch.add_column(sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
        batch.add_column(sa.Column("element", sa.String(200)))
        batch.add_column(sa.Column("unit", sa.String(20)))
        batch.add_column(sa.Column("opened_at", sa.BigInteger()))
        batch.add_column(sa.Column("assignee", sa.String(200)))
        batch.add_column(sa.Column("lead_unit", sa.String(20)))
        batch.add_column(sa.Column("grade", sa.String(20)))
        batch.add_column(sa.Column("tier", sa.Integer()))
        batch.add_column(sa.Column("urgent", sa.Boolean()))
        batch.add_column(sa.Column("restricted", sa.Boolean()))
    for columns, table, key in ((_OF_TASK, "tasks", "task_id"), (_OF_CASE, "cases", "case_id")):
        op.execute(_COPY.format(columns=", ".join(columns), table=table, key=key))
    with op.batch_alter_table("task_groups") as batch:
        for name in ("case_id", "element", "opened_at", "tier", "urgent", "restricted"):
            batch.alter_column(name, nullable=False)
    op.drop_index("ix_task_groups_inbox", "task_groups")
    op.create_index("ix_task_groups_inbox", "task_groups", ["group", "due", "task_id", *_OF_TASK, *_OF_CASE])
    for kind, those, over in (
        ("held", ["assignee", "due", "task_id"], "assignee IS NOT NULL"),
        ("supervised", ["group", "element", "due", "task_id", "restricted"], "element = 'supervise'"),
    ):
        there = sa.text(over)
        name = f"ix_task_groups_{kind}"
        op.create_index(name, "task_groups", those, sqlite_where=there, postgresql_where=there)
    op.drop_index("ix_cases_received_at_id", "cases")
    op.create_index("ix_cases_received", "cases", ["received_at", "id", "key", "restricted"])
