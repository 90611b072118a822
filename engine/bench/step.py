"""`bench step`: a durable step against the sum of its unavoidable parts (first row of the performance targets).

Numerator: `Engine.execute(CompleteTask)`: load, complete, run on, save, audit, inbox, commit. Denominator: the same
step on the stock library in memory, plus that step's recorded statements and parameters replayed by the raw driver
with the same pragmas, plus commit. Model process: 7 user tasks, 2 decision tables, a call activity, 2 boundary timers.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import select

from engine.bench.recording import Statement, raw_connection, recording, send_again
from engine.bpmn import patches
from engine.bpmn.stock import StockRun, StockSpecs
from engine.cases.commands import Actor, CompleteTask, StartProcess
from engine.clock import SimulatedClock
from engine.definitions.shipped import read_folder
from engine.definitions.versions import publish
from engine.facade import Engine, ReadContext
from engine.keys import demo_keys
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import cases, tasks

MODEL = Path(__file__).parent / "model"
KEY = "bench_model"
START = {"matter": "M002"}
COURSE = (
    ("take", {"accepted": True}),
    ("grade_it", {"grade": "general"}),
    ("approve", {"approved": True}),
    ("sign", {"signed": True}),
    ("handle", {"result": "done"}),
    ("reply", {"method": "phone"}),
    ("visit", {"satisfaction": 5}),
)
_ACTOR = Actor("bench", "基准", frozenset({"window"}))
_NOW = datetime(2026, 10, 19, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class StepFigures:
    """Seconds per step, medians over all steps of all cases."""

    durable: float
    stock: float
    replay: float
    steps: int

    @property
    def ratio(self) -> float:
        return self.durable / (self.stock + self.replay)


def measure(case_count: int = 60) -> StepFigures:
    """Measure `case_count` cases, the three terms in turn at every step; garbage collection is off meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        recorded = _record(Path(folder) / "recorded.db", case_count)
        gc.disable()
        try:
            return _measure(Path(folder), case_count, recorded)
        finally:
            gc.enable()


def _engine(path: Path) -> Engine:
    db = Database(f"sqlite:///{path}")
    db.upgrade()
    engine = Engine(db, SimulatedClock(_NOW), demo_keys())

    def seed(tx: WriteTransaction) -> None:
        tx.begin_writing()
        publish(tx.conn, KEY, read_folder(MODEL), "bench", _NOW)

    db.write(seed)
    return engine


def _open_task(ctx: ReadContext, uid: str) -> str:
    of_case = select(tasks.c.id).join(cases, cases.c.id == tasks.c.case_id).where(cases.c.uid == uid)
    found: str = ctx.conn.execute(of_case).scalar_one()
    return found


def _record(path: Path, case_count: int) -> list[list[Statement]]:
    """Every act's statements on a database of its own; starts included, so that a replay finds what it changes."""
    engine = _engine(path)
    acts: list[list[Statement]] = []
    for _ in range(case_count):
        with recording(engine.db.pool) as sent:
            uid = engine.execute(StartProcess(KEY, START), _ACTOR).uid
        acts.append(sent)
        for _, variables in COURSE:
            task = engine.read(_open_task, uid)
            with recording(engine.db.pool) as sent:
                engine.execute(CompleteTask(task, variables), _ACTOR)
            acts.append(sent)
    engine.db.close()
    return acts


def _measure(folder: Path, case_count: int, recorded: list[list[Statement]]) -> StepFigures:
    durable_house, replay_house = _engine(folder / "durable.db"), _engine(folder / "replayed.db")
    replay_house.db.close()
    raw = raw_connection(str(folder / "replayed.db"))
    specs = StockSpecs(read_folder(MODEL), KEY)
    durable: list[float] = []
    stock: list[float] = []
    replay: list[float] = []
    acts = iter(recorded)
    for _ in range(case_count):
        uid = durable_house.execute(StartProcess(KEY, START), _ACTOR).uid
        send_again(raw, next(acts))
        run = StockRun(specs, START)
        for element, variables in COURSE:
            command = CompleteTask(durable_house.read(_open_task, uid), variables)
            at = perf_counter()
            durable_house.execute(command, _ACTOR)
            durable.append(perf_counter() - at)
            with patches.stock():
                at = perf_counter()
                run.complete_on_stock(element, variables)
                stock.append(perf_counter() - at)
            statements = next(acts)
            at = perf_counter()
            send_again(raw, statements)
            replay.append(perf_counter() - at)
        assert run.ended
    durable_house.db.close()
    raw.close()
    median = statistics.median
    return StepFigures(median(durable), median(stock), median(replay), len(durable))
