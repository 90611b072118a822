"""F8: the clock of the machine jumps while cases go on, forwards and back; beats and people go on by what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from engine.cases.commands import CompleteTask
from engine.errors import EngineError
from engine.queries.case import case
from engine.queries.timeline import timeline
from engine.scheduler.beat import beat
from tests.faults.acts import register
from tests.faults.courses import PEOPLE, Course, task_form
from tests.support.house import START, House

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = (HOUR, -HOUR, DAY, -DAY, -30 * DAY, 30 * DAY, timedelta(seconds=2), -timedelta(seconds=2))

_COURSE = Course()


class LooseClock:
    """A machine's clock that somebody sets."""

    simulated = False

    def __init__(self, start: datetime) -> None:
        self.reads = start

    def now(self) -> datetime:
        return self.reads.astimezone(UTC)


def jump_about(house: House, seed: int, steps: int, share: bool) -> int:
    """Register cases and carry them on while the clock is set to and fro; returns how many timers struck."""
    dice, clock = Random(seed), LooseClock(START)
    house.engine.clock = clock
    numbers: list[str] = []
    for _ in range(steps):
        clock.reads += dice.choice(JUMPS) if dice.random() < 0.4 else timedelta(minutes=dice.randrange(120))
        if len(numbers) < 6:
            numbers.append(house.do("w1", register(_COURSE).command(house, "")).no)
        elif dice.random() < 0.4:
            beat(house.engine, share)
        else:
            _carry_on(house, dice.choice(numbers))
    clock.reads = START + 60 * DAY
    beat(house.engine, share)
    trails = [house.engine.read(timeline, no) for no in numbers]
    return sum(line.action == "timer_fired" for trail in trails for line in trail)


def _carry_on(house: House, no: str) -> None:
    """Complete the first open task somebody of these courses can; refusals are none of our business here."""
    for task in house.engine.read(case, no).open_tasks:
        group = next((group for group in task.groups if group in PEOPLE), None)
        if group is None or task.task == "supervise":
            continue
        try:
            house.do(PEOPLE[group][0], CompleteTask(task.id, task_form(_COURSE, task.task)))
        except (EngineError, KeyError):
            continue
        return
