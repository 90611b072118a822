"""The tables of a person's desk: how they like to see their inbox, and what they have put aside."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, false

from engine.storage.models.columns import SEALED, Id, Instant, metadata

inbox_choices = Table(  # the filter last used, kept from visit to visit; words that were searched for are never kept
    "inbox_choices",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("choice", Text, nullable=False),  # JSON (engine/queries/inbox_choice.py)
)
inbox_views = Table(  # filters that were given a name; `group`: shown to everybody in it
    "inbox_views",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner", ForeignKey("people.name"), nullable=False),
    Column("name", String(40), nullable=False),
    Column("group", String(100)),
    Column("choice", Text, nullable=False),
    Column("opens", Boolean, nullable=False, default=False, server_default=false()),  # its owner's inbox with it
    Index(None, "owner"),
    Index(None, "group"),
)
follow_ups = Table(  # tasks somebody has put aside until a day; no deadline knows of it
    "follow_ups",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("task_id", ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("until", Instant, nullable=False),
    Column("reason", Text, nullable=False, info=SEALED),
    Index(None, "task_id"),
)
desk_settings = Table(
    "desk_settings",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("single_keys", Boolean, nullable=False),  # WCAG 2.1.4: keys without Ctrl or Alt can be switched off
)
