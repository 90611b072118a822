"""Imagined cases against real ones: registered through the door of a house, left alone, and its clock really moved.

The real side shares nothing with the simulation but the diagrams: people act through the door, every act is stored and
read back, and the scheduler's sweep finds what is due in the tables. Random cases by hand:

python -m tests.definitions.ladder_run --first 0 --count 200
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from engine.clock import ZONE, SimulatedClock
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.simulate import Asked, Ground, course
from engine.directory import shipped_directory
from engine.facade import ReadContext
from engine.house import open_house
from engine.queries.timeline import timeline
from engine.settings import Settings
from engine.worktime import WorkTime
from tests.support.house import START, House

WORKTIME = WorkTime.shipped()
FIRST, DAYS = datetime(2025, 1, 1, tzinfo=ZONE), 1_000  # three official years, and one without its notice
TOGETHER = 25  # cases of one house
LEFT_ALONE = timedelta(days=90)
TASKS = ("accept", "classify", "dispatch", "acknowledge", "first_contact", "handle", "review", "give_feedback")
REPLIED: Mapping[str, Any] = {"action": "reply", "reply_text": "已办"}
ON_TIME: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "accept": ("w3", {"acceptance": "accept"}),
    "classify": ("w3", {"cause": "系统类"}),
    "dispatch": ("group", {"onsite_attempt": "窗口已协调"}),
    "acknowledge": ("unit-", {"action": "sign"}),
    "first_contact": ("unit-", {"contact_method": "phone"}),
    "handle": ("unit-", REPLIED),
    "review": ("group", {"review_result": "pass", "outcome": "done"}),
    "give_feedback": ("w4", {"feedback_method": "phone", "feedback_text": "已告知"}),
}
REASON: Mapping[str, Any] = {"reason": "另有情况"}
# Tasks beside the plain course: the step at which something else is entered, and what.
TURNED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "approve_pending": ("review", {"review_result": "pending", "outcome": None}),
    "confirm_exit": ("accept", {"acceptance": "decline", **REASON}),
    "await_citizen": ("handle_on_site", {"onsite_result": "waiting_citizen"}),
    "adjudicate_return": ("acknowledge", {"action": "return", **REASON}),
    "decide_extension": ("handle", {"action": "request_extension", "days": 2, "reply_text": None, **REASON}),
    "decide_pause": ("handle", {"action": "request_pause", "reply_text": None, **REASON}),
    "decide_regrade": ("handle", {"action": "request_regrade", "reply_text": None, **REASON}),
    "await_resume": ("handle", {"action": "request_pause", "reply_text": None, **REASON}),
}
Struck = list[tuple[str, str, int]]  # timer, instant, tier the case then has


@dataclass(frozen=True)
class Left:
    """A case and the task at which everybody stops."""

    asked: Asked
    stuck: str


@dataclass(frozen=True)
class Seen:
    """What the clock did: every timer that struck, and every rise (instant, tier)."""

    struck: Struck
    raised: list[tuple[str, int]]


def drawn(seed: int) -> Left:
    """The case of a seed: an instant by day or night, on whatever day, a grade, a lead, a place to stop."""
    random = Random(seed)
    accepted = FIRST + timedelta(days=random.randrange(DAYS), minutes=random.randrange(24 * 60))
    grade = random.choice(("simple", "general", "complex"))
    lead = random.choice([unit.code for unit in shipped_directory().desks()])
    urgent = grade != "simple" and random.random() < 0.2
    none = {"complex": {"decide_regrade", "await_citizen"}, "general": {"await_citizen"}}.get(grade, set())
    spot = ["handle_on_site", "handle_on_site"] if grade == "simple" else []
    stuck = random.choice([*TASKS, "return_visit", *spot, *(task for task in TURNED if task not in none)])
    return Left(Asked(accepted, grade, lead=lead, urgent=urgent), stuck)


# ------------------------------------------------------------------ as it is imagined
def imagined(ground: Ground, left: Left) -> Seen:
    """What the simulation says."""
    rungs = course(ground, left.asked, left.stuck).rungs
    by_clock = [rung for rung in rungs if rung.timer != "urgent"]
    return Seen(
        [(rung.timer, _text(rung.at), rung.reached) for rung in by_clock],
        [(_text(rung.at), rung.tier) for rung in rungs if rung.tier],
    )


def _ground(ctx: ReadContext) -> Ground:
    return Ground(ctx.versions.latest(ctx.conn, CASE_PROCESS), ctx.directory, ctx.worktime)


# ------------------------------------------------------------------ as it happens
def happened(house: House, cases: Iterable[Left]) -> list[Seen]:
    """Live through all of them in one house, each from its own instant on; in the order given."""
    given = list(cases)
    in_time = sorted(range(len(given)), key=lambda place: given[place].asked.accepted)
    house.engine.clock = house.clock = SimulatedClock(given[in_time[0]].asked.accepted)
    numbers: dict[int, str] = {}
    fired: list[Any] = []
    for place in in_time:
        fired += house.move(given[place].asked.accepted)
        numbers[place] = _left(house, given[place])
    fired += house.move(given[in_time[-1]].asked.accepted + LEFT_ALONE)
    return [_seen(house, numbers[place], fired) for place in range(len(given))]


def _seen(house: House, no: str, fired: Iterable[Any]) -> Seen:
    lines = house.engine.read(timeline, no)
    return Seen(
        [(each.activity, _text(each.due), each.tier) for each in fired if each.no == no],
        [(_text(line.at), line.after["tier"]) for line in lines if line.action == "escalated" and line.after],
    )


def _left(house: House, left: Left) -> str:
    """Register it and do everything up to the task at once."""
    no = house.register("w3")
    for task in _way(left):
        who, values = ON_TIME.get(task, ("w3" if task == "handle_on_site" else "group", {}))
        unit = left.asked.lead if who == "unit-" else None
        name = f"unit-{unit}" if unit else who
        house.complete(name, no, task, unit, **{**values, **_of_case(left, task)})
    return no


def _way(left: Left) -> Iterable[str]:
    """The tasks done on the way, settled at the counter or handed on."""
    counter = ["accept", "classify", "handle_on_site"] if left.asked.grade == "simple" else ["accept", "classify"]
    at_counter = left.asked.grade == "simple" and left.stuck in ("give_feedback", "return_visit")
    way = [*counter, "give_feedback"] if at_counter else [*counter, *TASKS[2:]]
    if left.stuck in TURNED:
        paused = ["decide_pause"] if left.stuck == "await_resume" else []
        return [*way[: way.index(TURNED[left.stuck][0]) + 1], *paused]
    return way[: way.index(left.stuck)] if left.stuck in way else way


def _of_case(left: Left, task: str) -> Mapping[str, Any]:
    """What is entered in this case alone."""
    known: dict[str, Mapping[str, Any]] = {
        "classify": {"grade": left.asked.grade, **({"urgent": True} if left.asked.urgent else {})},
        "handle_on_site": {"onsite_result": "regrade"},
        "dispatch": {"lead_unit": left.asked.lead},
        "decide_pause": {"approved": True},
    }
    if left.stuck in ("give_feedback", "return_visit"):
        known["handle_on_site"] = {"onsite_result": "solved", "outcome": "done"}
    turned, values = TURNED.get(left.stuck, ("", {}))
    if task != turned:
        return known.get(task, {})
    until = WORKTIME.workdays(3, left.asked.accepted).date().isoformat()
    return {**values, **({"until": until} if values.get("action") == "request_pause" else {})}


def _text(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat()


# ------------------------------------------------------------------ by hand
def main() -> int:
    """Compare as many random cases as one likes; 0 when every ladder came true."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--count", type=int, default=200)
    given = asked.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder, "furnished.db")
        open_house(Settings(database_url=f"sqlite:///{first}", demo=True), START).db.close()
        for begin in range(given.first, given.first + given.count, TOGETHER):
            shutil.copy(first, Path(folder, "house.db"))
            seeds = range(begin, min(begin + TOGETHER, given.first + given.count))
            wrong += differing(f"sqlite:///{Path(folder, 'house.db')}", seeds)
    print(f"{given.count} cases from seed {given.first}: {wrong} otherwise than imagined")
    return 1 if wrong else 0


def differing(url: str, seeds: Iterable[int]) -> int:
    """How many of these cases go otherwise than imagined; each is told."""
    cases, house = [(seed, drawn(seed)) for seed in seeds], House(url)
    try:
        real = happened(house, [left for _, left in cases])
        ground = house.engine.read(_ground)
    finally:
        house.close()
    wrong = [
        (seed, left, seen) for (seed, left), seen in zip(cases, real, strict=True) if imagined(ground, left) != seen
    ]
    for seed, left, seen in wrong:
        print(f"seed {seed} {left}\n  imagined {imagined(ground, left)}\n  happened {seen}", flush=True)
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
