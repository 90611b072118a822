"""`bench heat`: what it takes to look at 100,000 cases at once (PERFORMANCE.md), selection by selection.

The sample cases are played through the door and read as the worker reads them; then their rows are copied with units,
grades, causes, channels and days of receipt of their own until there are enough.
"""

from __future__ import annotations

import random
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import insert, select, text

from engine.demo import live_through, past_of
from engine.facade import Engine
from engine.heat.blocks import changed, keep_packed
from engine.heat.keeping import keep_walked
from engine.house import open_house
from engine.queries.heat import Selection, heat
from engine.settings import Settings
from engine.storage.database import WriteTransaction
from engine.storage.models import cases, instant_of, walked_cases, walked_steps
from engine.vocabulary import CAUSE, CHANNEL, GRADE

TARGETS = {"全部": 1.0}  # seconds; every other selection 0.3 at p95
TARGET = 0.3
_FIRST = 1_000_000  # row id of the first copy
_AT_ONCE = 1000  # cases per transaction
_UNITS = ("SC-SS", "SC-MI", "SC-TAX", "SC-RE", "SCJG", "SC-HPF", "SC-EE", "SC-VEH")
_SELECTIONS: dict[str, Selection] = {
    "全部": Selection(),
    "按版本": Selection(bundle=1),
    "按等级": Selection(grade="general"),
    "按单位": Selection(unit="SC-MI"),
    "按原因": Selection(cause="系统类"),
    "按渠道": Selection(channel="window"),
    "一个月": Selection(since=date(2026, 3, 1), until=date(2026, 3, 31)),
    "半年、等级、渠道": Selection(since=date(2026, 1, 1), until=date(2026, 6, 30), grade="general", channel="window"),
}


@dataclass(frozen=True)
class Looked:
    """One selection: seconds, in their order; `cases` it lets through."""

    name: str
    cases: int
    times: tuple[float, ...]

    @property
    def p95(self) -> float:
        """Of few, the slowest."""
        return self.times[-1 - len(self.times) // 20]

    @property
    def target(self) -> float:
        """What it may take."""
        return TARGETS.get(self.name, TARGET)


def measure(
    count: int, times: int, on_progress: Callable[[int], object] = lambda made: None, url: str | None = None
) -> Iterator[Looked]:
    """Make a house of so many cases and look at each selection so many times; `url`: an empty database to use."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_house(Settings(database_url=url or f"sqlite:///{Path(folder) / 'heat.db'}", demo=True))
        live_through(engine, past_of(engine), lambda: None)
        while keep_walked(engine.db, engine.versions, engine.calendars, engine.clock.now()):
            pass
        _multiply(engine, count, on_progress)
        while keep_packed(engine.db, engine.clock.now(), timedelta()):
            pass
        for name, wanted in _SELECTIONS.items():
            yield _look(engine, name, wanted, times)
        engine.db.close()


def _look(engine: Engine, name: str, wanted: Selection, times: int) -> Looked:
    taken = []
    for _ in range(times):
        at = perf_counter()
        found = engine.read(heat, replace(wanted))
        taken.append(perf_counter() - at)
    return Looked(name, found.cases, tuple(sorted(taken)))


# ------------------------------------------------------------------ many cases
def _multiply(engine: Engine, count: int, on_progress: Callable[[int], object]) -> None:
    with engine.db.read() as conn:
        walked = {row["case_id"]: dict(row) for row in conn.execute(select(walked_cases)).mappings()}
        steps: dict[int, list[dict[str, Any]]] = {case_id: [] for case_id in walked}
        for row in conn.execute(select(walked_steps)).mappings():
            steps[row["case_id"]].append(dict(row))
        rows = {row["id"]: dict(row) for row in conn.execute(select(cases)).mappings() if row["id"] in walked}
    chance = random.Random(1)
    for first in range(0, count, _AT_ONCE):
        some = [
            (_FIRST + number, chance.choice(sorted(walked))) for number in range(first, min(first + _AT_ONCE, count))
        ]
        copies = [(id, rows[of], walked[of], steps[of], _own(chance)) for id, of in some]
        engine.db.write(partial(_copy, copies, chance))
        on_progress(len(some))
    engine.db.write(_analyse)


def _own(chance: random.Random) -> dict[str, Any]:
    return {
        "unit": chance.choice(_UNITS),
        "grade": chance.choice(list(GRADE)),
        "cause": chance.choice(list(CAUSE)),
        "channel": chance.choice(list(CHANNEL)),
    }


def _copy(copies: list[tuple[int, Any, Any, Any, dict[str, Any]]], chance: random.Random, tx: WriteTransaction) -> None:
    tx.begin_writing()
    of_cases, of_walks, of_steps = [], [], []
    for id, row, walk, steps, own in copies:
        chosen = {**own, "received_at": walk["received_at"] - timedelta(days=chance.randrange(365))}
        named = {"id": id, "uid": str(uuid.uuid4()), "no": f"BCS-2020-{id}", "receipt_code": f"R{id}"}
        of_cases.append({**row, **named, "state": b"", "walked_seq": row["audit_seq"]})
        of_walks.append({**walk, **chosen, "case_id": id})
        for step in steps:
            longer = {"waited": _longer(chance, step["waited"]), "handled": _longer(chance, step["handled"])}
            took = -1 if longer["waited"] is None else longer["waited"] + (longer["handled"] or 0)
            of_steps.append({**step, **chosen, **longer, "took": took, "case_id": id})
    for table, rows in ((cases, of_cases), (walked_cases, of_walks), (walked_steps, of_steps)):
        tx.conn.execute(insert(table), rows)
    changed(tx.conn, [row["case_id"] for row in of_walks], instant_of(0))


def _longer(chance: random.Random, minutes: int | None) -> int | None:
    return None if minutes is None else minutes + int(chance.expovariate(1 / 200))


def _analyse(tx: WriteTransaction) -> None:
    """As a database does by itself in time."""
    tx.begin_writing()
    tx.conn.execute(text("ANALYZE"))
