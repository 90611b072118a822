"""`bench ledger`: what it takes to hand out a ledger of 100,000 cases (PERFORMANCE.md).

The sample cases are played through the door, then their rows are copied with numbers of their own until there are
enough: what people entered, corrected and answered is as long as in the samples. Each file is written by a process of
its own, so that its peak memory is its own.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import insert, select

from engine.cases.commands import SYSTEM
from engine.demo import live_through, past_of
from engine.exports.ledger import FORMATS, export_ledger
from engine.facade import Engine
from engine.house import enter_house, open_house
from engine.keys import Keys
from engine.queries.ledger import LedgerFilter
from engine.settings import Settings
from engine.storage.database import WriteTransaction
from engine.storage.models import answers, case_people, cases
from engine.storage.sealed import sealed, unsealed

TARGETS = {"csv": 3, "xlsx": 40}  # seconds for 100,000 cases
_FIRST = 1_000_000  # row id of the first copy
_AT_ONCE = 1000  # cases per transaction
OnProgress = Callable[[int], object]


@dataclass(frozen=True)
class Written:
    """One file: seconds it took, bytes it has, how many bytes the peak of memory lay above where it began."""

    kind: str
    rows: int
    seconds: float
    size: int
    grown: int


def measure(count: int, on_progress: OnProgress = lambda made: None) -> Iterator[Written]:
    """Make a house of so many cases and write its ledger in every format."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        with _house(url) as engine:
            live_through(engine, past_of(engine), lambda: None)
            _multiply(engine, count, on_progress)
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as alone:
            for kind in FORMATS:
                yield alone.apply(_write, (url, folder, kind))


@contextmanager
def _house(url: str) -> Iterator[Engine]:
    engine = open_house(Settings(database_url=url, demo=True))
    try:
        yield engine
    finally:
        engine.db.close()


def _write(url: str, folder: str, kind: str) -> Written:
    path = Path(folder) / f"ledger.{kind}"
    engine = enter_house(Settings(database_url=url, demo=True), simulated=False)
    before, at = peak(), perf_counter()
    rows = export_ledger(engine, SYSTEM, LedgerFilter(), path)
    seconds = perf_counter() - at
    engine.db.close()
    return Written(kind, rows, seconds, path.stat().st_size, peak() - before)


def peak() -> int:
    """The most memory this process had so far; `getrusage` would count its parent in."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) * 1024


# ------------------------------------------------------------------ many cases
def _multiply(engine: Engine, count: int, on_progress: OnProgress) -> None:
    """Copy the cases there are, round after round, each an hour earlier than the one it is copied from."""
    with engine.db.read() as conn:
        samples = [dict(row) for row in conn.execute(select(cases).where(cases.c.restricted.is_(False))).mappings()]
        beside = {table: _by_case(engine.keys, conn, table) for table in (case_people, answers)}
    wanted = range(len(samples), count)
    for first in wanted[::_AT_ONCE]:
        some = [(number, samples[number % len(samples)]) for number in range(first, min(first + _AT_ONCE, count))]
        engine.db.write(partial(_copy, engine.keys, some, beside))
        on_progress(len(some))


def _by_case(keys: Keys, conn: Any, table: Any) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in conn.execute(select(table)).mappings():
        found.setdefault(row["case_id"], []).append(unsealed(keys, table, row))
    return found


def _copy(keys: Keys, some: list[tuple[int, dict[str, Any]]], beside: dict[Any, Any], tx: WriteTransaction) -> None:
    tx.begin_writing()
    tx.conn.execute(insert(cases), [_copied(sample, number) for number, sample in some])
    for table, rows in beside.items():
        copies = [{**row, "case_id": _FIRST + number} for number, sample in some for row in rows[sample["id"]]]
        tx.conn.execute(insert(table), [sealed(keys, table, copy) for copy in copies])


def _copied(sample: dict[str, Any], number: int) -> dict[str, Any]:
    own = {
        "id": _FIRST + number,
        "uid": str(uuid.uuid4()),
        "no": f"BCS-2020-{number:06d}",
        "receipt_code": f"R{number}",
    }
    return {**sample, **own, "received_at": sample["received_at"] - timedelta(hours=number % 20_000)}
