"""F3: many people submit the same task at the same instant, task after task.

The long form: `python -m tests.faults racing --on sqlite` (or `postgresql`), see `--help`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from werkzeug.test import TestResponse

from tests.faults.acts import open_task, register
from tests.faults.courses import Course, task_form, typed
from tests.faults.together import at_once
from tests.support.house import House, Person

How = Literal["complete", "claim"]

_COURSE = Course()


@dataclass(frozen=True)
class Race:
    """One task and everybody's answer: who asked, with what status, and whom the refusal named."""

    task: str
    answers: tuple[tuple[str, int, str | None], ...]

    def wrongs(self) -> Iterator[str]:
        """What is not as it should be: one winner, everybody else told who it was."""
        winners = [who for who, status, _ in self.answers if status == 204]
        if len(winners) != 1:
            yield f"{self.task}: {len(winners)} winners"
        for who, status, by in self.answers:
            if status != 204 and (status, by) != (409, winners[0] if winners else None):
                yield f"{self.task}: {who} was answered {status} naming {by}"


def race(house: House, names: Sequence[str], tasks: int, how: How) -> list[Race]:
    """One race per task between the people named, who must be of group `window`; a name may come several times."""
    people = [house.person(name) for name in names]
    for person in people:
        person.get("/api/clock")  # argon2 once, not in the race
    numbers = [house.do("w1", register(_COURSE).command(house, "")).no for _ in range(tasks)]
    return [_race(open_task(house, no, "accept"), people, how) for no in numbers]


def _race(task: str, people: Sequence[Person], how: How) -> Race:
    answers = at_once([partial(_submit, person, task, how) for person in people])
    told = (
        (str(person.name), answer.status_code, _named(answer)) for person, answer in zip(people, answers, strict=True)
    )
    return Race(task, tuple(told))


def _submit(person: Person, task: str, how: How) -> TestResponse:
    body: dict[str, Any] = {"variables": typed(task_form(_COURSE, "accept"))} if how == "complete" else {}
    answer: TestResponse = person.post(f"/engine-rest/task/{task}/{how}", body)
    return answer


def _named(answer: TestResponse) -> str | None:
    return None if answer.status_code == 204 else (answer.json or {}).get("by")


def wrongs(races: Sequence[Race]) -> list[str]:
    """Everything wrong in all races."""
    return [wrong for each in races for wrong in each.wrongs()]


def statuses(races: Sequence[Race]) -> Counter[int]:
    """How often each status was answered."""
    return Counter(status for each in races for _, status, _ in each.answers)
