"""How long the personal data of a case is kept: what must stay, what was asked to go, and when it went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0031"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("cases", sa.Column("erased_at", sa.BigInteger()))
    ended = sa.text("erased_at IS NULL AND ended_at IS NOT NULL")
    op.create_index("ix_cases_kept", "cases", ["ended_at", "id"], sqlite_where=ended, postgresql_where=ended)
    op.create_table(
        "preservations",
        *_of_case("preservations"),
        _text("put_by", 200, nullable=False),
        _instant("put_at", nullable=False),
        _text("lifted_by", 200),
        _instant("lifted_at"),
        sa.Column("lifted_note", sa.Text()),
        _text("lifted_salt", 32),
    )
    _once("ix_preservations_standing", "preservations", "lifted_at IS NULL")
    op.create_index("ix_preservations_case_id", "preservations", ["case_id"])
    op.create_table(
        "erasures",
        *_of_case("erasures"),
        _text("state", 20, nullable=False),
        _text("asked_by", 200, nullable=False),
        _instant("asked_at", nullable=False),
        _text("decided_by", 200),
        _instant("decided_at"),
        sa.Column("removed", sa.Text()),
    )
    _once("ix_erasures_asked", "erasures", "state = 'asked'")
    op.create_index("ix_erasures_case_id", "erasures", ["case_id"])
    op.create_index("ix_erasures_state_decided_at", "erasures", ["state", "decided_at"])


def _of_case(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        _text("ground", 20, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _text("salt", 32, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{table}_case_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _text(name: str, length: int, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _instant(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _once(name: str, table: str, condition: str) -> None:
    """At most one such row for each case."""
    only = sa.text(condition)
    op.create_index(name, table, ["case_id"], unique=True, sqlite_where=only, postgresql_where=only)
