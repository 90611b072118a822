"""`bench rounds`: what a case costs in its thirtieth round against its first (PERFORMANCE.md).

Plays the shipped diagrams on SQLite: a general case with a lead and one co-unit. A round is everything that can come
again: sent back to the lead, dispatched anew, given feedback on, called back, not satisfied, done over. State size is
taken where the last unit has answered, the time of a step from the same seven steps of each round.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import select

from engine.cases.commands import SYSTEM, Actor, CompleteTask, StartProcess
from engine.cases.live import load
from engine.clock import ZONE, SimulatedClock
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import Engine, ReadContext
from engine.house import open_house
from engine.queries.case import case
from engine.settings import Settings
from engine.storage.models import cases

Variables = Mapping[str, Any]
START = datetime(2026, 10, 19, 9, 0, tzinfo=ZONE)
_LEAD, _CO = "SC-MI", "SC-SS"
_REGISTRATION: Variables = {
    "channel": "window",
    "title": "基准",
    "description": "基准",
    "appeal_type": "undone",
    "applicant": {"kind": "person", "name": "某人", "phone": "13300000000"},
    "acceptance": "accept",
}
_DISPATCH: Variables = {"lead_unit": _LEAD, "co_units": [_CO], "onsite_attempt": "基准"}
_REPLY: Variables = {"action": "reply", "reply_text": "基准"}
_UNHAPPY: Variables = {"contacted": True, "resolved": False, "satisfaction": 1, "dissatisfied_reason": "result"}
_SEND_BACK: Variables = {"review_result": "send_back", "send_back_reason": "基准"}

# task, group, unit, what is entered: first the units' part, then what leads to another one.
_UNITS: tuple[tuple[str, str, str | None, Variables], ...] = (
    ("dispatch", "work_group", None, _DISPATCH),
    ("acknowledge", f"unit:{_LEAD}", _LEAD, {"action": "sign"}),
    ("acknowledge", f"unit:{_CO}", _CO, {"action": "sign"}),
    ("first_contact", f"unit:{_LEAD}", _LEAD, {}),
    ("handle", f"unit:{_LEAD}", _LEAD, _REPLY),
    ("handle", f"unit:{_CO}", _CO, _REPLY),
)
_BACK: tuple[tuple[str, str, str | None, Variables], ...] = (
    ("review", "work_group", None, _SEND_BACK),
    ("handle", f"unit:{_LEAD}", _LEAD, _REPLY),
    ("review", "work_group", None, {**_SEND_BACK, "redispatch": True}),
    *_UNITS,
    ("review", "work_group", None, {"review_result": "pass", "outcome": "done"}),
    ("give_feedback", "window", None, {"feedback_method": "phone", "feedback_text": "基准"}),
)


@dataclass(frozen=True)
class Round:
    """After so many rounds: bytes stored, levels of the task tree, median seconds of the units' steps."""

    number: int
    size: int
    depth: int
    step: float


def measure(rounds: int = 30) -> list[Round]:
    """Play one case through its first round and `rounds` more."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_house(Settings(database_url=f"sqlite:///{Path(folder) / 'rounds.db'}"), None)
        engine.clock = SimulatedClock(START)
        try:
            return _play(_Case(engine), rounds)
        finally:
            engine.db.close()


def prolonged(engine: Engine, lines: int) -> str:
    """Play a case through as many rounds as it takes for its trail to have so many lines; its number."""
    played = _Case(engine)
    played.do("classify", "window", None, {"grade": "general", "cause": "系统类"})
    for _ in _rounds(played, lines):
        if engine.read(_lines, played.no) >= lines:
            break
    return played.no


def ratio(found: list[Round]) -> float:
    """A step of the last five rounds to one of the first five."""
    steps = [each.step for each in found]
    return statistics.median(steps[-5:]) / statistics.median(steps[:5])


def _play(played: _Case, rounds: int) -> list[Round]:
    played.do("classify", "window", None, {"grade": "general", "cause": "系统类"})
    return list(_rounds(played, rounds))


def _rounds(played: _Case, rounds: int) -> Iterator[Round]:
    yield _round(played, 0)
    for number in range(1, rounds + 1):
        for step in _BACK:
            played.do(*step)
        played.next_visit()
        played.do("return_visit", "callback", None, _UNHAPPY)
        if number == 1:
            played.do("approve_redo", "work_group", None, {"approved": True, "measure": "基准"})
        else:
            played.do("chief_review", "bureau", None, {"decision": "new_measure", "reason": "基准"})
        yield _round(played, number)


def _round(played: _Case, number: int) -> Round:
    seconds = [played.do(*step) for step in _UNITS]
    size, depth = played.engine.read(_stored, played.no)
    return Round(number, size, depth, statistics.median(seconds))


class _Case:
    """One case, acted on by whoever the task belongs to."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.no: str = engine.execute(StartProcess(CASE_PROCESS, _REGISTRATION), _person("window")).no

    def do(self, task: str, group: str, unit: str | None, variables: Variables) -> float:
        """Complete the open task; returns the seconds it took."""
        told = self.engine.read(case, self.no)
        task_id = next(each.id for each in told.open_tasks if each.task == task and unit in (None, each.unit))
        command, actor = CompleteTask(task_id, variables), _person(group)
        at = perf_counter()
        self.engine.execute(command, actor)
        return perf_counter() - at

    def next_visit(self) -> None:
        """Move the clock day by day until the call-back is open."""
        while not any(each.task == "return_visit" for each in self.engine.read(case, self.no).open_tasks):
            self.engine.move_clock(self.engine.clock.now() + timedelta(days=1))


def _person(group: str) -> Actor:
    return Actor(f"bench {group}", "基准", frozenset({group}))


def _lines(ctx: ReadContext, no: str) -> int:
    found: int = ctx.conn.execute(select(cases.c.audit_seq).where(cases.c.no == no)).scalar_one()
    return found


def _stored(ctx: ReadContext, no: str) -> tuple[int, int]:
    row = dict(ctx.conn.execute(select(cases).where(cases.c.no == no)).mappings().one())
    version = ctx.versions.get(ctx.conn, row["bundle_id"])
    run = load(row, version, ctx.now, SYSTEM, ctx.worktime, ctx.directory).run
    return len(row["state"]), run.depth
