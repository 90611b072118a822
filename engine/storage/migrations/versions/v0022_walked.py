"""The tables for looking at many cases at once.

What they say of cases that are there already is written by the worker, batch by batch (engine/heat/keeping.py): a case
nobody has read yet stands at line 0.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"

_CHOSEN = ("key", "bundle_id", "received_at", "unit", "grade", "cause", "channel")


def upgrade() -> None:
    op.add_column("cases", sa.Column("walked_seq", sa.Integer(), nullable=False, server_default="0"))
    unwalked = sa.text("audit_seq > walked_seq")
    op.create_index("ix_cases_unwalked", "cases", ["id"], sqlite_where=unwalked, postgresql_where=unwalked)
    op.create_table(
        "ways",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bundle_id", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_ways"),
    )
    op.create_table(
        "walked_cases",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("way", sa.String(length=64), nullable=False),
        *_chosen(),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_walked_cases_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_walked_cases"),
    )
    of_way = ["key", "bundle_id", "way", "received_at", "unit", "grade", "cause", "channel"]
    op.create_index("ix_walked_cases_way", "walked_cases", of_way)
    op.create_table(
        "walked_steps",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger()) for name in ("begun_at", "left_at", "due")),
        sa.Column("how", sa.String(length=20)),
        *(sa.Column(name, sa.Integer()) for name in ("waited", "handled", "allowed", "remained")),
        sa.Column("late", sa.String(length=10), nullable=False),
        *_chosen(),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_walked_steps_case_id"),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_walked_steps"),
    )
    op.create_index("ix_walked_steps_waited", "walked_steps", ["element", "how", "waited", *_CHOSEN])
    handled = ["element", "how", "handled", "late", "entry", "due", *_CHOSEN]
    op.create_index("ix_walked_steps_handled", "walked_steps", handled)


def _chosen() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("bundle_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=20)),
        sa.Column("grade", sa.String(length=20)),
        sa.Column("cause", sa.String(length=40)),
        sa.Column("channel", sa.String(length=20)),
    )
