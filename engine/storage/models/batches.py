"""The tables of migrations of many cases: what was ordered, and what has become of each case."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from engine.storage.models.columns import Id, Instant, metadata, where

migration_batches = Table(
    "migration_batches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(200), nullable=False),  # process whose cases go over
    Column("version", Integer, nullable=False),  # to this version; taken back: from it
    Column("instructions", Text, nullable=False),  # JSON: element → element that takes over
    Column("reason", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),  # when nothing of it waited any more
    Column("undoes", ForeignKey("migration_batches.id")),  # takes this one back
    Index("ix_migration_batches_open", "id", **where("ended_at IS NULL")),
)
migration_cases = Table(
    "migration_cases",
    metadata,
    Column("batch_id", ForeignKey("migration_batches.id"), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("came_from", Integer, nullable=False),  # version it ran on when it was ordered
    Column("state", String(20), nullable=False),  # waiting | moved | refused
    Column("reason", Text),  # why it was refused
    Column("at", Instant),
    Index(None, "batch_id", "state", "case_id"),
)
