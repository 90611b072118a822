"""F5: many schedulers sweep one house whose timers are overdue, and are killed at it; then timers that fall due.

Each scheduler is `bancheng worker`, by a clock that runs ahead of the machine's.
The long form: `python -m tests.faults sweeping --on sqlite` (or `postgresql`), see `--help`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from random import Random

from sqlalchemy import exists, select

from engine import house as opening
from engine.cases.commands import SYSTEM, FireTimers
from engine.clock import SimulatedClock, SystemClock
from engine.queries.timeline import timeline
from engine.storage.models import timers
from tests.faults.acts import case_row, register
from tests.faults.courses import Course
from tests.faults.fleet import Fleet, Weakness, fleet
from tests.faults.invariants import promises_broken
from tests.faults.together import until
from tests.support.house import START, House, instant
from webapp.command import main

# Of the first three timers are overdue at the launch, one after the other; of the second one.
BEGINNINGS = (START, instant("2026-10-12 09:00"))
LAUNCH = instant("2026-10-14 15:40")

_CLASSIFIED_WITHIN = timedelta(hours=2)  # of the acceptance: `classify_late`
_LEAD = timedelta(seconds=4)  # from the registration of the punctual cases to the first due
_APART = timedelta(seconds=0.1)  # between two dues


@dataclass(frozen=True)
class Plan:
    """How much of it. `punctual` timers fall due while nothing else does; `pause`: seconds between two kills."""

    seed: int
    schedulers: int
    cases: int
    kills: int
    punctual: int
    pause: tuple[float, float] = (0.1, 0.4)
    most_seconds: float = 600
    weakness: Weakness | None = None


@dataclass(frozen=True)
class Report:
    """What happened; `seconds` until nothing was overdue, `late` of every punctual timer in seconds, ascending."""

    plan: Plan
    struck: int
    kills: int
    seconds: float
    late: tuple[float, ...]
    findings: tuple[str, ...]

    def __str__(self) -> str:
        storm = (
            f"{self.struck} timers by {self.plan.schedulers} schedulers in {self.seconds:.1f} s, {self.kills} killed"
        )
        idle = f"{len(self.late)} when idle, {percentile(self.late, 99):.2f} s late (p99)"
        return f"seed {self.plan.seed}: {storm}; {idle}; {len(self.findings)} findings"


def percentile(ascending: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed; 0 where there is none."""
    return ascending[(len(ascending) - 1) * percent // 100] if ascending else 0.0


def run(url: str, plan: Plan) -> Report:
    """Let the timers fall due and the schedulers sweep, on the furnished house at `url`."""
    house = House(url)
    try:
        return _swept(house, plan)
    finally:
        house.close()


def _swept(house: House, plan: Plan) -> Report:
    waiting = [registered(house, at, plan.cases // 2) for at in BEGINNINGS]
    clock = house.engine.clock = AheadClock(LAUNCH - SystemClock().now())
    for numbers in waiting:  # the first of each is swept alone: so it must go with all
        house.engine.execute(FireTimers(case_row(house, numbers[0])), SYSTEM)
    given = (house.settings.database_url, clock.ahead)
    with fleet(plan.schedulers, work, *given, weakness=plan.weakness) as schedulers:
        begun = time.monotonic()
        kills = _kill_until_done(house, schedulers, plan)
        seconds = time.monotonic() - begun
        found = [] if nothing_due(house) else [f"timers are still due after {seconds:.0f} s"]
        punctual = _punctual(house, clock, plan)
    found += [*_unlike_the_first(house, waiting), *promises_broken(house.settings.database_url)]
    struck = sum(len(fired(house, no)) for numbers in waiting for no in numbers)
    late = sorted((each.at - each.due).total_seconds() for no in punctual for each in fired(house, no))
    return Report(plan, struck, kills, seconds, tuple(late), tuple(found))


# ------------------------------------------------------------------ the schedulers
@dataclass(frozen=True)
class AheadClock:
    """The machine's clock, that much ahead."""

    ahead: timedelta
    simulated = False

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead


def work(url: str, ahead: timedelta) -> None:
    """`bancheng worker` by a clock that much ahead, until it is killed."""
    opening.SystemClock = partial(AheadClock, ahead)  # type: ignore[assignment, attr-defined]
    os.environ["BANCHENG_DATABASE_URL"] = url
    with redirect_stdout(StringIO()):
        main(["worker"], standalone_mode=False)


def _kill_until_done(house: House, schedulers: Fleet, plan: Plan) -> int:
    """Until nothing is due, or the time is over; every killed one is replaced. Returns how many were killed."""
    dice, killed = Random(plan.seed), 0
    latest = time.monotonic() + plan.most_seconds
    while not nothing_due(house) and time.monotonic() < latest:
        time.sleep(dice.uniform(*plan.pause))
        if killed < plan.kills:
            schedulers.kill(dice)
            schedulers.grow()
            killed += 1
    return killed


# ------------------------------------------------------------------ the cases
def registered(house: House, at: datetime, count: int, apart: timedelta = timedelta(), **more: object) -> list[str]:
    """Numbers of plain cases registered from then on, so far apart."""
    clock = house.engine.clock = SimulatedClock(at)
    numbers = []
    for _ in range(count):
        numbers.append(str(house.do("w1", register(Course(), **more).command(house, "")).no))
        clock.move(clock.now() + apart)
    return numbers


def punctual_cases(house: House, now: datetime, count: int) -> list[str]:
    """Numbers of cases with one timer each, the first due in four seconds, the next a tenth of a second later."""
    return registered(house, now + _LEAD - _CLASSIFIED_WITHIN, count, _APART, acceptance="accept")


def _punctual(house: House, clock: AheadClock, plan: Plan) -> list[str]:
    numbers = punctual_cases(house, clock.now(), plan.punctual)
    house.engine.clock = clock
    return numbers if until(lambda: all(fired(house, no) for no in numbers), plan.most_seconds) else []


def nothing_due(house: House) -> bool:
    """Whether no timer is due, taken by a scheduler or not."""
    due = exists().where(timers.c.suspended.is_(False), timers.c.due <= house.engine.clock.now())
    with house.engine.db.read() as conn:
        return not conn.scalar(select(due))


# ------------------------------------------------------------------ what the trails tell
@dataclass(frozen=True)
class Fired:
    """A timer that struck: which, when it was due and when it really was."""

    element: str | None
    due: datetime
    at: datetime


def fired(house: House, no: str) -> list[Fired]:
    """The timers that struck in a case, in the order of its trail."""
    return [
        Fired(line.element, datetime.fromisoformat(line.after["due"]), datetime.fromisoformat(line.after["at"]))
        for line in house.engine.read(timeline, no)
        if line.action == "timer_fired" and line.after is not None
    ]


def _unlike_the_first(house: House, waiting: Sequence[Sequence[str]]) -> Iterator[str]:
    for first, *others in waiting:
        wanted = _struck(house, first)
        for no in others:
            if (found := _struck(house, no)) != wanted:
                yield f"{no}: {'; '.join(found)} struck, not {'; '.join(wanted)}"


def _struck(house: House, no: str) -> list[str]:
    return [f"{each.element} of {each.due:%m-%d %H:%M}" for each in fired(house, no)]
