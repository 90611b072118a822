"""Which case and element a 整改 is about; how it stands is its own row of `cases`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from engine.storage.models.columns import Instant, metadata

rectifications = Table(
    "rectifications",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),  # the instance itself
    Column("about_id", ForeignKey("cases.id"), nullable=False),
    Column("element", String(200), nullable=False),
    Column("rule", String(20)),
    Column("unit", String(20), nullable=False),  # who is asked
    Column("put_by", String(200), nullable=False),
    Column("put_at", Instant, nullable=False),
    Index(None, "about_id"),
    Index(None, "put_at"),
)
