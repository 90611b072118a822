"""The table of published definitions."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, UniqueConstraint

from engine.storage.models.columns import Id, Instant, metadata

bundles = Table(  # one published set of files: the case family, or one foreign process
    "bundles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(200), nullable=False),  # process id of the entry process
    Column("version", Integer, nullable=False),
    Column("hash", String(64), nullable=False),  # SHA-256 over names and contents
    Column("name", String(500)),
    Column("author", String(200), nullable=False),
    Column("published_at", Instant, nullable=False),
    UniqueConstraint("key", "version"),
)
bundle_files = Table(
    "bundle_files",
    metadata,
    Column("bundle_id", ForeignKey("bundles.id"), primary_key=True),
    Column("name", String(300), primary_key=True),  # five_step_loop.bpmn, decisions/routing.dmn, forms/accept.json
    Column("content", LargeBinary, nullable=False),
)
