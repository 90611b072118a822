"""What a failure leaves behind: a timer that is tried again later, or an incident somebody must look after.

A timer whose step fails is tried again after 2, 5 and 10 seconds, then it is an incident and left alone; the other
timers of its case go on. Where a person is waiting for it (an act on a case fires its due timers first) it becomes an
incident at once, and the act goes on without it: what it would have done is then on record before the act can end it.
An act that fails itself is an incident at once, and so is a state that cannot be read back: nothing strikes any more
in that case until it is repaired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, false, select, update

from engine.audit import house as trail
from engine.cases.commands import SYSTEM, Command, FireTimers, RetryIncident
from engine.errors import EngineError, StateCorrupt
from engine.storage import incidents
from engine.storage.database import WriteTransaction
from engine.storage.models import timers

WAITS = (timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=10))  # before each further try
OWNER = "supervisor"  # the group that looks after an incident until one of it takes it
CORRUPT = StateCorrupt.__name__


def keep(tx: WriteTransaction, case_id: int | None, command: Command, error: Exception, now: datetime) -> bool:
    """Keep a failure of this command; returns whether the command can go on without the timer that failed."""
    timer: str | None = getattr(error, "timer", None)
    tx.begin_writing()
    if isinstance(command, RetryIncident) and (timer is None or _waits_for(tx.conn, timer, command.id)):
        incidents.failed_again(tx.conn, command.id, cause_of(error))
        trail.record(tx.conn, now, SYSTEM.name, "incident_failed_again", str(command.id))
    elif isinstance(error, StateCorrupt):
        id = _open(tx.conn, case_id, error, now, same=("case_id", "kind"))
        incidents.park(tx.conn, timers.c.case_id == case_id, id)
    elif isinstance(command, FireTimers):
        _later(tx.conn, command.case_id, timer, error, now)
        return timer is not None
    elif timer is not None:
        _give_up(tx.conn, case_id, [timer], error, now)
        return True
    else:
        _open(tx.conn, case_id, error, now)
    return False


def cause_of(error: Exception) -> str:
    """In plain words."""
    if isinstance(error, EngineError):
        return error.message
    return f"程序意外出错（{type(error).__name__}），不是填写的问题；请把当时的日志交给技术支持。"


def _later(conn: Connection, case_id: int, timer: str | None, error: Exception, now: datetime) -> None:
    """Try the timer again after a while, or not any more; without one, all that were due."""
    failed = _failed(conn, case_id, timer, now)
    ids, failures = list(failed), 1 + max(failed.values(), default=0)
    if failures > len(WAITS) or not ids:
        _give_up(conn, case_id, ids, error, now)
        return
    later = {"failures": failures, "retry_at": now + WAITS[failures - 1]}
    conn.execute(update(timers).where(timers.c.id.in_(ids)).values(later))


def _failed(conn: Connection, case_id: int, timer: str | None, now: datetime) -> Mapping[str, int]:
    """How often the timers had failed before, the one longest due first."""
    due = (timers.c.due <= now) & (timers.c.suspended == false()) if timer is None else timers.c.id == timer
    waiting = select(timers.c.id, timers.c.failures).where(timers.c.case_id == case_id, timers.c.parked.is_(None), due)
    return {row.id: row.failures for row in conn.execute(waiting.order_by(timers.c.due, timers.c.id))}


def _give_up(conn: Connection, case_id: int | None, ids: Sequence[str], error: Exception, now: datetime) -> None:
    id = _open(conn, case_id, error, now, ids[0] if ids else None)
    incidents.park(conn, timers.c.id.in_(ids), id)


def _open(
    conn: Connection,
    case_id: int | None,
    error: Exception,
    now: datetime,
    timer: str | None = None,
    same: Sequence[str] = ("case_id", "timer_id", "element", "kind", "cause"),
) -> int:
    found: dict[str, Any] = {
        "case_id": case_id,
        "element": getattr(error, "element", None),
        "timer_id": timer,
        "kind": type(error).__name__,
        "cause": cause_of(error),
        "owner": OWNER,
    }
    return incidents.open_once(conn, found, same, now)


def _waits_for(conn: Connection, timer: str, incident: int) -> bool:
    return conn.execute(select(timers.c.parked).where(timers.c.id == timer)).scalar() == incident
