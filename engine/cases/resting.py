"""Waypoints of long cases in the database: a process that has never looked at a case need not lead it from afar.

The worker leads each case that has grown by some lines, from the last waypoint on, and keeps where it rested. Whoever
can write to the database could write there what never was: each row bears a mark by a key of the house, and counts only
where print, mark and the digest on the line agree. Otherwise it is as if it were not there.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import orjson
import zstandard
from sqlalchemy import Connection, bindparam, delete, select, text, update

from engine.audit.waypoints import EVERY, Known, Waypoint
from engine.cases.again import lead_again
from engine.definitions.versions import Versions
from engine.directory import Directory
from engine.directory.calendars import Calendars
from engine.errors import EngineError
from engine.keys import Keys
from engine.storage.database import Database, WriteTransaction
from engine.storage.hints import by
from engine.storage.models import cases, waypoints
from engine.storage.models.columns import Instant
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_new

AT_ONCE = 5  # cases at a beat: some hundred lines are led again for each
_PURPOSE = "waypoint"
_GROWN = text("cases.audit_seq >= cases.led_seq + 20")  # as the index has it; 20 is EVERY
_LED = Prepared(update(cases).where(cases.c.id == bindparam("of_case")), ["led_seq"])
_LAST = (
    select(waypoints)
    .where(waypoints.c.case_id == bindparam("of_case"), waypoints.c.seq <= bindparam("most"))
    .order_by(waypoints.c.seq.desc())
    .limit(1)
)
_INSTANTS = frozenset(column.name for column in cases.columns if isinstance(column.type, Instant))


@dataclass(frozen=True)
class Kept:
    """The waypoints of one case in the database, behind those of the process, which are asked and told first."""

    conn: Connection
    keys: Keys
    case_id: int
    near: Known

    def latest(self, prints: Sequence[str]) -> Waypoint | None:
        """The further of the two; a row that is not the house's own, or of other lines, is none."""
        near = self.near.latest(prints)
        if len(prints) - (near.seq if near else 0) < EVERY:
            return near
        row = self.conn.execute(_LAST, {"of_case": self.case_id, "most": len(prints)}).mappings().first()
        if row is None or (near is not None and near.seq >= row["seq"]):
            return near
        ours = row["print"] == prints[row["seq"] - 1] and row["mark"] in self.keys.marks(_said(row), _PURPOSE)
        return _unpacked(row) if ours else near

    def keep(self, waypoint: Waypoint) -> None:
        self.near.keep(waypoint)


@dataclass(frozen=True)
class _Rests:
    """Those made on the way, in their order."""

    made: list[Waypoint] = field(default_factory=list)

    def latest(self, prints: Sequence[str]) -> Waypoint | None:
        return None

    def keep(self, waypoint: Waypoint) -> None:
        self.made.append(waypoint)


# ------------------------------------------------------------------ keeping
def keep_waypoints(
    db: Database,
    versions: Versions,
    calendars: Calendars,
    directory: Directory,
    keys: Keys,
    most: int = AT_ONCE,
) -> int:
    """Lead up to `most` cases that have grown; returns how many there were. Several processes may do so."""
    with db.read() as conn:
        query = by(select(cases).where(_GROWN), cases, "ix_cases_unled").order_by(cases.c.id).limit(most)
        grown = [dict(row) for row in conn.execute(query).mappings()]
        found = {row["id"]: _led(conn, row, versions, calendars, directory, keys) for row in grown}
    if grown:
        db.write(partial(_write, keys, found, {row["id"]: row["audit_seq"] for row in grown}))
    return len(grown)


def _led(
    conn: Connection,
    row: dict[str, Any],
    versions: Versions,
    calendars: Calendars,
    directory: Directory,
    keys: Keys,
) -> list[Waypoint]:
    """Where the case rests on its way; nowhere, where its trail cannot be read."""
    rests = _Rests()
    try:
        lead_again(conn, row, versions, calendars, directory, keys, known=Kept(conn, keys, row["id"], rests))
    except (EngineError, LookupError, ValueError, TypeError):
        return []
    return rests.made


def _write(keys: Keys, found: Mapping[int, Sequence[Waypoint]], led: Mapping[int, int], tx: WriteTransaction) -> None:
    """A case that has moved on meanwhile is left for the next round: what was read of it may have been erased."""
    tx.begin_writing()
    standing = _standing(tx.conn, led)
    for case_id in standing:
        made = found[case_id]
        seqs = [waypoint.seq for waypoint in made]
        tx.conn.execute(delete(waypoints).where(waypoints.c.case_id == case_id, waypoints.c.seq.in_(seqs)))
        for waypoint in made:
            row = {"case_id": case_id, "seq": waypoint.seq, "print": waypoint.print, "kept": _packed(waypoint)}
            insert_new(tx.conn, waypoints, {**row, "mark": keys.mark(_said(row), _PURPOSE)})
    _LED.run_many(tx.conn, [{"of_case": case_id, "led_seq": led[case_id]} for case_id in standing])


def _standing(conn: Connection, led: Mapping[int, int]) -> list[int]:
    """Those whose trail still ends where it was read to; nobody adds to them before this transaction ends."""
    now = select(cases.c.id, cases.c.audit_seq).where(cases.c.id.in_(led)).order_by(cases.c.id)
    return [id for id, seq in conn.execute(now.with_for_update(skip_locked=True)) if seq == led[id]]


# ------------------------------------------------------------------ the stored form
def _said(row: Mapping[Any, Any]) -> str:
    """What the mark is of."""
    content = hashlib.sha256(row["kept"]).hexdigest()
    return f"{row['case_id']}:{row['seq']}:{row['print']}:{content}"


def _packed(waypoint: Waypoint) -> bytes:
    columns = {name: _as_text(value) for name, value in waypoint.columns.items()}
    return zstandard.compress(orjson.dumps({"columns": columns, "former": _as_text(waypoint.former)}))


def _as_text(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value


def _unpacked(row: Mapping[Any, Any]) -> Waypoint:
    told = orjson.loads(zstandard.decompress(row["kept"]))
    columns, former = told["columns"], told["former"]
    instants = {name: datetime.fromisoformat(columns[name]) for name in _INSTANTS & columns.keys() if columns[name]}
    columns |= {**instants, "state": base64.b64decode(columns["state"])}
    return Waypoint(row["seq"], row["print"], columns, None if former is None else base64.b64decode(former))
