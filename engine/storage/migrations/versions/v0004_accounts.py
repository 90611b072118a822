"""Accounts: age of passwords, second factors, lock-out, what a session and a token are."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from engine.clock import SystemClock
from engine.storage.models import microseconds

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TOKEN_LASTS = timedelta(days=365)


def upgrade() -> None:
    _extend_people()
    _extend_tokens()
    _extend_sessions()
    _create_second_factors()
    _create_attempts()


def _extend_people() -> None:
    """Whoever is there keeps their password: its age and their absence count from now."""
    now = microseconds(SystemClock().now())
    op.add_column("people", sa.Column("password_at", sa.BigInteger(), nullable=False, server_default=str(now)))
    op.add_column("people", sa.Column("initial", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("people", sa.Column("seen_at", sa.BigInteger(), nullable=False, server_default=str(now)))
    op.create_table(
        "old_passwords",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_old_passwords_person"),
        sa.PrimaryKeyConstraint("id", name="pk_old_passwords"),
    )
    op.create_index("ix_old_passwords_person", "old_passwords", ["person"])


def _extend_tokens() -> None:
    ends = microseconds(SystemClock().now() + _TOKEN_LASTS)
    op.add_column("tokens", sa.Column("label", sa.String(length=100), nullable=False, server_default=""))
    op.add_column("tokens", sa.Column("used_at", sa.BigInteger()))
    op.add_column("tokens", sa.Column("expires_at", sa.BigInteger(), nullable=False, server_default=str(ends)))
    op.create_index("ix_tokens_person", "tokens", ["person"])


def _extend_sessions() -> None:
    """Nobody knows how those that are open came about: everybody signs in once more."""
    op.execute("DELETE FROM sessions")
    op.add_column("sessions", sa.Column("address", sa.String(length=45), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("agent", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("factor_at", sa.BigInteger()))
    op.add_column("sessions", sa.Column("confirmed_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_sessions_person", "sessions", ["person"])


def _create_second_factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_second_factors_person"),
        sa.PrimaryKeyConstraint("person", name="pk_second_factors"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_recovery_codes_person"),
        sa.PrimaryKeyConstraint("person", "hash", name="pk_recovery_codes"),
    )


def _create_attempts() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_name_at", "sign_in_failures", ["name", "at"])
    op.create_index("ix_sign_in_failures_address_at", "sign_in_failures", ["address", "at"])
    op.create_table(
        "callers",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_callers_person"),
        sa.PrimaryKeyConstraint("person", "address", name="pk_callers"),
    )
