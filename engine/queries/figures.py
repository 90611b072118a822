"""How much there is of what a watcher of the house looks at: numbers alone, of no case and nobody in particular."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Table, func, select

from engine.facade import ReadContext
from engine.scheduler.sweep import due_cases
from engine.storage.models import incidents, outbox, tasks, timers


@dataclass(frozen=True)
class Figures:
    """`timer_lag`: by how much the longest overdue timer is late; zero when none is."""

    open_tasks: int
    overdue_tasks: int
    waiting_timers: int
    suspended_timers: int
    timer_lag: timedelta
    open_incidents: int
    outbox_waiting: int


def figures(ctx: ReadContext) -> Figures:
    """Counted now, in one snapshot of the database."""

    def count(table: Table, *conditions: ColumnElement[bool]) -> int:
        found: int = ctx.conn.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
        return found

    due = due_cases(ctx.conn, ctx.now, 1)
    return Figures(
        open_tasks=count(tasks),
        overdue_tasks=count(tasks, tasks.c.due < ctx.now),
        waiting_timers=count(timers, timers.c.suspended.is_(False)),
        suspended_timers=count(timers, timers.c.suspended.is_(True)),
        timer_lag=ctx.now - due[0][1] if due else timedelta(0),
        open_incidents=count(incidents, incidents.c.resolved_at.is_(None)),
        outbox_waiting=count(outbox, outbox.c.next_try.is_not(None)),
    )
