"""Where the leading of a long case again may begin; the worker fills it, case by case (engine/cases/resting.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("cases", sa.Column("led_seq", sa.Integer(), nullable=False, server_default="0"))
    unled = sa.text("audit_seq >= led_seq + 20")
    op.create_index("ix_cases_unled", "cases", ["id"], sqlite_where=unled, postgresql_where=unled)
    op.create_table(
        "waypoints",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("print", sa.String(length=64), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_waypoints_case_id"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_waypoints"),
    )
