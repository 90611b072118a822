"""The tables of cases: what is stored of one, of its person, orders and papers."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from engine.storage.models.columns import SEALED, Id, Instant, metadata, where

NOTHING = "[false,false,null,null,null]"  # heard of nobody yet

cases = Table(  # one process instance; the domain columns are projections kept for lists and filters
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("uid", String(36), nullable=False, unique=True),  # process instance id; its last 8 hex digits are zero
    Column("bundle_id", ForeignKey("bundles.id"), nullable=False),
    Column("key", String(200), nullable=False),  # process definition key
    Column("no", String(200), unique=True),  # business key: BCS-2026-0001
    Column("revision", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),  # engine/bpmn/state.py
    Column("ledger", Text, nullable=False),  # clock ledger, JSON (engine/cases/clock_ledger.py)
    Column("facts", Text, nullable=False),  # further projections shown by the API, JSON
    Column("audit_seq", Integer, nullable=False),
    Column("audit_head", String(64), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("received_at", Instant),
    Column("receipt_code", String(40), unique=True),
    Column("title", Text),  # for lists and search, numbers and the name of the person masked; whole in `answers`
    Column("channel", String(20)),
    Column("status", String(30)),
    Column("phase", String(20)),
    Column("grade", String(20)),
    Column("cause", String(40)),
    Column("matter_code", String(20)),
    Column("window", String(20)),
    Column("lead_unit", String(20)),
    Column("outcome", String(20)),
    Column("tier", Integer, nullable=False, default=0),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("restricted", Boolean, nullable=False, default=False),
    Column("deadline", Instant),
    Column("original_deadline", Instant),
    Column("accepted_at", Instant),
    Column("completed_at", Instant),
    Column("counted_at", Instant),  # when it counts in the statistics: first completion, or end without handling
    Column("counted_due", Instant),  # the deadline its first completion is held against
    Column("heard", String(60), nullable=False, default=NOTHING),  # what else the rates ask (engine/cases/heard.py)
    Column("registered_by", String(200)),
    Column("registered_unit", String(20)),  # of whoever registered it, at that time; of a 整改 the one that is asked
    Column("merged_into", String(200)),  # number of the lead case of a duplicate
    Column("incidents", Integer, nullable=False, default=0),  # how many are open
    Column("calendar", Integer, nullable=False, default=0),  # version of the calendar its instants were computed by
    Column("checked_seq", Integer, nullable=False, default=0),  # the last audit line that is in a checkpoint
    Column("walked_seq", Integer, nullable=False, default=0),  # the last audit line that engine/heat has read
    Column("led_seq", Integer, nullable=False, default=0),  # how long it was when it was led again for its waypoints
    Column("ledger_seq", Integer, nullable=False, default=0),  # the last audit line that is in its row of `ledger_rows`
    Column("erased_at", Instant),  # when its personal data was erased (engine/erasure)
    Index(None, "status", "id"),
    Index(None, "lead_unit", "id"),
    Index("ix_cases_received", "received_at", "id", "key", "restricted"),  # lists walk it, without reading a case
    Index(None, "deadline", "id"),
    Index(None, "started_at", "id"),
    Index(None, "ended_at", "id"),
    Index(None, "merged_into"),
    Index(None, "registered_unit", "id"),
    # Those that count in the statistics alone: how many are alike is counted without reading one of them.
    Index(
        "ix_cases_counted",
        *("counted_at", "id", "key", "restricted", "counted_due", "heard"),
        *("lead_unit", "cause", "channel", "grade", "outcome"),
        **where("counted_at IS NOT NULL"),
    ),
    Index("ix_cases_done", "counted_at", **where("outcome = 'done'")),  # the public counter
    # Completed ones alone: how cases of the same matter and cause were brought to an end.
    Index("ix_cases_precedents", "matter_code", "cause", "completed_at", **where("completed_at IS NOT NULL")),
    # Open cases alone: how they stand is counted without reading one of them.
    Index(
        "ix_cases_open",
        *("ended_at", "tier", "lead_unit", "deadline", "received_at", "completed_at"),
        *("outcome", "status", "key", "restricted", "id"),
        **where("ended_at IS NULL"),
    ),
    # Open cases alone: whom a new calendar has not reached yet.
    Index("ix_cases_open_calendar", "calendar", **where("ended_at IS NULL")),
    Index("ix_cases_restricted", "id", **where("restricted")),  # few: lists leave them out without reading a case
    Index("ix_cases_unchecked", "id", **where("audit_seq > checked_seq")),
    Index("ix_cases_unwalked", "id", **where("audit_seq > walked_seq")),
    Index("ix_cases_unled", "id", **where("audit_seq >= led_seq + 20")),  # few are so long
    Index("ix_cases_unledgered", "id", **where("audit_seq > ledger_seq")),
    Index("ix_cases_kept", "ended_at", "id", **where("erased_at IS NULL AND ended_at IS NOT NULL")),
)
case_people = Table(  # personal data of the person the case belongs to: never in process data
    "case_people",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", Text, info=SEALED),
    Column("phone", Text, info=SEALED),
    Column("details", Text, nullable=False, info=SEALED),  # JSON: age_band, contact_pref, special_needs, …
)
person_marks = Table(  # keyed hashes by which a case is found by its person (engine/cases/marks.py)
    "person_marks",
    metadata,
    Column("mark", String(32), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Index(None, "case_id"),
)
accesses = Table(  # who saw the personal data of a case in clear, which auditor looked at it
    "accesses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("person", String(200), nullable=False),  # sign-in name
    Column("what", String(20), nullable=False),  # a key of vocabulary.ACCESS
    Column("at", Instant, nullable=False),
    Index(None, "case_id", "person", "what", "at"),
    Index(None, "at", "id"),  # newest first, of all and of one person
    Index(None, "person", "at", "id"),
)
answers = Table(  # what people entered, whole, one row per act; the audit line carries its commitment
    "answers",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # of the audit line
    Column("element", String(200), nullable=False),
    Column("task_id", String(36)),
    Column("actor", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Column("variables", Text, nullable=False, info=SEALED),  # JSON
    Column("salt", String(32), nullable=False),
)
attachments = Table(  # papers of a case; served as downloads, never rendered
    "attachments",
    metadata,
    Column("id", String(36), primary_key=True),  # random
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("task_id", String(36)),
    Column("name", Text, nullable=False, info=SEALED),
    Column("description", Text, info=SEALED),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("digest", String(64), nullable=False),  # SHA-256 of the content
    Column("content", LargeBinary, nullable=False, info=SEALED),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
    Index(None, "case_id"),
)
work_orders = Table(
    "work_orders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("position", Integer, nullable=False),  # among the orders of the case, from 0
    Column("round", Integer, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("is_lead", Boolean, nullable=False),
    Column("status", String(30), nullable=False),
    Column("dispatched_at", Instant, nullable=False),
    Column("signed_at", Instant),
    Column("signed_by", String(200)),  # "system" when signed by the clock
    Column("contact_due", Instant),
    Column("first_contact_at", Instant),
    Column("due", Instant),
    Column("replied_at", Instant),
    Index(None, "case_id", "position", unique=True),
    Index("ix_work_orders_lying", "unit", "status", "case_id"),  # what lies with a unit, without reading an order
    Index(None, "unit", "case_id"),  # which cases a unit may know of
)
numbers = Table(  # last number given per kind and year: no gaps, never reused
    "numbers",
    metadata,
    Column("kind", String(10), primary_key=True),  # what it begins with: BCS, ZG
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)
