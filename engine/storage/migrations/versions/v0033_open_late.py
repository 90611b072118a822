"""Why steps that are still open are late, and lists of steps that are told off one index.

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
    for gone in ("open", "handled", "longest"):
        op.drop_index(f"ix_walked_steps_{gone}", "walked_steps")
    still = sa.text("how IS NULL")
    told = ["late_at", "due", "why_due", "why_promise"]
    chosen = ["key", "bundle_id", "received_at", "unit", "grade", "cause", "channel"]
    of_open = ["element", *told, *chosen]
    op.create_index("ix_walked_steps_open", "walked_steps", of_open, sqlite_where=still, postgresql_where=still)
    longest = ["element", "took", "entered_at", "case_id", "number", "how", "late", *told, "entry", *chosen]
    op.create_index("ix_walked_steps_longest", "walked_steps", longest)
    op.execute("UPDATE cases SET walked_seq = 0")
