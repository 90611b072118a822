"""Findings put to units: which case and element each is about, and numbers of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "rectifications",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=20)),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("put_by", sa.String(length=200), nullable=False),
        sa.Column("put_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_rectifications_case_id"),
        sa.ForeignKeyConstraint(["about_id"], ["cases.id"], name="fk_rectifications_about_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_rectifications"),
    )
    op.create_index("ix_rectifications_about_id", "rectifications", ["about_id"])
    op.create_index("ix_rectifications_put_at", "rectifications", ["put_at"])
    given = [row._asdict() for row in op.get_bind().execute(sa.text("SELECT year, last FROM numbers"))]
    op.drop_table("numbers")  # its key gains a column, which SQLite does by a new table alone
    kept = op.create_table(
        "numbers",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name="pk_numbers"),
    )
    op.bulk_insert(kept, [{"kind": "BCS", **row} for row in given])
