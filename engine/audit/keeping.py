"""Keeping the checkpoints: one is taken when it is due, and every place outside is told, again and again if need be.

A place that cannot be written is an incident of the house that closes itself once the place has taken what it missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, select, update

from engine.audit.checkpoints import is_due, standing, take
from engine.audit.places import NotTaken, Place, Told
from engine.storage import incidents
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import checkpoint_places, checkpoints
from engine.storage.models import incidents as incident_rows
from engine.storage.rows import insert_new
from engine.trail_keys import TrailKeys

KIND = "CheckpointNotTaken"
OWNER = "supervisor"
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 60, 300))
_LEASE = timedelta(seconds=30)
_AT_ONCE = 20  # checkpoints per attempt: a new place is told everything there is


def keep_checkpoints(db: Database, keys: TrailKeys | None, places: Sequence[Place], now: datetime) -> None:
    """Take a checkpoint if one is due, and tell the places what they have not been told. Without keys there is none."""
    if keys is None:
        return
    with db.read() as conn:
        due = is_due(standing(conn), now)
    if due:
        db.write(lambda tx: take(tx, keys, now))
    tell_places(db, places, now)


def tell_places(db: Database, places: Sequence[Place], now: datetime) -> None:
    """Tell each place what it has not been told; one that did not take it is left alone for a while."""
    for place in places:
        while _tell(db, place, now):
            pass


def _tell(db: Database, place: Place, now: datetime) -> bool:
    """Tell a place the next few; says whether more may wait."""
    with db.read() as conn:
        state = _state(conn, place)
        waits = _may_try(state, now) and _untold(conn, state["sent"])
    if not waits:
        return False
    state, told = db.write(partial(_claim, place=place, now=now))
    if not told:
        return False
    try:
        place.take(told, state["sent"])
    except NotTaken as why:
        db.write(partial(_failed, place=place, state=state, why=str(why), now=now))
        return False
    db.write(partial(_taken, place=place, last=told[-1].number, now=now))
    return len(told) == _AT_ONCE


def _claim(tx: WriteTransaction, place: Place, now: datetime) -> tuple[dict[str, Any], list[Told]]:
    """What the place is told next; nobody else tells it anything for half a minute."""
    tx.begin_writing()
    _set(tx.conn, place, {})
    state = _state(tx.conn, place, alone=True)
    if not _may_try(state, now):
        return state, []
    _set(tx.conn, place, {"next_try": now + _LEASE})
    return state, _untold(tx.conn, state["sent"])


def _state(conn: Connection, place: Place, alone: bool = False) -> dict[str, Any]:
    query = select(checkpoint_places).where(checkpoint_places.c.place == place.name)
    found = conn.execute(query.with_for_update() if alone else query).mappings().first()
    new = {"place": place.name, "sent": 0, "sent_at": None, "attempts": 0, "next_try": None, "failure": None}
    return new if found is None else {str(name): value for name, value in found.items()}


def _may_try(state: dict[str, Any], now: datetime) -> bool:
    """Not before its pause is over; one further away than any is of a clock that stood ahead."""
    next_try = state["next_try"]
    return next_try is None or next_try <= now or next_try > now + _PAUSES[-1]


def _untold(conn: Connection, sent: int) -> list[Told]:
    query = select(checkpoints.c.number, checkpoints.c.text).where(checkpoints.c.number > sent)
    return [Told(row.number, row.text) for row in conn.execute(query.order_by(checkpoints.c.number).limit(_AT_ONCE))]


def _failed(tx: WriteTransaction, place: Place, state: dict[str, Any], why: str, now: datetime) -> None:
    tx.begin_writing()
    pause = _PAUSES[min(state["attempts"], len(_PAUSES) - 1)]
    _set(tx.conn, place, {"attempts": state["attempts"] + 1, "next_try": now + pause, "failure": why})
    cause = (
        f"留痕的检查点写不到 {place.name}：{why}。请让那里恢复可写，之后自动补写；"
        "换地方请改 BANCHENG_CHECKPOINT_PLACES。"
    )
    found = {"case_id": None, "element": place.name, "timer_id": None, "kind": KIND, "cause": cause, "owner": OWNER}
    incidents.open_once(tx.conn, found, ("kind", "element"), now)


def _taken(tx: WriteTransaction, place: Place, last: int, now: datetime) -> None:
    tx.begin_writing()
    _set(tx.conn, place, {"sent": last, "sent_at": now, "attempts": 0, "next_try": None, "failure": None})
    rows = incident_rows.c
    still_open = select(rows.id, rows.case_id).where(
        rows.kind == KIND, rows.element == place.name, rows.resolved_at.is_(None)
    )
    for found in tx.conn.execute(still_open).mappings().all():
        said = {"resolved_at": now, "resolved_by": "system", "resolution": f"已恢复，补写到第 {last} 个检查点"}
        incidents.close(tx.conn, {"id": found["id"], "case_id": None}, said)


def _set(conn: Connection, place: Place, values: dict[str, Any]) -> None:
    row = {"place": place.name, "sent": 0, "attempts": 0, **values}
    if not insert_new(conn, checkpoint_places, row) and values:
        conn.execute(update(checkpoint_places).where(checkpoint_places.c.place == place.name).values(values))
