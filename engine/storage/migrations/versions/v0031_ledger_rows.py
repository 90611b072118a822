"""Rows of the ledger worked out beforehand.

Those of cases that are there already are written by the worker, batch by batch (engine/exports/keeping.py): a case
nobody has read yet stands at line 0.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("cases", sa.Column("ledger_seq", sa.Integer(), nullable=False, server_default="0"))
    behind = sa.text("audit_seq > ledger_seq")
    op.create_index("ix_cases_unledgered", "cases", ["id"], sqlite_where=behind, postgresql_where=behind)
    op.create_table(
        "ledger_rows",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_ledger_rows_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_ledger_rows"),
    )
    op.create_index("ix_ledger_rows_form", "ledger_rows", ["form"])
