"""The tables. State alone is stored of a case; tasks and timers are rows derived from it in the same transaction.

Instants are stored as UTC microseconds since 1970 (`Instant`): they compare and index alike on both databases.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970 UTC; ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError("a stored instant needs a zone")
    return (instant - _EPOCH) // _MICROSECOND


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as whole microseconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=int(value))


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _where(condition: str) -> dict[str, Any]:
    """A partial index, on either database."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# SQLite gives row ids to INTEGER PRIMARY KEY alone; PostgreSQL wants the wide type.
_Id = BigInteger().with_variant(Integer(), "sqlite")

# A column of what people are or said: it holds what `engine/storage/sealed.py` seals.
SEALED: dict[str, Any] = {"sealed": True}

# ------------------------------------------------------------------ definitions
bundles = Table(  # one published set of files: the case family, or one foreign process
    "bundles",
    metadata,
    Column("id", _Id, primary_key=True),
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

# ------------------------------------------------------------------ cases
cases = Table(  # one process instance; the domain columns are projections kept for lists and filters
    "cases",
    metadata,
    Column("id", _Id, primary_key=True),
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
    Column("registered_by", String(200)),
    Column("registered_unit", String(20)),  # of whoever registered it, at that time
    Column("merged_into", String(200)),  # number of the lead case of a duplicate
    Column("incidents", Integer, nullable=False, default=0),  # how many are open
    Column("calendar", Integer, nullable=False, default=0),  # version of the calendar its instants were computed by
    Index(None, "status", "id"),
    Index(None, "lead_unit", "id"),
    Index(None, "received_at", "id"),
    Index(None, "deadline", "id"),
    Index(None, "merged_into"),
    Index(None, "registered_unit", "id"),
    Index(None, "counted_at", "id"),
    Index("ix_cases_done", "counted_at", **_where("outcome = 'done'")),  # the public counter
    # Open cases alone: whom a new calendar has not reached yet.
    Index("ix_cases_open_calendar", "calendar", **_where("ended_at IS NULL")),
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
accesses = Table(  # who saw the personal data of a case in clear
    "accesses",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("person", String(200), nullable=False),  # sign-in name
    Column("what", String(20), nullable=False),  # a key of vocabulary.ACCESS
    Column("at", Instant, nullable=False),
    Index(None, "case_id", "person", "what", "at"),
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
    Column("id", _Id, primary_key=True),
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
    Index(None, "unit", "status"),
)
numbers = Table(  # last number given per year: no gaps, never reused
    "numbers",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

# ------------------------------------------------------------------ tasks and timers
tasks = Table(  # open user tasks
    "tasks",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("element", String(200), nullable=False),  # task definition key
    Column("name", String(500), nullable=False),
    Column("process", String(200), nullable=False),  # process that draws the element
    Column("form", String(200)),
    Column("phase", String(20)),
    Column("unit", String(20)),  # of a work order task
    Column("assignee", String(200)),
    Column("claimed_at", Instant),
    Column("owner", String(200)),  # who asked a colleague to see to it and gets it back
    Column("delegation", String(20)),  # pending | resolved; null: nobody was asked
    Column("priority", Integer, nullable=False, default=50),
    Column("opened_at", Instant, nullable=False),
    Column("due", Instant),
    Index(None, "case_id"),
    Index(None, "assignee", "due", "id"),
    Index(None, "due", "id"),
)
task_groups = Table(  # who may do it; the inbox reads heads of (group, due, task)
    "task_groups",
    metadata,
    Column("group", String(100), primary_key=True),
    Column("task_id", ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("due", BigInteger),  # copy of tasks.due in microseconds, far future when none
    Index("ix_task_groups_inbox", "group", "due", "task_id"),
    Index(None, "task_id"),  # deleting a task looks here for its groups
)
finished_tasks = Table(  # who did it and when: 409 names them; four eyes and the own-work list read it
    "finished_tasks",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("element", String(200), nullable=False),
    Column("name", String(500), nullable=False),
    Column("unit", String(20)),
    Column("opened_at", Instant, nullable=False),
    Column("due", Instant),
    Column("ended_at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),  # "system" when the clock or the flow ended it
    Column("on_behalf_of", String(200)),  # the absent person whose right it was
    Column("how", String(20), nullable=False),  # completed | withdrawn
    Index(None, "case_id"),
    Index(None, "actor", "ended_at"),
)
timers = Table(  # waiting timers, found by an indexed query
    "timers",
    metadata,
    Column("id", String(36), primary_key=True),  # engine task id of the waiting event
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("element", String(200), nullable=False),
    Column("due", Instant, nullable=False),
    Column("suspended", Boolean, nullable=False, default=False),  # case clock paused
    Column("failures", Integer, nullable=False, default=0),
    Column("retry_at", Instant),  # after a failed step: not before
    Column("parked", BigInteger),  # the incident that must be dealt with first
    Index(None, "case_id"),
    Index("ix_timers_due", "suspended", "due"),
)
incidents = Table(
    "incidents",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id")),
    Column("element", String(200)),
    Column("timer_id", String(36)),  # the timer that cannot strike
    Column("kind", String(40), nullable=False),
    Column("cause", Text, nullable=False),
    Column("owner", String(200)),  # who looks after it
    Column("retries", Integer, nullable=False, default=0),  # how often somebody had it tried again
    Column("opened_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_by", String(200)),
    Column("resolution", Text),  # what was done
    Column("salt", String(32)),  # of the commitment to it on the trail of the house
    Index(None, "resolved_at", "id"),
    Index(None, "case_id"),
)

# ------------------------------------------------------------------ trail and doors
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
    Column("id", _Id, primary_key=True),
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

# ------------------------------------------------------------------ directory
units = Table(
    "units",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("short", String(100), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("parent", String(20)),
    Column("has_desk", Boolean, nullable=False),
    Column("vertical", Boolean, nullable=False),
    Column("details", Text, nullable=False),  # JSON: liaison, dept_head, deputy, chief, topics, hours, note
    Column("position", Integer, nullable=False),
)
matters = Table(
    "matters",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("details", Text, nullable=False),
)
people = Table(
    "people",
    metadata,
    Column("name", String(200), primary_key=True),  # sign-in name
    Column("display", String(200), nullable=False),
    Column("password", Text, nullable=False),  # argon2id
    Column("unit", String(20)),
    Column("window", String(20)),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Instant, nullable=False),
    Column("password_at", Instant, nullable=False),  # when the password was set
    Column("initial", Boolean, nullable=False, default=False),  # set by somebody else: to be changed first
    Column("seen_at", Instant, nullable=False),  # last came in, by password or token
)
memberships = Table(
    "memberships",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("group", String(100), primary_key=True),
    Index(None, "group"),
)
grants = Table(  # posts one administrator asked for and another decides on
    "grants",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person", ForeignKey("people.name"), nullable=False),
    Column("group", String(100), nullable=False),
    Column("asked_by", String(200), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("decided_by", String(200)),
    Column("decided_at", Instant),
    Column("granted", Boolean),  # null while nobody has decided
    # One open request per person and post.
    Index("ix_grants_open", "person", "group", unique=True, **_where("decided_at IS NULL")),
)
substitutions = Table(  # who stands in for whom, from when until when; ended earlier: `ended_at`
    "substitutions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("absent", ForeignKey("people.name"), nullable=False),
    Column("substitute", ForeignKey("people.name"), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("reason", Text),
    Column("entered_by", String(200), nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("ended_by", String(200)),
    Column("ended_at", Instant),
    Index(None, "absent", "until"),
    Index(None, "substitute", "until"),
)
tokens = Table(  # bearer tokens; only their SHA-256 is kept
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person", ForeignKey("people.name"), nullable=False),
    Column("label", String(100), nullable=False),  # what it is for
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("expires_at", Instant, nullable=False),
    Index(None, "person"),
)
sessions = Table(  # signed-in browsers; the cookie holds only the id, the table only its hash
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person", ForeignKey("people.name"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("address", String(45), nullable=False),  # of the network, where it came from first
    Column("agent", String(200), nullable=False),  # what the browser calls itself
    Column("factor_at", Instant),  # when the second factor was given
    Column("confirmed_at", Instant, nullable=False),  # when the password was given last
    Index(None, "person"),
)
second_factors = Table(  # TOTP (RFC 6238)
    "second_factors",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("secret", Text, nullable=False),  # sealed (engine/keys.py)
    Column("enrolled_at", Instant, nullable=False),
    Column("last_step", BigInteger, nullable=False, default=0),  # of 30 seconds; no code of it or before works again
)
recovery_codes = Table(  # for who has lost the second factor; each works once, then its row is gone
    "recovery_codes",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("hash", String(64), primary_key=True),  # SHA-256
)
old_passwords = Table(  # those that may not come back
    "old_passwords",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person", ForeignKey("people.name"), nullable=False),
    Column("password", Text, nullable=False),  # argon2id
    Index(None, "person"),
)
sign_in_failures = Table(  # those of the last minutes: who is locked out
    "sign_in_failures",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String(32), nullable=False),  # keyed hash of the name typed: some type their password there
    Column("address", String(45), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "name", "at"),
    Index(None, "address", "at"),
)
callers = Table(  # who has shown a password at the interfaces lately, and whence: told once an hour, not each time
    "callers",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("address", String(45), primary_key=True),
    Column("seen_at", Instant, nullable=False),
)
calendars = Table(  # imported calendars, one row per import; version 0 is the shipped one
    "calendars",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("notices", Text, nullable=False),  # JSON: every official notice in force (engine/worktime/notices.py)
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
)
settings = Table(
    "settings",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)
