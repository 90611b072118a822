"""A house with very many cases as the worker reads them, for `bench heat` (webapp/bench_heat.py).

The sample cases are played through the door and read by the worker; their rows are copied (engine/bench/many.py), with
units, grades, causes, channels, days of receipt, working times, dues and lateness of their own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import Table, select, update

from engine.bench.many import OnProgress, Row, Samples, multiply, samples_of
from engine.facade import Engine
from engine.heat.blocks import changed, keep_packed
from engine.heat.keeping import keep_walked
from engine.storage.database import WriteTransaction
from engine.storage.models import cases, instant_of, walked_cases, walked_steps
from engine.vocabulary import CAUSE, CHANNEL, GRADE

_AT_ONCE = 1000  # cases per transaction
_LATE = ("person", "earlier", "design", *[""] * 17)
_UNITS = ("SC-SS", "SC-MI", "SC-TAX", "SC-RE", "SCJG", "SC-HPF", "SC-EE", "SC-VEH")


def walk_many(engine: Engine, count: int, on_progress: OnProgress = lambda made: None) -> None:
    """Copy what the worker made of the cases of a house until it has `count`, and pack it."""
    while keep_walked(engine.db, engine.versions, engine.calendars, engine.clock.now()):
        pass
    played = samples_of(engine, (walked_cases, walked_steps))
    stateless = Samples([{**row, "state": b""} for row in played.cases], played.beside)
    multiply(engine, stateless, count, on_progress, _Own())
    with engine.db.read() as conn:
        ids = conn.scalars(select(walked_cases.c.case_id).order_by(walked_cases.c.case_id)).all()
    for place in range(0, len(ids), _AT_ONCE):
        engine.db.write(partial(_read, ids[place : place + _AT_ONCE]))
    while keep_packed(engine.db, engine.clock.now(), timedelta()):
        pass


def _read(ids: Sequence[int], tx: WriteTransaction) -> None:
    """As the worker says that it has read them."""
    tx.begin_writing()
    changed(tx.conn, ids, instant_of(0))
    tx.conn.execute(update(cases).where(cases.c.id.in_(ids)).values(walked_seq=cases.c.audit_seq))


class _Own:
    """What each copy has of its own: the row of the case comes first, those of its steps follow."""

    def __init__(self) -> None:
        self._chance = random.Random(1)
        self._of_case: dict[int, Row] = {}

    def __call__(self, table: Table, row: Row) -> Row:
        chosen = self._of_case.get(row["case_id"]) or self._choose(row)
        if table is walked_cases:
            return chosen
        longer = {name: self._longer(row[name]) for name in ("waited", "handled")}
        took = -1 if longer["waited"] is None else longer["waited"] + (longer["handled"] or 0)
        late = "" if row["how"] is None else self._chance.choice(_LATE)
        return {**chosen, **longer, **self._earlier(row), "took": took, "late": late}

    def _choose(self, row: Row) -> Row:
        chosen = {
            "unit": self._chance.choice(_UNITS),
            "grade": self._chance.choice(list(GRADE)),
            "cause": self._chance.choice(list(CAUSE)),
            "channel": self._chance.choice(list(CHANNEL)),
            "received_at": row["received_at"] - timedelta(days=self._chance.randrange(365)),
        }
        self._of_case[row["case_id"]] = chosen
        return chosen

    def _earlier(self, row: Row) -> Row:
        """Many an open step is late by now."""
        by = timedelta(days=self._chance.randrange(20))
        return {name: row[name] - by for name in ("due", "late_at") if row["how"] is None and row[name] is not None}

    def _longer(self, minutes: int | None) -> int | None:
        return None if minutes is None else minutes + int(self._chance.expovariate(1 / 200))
