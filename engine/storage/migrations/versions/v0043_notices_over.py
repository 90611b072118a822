"""A notice says what it asks for and when that was over, so that only what still waits is counted, off an index.

What was told before asks for nothing that ends by itself: it waits until it is read, as it did.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    op.add_column("notices", sa.Column("asks_for", sa.String(120)))
    op.add_column("notices", sa.Column("over_at", sa.BigInteger))
    _index("ix_notices_waiting", ["group", "at", "key"], "over_at IS NULL")
    _index("ix_notices_asks_for", ["asks_for"], "asks_for IS NOT NULL")


def _index(name: str, columns: list[str], condition: str) -> None:
    only = sa.text(condition)
    op.create_index(name, "notices", columns, sqlite_where=only, postgresql_where=only)
