"""A quarter of an office lived through its public door: cases arrive, people take their time, timers strike.

What people enter and how long they take is drawn from a seed. Most cases take the plain way, some are driven through
whatever the forms allow. Compare more of them by hand:

python -m tests.queries.quarter --seed 1 --count 1000
"""

from __future__ import annotations

import argparse
import heapq
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from engine.cases.commands import ActOnCase, Actor, CompleteTask, SendMessage
from engine.clock import ZONE, SimulatedClock
from engine.definitions.shipped import SHIPPED, read_folder
from engine.errors import BadInput, NobodyWaits, NotFound, NotNow, TakenByOther
from engine.house import open_house
from engine.queries.case import case
from engine.queries.statistics import Period
from engine.queries.what_if import Question, what_if
from engine.settings import Settings
from tests.scenarios.menus import BESIDE, MENUS, UNITS
from tests.support.house import START, House

FIRST = datetime(2026, 7, 1, 9, 0, tzinfo=ZONE)
DAYS = 92
SUPERVISOR = Actor("supervisor", groups=frozenset({"supervisor"}))
LIMIT = b'<outputEntry id="time_limits_row_3_limit_days"><text>5</text>'
TURNS = 45  # acts of one case at the most
_REFUSED = (BadInput, NobodyWaits, NotNow, NotFound, TakenByOther)
PLAIN: Mapping[str, Mapping[str, Any]] = {
    "accept": {"acceptance": "accept"},
    "handle_on_site": {"onsite_result": "solved", "outcome": "done"},
    "acknowledge": {"action": "sign"},
    "first_contact": {"contact_method": "phone"},
    "handle": {"action": "reply", "reply_text": "已办"},
    "review": {"review_result": "pass", "outcome": "done"},
    "give_feedback": {"feedback_method": "phone", "feedback_text": "已告知"},
    "return_visit": {"contacted": True, "resolved": True, "satisfaction": 5},
    "supervise": {"action": "note"},
}


@dataclass
class _Office:
    """One house and everything that is going to happen in it."""

    house: House
    dice: Random
    coming: list[tuple[datetime, int, str, str | None]] = field(default_factory=list)  # when, turn, case, task
    wild: set[str] = field(default_factory=set)
    turns: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    count: int = 0

    def expect(self, at: datetime, no: str, task: str | None = None) -> None:
        self.count += 1
        heapq.heappush(self.coming, (at, self.count, no, task))

    def live(self, last: datetime) -> None:
        while self.coming and self.coming[0][0] <= last:
            at, _, no, task = heapq.heappop(self.coming)
            fired = self.house.move(at)
            if not no:
                self._register(at)
            elif task is None:
                self._beside(no)
            else:
                self._complete(no, task)
            for each in sorted({one.no for one in fired if one.no} | ({no} if no else set())):
                self._look(each, at)
        self.house.move(last)

    def _register(self, at: datetime) -> None:
        changes = {"acceptance": "accept"} if self.dice.random() < 0.8 else {}
        no = self.house.register("w3", **changes)
        if self.dice.random() < 0.25:
            self.wild.add(no)
            self.expect(at + self._pace("handle"), no)
        self._look(no, at)

    def _look(self, no: str, at: datetime) -> None:
        """Whoever sees a task that is new decides when they will do it; some never do."""
        for task in sorted(self.house.engine.read(case, no).open_tasks, key=lambda each: (each.opened_at, each.id)):
            if task.id not in self.seen and self.turns.get(no, 0) < TURNS:
                self.seen.add(task.id)
                self.turns[no] = self.turns.get(no, 0) + 1
                if self.dice.random() < (0.5 if task.task == "supervise" else 0.98):
                    self.expect(at + self._pace(task.task), no, task.id)

    def _pace(self, task: str) -> timedelta:
        days = 9 if task == "handle" else 1.5
        return timedelta(minutes=self.dice.choice([0, 5, 20, 60, 200, round(self.dice.random() * days * 24 * 60)]))

    def _complete(self, no: str, id: str) -> None:
        task = next((each for each in self.house.engine.read(case, no).open_tasks if each.id == id), None)
        if task is None:
            return  # the clock or the flow was faster
        self.count += 1  # nobody does two steps of a case
        somebody = Actor(f"p{self.count}", groups=frozenset({self.dice.choice(sorted(task.groups)), *_SEEING}))
        for _ in range(6):
            try:
                self.house.engine.execute(CompleteTask(id, self._entered(no, task.task)), somebody)
            except _REFUSED:
                continue
            return

    def _entered(self, no: str, task: str) -> Mapping[str, Any]:
        if no in self.wild and self.dice.random() < 0.6:
            return MENUS[task](self.dice)
        if task == "classify":
            return {
                "cause": "系统类",
                "grade": self.dice.choice(["simple", "general", "general", "general", "complex"]),
            }
        if task == "dispatch":
            lead, other = self.dice.sample(UNITS, 2)
            return {"lead_unit": lead, "co_units": self.dice.choice([[], [], [other]]), "onsite_attempt": "已协调"}
        return PLAIN.get(task) or MENUS[task](self.dice)

    def _beside(self, no: str) -> None:
        act = self.dice.choice(sorted(BESIDE))
        values = BESIDE[act](self.dice)
        command = SendMessage(act, no, values) if act == "withdraw" else ActOnCase(act, no, values)
        try:
            self.house.engine.execute(command, Actor("w9", groups=frozenset({"window", *_SEEING})))
        except _REFUSED:
            return


_SEEING = ("bureau", "restricted")


def live_a_quarter(house: House, seed: int, count: int) -> None:
    """Let so many cases arrive from 1 July on, at whatever hour, and look on until the end of September."""
    office = _Office(house, Random(seed))
    house.engine.clock = house.clock = SimulatedClock(FIRST)
    for _ in range(count):
        office.expect(FIRST + timedelta(minutes=office.dice.randrange((DAYS - 12) * 24 * 60)), "")
    office.live(FIRST + timedelta(days=DAYS))


def shortened() -> dict[str, bytes]:
    """The shipped files with three working days for a general case."""
    files = read_folder(SHIPPED)
    assert LIMIT in files["decisions/time_limits.dmn"]
    changed = files["decisions/time_limits.dmn"].replace(LIMIT, LIMIT.replace(b"5", b"3"))
    return {**files, "decisions/time_limits.dmn": changed}


def main() -> int:
    """Live a quarter and replay it; 0 when every case came out as it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'quarter.db')}"
        open_house(Settings(database_url=url, demo=True), START).db.close()
        house = House(url)
        begun = monotonic()
        live_a_quarter(house, asked.seed, asked.count)
        lived, begun = monotonic() - begun, monotonic()
        found = what_if(house.engine, Question(Period(), files=shortened()), SUPERVISOR)
        house.close()
    print(f"{found.all} cases, {found.restricted} restricted, lived in {lived:.1f} s")
    print(f"replayed twice in {monotonic() - begun:.1f} s: {found.agreeing}/{found.replayed} as it was")
    print(f"late {found.before.late} -> {found.after.late} of {found.before.in_time.denominator}")
    print(
        f"raised {found.before.raised} -> {found.after.raised}, {len(found.left)} left out, {found.unreached} unreached"
    )
    for each in (*found.deviating[:10], *found.left[:20]):
        print(each)
    return 0 if found.agreeing == found.replayed else 1


if __name__ == "__main__":
    raise SystemExit(main())
