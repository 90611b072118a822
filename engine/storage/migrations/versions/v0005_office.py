"""Posts that need a second administrator, substitution while absent, and tasks handed to colleagues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("tasks", sa.Column("owner", sa.String(length=200)))
    op.add_column("tasks", sa.Column("delegation", sa.String(length=20)))
    op.add_column("finished_tasks", sa.Column("on_behalf_of", sa.String(length=200)))
    _create_grants()
    _create_substitutions()


def _create_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("group", sa.String(length=100), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=200)),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("granted", sa.Boolean()),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_grants_person"),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
    )
    undecided = sa.text("decided_at IS NULL")
    op.create_index(
        "ix_grants_open",
        "grants",
        ["person", "group"],
        unique=True,
        sqlite_where=undecided,
        postgresql_where=undecided,
    )


def _create_substitutions() -> None:
    op.create_table(
        "substitutions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("absent", sa.String(length=200), nullable=False),
        sa.Column("substitute", sa.String(length=200), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.String(length=200)),
        sa.Column("ended_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["absent"], ["people.name"], name="fk_substitutions_absent"),
        sa.ForeignKeyConstraint(["substitute"], ["people.name"], name="fk_substitutions_substitute"),
        sa.PrimaryKeyConstraint("id", name="pk_substitutions"),
    )
    op.create_index("ix_substitutions_absent_until", "substitutions", ["absent", "until"])
    op.create_index("ix_substitutions_substitute_until", "substitutions", ["substitute", "until"])
