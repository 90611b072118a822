"""Open steps are told apart: those nobody has in hand, those somebody has, and those of a clock that stands still.

Every case is read anew by the worker: until then its open steps lie with nobody.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
_CHOSEN = ("key", "bundle_id", "received_at", "unit", "grade", "cause", "channel")


def upgrade() -> None:
    op.add_column("walked_steps", sa.Column("lies", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("walked_steps", sa.Column("lies_since", sa.BigInteger()))
    op.drop_index("ix_walked_steps_lying", "walked_steps")
    still = sa.text("how IS NULL")
    lying = ["lies", "element", "lies_since", "case_id", *_CHOSEN]
    op.create_index("ix_walked_steps_lying", "walked_steps", lying, sqlite_where=still, postgresql_where=still)
    op.execute("UPDATE cases SET walked_seq = 0")
