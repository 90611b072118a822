"""What cases are held against rules for; every case is read anew, which fills it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("walked_cases", sa.Column("ruled", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_walked_cases_ruled", "walked_cases", ["received_at", "ruled"])
    op.create_table(
        "rule_findings",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("at", "ripe_at")),
        sa.Column("element", sa.String(length=200)),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_rule_findings_case_id"),
        sa.PrimaryKeyConstraint("case_id", "rule", "seq", name="pk_rule_findings"),
    )
    op.create_index("ix_rule_findings_rule_received_at", "rule_findings", ["rule", "received_at"])
    op.execute("UPDATE cases SET walked_seq = 0")
