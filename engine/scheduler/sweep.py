"""Finding the timers that are due and having them fired, case by case, in the order in which they fell due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    update,
)

from engine.cases.commands import SYSTEM, Actor, FireTimers
from engine.clock import Clock
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import Instant, timers
from engine.storage.prepared import Prepared

_BATCH = 200
_CLAIMED_BATCH = 20
_LEASE = timedelta(seconds=5)  # so soon comes back what a dead worker had taken; a batch takes less than one
_LONGEST_WAIT_US = 60_000_000  # a retry further away was written by a clock that stood ahead

Due = tuple[int, datetime]  # case id, when its earliest waiting timer fell due
OnFailure = Callable[[int, Exception], object]


class Door(Protocol):
    """What the sweep needs of the engine."""

    @property
    def db(self) -> Database: ...

    @property
    def clock(self) -> Clock: ...

    def execute(self, command: FireTimers, actor: Actor) -> Any: ...


def due_cases(conn: Connection, now: datetime, limit: int) -> list[Due]:
    """The cases with a timer due at `now`, the longest overdue first."""
    return [(row["case_id"], row["due"]) for row in _DUE_CASES.fetch(conn, {"now": now, "limit": limit})]


def next_due(conn: Connection, now: datetime) -> datetime | None:
    """The first instant after `now` at which a timer falls due or is tried again; None when none waits."""
    found = _NEXT_DUE.fetch(conn, {"now": now})
    again = _NEXT_TRY.fetch(conn, {"now": now})[0]["retry_at"]
    return min((instant for instant in (found[0]["due"] if found else None, again) if instant), default=None)


def sweep(engine: Door, now: datetime, on_failure: OnFailure, share: bool = False) -> int:
    """Fire everything that is due at `now`, what falls due by the firing itself included; returns the cases fired.

    A case that fails is handed to `on_failure(case_id, error)` and left until the next sweep; its neighbours go on.
    With `share` several sweeps at once divide the work: each takes a small batch for 5 seconds. Without, everything
    due has been dealt with when this returns.
    """
    return sum(1 for _ in swept(engine, now, on_failure, share))


def swept(engine: Door, now: datetime, on_failure: OnFailure, share: bool = False) -> Iterator[Any]:
    """The same, told case by case: what struck in it."""
    take = _claimed_batches if share else _all_batches
    for batch in take(engine, now):
        for case_id in batch:
            yield from fire(engine, case_id, on_failure)


def fire(engine: Door, case_id: int, on_failure: OnFailure) -> list[Any]:
    """Fire one case; returns what the door told, nothing for a case that failed."""
    try:
        return [engine.execute(FireTimers(case_id), SYSTEM)]
    except Exception as error:  # the edge of the process: one broken case must not stop the clocks of the others
        on_failure(case_id, error)
        return []


def _all_batches(engine: Door, now: datetime) -> Iterator[list[int]]:
    """Batches until nothing new is due. What is still due after its turn failed or had nothing to fire: it waits."""
    tried: set[Due] = set()
    while True:
        with engine.db.read() as conn:
            found = due_cases(conn, now, _BATCH + len(tried))
        tried &= set(found)
        fresh = [due for due in found if due not in tried]
        if not fresh:
            return
        tried |= set(fresh)
        yield [case_id for case_id, _ in fresh]


def _claimed_batches(engine: Door, now: datetime) -> Iterator[list[int]]:
    """Batches nobody else works on; a worker that dies gives them back by running out of time."""
    while True:
        with engine.db.read() as conn:
            if not due_cases(conn, now, 1):
                return
        # A sweep may take minutes: what it takes late is taken from then on.
        claimed = engine.db.write(partial(_claim, now=now, until=engine.clock.now() + _LEASE))
        yield list(dict.fromkeys(case_id for case_id, _ in claimed))


def _claim(tx: WriteTransaction, now: datetime, until: datetime) -> list[Due]:
    tx.begin_writing()
    claimed = _CLAIM.fetch(tx.conn, {"now": now, "limit": _CLAIMED_BATCH, "retry_at": until})
    return sorted(((row["case_id"], row["due"]) for row in claimed), key=itemgetter(1))


_NOW = bindparam("now", type_=Instant())
_LIMIT = bindparam("limit", type_=Integer())
_UNTAKEN = or_(
    timers.c.retry_at.is_(None),
    timers.c.retry_at <= _NOW,
    type_coerce(timers.c.retry_at, BigInteger) - literal_column(str(_LONGEST_WAIT_US)) > _NOW,
)
_GOES = and_(timers.c.suspended == false(), timers.c.parked.is_(None))
_WAITING = and_(_GOES, timers.c.due <= _NOW, _UNTAKEN)
_EARLIEST = func.min(timers.c.due).label("due")

_DUE_CASES = Prepared(
    select(timers.c.case_id, _EARLIEST)
    .where(_WAITING)
    .group_by(timers.c.case_id)
    .order_by(_EARLIEST, timers.c.case_id)
    .limit(_LIMIT)
)
_NEXT_DUE = Prepared(select(timers.c.due).where(_GOES, timers.c.due > _NOW).order_by(timers.c.due).limit(1))
_NEXT_TRY = Prepared(
    select(func.min(timers.c.retry_at).label("retry_at")).where(_GOES, timers.c.due <= _NOW, timers.c.retry_at > _NOW)
)
_CLAIM = Prepared(
    update(timers)
    .where(
        timers.c.id.in_(
            select(timers.c.id).where(_WAITING).order_by(timers.c.due).limit(_LIMIT).with_for_update(skip_locked=True)
        )
    )
    .returning(timers.c.case_id, timers.c.due),
    ["retry_at"],
)
