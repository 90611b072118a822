"""How open cases stand and what lies with the units is counted off indexes, without reading a case or an order."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0040"
down_revision = "0039"
_OPEN = text("ended_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_cases_open",
        "cases",
        [
            *("ended_at", "tier", "lead_unit", "deadline", "received_at", "completed_at"),
            *("outcome", "status", "key", "restricted", "id"),
        ],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.drop_index("ix_work_orders_unit_status", "work_orders")
    op.create_index("ix_work_orders_lying", "work_orders", ["unit", "status", "case_id"])
