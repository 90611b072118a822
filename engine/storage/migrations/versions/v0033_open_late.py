"""Why steps that are still open are late.

Every case is read anew by the worker: until then its open steps are late for nobody.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("walked_steps", sa.Column("late_at", sa.BigInteger()))
    for why in ("why_due", "why_promise"):
        op.add_column("walked_steps", sa.Column(why, sa.String(length=10), nullable=False, server_default=""))
    op.drop_index("ix_walked_steps_open", "walked_steps")
    still = sa.text("how IS NULL")
    chosen = ["key", "bundle_id", "received_at", "unit", "grade", "cause", "channel"]
    told = ["late_at", "element", "due", "why_due", "why_promise", *chosen]
    op.create_index("ix_walked_steps_open", "walked_steps", told, sqlite_where=still, postgresql_where=still)
    op.execute("UPDATE cases SET walked_seq = 0")
