"""Completed cases of one matter and cause are found without reading all the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    over = sa.text("completed_at IS NOT NULL")
    columns = ["matter_code", "cause", "completed_at"]
    op.create_index("ix_cases_precedents", "cases", columns, sqlite_where=over, postgresql_where=over)
