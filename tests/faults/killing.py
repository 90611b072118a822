"""F1: web workers are killed with SIGKILL while people work; afterwards the house is held against the journal.

The long form: `python -m tests.faults killing --on sqlite` (or `postgresql`), see `--help`.
"""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from engine.audit.lines import CARRIED
from engine.directory import issue_token
from engine.keys import demo_keys
from engine.storage.database import Database, WriteTransaction
from tests.faults.courses import EVERYBODY
from tests.faults.desk import Desk
from tests.faults.invariants import findings
from tests.faults.journal import Journal
from tests.faults.lanes import Lane, Person, Tally
from tests.support.house import START
from tests.support.servers import Servers, serving

_HANDS = 4  # acts at once in one lane


@dataclass(frozen=True)
class Plan:
    """How much of it. It ends when both figures are reached; `first` weakens the house (tests/faults/weakened.py),
    `crowd` is how likely each of three others acts on a case in the same instant.

    `pause`: least and most seconds between two kills. They are spread over the work: on a slow machine the work would
    else never be done for all the killing.
    """

    seed: int
    operations: int
    kills: int
    lanes: int = 4
    workers: int = 4
    first: str | None = None
    crowd: float = 0.3
    pause: tuple[float, float] = (0.03, 0.15)
    most_seconds: float = 600


@dataclass(frozen=True)
class Report:
    """What happened, and what was wrong afterwards."""

    plan: Plan
    kills: int
    tally: Tally
    findings: tuple[str, ...]

    def __str__(self) -> str:
        done = f"{self.tally.acknowledged} acts, {self.kills} workers killed, {self.tally.broken} broken connections"
        return f"seed {self.plan.seed}: {done}, {self.tally.busy} times busy, {len(self.findings)} findings"


def run(url: str, folder: Path, plan: Plan) -> Report:
    """Work and kill, on the furnished house at `url`; `folder` is for the journal and the servers' files."""
    processes = folder / "processes"
    processes.mkdir()
    journal = Journal(folder / "journal")
    tokens = _tokens(url)
    with ExitStack() as stack:
        stack.callback(journal.close)
        servers = stack.enter_context(serving(url, processes, plan.workers, plan.first))
        dice = Random(plan.seed)
        people = [_person(stack, servers, tokens, journal, Random(dice.random())) for _ in range(plan.lanes * _HANDS)]
        kills = _work_and_kill(servers, people, journal, plan, dice)
        unknown = findings(url, journal.entries())
        for act in [act for person in people for act in person.tally.given_up]:
            people[0].insist(act)
    tally = _sum([person.tally for person in people])
    found = [*unknown, *findings(url, journal.entries())]
    return Report(plan, kills, tally, tuple(dict.fromkeys(found)))


def _tokens(url: str) -> dict[str, str]:
    database = Database(url)
    database.carry(**{CARRIED: demo_keys().trail})

    def issue(tx: WriteTransaction) -> dict[str, str]:
        tx.begin_writing()
        return {name: issue_token(tx.conn, name, START) for name in EVERYBODY}

    try:
        return database.write(issue)
    finally:
        database.close()


def _person(stack: ExitStack, servers: Servers, tokens: dict[str, str], journal: Journal, dice: Random) -> Person:
    desk = Desk(servers.port, tokens)
    stack.callback(desk.close)
    return Person(desk, journal, dice)


def _work_and_kill(servers: Servers, people: list[Person], journal: Journal, plan: Plan, dice: Random) -> int:
    """Until both figures of the plan are reached, or its time is over; returns how many workers were killed."""
    killed = 0
    latest = time.monotonic() + plan.most_seconds

    def done() -> int:
        return sum(person.tally.acknowledged for person in people)

    def enough() -> bool:
        return (done() >= plan.operations and killed >= plan.kills) or time.monotonic() > latest

    with ThreadPoolExecutor(plan.lanes) as threads:
        lanes = [_lane(n, people, journal, dice, plan) for n in range(plan.lanes)]
        at_work = [threads.submit(lane.work, enough) for lane in lanes]
        while not enough() and not any(lane.done() for lane in at_work):
            time.sleep(dice.uniform(*plan.pause))
            if killed * plan.operations < (done() + 1) * plan.kills:
                killed += _kill_one(servers, dice)
        for lane in at_work:
            lane.result()
    return killed


def _lane(n: int, people: list[Person], journal: Journal, dice: Random, plan: Plan) -> Lane:
    return Lane(f"{plan.seed}-{n}", people[n * _HANDS : (n + 1) * _HANDS], Random(dice.random()), journal, plan.crowd)


def _kill_one(servers: Servers, dice: Random) -> int:
    """Kill a worker and say 1; where only one is up it lives, or on a slow machine nobody would ever be served."""
    workers = servers.workers()
    if len(workers) < 2:
        return 0
    unlucky = dice.choice(workers)
    servers.take_off(unlucky)
    os.kill(unlucky, signal.SIGKILL)
    return 1


def _sum(tallies: list[Tally]) -> Tally:
    return Tally(
        sum(tally.acknowledged for tally in tallies),
        sum(tally.broken for tally in tallies),
        sum(tally.busy for tally in tallies),
        [act for tally in tallies for act in tally.given_up],
    )
