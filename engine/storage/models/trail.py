"""The tables of the trail, of messages that must leave the house, and of its doors."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from engine.storage.models.columns import SEALED, Id, Instant, metadata, where

audit = Table(  # append-only, chained per case (case 0: what belongs to no case)
    "audit",
    metadata,
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("on_behalf_of", String(200)),
    Column("action", String(60), nullable=False),
    Column("element", String(200)),
    Column("before", Text),  # canonical JSON or null
    Column("after", Text),
    Column("digest", String(64)),  # of the state after this step
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("mark", String(41)),  # over the hash, by a key the owner of the database lacks (engine/trail_keys.py)
    Index(None, "at"),  # the lines of all cases, newest first
    # Of the house alone, newest first: all of them, by what was done, by who did it, by what it was done to.
    Index("ix_audit_house_at", "at", "seq", **where("case_id = 0")),
    Index("ix_audit_house_action", "action", "at", "seq", **where("case_id = 0")),
    Index("ix_audit_house_actor", "actor", "at", "seq", **where("case_id = 0")),
    Index("ix_audit_house_element", "element", "at", "seq", **where("case_id = 0")),
)
checkpoints = Table(  # signed at intervals over the heads of all chains that grew (engine/audit/checkpoints.py)
    "checkpoints",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("at", Instant, nullable=False),
    Column("lines", Integer, nullable=False),  # that came in since the one before
    Column("house_seq", Integer, nullable=False),  # how far the chain of the house is in
    Column("text", Text, nullable=False),  # as it leaves the house
)
checkpoint_places = Table(  # how far each place outside has been told
    "checkpoint_places",
    metadata,
    Column("place", String(500), primary_key=True),
    Column("sent", Integer, nullable=False),  # number of the last checkpoint it took, 0: none
    Column("sent_at", Instant),
    Column("attempts", Integer, nullable=False, default=0),  # in vain, since it last took one
    Column("next_try", Instant),
    Column("failure", Text),  # why the last attempt was in vain, in words
)
idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),  # of method, path and body
    Column("answer", Text, nullable=False, info=SEALED),  # JSON {status, body}
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)
outbox = Table(  # what must leave the house: sent after the commit, at least once, deduplicated by key
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(300), nullable=False, unique=True),
    Column("case_id", BigInteger),
    Column("kind", String(60), nullable=False),
    Column("recipients", Text, nullable=False),  # JSON list of groups
    Column("payload", Text, nullable=False),  # JSON
    Column("created_at", Instant, nullable=False),
    Column("next_try", Instant),  # null: sent, or skipped
    Column("attempts", Integer, nullable=False, default=0),
    Column("sent_at", Instant),
    Column("skipped", String(200)),  # why it was not sent
    Index(None, "next_try"),
)
rates = Table(  # how much of a limit has been handed out in the minute last asked for (engine/rates.py)
    "rates",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("minute", BigInteger, nullable=False),  # since 1970
    Column("taken", Integer, nullable=False),
)
request_counts = Table(  # answers since the house was opened, over all web processes
    "request_counts",
    metadata,
    Column("route", String(300), primary_key=True),  # the rule, /api/cases/<no>: never what was asked for
    Column("method", String(10), primary_key=True),
    Column("status", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
)
