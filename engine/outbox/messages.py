"""What must leave the house: written in the transaction of the act, sent after it, at least once.

The key says what the message is about; a second message with the same key is the same message and is not written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, and_, bindparam, or_, select, update

from engine.storage.database import Database, WriteTransaction
from engine.storage.models import Instant, outbox
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_new

_BATCH = 20
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60))


@dataclass(frozen=True)
class OutboxMessage:
    """A notice: its unique key, the case, the kind, the groups it goes to, and what it says (JSON).

    `skipped` says why it is only recorded and not sent, e.g. a reminder whose deadline has passed meanwhile.
    """

    key: str
    case_id: int | None
    kind: str
    recipients: tuple[str, ...]
    payload: Any
    skipped: str | None = None


Send = Callable[[OutboxMessage], object]
OnFailure = Callable[[OutboxMessage, Exception], object]


def deliver_in_app(message: OutboxMessage) -> None:
    """The sender of an installation that sends nothing outside: people find the notice in their inbox."""


def enqueue(conn: Connection, messages: Sequence[OutboxMessage], now: datetime) -> None:
    """Write the messages in the transaction of the act they tell about."""
    for message in messages:
        row = {
            "key": message.key,
            "case_id": message.case_id,
            "kind": message.kind,
            "recipients": orjson.dumps(message.recipients).decode(),
            "payload": orjson.dumps(message.payload).decode(),
            "created_at": now,
            "next_try": None if message.skipped else now,
            "skipped": message.skipped,
        }
        insert_new(conn, outbox, row)


def deliver_due(db: Database, now: datetime, send: Send, on_failure: OnFailure) -> int:
    """Send what is due, oldest first, until nothing is; returns how many were sent.

    A message `send` raises for is handed to `on_failure` and comes again later, each time after a longer pause. One
    whose sender died half-way comes again too: whoever receives it must know it by its key.
    """
    sent = 0
    while claimed := db.write(partial(_claim, now=now)):
        delivered = [row_id for row_id, message in claimed if _sent(message, send, on_failure)]
        db.write(partial(_mark_sent, ids=delivered, now=now))
        sent += len(delivered)
    return sent


def _sent(message: OutboxMessage, send: Send, on_failure: OnFailure) -> bool:
    try:
        send(message)
    except Exception as error:  # the edge of the process: whatever a carrier throws must not stop the other messages
        on_failure(message, error)
        return False
    return True


def _claim(tx: WriteTransaction, now: datetime) -> list[tuple[int, OutboxMessage]]:
    """Take a batch by putting its next try into the future, past the reach of other workers."""
    at = {"now": now, "furthest": now + _PAUSES[-1]}
    if not _ANY_DUE.fetch(tx.conn, at):
        return []
    tx.begin_writing()
    rows = tx.conn.execute(_DUE, at).all()
    for row in rows:
        later = {"attempts": row.attempts + 1, "next_try": now + _pause(row.attempts)}
        tx.conn.execute(update(outbox).where(outbox.c.id == row.id).values(later))
    return [(row.id, _message(row)) for row in rows]


# Due; or written by a clock that stood ahead: never tried, or put off further than anything is.
_ASTRAY = or_(outbox.c.attempts == 0, outbox.c.next_try > bindparam("furthest", type_=Instant()))
_WAITS = and_(outbox.c.next_try.is_not(None), or_(outbox.c.next_try <= bindparam("now", type_=Instant()), _ASTRAY))
_ANY_DUE = Prepared(select(outbox.c.id).where(_WAITS).limit(1))
_DUE = (
    select(outbox)
    .where(_WAITS)
    .order_by(outbox.c.next_try, outbox.c.id)
    .limit(_BATCH)
    .with_for_update(skip_locked=True)
)


def _pause(attempts: int) -> timedelta:
    return _PAUSES[min(attempts, len(_PAUSES) - 1)]


def _mark_sent(tx: WriteTransaction, ids: Sequence[int], now: datetime) -> None:
    tx.begin_writing()
    tx.conn.execute(update(outbox).where(outbox.c.id.in_(ids)).values(sent_at=now, next_try=None))


def _message(row: Any) -> OutboxMessage:
    recipients = tuple(orjson.loads(row.recipients))
    return OutboxMessage(row.key, row.case_id, row.kind, recipients, orjson.loads(row.payload), row.skipped)
