"""Cases driven at random: whatever people decide in whatever order, however late, the house keeps its promises.

A seed is a course of acts that the forms allow, the same at every run; what a form refuses is tried otherwise. More
of them by hand:

python -m tests.scenarios.random_courses --first 0 --count 300
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import traceback
from datetime import timedelta
from pathlib import Path
from random import Random

from engine.cases.beside import ACTS
from engine.cases.commands import ActOnCase, Actor, Command, CompleteTask, SendMessage
from engine.clock import ZONE
from engine.errors import BadInput, NobodyWaits, NotNow, TakenByOther
from engine.house import open_house
from engine.queries.case import CaseTask
from engine.settings import Settings
from tests.scenarios.menus import BESIDE, MENUS, registration
from tests.scenarios.promises import Promises, overdue_timers
from tests.support.house import START
from tests.support.play import Play

TURNS = 60
HOURS = (1, 3, 8, 24, 72, 200)


def drive(play: Play, seed: int, turns: int = TURNS) -> list[str]:
    """Play the course of a seed; returns the promises broken, empty when all is well."""
    course = Course(play, seed)
    for turn in range(turns):
        course.take(turn)
        broken = course.broken()
        if broken:
            return [f"seed {seed}, turn {turn}: {each}" for each in broken]
    return []


class Course:
    """One house with one case, or two, of which the second may be a duplicate of the first."""

    def __init__(self, play: Play, seed: int) -> None:
        self._play = play
        self._dice = Random(seed)
        play.at("10-19 14:00")
        numbers = [play.register(**registration(self._dice)) for _ in range(self._dice.choice([1, 1, 2]))]
        self._watched = {no: Promises(play, no) for no in numbers}

    def broken(self) -> list[str]:
        return [each for promises in self._watched.values() for each in promises.broken()]

    def take(self, turn: int) -> None:
        """Somebody acts, an act beside the tasks is done (seldom), or time passes."""
        self._play.no = self._dice.choice(list(self._watched))
        tasks = self._tasks()
        if self._dice.random() < 0.12:
            self._beside()
        elif tasks and self._dice.random() < 0.75:
            self._act(self._dice.choice(tasks), turn)
        else:
            self._wait()

    def _tasks(self) -> list[CaseTask]:
        """The open ones, in an order that does not hang on their ids."""
        return sorted(self._play.case().open_tasks, key=lambda task: (task.task, task.unit or "", task.opened_at))

    def _wait(self) -> None:
        """The clock runs on, or nothing runs for a while and is then swept at once."""
        to = self._play.house.clock.now().astimezone(ZONE) + timedelta(hours=self._dice.choice(HOURS))
        pass_on = self._play.after_downtime if self._dice.random() < 0.2 else self._play.at
        pass_on(f"{to:%Y-%m-%d %H:%M:%S}")
        left = overdue_timers(self._play, to)
        assert not left, f"did not strike: {left}"

    def _act(self, task: CaseTask, turn: int) -> None:
        somebody = Actor(f"turn-{turn}", groups=frozenset({self._dice.choice(sorted(task.groups)), *_SEEING}))
        for _ in range(6):  # what the state of the case forbids is tried otherwise
            if self._taken(CompleteTask(task.id, MENUS[task.task](self._dice)), somebody):
                return

    def _beside(self) -> None:
        act = self._dice.choice(sorted(BESIDE))
        values = BESIDE[act](self._dice)
        command = ActOnCase(act, self._play.no, values) if act in ACTS else SendMessage(act, self._play.no, values)
        self._taken(command, Actor("window", groups=frozenset({"window", *_SEEING})))

    def _taken(self, command: Command, by: Actor) -> bool:
        """Whether the house took it; refused is what the state forbids, or what a timer was faster with."""
        try:
            self._play.execute(command, by)
        except (BadInput, NobodyWaits, NotNow):
            return False
        except TakenByOther:
            return True
        return True


_SEEING = ("bureau", "restricted")  # whoever acts may see every case


def main(arguments: list[str] | None = None) -> int:
    """Drive many courses; prints each that breaks a promise, exit code 1 for any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--turns", type=int, default=TURNS)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        failed = [seed for seed in range(asked.first, asked.first + asked.count) if not _sound(seed, asked, folder)]
    print(f"{asked.count} courses from seed {asked.first}: {len(failed)} broken {failed or ''}")
    return 1 if failed else 0


def _sound(seed: int, asked: argparse.Namespace, folder: str) -> bool:
    """Whether a course keeps every promise; a failed step is told with its traceback and the next one goes on."""
    play = Play(f"sqlite:///{furnished_copy(Path(folder), seed)}")
    try:
        broken = drive(play, seed, asked.turns)
    except Exception:
        broken = [f"seed {seed}: {traceback.format_exc(limit=-4)}"]
    finally:
        play.close()
    print("\n".join(broken), end="\n" if broken else "", flush=True)
    return not broken


def furnished_copy(folder: Path, seed: int) -> Path:
    """A furnished house of its own, copied from the first."""
    first, own = folder / "furnished.db", folder / f"{seed}.db"
    if not first.exists():
        open_house(Settings(database_url=f"sqlite:///{first}", demo=True), START).db.close()
    shutil.copy(first, own)
    return own


if __name__ == "__main__":
    sys.exit(main())
