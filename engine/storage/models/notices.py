"""The tables of what people are told in the application, of which the messages themselves lie in `outbox`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from engine.storage.models.columns import Instant, metadata

notices = Table(  # to whom a message of the outbox goes, and from when on they see it
    "notices",
    metadata,
    Column("group", String(100), primary_key=True),  # window, unit:SC-SS, person:NAME
    Column("key", String(300), primary_key=True),  # of the outbox
    Column("at", Instant, nullable=False),
    Index(None, "group", "at"),
)
notice_reads = Table(  # who has read which
    "notice_reads",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("key", String(300), primary_key=True),  # of the outbox
    Column("at", Instant, nullable=False),
)
