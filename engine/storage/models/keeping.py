"""The tables of how long the personal data of a case is kept: what must stay, and what was asked to go, by whom."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from engine.storage.models.columns import Id, Instant, metadata, where

preservations = Table(  # 保全: nothing of such a case is erased by anybody while it stands
    "preservations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("ground", String(20), nullable=False),  # a key of vocabulary.PRESERVATION
    Column("note", Text, nullable=False),  # why, numbers and the person's name masked
    Column("salt", String(32), nullable=False),  # of the commitment to it on the trail of the house
    Column("put_by", String(200), nullable=False),
    Column("put_at", Instant, nullable=False),
    Column("lifted_by", String(200)),
    Column("lifted_at", Instant),
    Column("lifted_note", Text),
    Column("lifted_salt", String(32)),
    Index("ix_preservations_standing", "case_id", unique=True, **where("lifted_at IS NULL")),
    Index(None, "case_id"),
)
erasures = Table(  # 清除个人信息: asked for by one, carried out by the word of another
    "erasures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("ground", String(20), nullable=False),  # a key of vocabulary.ERASURE_GROUND
    Column("note", Text, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("state", String(20), nullable=False),  # asked | dropped | done
    Column("asked_by", String(200), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("decided_by", String(200)),
    Column("decided_at", Instant),
    Column("removed", Text),  # JSON: how much of what
    Index("ix_erasures_asked", "case_id", unique=True, **where("state = 'asked'")),
    Index(None, "case_id"),
    Index(None, "state", "decided_at"),
)
