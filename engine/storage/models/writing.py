"""The tables of what people write: what they have not sent yet, and the answers they give again and again."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from engine.storage.models.columns import SEALED, Id, Instant, metadata

drafts = Table(  # what somebody typed into a form and has not sent; theirs alone (engine/drafts.py)
    "drafts",
    metadata,
    Column("person", String(200), primary_key=True),  # sign-in name
    Column("place", String(100), primary_key=True),  # id of the task, or register:… for a registration
    Column("content", Text, nullable=False, info=SEALED),  # JSON
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)
canned_answers = Table(  # 常用答复, by step and matter
    "canned_answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("element", String(200), nullable=False),  # task definition key
    Column("matter_code", String(20)),  # null: every matter
    Column("title", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    Column("changed_by", String(200), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("retired_at", Instant),
    Index(None, "element", "matter_code"),
)
