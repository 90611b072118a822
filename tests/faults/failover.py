"""F6: the only scheduler at work is killed with what it has taken; another one fires the next timer.

The long form: `python -m tests.faults failover --on sqlite` (or `postgresql`), see `--help`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from multiprocessing.synchronize import Event
from random import Random

from sqlalchemy import func, select

from engine.clock import SystemClock
from engine.storage.models import timers
from tests.faults import weakened
from tests.faults.fleet import fleet, signal
from tests.faults.invariants import promises_broken
from tests.faults.sweeping import BEGINNINGS, LAUNCH, AheadClock, fired, punctual_cases, registered, work
from tests.faults.together import until
from tests.support.house import House

Standing = Callable[[Event], object]

# How the scheduler stands when it is killed: between two transactions, or within one.
STANDING = (weakened.stands_still_with_what_it_took, weakened.stands_still_while_writing)

_PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Report:
    """What happened: `seconds` from the kill, or from the due of a later timer, to the last firing; `held`: how many
    seconds after the kill what the dead one had taken was free again."""

    seconds: float
    held: float
    findings: tuple[str, ...]

    def __str__(self) -> str:
        return f"everything fired {self.seconds:.1f} s after the kill at the latest, {len(self.findings)} findings"


def fail_over(url: str, standing: Standing, standby: bool) -> Report:
    """Kill the one at work, on the furnished house at `url`; the other one runs already, or comes after (`standby`)."""
    house = House(url)
    try:
        return _failed_over(house, standing, standby)
    finally:
        house.close()


def _failed_over(house: House, standing: Standing, standby: bool) -> Report:
    overdue = registered(house, BEGINNINGS[1], 3)
    clock = house.engine.clock = AheadClock(LAUNCH - SystemClock().now())
    given = (work, house.settings.database_url, clock.ahead)
    stands = signal()
    with ExitStack() as stack:
        active = stack.enter_context(fleet(1, *given, weakness=partial(standing, stands)))
        found = [] if stands.wait(_PATIENCE_SECONDS) else ["the first took nothing"]
        free = taken_until(house)
        other = stack.enter_context(fleet(int(standby), *given))
        active.kill(Random(0))
        killed = clock.now()
        other.grow(int(not standby))
        numbers = [*overdue, *punctual_cases(house, killed, 1)]
        house.engine.clock = clock
        until(lambda: all(fired(house, no) for no in numbers), _PATIENCE_SECONDS)
    found += [*_not_once(house, numbers), *promises_broken(house.settings.database_url)]
    seconds = max(_waited(house, numbers, killed), default=0.0)
    return Report(seconds, (free - killed).total_seconds(), tuple(found))


def taken_until(house: House) -> datetime:
    """Until when a scheduler has taken timers; fails where nothing is taken."""
    with house.engine.db.read() as conn:
        last: datetime | None = conn.scalar(select(func.max(timers.c.retry_at)))
    assert last is not None
    return last


def _not_once(house: House, numbers: Sequence[str]) -> Iterator[str]:
    for no in numbers:
        if (times := len(fired(house, no))) != 1:
            yield f"{no}: its timer fired {times} times"


def _waited(house: House, numbers: Sequence[str], killed: datetime) -> Iterator[float]:
    for no in numbers:
        for each in fired(house, no):
            yield (each.at - max(each.due, killed)).total_seconds()
