"""Marks by which a case is found by its person, who saw personal data, and room for sealed names of papers.

What earlier versions stored in plain is sealed when the house is opened (engine/cases/sealing.py): that needs the keys.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "person_marks",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_person_marks_case_id"),
        sa.PrimaryKeyConstraint("mark", "case_id", name="pk_person_marks"),
    )
    op.create_index("ix_person_marks_case_id", "person_marks", ["case_id"])
    op.create_table(
        "accesses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_accesses_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_accesses"),
    )
    op.create_index("ix_accesses_case_id_person_what_at", "accesses", ["case_id", "person", "what", "at"])
    _room_for_sealed_names()


def _room_for_sealed_names() -> None:
    """SQLite keeps any length; there the column is declared anew without copying the papers."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("attachments", "name", type_=sa.Text(), existing_nullable=False)
        return
    with op.batch_alter_table("attachments") as table:
        table.alter_column("name", type_=sa.Text(), existing_nullable=False)
