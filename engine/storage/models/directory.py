"""The tables of units, matters, people and what they may do."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from engine.storage.models.columns import Id, Instant, metadata, where

units = Table(
    "units",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("short", String(100), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("parent", String(20)),
    Column("has_desk", Boolean, nullable=False),
    Column("vertical", Boolean, nullable=False),
    Column("details", Text, nullable=False),  # JSON: liaison, dept_head, deputy, chief, topics, hours, note
    Column("position", Integer, nullable=False),
)
matters = Table(
    "matters",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("details", Text, nullable=False),
)
people = Table(
    "people",
    metadata,
    Column("name", String(200), primary_key=True),  # sign-in name
    Column("display", String(200), nullable=False),
    Column("password", Text, nullable=False),  # argon2id
    Column("unit", String(20)),
    Column("window", String(20)),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Instant, nullable=False),
    Column("password_at", Instant, nullable=False),  # when the password was set
    Column("initial", Boolean, nullable=False, default=False),  # set by somebody else: to be changed first
    Column("seen_at", Instant, nullable=False),  # last came in, by password or token
)
memberships = Table(
    "memberships",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("group", String(100), primary_key=True),
    Index(None, "group"),
)
grants = Table(  # posts one administrator asked for and another decides on
    "grants",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", ForeignKey("people.name"), nullable=False),
    Column("group", String(100), nullable=False),
    Column("asked_by", String(200), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("decided_by", String(200)),
    Column("decided_at", Instant),
    Column("granted", Boolean),  # null while nobody has decided
    # One open request per person and post.
    Index("ix_grants_open", "person", "group", unique=True, **where("decided_at IS NULL")),
)
substitutions = Table(  # who stands in for whom, from when until when; ended earlier: `ended_at`
    "substitutions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("absent", ForeignKey("people.name"), nullable=False),
    Column("substitute", ForeignKey("people.name"), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("reason", Text),
    Column("entered_by", String(200), nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("ended_by", String(200)),
    Column("ended_at", Instant),
    Index(None, "absent", "until"),
    Index(None, "substitute", "until"),
)
tokens = Table(  # bearer tokens; only their SHA-256 is kept
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person", ForeignKey("people.name"), nullable=False),
    Column("label", String(100), nullable=False),  # what it is for
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("expires_at", Instant, nullable=False),
    Index(None, "person"),
)
sessions = Table(  # signed-in browsers; the cookie holds only the id, the table only its hash
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person", ForeignKey("people.name"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("address", String(45), nullable=False),  # of the network, where it came from first
    Column("agent", String(200), nullable=False),  # what the browser calls itself
    Column("factor_at", Instant),  # when the second factor was given
    Column("confirmed_at", Instant, nullable=False),  # when the password was given last
    Index(None, "person"),
)
second_factors = Table(  # TOTP (RFC 6238)
    "second_factors",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("secret", Text, nullable=False),  # sealed (engine/keys.py)
    Column("enrolled_at", Instant, nullable=False),
    Column("last_step", BigInteger, nullable=False, default=0),  # of 30 seconds; no code of it or before works again
)
recovery_codes = Table(  # for who has lost the second factor; each works once, then its row is gone
    "recovery_codes",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("hash", String(64), primary_key=True),  # SHA-256
)
old_passwords = Table(  # those that may not come back
    "old_passwords",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", ForeignKey("people.name"), nullable=False),
    Column("password", Text, nullable=False),  # argon2id
    Index(None, "person"),
)
sign_in_failures = Table(  # those of the last minutes: who is locked out
    "sign_in_failures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(32), nullable=False),  # keyed hash of the name typed: some type their password there
    Column("address", String(45), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "name", "at"),
    Index(None, "address", "at"),
)
callers = Table(  # who has shown a password at the interfaces lately, and whence: told once an hour, not each time
    "callers",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("address", String(45), primary_key=True),
    Column("seen_at", Instant, nullable=False),
)
calendars = Table(  # imported calendars, one row per import; version 0 is the shipped one
    "calendars",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("notices", Text, nullable=False),  # JSON: every official notice in force (engine/worktime/notices.py)
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
)
settings = Table(
    "settings",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)
