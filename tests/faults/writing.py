"""F13: many processes write to one house at the same time, as fast as it lets them; nobody is told to come again.

The long form: `python -m tests.faults writing --on sqlite` (or `postgresql`), see `--help`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import orjson

from engine.cases.commands import ActOnCase, Command, CompleteTask, StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import EngineError
from engine.facade import Once, ReadContext
from engine.storage.idempotency import StoredAnswer
from tests.faults.acts import open_task
from tests.faults.courses import Course, start_form, task_form
from tests.faults.fleet import Weakness, barrier, fleet
from tests.faults.invariants import findings
from tests.faults.journal import Journal, Kind, Operation, read_journal
from tests.faults.sweeping import percentile
from tests.support.house import House

_COURSE = Course()
_PATIENCE_SECONDS = 300  # until everybody is there


@dataclass(frozen=True)
class Plan:
    """How much of it. Every writer carries one case at least and ends the one in hand when the time is over."""

    writers: int
    seconds: float
    weakness: Weakness | None = None


@dataclass(frozen=True)
class Report:
    """What happened; `times` of every act in seconds, ascending; `seconds` from the first act to the last answer."""

    plan: Plan
    seconds: float
    times: tuple[float, ...]
    findings: tuple[str, ...]

    def __str__(self) -> str:
        speed = f"{len(self.times)} acts by {self.plan.writers} writers, {len(self.times) / self.seconds:.0f} commits/s"
        longest = f"p99 {percentile(self.times, 99) * 1000:.0f} ms, max {percentile(self.times, 100) * 1000:.0f} ms"
        return f"{speed}, {longest}, {len(self.findings)} findings"


def run(url: str, folder: Path, plan: Plan) -> Report:
    """Let them write, into the furnished house at `url`; `folder` is for their journals."""
    with fleet(0, write, url, folder, plan.seconds, barrier(plan.writers), weakness=plan.weakness) as writers:
        writers.grow(plan.writers)
        ended = writers.join()
    lines = [line for path in folder.glob("*.journal") for line in read_journal(path)]
    told = [orjson.loads(path.read_bytes()) for path in folder.glob("*.times")]
    times = sorted(seconds for each in told for seconds in each["times"])
    found = [f"a writer ended with {code}" for code in ended if code != 0] + findings(url, lines)
    return Report(plan, _span(told), tuple(times), tuple(found))


def _span(told: Sequence[dict[str, Any]]) -> float:
    return float(max(each["ended"] for each in told) - min(each["begun"] for each in told))


def write(url: str, folder: Path, seconds: float, start: Barrier) -> None:
    """The work of one process: one case after the other until the time is over."""
    house, path = House(url), folder / _name(os.getpid())
    journal = Journal(path.with_suffix(".journal"))
    writer = Writer(house, journal, path.name)
    house.engine.read(lambda ctx: ctx.versions.all(ctx.conn))
    start.wait(_PATIENCE_SECONDS)
    begun = time.monotonic()
    writer.carry()
    while time.monotonic() < begun + seconds:
        writer.carry()
    told = {"begun": begun, "ended": time.monotonic(), "times": writer.times}
    path.with_suffix(".times").write_bytes(orjson.dumps(told))
    journal.close()
    house.close()


def _name(number: int) -> str:
    """A name in letters: a title with the digits of an identity number in it would be masked on the trail."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


class Writer:
    """Carries cases through the door of the engine and writes the journal; `times` of its acts in seconds."""

    def __init__(self, house: House, journal: Journal, name: str) -> None:
        self._house = house
        self._journal = journal
        self._keys = (f"{name}-{number}" for number in count(1))
        self._actors = {name: house.actor(name) for name in ("w1", "w2", "lead")}
        self.times: list[float] = []

    def carry(self) -> None:
        """One case from its registration to its classification; it ends where an act is refused."""
        key = next(self._keys)
        no = self._act(key, "register", key, "w1", StartProcess(CASE_PROCESS, start_form(_COURSE, key)))
        if no is not None and self._complete(no, "accept"):
            key = next(self._keys)
            self._act(key, "courier", key, "lead", ActOnCase("courier", no, {"tracking_no": key}))
            self._complete(no, "classify")

    def _complete(self, no: str, element: str) -> str | None:
        task = open_task(self._house, no, element)
        command = CompleteTask(task, task_form(_COURSE, element))
        return self._act(next(self._keys), "complete", f"{task} w2", "w2", command)

    def _act(self, key: str, kind: Kind, subject: str, who: str, command: Command) -> str | None:
        """The number of the case; None when the house refused."""
        act = Operation(key, kind, subject, who, "", {})
        self._journal.write("sent", act)
        begun = time.monotonic()
        try:
            answered = self._house.engine.execute_once(command, self._actors[who], Once(key, "f" * 64, _answer))
        except EngineError as error:
            self._journal.write("wrong", act, f"refused: {error}")
            return None
        self.times.append(time.monotonic() - begun)
        self._journal.write("acknowledged", act)
        return str(answered.answer.body["no"])


def _answer(_: ReadContext, result: Any) -> StoredAnswer:
    return StoredAnswer(200, {"no": result.no})
