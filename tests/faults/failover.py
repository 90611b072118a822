"""F6: the only scheduler at work is killed with what it has taken; another one fires the next timer.

The long form: `python -m tests.faults failover --on sqlite` (or `postgresql`), see `--help`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import exists, select

from engine.clock import SystemClock
from engine.storage.models import timers
from tests.faults.fleet import Fleet, fleet
from tests.faults.invariants import promises_broken
from tests.faults.sweeping import BEGINNINGS, LAUNCH, AheadClock, fired, punctual_cases, registered, until, work
from tests.support.house import House

# How the scheduler stands when it is killed: between two transactions, or within one.
STANDING = ("stands_still_with_what_it_took", "stands_still_while_writing")

_PATIENCE_SECONDS = 60
_MEANWHILE_SECONDS = 0.5  # from taking to writing


@dataclass(frozen=True)
class Report:
    """What happened: `seconds` from the kill, or from the due of a later timer, to the last firing."""

    seconds: float
    findings: tuple[str, ...]

    def __str__(self) -> str:
        return f"everything fired {self.seconds:.1f} s after the kill at the latest, {len(self.findings)} findings"


def fail_over(url: str, standing: str, standby: bool) -> Report:
    """Kill the one at work, on the furnished house at `url`; the other one runs already, or comes after (`standby`)."""
    house = House(url)
    try:
        return _failed_over(house, standing, standby)
    finally:
        house.close()


def _failed_over(house: House, standing: str, standby: bool) -> Report:
    overdue = registered(house, BEGINNINGS[1], 3)
    clock = house.engine.clock = AheadClock(LAUNCH - SystemClock().now())
    given = (work, house.settings.database_url, clock.ahead)
    with ExitStack() as stack:
        active = stack.enter_context(fleet(1, *given, weakness=standing))
        found = [] if until(lambda: something_taken(house), _PATIENCE_SECONDS) else ["the first took nothing"]
        other = stack.enter_context(fleet(int(standby), *given))
        killed = _kill(active, clock)
        other.grow(int(not standby))
        numbers = [*overdue, *punctual_cases(house, killed, 1)]
        house.engine.clock = clock
        until(lambda: all(fired(house, no) for no in numbers), _PATIENCE_SECONDS)
    found += [*_not_once(house, numbers), *promises_broken(house.settings.database_url)]
    return Report(max(_waited(house, numbers, killed), default=0.0), tuple(found))


def _kill(active: Fleet, clock: AheadClock) -> datetime:
    time.sleep(_MEANWHILE_SECONDS)
    active.kill(Random(0))
    return clock.now()


def something_taken(house: House) -> bool:
    """Whether a scheduler has taken a timer."""
    with house.engine.db.read() as conn:
        return bool(conn.scalar(select(exists().where(timers.c.retry_at.is_not(None)))))


def _not_once(house: House, numbers: Sequence[str]) -> Iterator[str]:
    for no in numbers:
        if (times := len(fired(house, no))) != 1:
            yield f"{no}: its timer fired {times} times"


def _waited(house: House, numbers: Sequence[str], killed: datetime) -> Iterator[float]:
    for no in numbers:
        for each in fired(house, no):
            yield (each.at - max(each.due, killed)).total_seconds()
