"""The tables derived from the state of a case: open tasks, waiting timers, and what came of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from engine.storage.models.columns import Id, Instant, metadata, where

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
    Index(None, "opened_at", "id"),
)
task_groups = Table(  # who may do it, with all that an inbox narrows and orders by: it is read off one index
    "task_groups",
    metadata,
    Column("group", String(100), primary_key=True),
    Column("task_id", ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("due", BigInteger),  # copy of tasks.due in microseconds, far future when none
    # Copies of the task and of its case, in all rows of the task; engine/storage/rows.py writes both together.
    Column("case_id", BigInteger().with_variant(Integer(), "sqlite"), nullable=False),
    Column("element", String(200), nullable=False),
    Column("unit", String(20)),
    Column("opened_at", Instant, nullable=False),
    Column("assignee", String(200)),
    Column("lead_unit", String(20)),
    Column("grade", String(20)),
    Column("tier", Integer, nullable=False, default=0),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("restricted", Boolean, nullable=False, default=False),
    Index(
        "ix_task_groups_inbox",
        *("group", "due", "task_id"),
        *("case_id", "element", "unit", "opened_at", "assignee", "lead_unit", "grade", "tier", "urgent", "restricted"),
    ),
    Index("ix_task_groups_cases", "group", "case_id"),  # narrow: what words find is held against all that lies there
    Index(
        "ix_task_groups_held",
        *("assignee", "due", "task_id", "case_id", "urgent", "restricted"),
        **where("assignee IS NOT NULL"),
    ),
    Index(  # few of all that lies with a group is in somebody's hand; all of it is asked for, as in the inbox
        "ix_task_groups_in_hand",
        *("group", "due", "task_id"),
        *("case_id", "element", "unit", "opened_at", "assignee", "lead_unit", "grade", "tier", "urgent", "restricted"),
        **where("assignee IS NOT NULL"),
    ),
    Index(  # few of all that lies with a group; the element too, or SQLite would look it up in the row
        "ix_task_groups_supervised",
        *("group", "element", "due", "task_id", "restricted"),
        **where("element = 'supervise'"),
    ),
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
    Index(None, "opened_at", "id"),
    Index(None, "ended_at", "id"),
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
    Column("id", Id, primary_key=True),
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
