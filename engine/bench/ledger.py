"""`bench ledger`: what it takes to hand out a ledger of 100,000 cases (PERFORMANCE.md).

The sample cases are copied (many.py): what people entered, corrected and answered is as long as in them. Each file is
written by a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from engine.bench.many import OnProgress, house_again, multiply, peak, sample_house, samples_of
from engine.cases.commands import SYSTEM
from engine.exports.keeping import keep_ledger
from engine.exports.ledger import FORMATS, export_ledger
from engine.queries.ledger import LedgerFilter
from engine.storage.models import answers, case_people

TARGETS = {"csv": 3, "xlsx": 40}  # seconds for 100,000 cases
_AT_ONCE = 1000  # cases kept in one transaction: nobody waits for it here
_NOTHING = LedgerFilter(until=date(1900, 1, 1))


@dataclass(frozen=True)
class Written:
    """One file: seconds it took, `busy` of the processor alone, bytes it has, how many bytes the peak of memory lay
    above where it began. `kept`: its rows were read, else worked out.
    """

    kind: str
    kept: bool
    rows: int
    seconds: float
    busy: float
    size: int
    grown: int


def measure(count: int, on_progress: OnProgress = lambda made: None, url: str | None = None) -> Iterator[Written]:
    """Make a house of so many cases and write its ledger: as the worker has kept it, in every format, and before.

    `url`: an empty database to use.
    """
    with tempfile.TemporaryDirectory() as folder:
        house = url or f"sqlite:///{Path(folder) / 'ledger.db'}"
        with sample_house(house) as engine:
            multiply(engine, samples_of(engine, (case_people, answers)), count, on_progress)
            with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as alone:
                yield alone.apply(_write, (house, folder, "csv", False))
                while keep_ledger(engine, _AT_ONCE):
                    pass
                for kind in FORMATS:
                    yield alone.apply(_write, (house, folder, kind, True))


def _write(house: str, folder: str, kind: str, kept: bool) -> Written:
    path = Path(folder) / f"ledger.{kind}"
    with house_again(house) as engine:
        export_ledger(engine, SYSTEM, _NOTHING, path)  # what is loaded at the first use is loaded
        before, at, worked = peak(), perf_counter(), process_time()
        rows = export_ledger(engine, SYSTEM, LedgerFilter(), path)
        seconds, busy = perf_counter() - at, process_time() - worked
        return Written(kind, kept, rows, seconds, busy, path.stat().st_size, peak() - before)
