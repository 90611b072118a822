"""Whether the house can work: the database answers, its tables are today's, and no timer is far behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import Busy
from engine.facade import Engine
from engine.scheduler.sweep import due_cases

MOST_LAG = timedelta(minutes=5)


@dataclass(frozen=True)
class Readiness:
    """`timer_lag_seconds`: by how much the longest overdue waiting timer is late; None when it cannot be told."""

    ready: bool
    database: bool
    migrations: bool
    timer_lag_seconds: float | None


def readiness(engine: Engine) -> Readiness:
    """Ask the database; one that does not answer is an answer too."""
    try:
        engine.db.ping()
        if not engine.db.is_current():
            return Readiness(False, True, False, None)
        with engine.db.read() as conn:
            lag = _lag(conn, engine.clock.now())
        return Readiness(lag <= MOST_LAG, True, True, lag.total_seconds())
    except (SQLAlchemyError, Busy):
        return Readiness(False, False, False, None)


def _lag(conn: Connection, now: datetime) -> timedelta:
    due = due_cases(conn, now, 1)
    return now - due[0][1] if due else timedelta(0)
