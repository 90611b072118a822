"""What was refused at the doors, in the chain of the house: who, from where, at which route, and how it was answered.

A flood must not fill the trail: of one person or address a minute keeps twenty lines, of all together three hundred;
the rest is counted and told in one line.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from engine.audit.house import line_up, record
from engine.errors import Busy, NoRoom
from engine.rates import Meter
from engine.storage.database import Database, WriteTransaction

MOST_OF_ONE = 20  # lines a minute
MOST_OF_ALL = 300
NOBODY = "-"  # the actor of a line about somebody who has not signed in


@dataclass(frozen=True)
class Refusal:
    """One refused request. `route` is the rule, /api/cases/<no>: neither numbers nor anything a person typed."""

    address: str
    route: str
    method: str
    status: int
    kind: str  # name of the error


class Refusals:
    """Writes them down; `now` dates the lines by the clock the house goes by then, `meter` counts in real time."""

    def __init__(self, db: Database, now: Callable[[], datetime], meter: Meter) -> None:
        self._db = db
        self._now = now
        self._meter = meter
        self._left_out: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def note(self, who: str | None, refusal: Refusal) -> None:
        """Keep one refusal. Raises what the database raises; nothing depends on it but the trail."""
        actor = who or NOBODY
        if self._too_many(who or refusal.address):
            self._leave_out(Counter({(actor, refusal.address): 1}))
            return
        with self._lock:
            left_out, self._left_out = self._left_out, Counter()
        try:
            self._db.write(partial(self._write, actor, refusal, left_out))
        except (Busy, NoRoom):
            self._leave_out(left_out + Counter({(actor, refusal.address): 1}))
            raise

    def _leave_out(self, counted: Counter[tuple[str, str]]) -> None:
        with self._lock:
            self._left_out.update(counted)

    def _too_many(self, whose: str) -> bool:
        one = self._meter.wait(f"refused {whose}", MOST_OF_ONE)
        return bool(one or self._meter.wait("refused", MOST_OF_ALL))

    def _write(self, actor: str, refusal: Refusal, left_out: Counter[tuple[str, str]], tx: WriteTransaction) -> None:
        tx.begin_writing()
        line_up(tx.conn)  # what had to wait for another line is not dated before it
        now = self._now()
        for (other, address), count in left_out.items():
            record(tx.conn, now, other, "refusals_not_listed", after={"address": address, "count": count})
        said = asdict(refusal)
        record(tx.conn, now, actor, "refused", said.pop("route"), said)
