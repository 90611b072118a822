"""The tables of what people are told in the application, of which the messages themselves lie in `outbox`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from engine.storage.models.columns import Instant, metadata, where

notices = Table(  # to whom a message of the outbox goes, and from when on they see it
    "notices",
    metadata,
    Column("group", String(100), primary_key=True),  # window, unit:SC-SS, person:NAME
    Column("key", String(300), primary_key=True),  # of the outbox
    Column("at", Instant, nullable=False),
    Column("asks_for", String(120)),  # a task, or CASE_ID:GROUP: all of the case that lies there; null: it only tells
    Column("over_at", Instant),  # when nobody of the group was asked for it any more
    Index(None, "group", "at"),
    Index("ix_notices_waiting", "group", "at", "key", **where("over_at IS NULL")),
    Index("ix_notices_asks_for", "asks_for", **where("asks_for IS NOT NULL")),
)
notice_reads = Table(  # who has read which
    "notice_reads",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("key", String(300), primary_key=True),  # of the outbox
    Column("at", Instant, nullable=False),
)
