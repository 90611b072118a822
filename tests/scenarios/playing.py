"""A golden run played: each step at its instant, and what was found held against what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any

import pytest

from engine.clock import ZONE
from engine.errors import EngineError
from engine.replay.scenario import Scenario, Step
from tests.support.play import Play, refused, shown
from webapp.errors import failure_of


class Run:
    """One scenario in one house."""

    def __init__(self, play: Play, scenario: Scenario) -> None:
        self._play = play
        self._scenario = scenario
        self._numbers: dict[str, str] = {}

    def to_its_end(self) -> list[list[str]]:
        """Play it from its first instant; returns the path of each of its cases.

        AssertionError names the step and everything that is otherwise.
        """
        for number, step in enumerate(self._scenario.steps, 1):
            wanted, found = comparable(step.then), self._after(step)
            otherwise = [
                f"{name}: {wanted[name]} expected, {found[name]} found"
                for name in wanted
                if wanted[name] != found[name]
            ]
            assert not otherwise, "\n".join([f"step {number}: {step}", *otherwise])
        return [self._path(case) for case in self._numbers]

    def _after(self, step: Step) -> dict[str, Any]:
        """What is so after this step, of what it speaks of."""
        passed, sent = len(self._path(step.case)), len(self._notices())
        fired = self._move(step)
        self._play.no = self._numbers.get(step.case, self._play.no)
        with _refusal(step):
            self._act(step)
        self._play.engine.deliver()  # what one case tells another has arrived
        return self._found(step.then, fired, self._path(step.case)[passed:], self._notices()[sent:])

    def _move(self, step: Step) -> list[str]:
        to = f"{step.at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
        return self._play.after_downtime(to) if step.downtime else self._play.at(to)

    def _act(self, step: Step) -> None:
        variables = self._with_numbers(step.variables)
        match step.do:
            case "register":
                self._numbers[step.case] = self._play.register(step.by, **variables)
            case "complete":
                self._play.do(step.task, step.by, step.unit, **variables)
            case "withdraw":
                self._play.message("withdraw", step.by, **variables)
            case "courier":
                self._play.courier(step.by, **variables)
            case "wait":
                pass

    def _with_numbers(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self._numbers[value[1:]] if isinstance(value, str) and value.startswith("@") else value
            for name, value in variables.items()
        }

    def _path(self, case: str) -> list[str]:
        if case not in self._numbers:
            return []
        self._play.no = self._numbers[case]
        return self._play.path()

    def _notices(self) -> list[tuple[str, list[str]]]:
        return self._play.all_notices() if self._numbers else []

    def _found(
        self, then: Mapping[str, Any], fired: list[str], path: list[str], sent: list[tuple[str, list[str]]]
    ) -> dict[str, Any]:
        play, case = self._play, self._play.case()
        told: dict[str, Callable[[], Any]] = {
            "fired": lambda: fired,  # timers that struck on the way here
            "open": play.open,  # open tasks, and their unit
            "timers": play.timers,  # waiting timers
            "path": lambda: of_these(then["path"], path),  # elements passed in this step; others may lie between
            "due": lambda: {task: play.due(*task.split()) for task in then["due"]},  # of open tasks
            "groups": lambda: {task: sorted(play.groups(*task.split())) for task in then["groups"]},
            "orders": lambda: {order.unit: order.status for order in case.work_orders},
            # everybody told in this step, by kind of notice
            "notices": lambda: {kind: recipients(kind, sent) for kind in then["notices"]},
            # fields of the case that are null
            "none": lambda: [name for name in then["none"] if getattr(case, name) is None],
            "merged_into": lambda: _word(case.merged_into, self._numbers),
        }
        return {name: comparable(told[name]() if name in told else getattr(case, name)) for name in then}


def _refusal(step: Step) -> AbstractContextManager[Any]:
    match step.refused:
        case None:
            return nullcontext()
        case int() as status:
            return _status(status)
        case fields:
            return refused(*fields)


@contextmanager
def _status(status: int) -> Iterator[None]:
    with pytest.raises(EngineError) as refusal:
        yield
    found = failure_of(refusal.value).status
    assert found == status, f"refused with {status} expected, {found} found"


def comparable(value: Any) -> Any:
    """Instants as people write them; the order of groups does not count."""
    if isinstance(value, datetime):
        return shown(value)
    if isinstance(value, Mapping):
        return {name: comparable(item) for name, item in value.items()}
    return value


def recipients(kind: str, sent: Iterable[tuple[str, list[str]]]) -> list[str]:
    """Everybody a notice of this kind went to, in order."""
    return [recipient for each, recipients in sent if each == kind for recipient in recipients]


def _word(no: str | None, numbers: Mapping[str, str]) -> str | None:
    return next((f"@{word}" for word, each in numbers.items() if each == no), None)


def of_these(wanted: Iterable[str], path: Iterable[str]) -> list[str]:
    """The wanted elements as far as they were passed in their order; others may lie between."""
    passed = iter(element.rpartition("/")[2] for element in path)
    return [element for element in wanted if element in passed]
