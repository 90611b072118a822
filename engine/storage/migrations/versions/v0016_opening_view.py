"""A saved view of the inbox may be the one its owner's inbox opens with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("inbox_views", sa.Column("opens", sa.Boolean(), nullable=False, server_default=sa.false()))
