"""The trail that belongs to no case can be read newest first: all of it, by act, by who acted, by what about."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0037"
down_revision = "0036"
_OF_THE_HOUSE = text("case_id = 0")


def upgrade() -> None:
    for first in ("at", "action", "actor", "element"):
        columns = [first, "seq"] if first == "at" else [first, "at", "seq"]
        name = f"ix_audit_house_{first}"
        op.create_index(name, "audit", columns, sqlite_where=_OF_THE_HOUSE, postgresql_where=_OF_THE_HOUSE)
