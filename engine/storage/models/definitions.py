"""The tables of definitions: what is published, what is being changed, and who was asked to approve it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.storage.models.columns import Id, Instant, metadata

bundles = Table(  # one published set of files: the case family, or one foreign process
    "bundles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(200), nullable=False),  # process id of the entry process
    Column("version", Integer, nullable=False),
    Column("hash", String(64), nullable=False),  # SHA-256 over names and contents
    Column("name", String(500)),  # what a deployment was called by whoever sent it
    Column("author", String(200), nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("approved_by", String(200)),  # null: nobody had to
    Column("reason", Text),
    Column("source", String(200)),  # where a deployment said that it comes from
    UniqueConstraint("key", "version"),
)
bundle_files = Table(
    "bundle_files",
    metadata,
    Column("bundle_id", ForeignKey("bundles.id"), primary_key=True),
    Column("name", String(300), primary_key=True),  # five_step_loop.bpmn, decisions/routing.dmn, forms/accept.json
    Column("content", LargeBinary, nullable=False),
)
definition_drafts = Table(  # a set of files being changed; no case ever runs on it (engine/definitions/drafts.py)
    "definition_drafts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(200), nullable=False),
    Column("title", String(200), nullable=False),
    Column("base", Integer, nullable=False),  # number of the version it began from
    Column("author", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", String(200), nullable=False),
    Column("state", String(20), nullable=False),  # open, submitted, published, discarded
    Index(None, "state"),
)
definition_draft_files = Table(
    "definition_draft_files",
    metadata,
    Column("draft_id", ForeignKey("definition_drafts.id"), primary_key=True),
    Column("name", String(300), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
definition_draft_hands = Table(  # everybody who has begun or changed it: none of them may approve it
    "definition_draft_hands",
    metadata,
    Column("draft_id", ForeignKey("definition_drafts.id"), primary_key=True),
    Column("person", String(200), primary_key=True),
)
approvals = Table(  # somebody asks that exactly this content goes live (engine/definitions/approvals.py)
    "approvals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("draft_id", ForeignKey("definition_drafts.id"), nullable=False),
    Column("key", String(200), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("asked_by", String(200), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(20), nullable=False),  # waiting, approved, refused, void
    Column("decided_by", String(200)),
    Column("decided_at", Instant),
    Column("comment", Text),
    Column("version", Integer),  # the number it was published under
    Column("report", Text, nullable=False),  # JSON: what the gate found
    Index(None, "draft_id"),
    Index(None, "state"),
)
what_if_runs = Table(  # the cases of a period replayed over other diagrams (engine/what_if_runs.py)
    "what_if_runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("asked_by", String(200), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("since", String(10), nullable=False),  # days, both included
    Column("until", String(10), nullable=False),
    Column("version", Integer),  # on trial: a published version, or else a draft
    Column("draft", BigInteger),
    Column("called", String(200), nullable=False),  # what was on trial, in words
    Column("most", Integer, nullable=False),  # cases
    Column("seed", Integer, nullable=False),  # of the sample where there are more
    Column("state", String(20), nullable=False),  # running, done, failed
    Column("done", Integer, nullable=False),  # replays, of so many steps
    Column("steps", Integer, nullable=False),
    Column("heard_at", Instant, nullable=False),  # by the machine's clock: when it last said how far it was
    Column("answer", Text),  # JSON (engine/queries/what_if_told.py): numbers of cases, codes and instants alone
    Column("failure", Text),  # why there is none, in words
)
