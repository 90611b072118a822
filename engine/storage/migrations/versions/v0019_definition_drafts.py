"""Definitions are changed in drafts and approved for exactly their content; a version says who approved it and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("bundles", sa.Column("approved_by", sa.String(length=200), nullable=True))
    op.add_column("bundles", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("bundles", sa.Column("source", sa.String(length=200), nullable=True))
    _drafts()
    _approvals()


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _drafts() -> None:
    op.create_table(
        "definition_drafts",
        sa.Column("id", _id(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_definition_drafts"),
    )
    op.create_index("ix_definition_drafts_state", "definition_drafts", ["state"])
    op.create_table(
        "definition_draft_files",
        sa.Column("draft_id", _id(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "name", name="pk_definition_draft_files"),
        sa.ForeignKeyConstraint(["draft_id"], ["definition_drafts.id"], name="fk_definition_draft_files_draft_id"),
    )
    op.create_table(
        "definition_draft_hands",
        sa.Column("draft_id", _id(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "person", name="pk_definition_draft_hands"),
        sa.ForeignKeyConstraint(["draft_id"], ["definition_drafts.id"], name="fk_definition_draft_hands_draft_id"),
    )


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", _id(), nullable=False),
        sa.Column("draft_id", _id(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        sa.ForeignKeyConstraint(["draft_id"], ["definition_drafts.id"], name="fk_approvals_draft_id"),
    )
    op.create_index("ix_approvals_draft_id", "approvals", ["draft_id"])
    op.create_index("ix_approvals_state", "approvals", ["state"])
