"""The tables derived from the trail for looking at many cases at once (engine/heat): steps gone through, and ways."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from engine.storage.models.columns import Instant, metadata, where

_CHOSEN = ("key", "bundle_id", "received_at", "unit", "grade", "cause", "channel")  # what a selection narrows by

ways = Table(  # the elements passed by a case, each with how often; many cases go the same way
    "ways",
    metadata,
    Column("digest", String(64), primary_key=True),  # of what it says and of the version it is of
    Column("bundle_id", Integer, nullable=False),
    Column("passed", Text, nullable=False),  # JSON {"process/element": times}
)
walked_cases = Table(  # one row per case that is no restricted one
    "walked_cases",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("way", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("bundle_id", Integer, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("unit", String(20)),  # the lead unit
    Column("grade", String(20)),
    Column("cause", String(40)),
    Column("channel", String(20)),
    Column("ruled", Integer, nullable=False, default=0),  # bits of the rules that had something to check
    Index("ix_walked_cases_ruled", "received_at", "ruled"),
    Index("ix_walked_cases_way", "key", "bundle_id", "way", "received_at", "unit", "grade", "cause", "channel"),
)
walked_steps = Table(  # one row per task of such a case, open or over (engine/heat/steps.py says what each word means)
    "walked_steps",
    metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # in the order in which they were reached
    Column("task_id", String(36), nullable=False),
    Column("element", String(200), nullable=False),
    Column("process", String(200), nullable=False),
    Column("entry", Integer, nullable=False),  # 1: the first time, 2: again, …
    Column("entered_at", Instant, nullable=False),
    Column("begun_at", Instant),
    Column("left_at", Instant),
    Column("due", Instant),
    Column("how", String(20)),  # completed | withdrawn; null while open
    Column("waited", Integer),  # minutes of working time without pauses; null while open
    Column("handled", Integer),  # null also where nobody took it in hand
    Column("took", Integer, nullable=False, default=-1),  # waited and handled together; -1 while open
    Column("allowed", Integer),
    Column("remained", Integer),
    Column("late", String(10), nullable=False, default=""),  # person | earlier | design; empty while open
    Column("late_at", Instant),  # of an open one: after this it is late,
    Column("why_due", String(10), nullable=False, default=""),  # for this once its due has passed,
    Column("why_promise", String(10), nullable=False, default=""),  # for this before that
    Column("lies", String(10), nullable=False, default=""),  # one of LIES in engine/heat/steps.py; empty once left
    Column("lies_since", Instant),
    # Copies of what a selection narrows by; the unit is the step's own where it has one.
    Column("key", String(200), nullable=False),
    Column("bundle_id", Integer, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("unit", String(20)),
    Column("grade", String(20)),
    Column("cause", String(40)),
    Column("channel", String(20)),
    # Read from end to end: the rows themselves are not needed.
    Index(
        "ix_walked_steps_open", "element", "late_at", "due", "why_due", "why_promise", *_CHOSEN, **where("how IS NULL")
    ),
    Index(
        "ix_walked_steps_lying",
        *("lies", "element", "lies_since", "case_id", *_CHOSEN),
        **where("how IS NULL"),
    ),
    Index(  # read from its end
        "ix_walked_steps_longest",
        *("element", "took", "entered_at", "case_id", "number"),
        *("how", "late", "late_at", "due", "why_due", "why_promise", "entry", *_CHOSEN),
    ),
)
walked_blocks = Table(  # a thousand cases each, by their ids (engine/heat/blocks.py)
    "walked_blocks",
    metadata,
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("changed_at", Instant, nullable=False),  # first, since it was packed
    Column("packed", Boolean, nullable=False),  # whether `packed_steps` has it as it is now
    Index("ix_walked_blocks_moving", "changed_at", **where("NOT packed")),
)
packed_steps = Table(  # the steps at one element of the cases of a block, as columns (engine/heat/packed.py)
    "packed_steps",
    metadata,
    Column("block", BigInteger, ForeignKey("walked_blocks.block"), primary_key=True),
    Column("bundle_id", Integer, primary_key=True, autoincrement=False),
    Column("element", String(200), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("number", Integer, nullable=False),  # of steps
    Column("words", Text, nullable=False),
    Column("columns", LargeBinary, nullable=False),
)
moving_cases = Table(  # those `packed_steps` has otherwise than `walked_steps`
    "moving_cases",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
)
rule_findings = Table(  # what a case's trail shows otherwise than a rule has it (engine/audit/rules)
    "rule_findings",
    metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), primary_key=True),
    Column("rule", String(20), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # of the line
    Column("at", Instant, nullable=False),
    Column("ripe_at", Instant, nullable=False),  # before that it may still come right
    Column("element", String(200)),
    Column("sentence", Text, nullable=False),
    Column("received_at", Instant, nullable=False),  # of the case
    Index(None, "rule", "received_at"),
)
