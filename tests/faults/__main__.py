"""The long forms of the fault runs, before a release. Each prints its seed and what it found; exit code 1 for findings.

python -m tests.faults killing --on sqlite --operations 20000 --kills 300
python -m tests.faults racing --on postgresql --people 50 --tasks 200
python -m tests.faults sweeping --on sqlite --schedulers 8 --timers 3000 --kills 50
python -m tests.faults failover --on postgresql --times 8
python -m tests.faults writing --on sqlite --writers 32 --seconds 60
python -m tests.faults corrupting --on sqlite --harms 3000
python -m tests.faults tampering --on sqlite --trials 2000
python -m tests.faults publishing --on postgresql --cases 200 --versions 20 --people 8
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice, product
from pathlib import Path
from secrets import randbelow

from engine.audit.places import Folder
from engine.house import open_house
from engine.settings import Settings
from tests.faults import killing, publishing, sweeping, writing
from tests.faults.corrupting import corrupt
from tests.faults.failover import STANDING, fail_over
from tests.faults.racing import race, statuses, wrongs
from tests.faults.tampering import grow, tamper
from tests.faults.test_stored_states_are_harmed import three_cases
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
    plan = killing.Plan(asked.seed, asked.operations, asked.kills, most_seconds=asked.seconds)
    report = killing.run(url, folder, plan)
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


def _sweeping(url: str, folder: Path, asked: argparse.Namespace) -> Sequence[str]:
    cases = asked.timers // 2  # two of them have four timers
    report = sweeping.run(url, sweeping.Plan(asked.seed, asked.schedulers, cases, asked.kills, asked.punctual))
    print(report)
    return report.findings


def _failover(url: str, folder: Path, asked: argparse.Namespace) -> Sequence[str]:
    found: list[str] = []
    for standing, standby in islice(cycle(product(STANDING, (False, True))), asked.times):
        report = fail_over(url, standing, standby)
        print(f"{standing.__name__}, another {'stood by' if standby else 'came after'}: {report}")
        found += report.findings
        if report.seconds > 15:
            found.append(f"{standing.__name__}: everything fired only {report.seconds:.1f} s after the kill")
    return found


def _writing(url: str, folder: Path, asked: argparse.Namespace) -> Sequence[str]:
    report = writing.run(url, folder, writing.Plan(asked.writers, asked.seconds))
    print(report)
    return report.findings


def _corrupting(url: str, folder: Path, asked: argparse.Namespace) -> Sequence[str]:
    house = House(url)
    try:
        tally = corrupt(house, three_cases(house), asked.seed, asked.harms)
    finally:
        house.close()
    print(f"seed {asked.seed}: {tally.harms.total()} harms, {dict(tally.harms)}")
    return tally.wrong


def _tampering(url: str, folder: Path, asked: argparse.Namespace) -> Sequence[str]:
    outside = [Folder(str(folder / "disk")), Folder(str(folder / "machine"))]
    house = House(url)
    try:
        grow(house, outside, 30)
        tally = tamper(house, outside, asked.seed, asked.trials)
    finally:
        house.close()
    print(f"seed {asked.seed}: {tally.trials.total()} trials, {dict(tally.trials)}, {len(tally.wrong)} wrong")
    return tally.wrong


def _publishing(url: str, folder: Path, asked: argparse.Namespace) -> Sequence[str]:
    house = House(url)
    try:
        report = publishing.run(house, publishing.Plan(asked.seed, asked.cases, asked.versions, asked.people))
    finally:
        house.close()
    print(f"seed {asked.seed}: {report}")
    return report.findings


def _asked(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Fault runs, long form.")
    runs = parser.add_subparsers(required=True)
    _ask_of_killing(runs.add_parser("killing", help="F1: workers are killed while people work"))
    _ask_of_racing(runs.add_parser("racing", help="F3: many people submit the same task"))
    _ask_of_sweeping(runs.add_parser("sweeping", help="F5: many schedulers sweep overdue timers and are killed at it"))
    _ask_of_failover(runs.add_parser("failover", help="F6: the only scheduler is killed, another one goes on"))
    _ask_of_writing(runs.add_parser("writing", help="F13: many processes write at the same time"))
    _ask_of_corrupting(runs.add_parser("corrupting", help="F15: stored states are harmed"))
    _ask_of_tampering(runs.add_parser("tampering", help="the trail is tampered with in ten ways"))
    _ask_of_publishing(runs.add_parser("publishing", help="F16: versions change while cases run"))
    for each in runs.choices.values():
        each.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
        each.add_argument("--seed", type=int, default=randbelow(10**9))
    return parser.parse_args(words)


def _ask_of_killing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--operations", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=7200, help="the most it may take")
    parser.set_defaults(play=_killing)


def _ask_of_racing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--tasks", type=int, default=200)
    parser.set_defaults(play=_racing)


def _ask_of_sweeping(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--schedulers", type=int, default=8)
    parser.add_argument("--timers", type=int, default=3000, help="overdue at the start")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--punctual", type=int, default=200, help="timers that fall due when nothing else does")
    parser.set_defaults(play=_sweeping)


def _ask_of_failover(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--times", type=int, default=8)
    parser.set_defaults(play=_failover)


def _ask_of_writing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--writers", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    parser.set_defaults(play=_writing)


def _ask_of_corrupting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--harms", type=int, default=3_000)
    parser.set_defaults(play=_corrupting)


def _ask_of_tampering(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trials", type=int, default=2_000)
    parser.set_defaults(play=_tampering)


def _ask_of_publishing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--versions", type=int, default=20)
    parser.add_argument("--people", type=int, default=8, help="at work at once; one: the same run for the same seed")
    parser.set_defaults(play=_publishing)


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
