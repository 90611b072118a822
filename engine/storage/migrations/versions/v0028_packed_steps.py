"""The steps of many cases packed by columns, and in the order of how long they took.

Every block there is waits to be packed by the worker.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("walked_steps", sa.Column("took", sa.Integer(), nullable=False, server_default="-1"))
    op.execute("UPDATE walked_steps SET took = waited + coalesce(handled, 0) WHERE waited IS NOT NULL")
    longest = ["element", "took", "entered_at", "case_id", "number"]
    op.create_index("ix_walked_steps_longest", "walked_steps", longest)
    op.drop_index("ix_walked_steps_waited", "walked_steps")
    still = sa.text("how IS NULL")
    chosen = ["key", "bundle_id", "received_at", "unit", "grade", "cause", "channel"]
    op.create_index(
        "ix_walked_steps_open", "walked_steps", ["due", "element", *chosen], sqlite_where=still, postgresql_where=still
    )
    op.create_table(
        "walked_blocks",
        sa.Column("block", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("packed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("block", name="pk_walked_blocks"),
    )
    moving = sa.text("NOT packed")
    op.create_index(
        "ix_walked_blocks_moving", "walked_blocks", ["changed_at"], sqlite_where=moving, postgresql_where=moving
    )
    op.create_table(
        "packed_steps",
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("bundle_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("columns", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["block"], ["walked_blocks.block"], name="fk_packed_steps_block"),
        sa.PrimaryKeyConstraint("block", "bundle_id", "element", name="pk_packed_steps"),
    )
    op.create_table(
        "moving_cases",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_moving_cases_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_moving_cases"),
    )
    walked = "SELECT DISTINCT case_id / 1024, 0, false FROM walked_cases"
    op.execute(f"INSERT INTO walked_blocks (block, changed_at, packed) {walked}")
    op.execute("INSERT INTO moving_cases (case_id) SELECT case_id FROM walked_cases")
