"""Incidents that are retried and resolved, attachments, imported calendars, and the unit that registered a case."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("cases", sa.Column("incidents", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("calendar", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("registered_unit", sa.String(length=20)))
    op.create_index("ix_cases_registered_unit_id", "cases", ["registered_unit", "id"])
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_cases_open_calendar", "cases", ["calendar"], sqlite_where=still_open, postgresql_where=still_open
    )
    op.add_column("timers", sa.Column("parked", sa.BigInteger()))
    op.add_column("incidents", sa.Column("timer_id", sa.String(length=36)))
    op.add_column("incidents", sa.Column("owner", sa.String(length=200)))
    op.add_column("incidents", sa.Column("retries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("incidents", sa.Column("resolution", sa.Text()))
    op.add_column("incidents", sa.Column("salt", sa.String(length=32)))
    op.create_index("ix_incidents_case_id", "incidents", ["case_id"])
    op.add_column("work_orders", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index("ix_work_orders_case_id", "work_orders")
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.String(length=36)),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_attachments_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
    )
    op.create_index("ix_attachments_case_id", "attachments", ["case_id"])
    op.create_table(
        "calendars",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("notices", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_calendars"),
    )
    _fill_registered_units()
    _number_orders()
    op.create_index("ix_work_orders_case_id_position", "work_orders", ["case_id", "position"], unique=True)


def _fill_registered_units() -> None:
    """Until now the registering unit stood among the facts alone."""
    conn = op.get_bind()
    for case_id, facts in conn.execute(sa.text("SELECT id, facts FROM cases")).all():
        unit = json.loads(facts)["facts"].get("registered_unit")
        if unit is not None:
            statement = sa.text("UPDATE cases SET registered_unit = :unit WHERE id = :id")
            conn.execute(statement, {"unit": unit, "id": case_id})


def _number_orders() -> None:
    """The row ids of a case's orders are in the order of its record."""
    op.execute(
        "UPDATE work_orders SET position = (SELECT count(*) FROM work_orders AS earlier"
        " WHERE earlier.case_id = work_orders.case_id AND earlier.id < work_orders.id)"
    )
