"""A person's desk: the filter last used, filters with a name, tasks put aside, keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "inbox_choices",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_inbox_choices_person"),
        sa.PrimaryKeyConstraint("person", name="pk_inbox_choices"),
    )
    op.create_table(
        "inbox_views",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("group", sa.String(length=100)),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.name"], name="fk_inbox_views_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_views"),
    )
    op.create_index("ix_inbox_views_owner", "inbox_views", ["owner"])
    op.create_index("ix_inbox_views_group", "inbox_views", ["group"])
    op.create_table(
        "follow_ups",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_follow_ups_person"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_follow_ups_task_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "task_id", name="pk_follow_ups"),
    )
    op.create_index("ix_follow_ups_task_id", "follow_ups", ["task_id"])
    op.create_table(
        "desk_settings",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("single_keys", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_desk_settings_person"),
        sa.PrimaryKeyConstraint("person", name="pk_desk_settings"),
    )
