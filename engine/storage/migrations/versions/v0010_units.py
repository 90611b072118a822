"""Notices for groups and people, and who has read them.

What was told earlier is addressed as it would have been.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_CROSSING = ("lead_closed", "lead_moved")  # told to cases, not to people


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("group", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group", "key", name="pk_notices"),
    )
    op.create_index("ix_notices_group_at", "notices", ["group", "at"])
    op.create_table(
        "notice_reads",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_notice_reads_person"),
        sa.PrimaryKeyConstraint("person", "key", name="pk_notice_reads"),
    )
    _address_what_was_told()


def _address_what_was_told() -> None:
    outbox = sa.table("outbox", *(sa.column(name) for name in ("key", "kind", "recipients", "created_at")))
    notices = sa.table("notices", *(sa.column(name) for name in ("group", "key", "at")))
    told = op.get_bind().execute(sa.select(outbox).where(outbox.c.kind.not_in(_CROSSING))).all()
    rows = [
        {"group": group, "key": row.key, "at": row.created_at}
        for row in told
        for group in dict.fromkeys(json.loads(row.recipients))
    ]
    if rows:
        op.bulk_insert(notices, rows)
