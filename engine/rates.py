"""Limits that hold over several processes: the database says how much of a minute's allowance has been handed out.

A process takes a lot of it at a time, a twentieth and fifty at most, so that asking is a write once in a while and a
flood is none at all. What a process took and did not use, also because it died, is lost to the others until the next
minute: never more than the limit is given, with several processes at times a lot less for each.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial

from sqlalchemy import case, delete, select, update

from engine.clock import Clock
from engine.errors import Busy, NoRoom
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import rates
from engine.storage.rows import insert_new

_MINUTE = 60  # seconds
_LOTS = 20  # a limit is handed out in so many parts
_LARGEST_LOT = 50
_KEPT = 60  # minutes after which a key nobody asked for is forgotten
_MOST_KEYS = 10_000  # remembered in one process


@dataclass
class _Lot:
    """What this process has of one key's allowance in a minute; `spent`: the database has no more of it."""

    minute: int
    left: int = 0
    spent: bool = False


class Meter:
    """Counts by key. The clock is the machine's, also in a demo: whoever floods does so in real time."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._lots: dict[str, _Lot] = {}
        self._lock = threading.Lock()

    def wait(self, key: str, most: int) -> int:
        """Count one more under `key`. 0 when that is among the `most` of this minute, else the seconds until the next.

        Where the database cannot write, each process counts for itself: a full disk must not stop people reading.
        """
        now = int(self._clock.now().timestamp())
        minute, until_next = now // _MINUTE, _MINUTE - now % _MINUTE
        taken = self._take(key, minute)
        if taken is None:
            taken = self._add(key, minute, self._drawn(key, minute, most))
        return 0 if taken else until_next

    def _take(self, key: str, minute: int) -> bool | None:
        """Whether one could be taken of what is here; None when the database must be asked for more."""
        with self._lock:
            lot = self._lots.get(key)
            if lot is None or lot.minute != minute:
                return None
            if lot.left:
                lot.left -= 1
                return True
            return False if lot.spent else None

    def _add(self, key: str, minute: int, drawn: int) -> bool:
        with self._lock:
            self._forget(minute)
            lot = self._lots.get(key)
            if lot is None or lot.minute != minute:
                lot = self._lots[key] = _Lot(minute)
            lot.left += drawn
            lot.spent = drawn == 0
            if lot.left:
                lot.left -= 1
                return True
            return False

    def _forget(self, minute: int) -> None:
        if len(self._lots) >= _MOST_KEYS:
            self._lots = {key: lot for key, lot in self._lots.items() if lot.minute == minute}

    def _drawn(self, key: str, minute: int, most: int) -> int:
        wanted = min(max(1, most // _LOTS), _LARGEST_LOT)
        try:
            return self._db.write(partial(_draw, key, minute, most, wanted))
        except (Busy, NoRoom):
            return wanted


def _draw(key: str, minute: int, most: int, wanted: int, tx: WriteTransaction) -> int:
    """Take up to `wanted` of what is left of this minute; a clock that is behind takes from the later minute."""
    tx.begin_writing()
    if insert_new(tx.conn, rates, {"key": key, "minute": minute, "taken": 0}):
        tx.conn.execute(delete(rates).where(rates.c.minute < minute - _KEPT))
    going_on = rates.c.minute >= minute
    changed = {
        "taken": case((going_on, rates.c.taken), else_=0) + wanted,
        "minute": case((going_on, rates.c.minute), else_=minute),
    }
    tx.conn.execute(update(rates).where(rates.c.key == key).values(changed))
    taken: int = tx.conn.execute(select(rates.c.taken).where(rates.c.key == key)).scalar_one()
    return max(0, min(wanted, most - (taken - wanted)))
