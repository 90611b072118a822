"""The chain of what belongs to no case: sign-ins, publishing, settings. Its case id is 0."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from engine.audit.lines import append
from engine.audit.trail import Line, chain, genesis
from engine.storage.models import audit, settings
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_new
from engine.vocabulary import HOUSE_ACT

HOUSE = 0
UID = "house"

_LONGEST_WAIT = timedelta(seconds=30)  # twice what either database lets anybody wait
_HEAD = "audit_head"  # the setting that keeps "seq hash" of the last line
_HEAD_QUERY = select(settings.c.value).where(settings.c.name == _HEAD)
_READ_HEAD = Prepared(_HEAD_QUERY)
_HOLD_HEAD = Prepared(_HEAD_QUERY.with_for_update())
_MOVE_HEAD = Prepared(update(settings).where(settings.c.name == _HEAD), ["value"])
_AT = Prepared(select(audit.c.at).where(audit.c.case_id == HOUSE, audit.c.seq == bindparam("wanted")))


def record(
    conn: Connection,
    at: datetime,
    actor: str,
    action: str,
    element: str | None = None,
    after: Any = None,
    before: Any = None,
) -> Line:
    """Append a line to the chain of the house, inside a write transaction that has begun writing.

    `action` is a key of vocabulary.HOUSE_ACT: what auditors could not read is not written. A line whose instant was
    read before it had to wait for another one is dated no earlier than that.
    """
    if action not in HOUSE_ACT:
        raise KeyError(f"{action} has no words in vocabulary.HOUSE_ACT")
    seq, head = line_up(conn)
    at = max(at, _no_earlier_than(conn, seq, at))
    said: dict[str, Any] = {"action": action, "element": element, "before": before, "after": after}
    line = chain(head, HOUSE, seq + 1, at=at, actor=actor, **said)
    append(conn, [line])
    _MOVE_HEAD.run(conn, {"value": f"{line.seq} {line.hash}"})
    return line


def _no_earlier_than(conn: Connection, seq: int, at: datetime) -> datetime:
    """The instant of the last line, where a wait for one's turn explains that it is the later one; a clock that was put
    back does not write on in the future."""
    return next((last["at"] for last in _AT.fetch(conn, {"wanted": seq}) if at < last["at"] <= at + _LONGEST_WAIT), at)


def line_up(conn: Connection) -> tuple[int, str]:
    """Wait until nobody else is about to append, and keep others waiting: what is read from now on is the latest.

    Returns number and hash of the last line.
    """
    insert_new(conn, settings, {"name": _HEAD, "value": f"0 {genesis(UID)}"})
    [row] = _HOLD_HEAD.fetch(conn, {})
    return _split(row["value"])


def head_of_house(conn: Connection) -> tuple[int, str]:
    """Number and hash of the last line the house has recorded."""
    return next((_split(row["value"]) for row in _READ_HEAD.fetch(conn, {})), (0, genesis(UID)))


def _split(value: str) -> tuple[int, str]:
    seq, head = value.split(" ")
    return int(seq), head
