"""`bench export`: what it takes to hand out the trails of 10,000, 50,000 and 100,000 cases, a million lines.

The sample cases are copied (many.py). Each file is written by a process of its own, so that its peak memory is its
own: it must not grow with the number of cases. While it is written somebody goes on working in the same house, for an
export reads one instant all along: SQLite keeps what is written meanwhile in its log until the reading has ended.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import func, select

from engine.bench.many import OnProgress, house_again, multiply, peak, sample_house, samples_of
from engine.cases.commands import SYSTEM, Actor, StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.exports.event_log import FORMATS, export_events
from engine.facade import Engine, ReadContext
from engine.queries.event_log import Selection
from engine.storage.models import audit, cases

SIZES = (10_000, 50_000, 100_000)
_NOTHING = Selection(until=date(1900, 1, 1))
_PAUSE = 0.1  # seconds between two acts: what a whole city asks for at its peak (PERFORMANCE.md)
_WINDOW = Actor("bench window", "基准", frozenset({"window"}))
_REGISTRATION = {
    "channel": "window",
    "title": "基准",
    "description": "基准",
    "appeal_type": "undone",
    "applicant": {"kind": "person", "name": "某人", "phone": "13300000000"},
    "acceptance": "accept",
}


@dataclass(frozen=True)
class Exported:
    """One file of so many cases and lines: seconds it took, `busy` of the processor alone, bytes it has, and how many
    bytes the peak of memory lay above where it began. Meanwhile `acts` were carried out in the house, and the log of
    SQLite grew to `log` bytes; None on PostgreSQL, which keeps no such log.
    """

    kind: str
    cases: int
    lines: int
    seconds: float
    busy: float
    size: int
    grown: int
    acts: int = 0
    log: int | None = None


def measure(
    sizes: Sequence[int] = SIZES, on_progress: OnProgress = lambda made: None, url: str | None = None
) -> Iterator[Exported]:
    """Make a house grow to each size in turn and write its trails in every format; `url`: an empty database to use."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "export.db"
        house = url or f"sqlite:///{own}"
        with sample_house(house) as engine:
            samples = samples_of(engine, (audit,))
            for size in sorted(sizes):
                multiply(engine, samples, size, on_progress)
                for kind in FORMATS:
                    yield _measured(engine, house, Path(folder) / f"trail.{kind}", kind, own.with_name("export.db-wal"))


def _measured(engine: Engine, house: str, path: Path, kind: str, log: Path) -> Exported:
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        writing = alone.apply_async(_write, (house, path, kind))
        acts, longest = 0, 0
        while not writing.ready():
            engine.execute(StartProcess(CASE_PROCESS, _REGISTRATION), _WINDOW)
            acts, longest = acts + 1, max(longest, log.stat().st_size if log.exists() else 0)
            writing.wait(_PAUSE)
        written: Exported = writing.get()
    path.unlink()
    return replace(written, acts=acts, log=longest if engine.db.dialect == "sqlite" else None)


def _write(house: str, path: Path, kind: str) -> Exported:
    with house_again(house) as engine:
        lines = engine.read(_lines)
        export_events(engine, SYSTEM, _NOTHING, path, kind)  # what is loaded at the first use is loaded
        before, at, worked = peak(), perf_counter(), process_time()
        written = export_events(engine, SYSTEM, Selection(), path, kind)
        seconds, busy = perf_counter() - at, process_time() - worked
        return Exported(kind, written, lines, seconds, busy, path.stat().st_size, peak() - before)


def _lines(ctx: ReadContext) -> int:
    """How many lines the cases have."""
    counting = select(func.sum(cases.c.audit_seq)).where(cases.c.restricted.is_(False))
    return int(ctx.conn.execute(counting).scalar_one())
