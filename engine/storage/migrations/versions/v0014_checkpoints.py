"""Marks on the lines of the trail, and the signed checkpoints over them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("audit", sa.Column("mark", sa.String(length=41)))
    op.add_column("cases", sa.Column("checked_seq", sa.Integer(), nullable=False, server_default="0"))
    unchecked = sa.text("audit_seq > checked_seq")
    op.create_index("ix_cases_unchecked", "cases", ["id"], sqlite_where=unchecked, postgresql_where=unchecked)
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("house_seq", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_checkpoints"),
    )
    op.create_table(
        "checkpoint_places",
        sa.Column("place", sa.String(length=500), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.BigInteger()),
        sa.Column("failure", sa.Text()),
        sa.PrimaryKeyConstraint("place", name="pk_checkpoint_places"),
    )
