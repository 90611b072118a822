"""Steps that nobody has taken in hand are counted, and the first of them found, off an index."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0039"
down_revision = "0038"
_LYING = text("how IS NULL AND begun_at IS NULL")
_CHOSEN = ("key", "bundle_id", "received_at", "unit", "grade", "cause", "channel")


def upgrade() -> None:
    op.create_index(
        "ix_walked_steps_lying",
        "walked_steps",
        ["element", "entered_at", "case_id", *_CHOSEN],
        sqlite_where=_LYING,
        postgresql_where=_LYING,
    )
