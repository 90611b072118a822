"""Many cases are brought to another version at once, each by itself, and taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "migration_batches",
        sa.Column("id", _id(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("undoes", _id()),
        sa.PrimaryKeyConstraint("id", name="pk_migration_batches"),
        sa.ForeignKeyConstraint(["undoes"], ["migration_batches.id"], name="fk_migration_batches_undoes"),
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_migration_batches_open", "migration_batches", ["id"], sqlite_where=running, postgresql_where=running
    )
    op.create_table(
        "migration_cases",
        sa.Column("batch_id", _id(), nullable=False),
        sa.Column("case_id", _id(), nullable=False),
        sa.Column("came_from", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("batch_id", "case_id", name="pk_migration_cases"),
        sa.ForeignKeyConstraint(["batch_id"], ["migration_batches.id"], name="fk_migration_cases_batch_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_migration_cases_case_id"),
    )
    op.create_index("ix_migration_cases_batch_id_state_case_id", "migration_cases", ["batch_id", "state", "case_id"])


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
