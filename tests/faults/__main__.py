"""The long forms of the fault runs, before a release. Each prints its seed and what it found; exit code 1 for findings.

python -m tests.faults killing --on sqlite --operations 20000 --kills 300
python -m tests.faults racing --on postgresql --people 50 --tasks 200
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from secrets import randbelow

from engine.house import open_house
from engine.settings import Settings
from tests.faults.killing import Plan, run
from tests.faults.racing import race, statuses, wrongs
from tests.support.house import START, House
from tests.support.postgres import cluster

_WINDOW = ("w1", "w2", "w3", "w4", "w5", "lead", "lead2")


@contextmanager
def _new_house(kind: str, folder: Path) -> Iterator[str]:
    """The address of a furnished house of its own."""
    if kind == "sqlite":
        yield _furnished(f"sqlite:///{folder / 'house.db'}")
        return
    with cluster() as server:
        yield _furnished(server.url(server.create()))


def _furnished(url: str) -> str:
    open_house(Settings(database_url=url, demo=True), START).db.close()
    return url


def _killing(url: str, folder: Path, asked: argparse.Namespace) -> Sequence[str]:
    plan = Plan(asked.seed, asked.operations, asked.kills, most_seconds=asked.seconds)
    report = run(url, folder, plan)
    print(report)
    reached = report.tally.acknowledged >= plan.operations and report.kills >= plan.kills
    return report.findings if reached else (*report.findings, "the plan was not reached in its time")


def _racing(url: str, folder: Path, asked: argparse.Namespace) -> Sequence[str]:
    house = House(url)
    try:
        races = race(house, list(islice(cycle(_WINDOW), asked.people)), asked.tasks, "complete")
    finally:
        house.close()
    print(f"{asked.people} people, {asked.tasks} tasks: {dict(statuses(races))}")
    return wrongs(races)


def _asked(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Fault runs, long form.")
    runs = parser.add_subparsers(required=True)
    killing = runs.add_parser("killing", help="F1: workers are killed while people work")
    killing.add_argument("--operations", type=int, default=20_000)
    killing.add_argument("--kills", type=int, default=300)
    killing.add_argument("--seconds", type=float, default=7200, help="the most it may take")
    killing.add_argument("--seed", type=int, default=randbelow(10**9))
    killing.set_defaults(play=_killing)
    racing = runs.add_parser("racing", help="F3: many people submit the same task")
    racing.add_argument("--people", type=int, default=50)
    racing.add_argument("--tasks", type=int, default=200)
    racing.set_defaults(play=_racing)
    for each in (killing, racing):
        each.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Run what was asked for on a house of its own; 1 when something was wrong."""
    asked = _asked(words)
    with tempfile.TemporaryDirectory() as name, _new_house(asked.on, Path(name)) as url:
        found = asked.play(url, Path(name), asked)
    for each in found:
        print(each)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
