"""Every play of a small diagram in the engine itself: an oracle that shares nothing with the proof but the forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

import orjson

from engine.bpmn.definition import Definition, Files, read_definition
from engine.bpmn.runtime import ProcessRun
from engine.errors import StepFailed
from tests.bpmn.plain_host import BASE, PlainHost

MOST = 200  # situations of one diagram
Act = Callable[[ProcessRun], None]


@dataclass
class Exhausted:
    """Whether some situation leads to no end, and whether something failed on the way."""

    stuck: bool = False
    failed: bool = False


class Unsure(PlainHost):
    """A host in which `unsure()` says what it is told to say."""

    def __init__(self, answer: bool) -> None:
        super().__init__()
        self.words = {**self.words, "unsure": lambda: answer}

    def operate(self, operation: str, element: Any, data: dict[str, Any]) -> None:
        if operation == "needs" and "x" not in data:
            raise ValueError("x")


@dataclass
class _Play:
    definition: Definition
    after: dict[bytes, set[bytes]] = field(default_factory=dict)
    ended: set[bytes] = field(default_factory=set)
    failed: bool = False

    def all(self) -> Exhausted:
        todo = [run for answer in (True, False) if (run := self._begun(answer)) is not None]
        while todo:
            run = todo.pop()
            place = seen(run)
            if place in self.after:
                continue
            assert len(self.after) < MOST
            self.after[place] = set()
            if run.ended:
                self.ended.add(place)
                continue
            for following in self._following(run.dump()):
                self.after[place].add(seen(following))
                todo.append(following)
        return Exhausted(stuck=bool(self.after.keys() - self._can_end()), failed=self.failed)

    def _begun(self, answer: bool) -> ProcessRun | None:
        try:
            return ProcessRun.started(self.definition, Unsure(answer), BASE, {})
        except StepFailed:
            self.failed = True
            return None

    def _following(self, state: bytes) -> Iterator[ProcessRun]:
        first = ProcessRun.loaded(self.definition, Unsure(True), BASE, state)
        for act, answer in product(list(self._acts(first)), (True, False)):
            run = ProcessRun.loaded(self.definition, Unsure(answer), BASE, state)
            try:
                act(run)
            except StepFailed:
                self.failed = True
            else:
                yield ProcessRun.loaded(self.definition, Unsure(answer), BASE, run.dump())

    def _acts(self, run: ProcessRun) -> Iterator[Act]:
        for task in run.open_tasks():
            for values in answers(self.definition.form(task.element.form)):
                yield partial(_complete, task.id, values)
        for timer in run.timers():
            yield partial(_fire, timer.id)
        if run.waits_for("news"):
            yield lambda run: run.send("news", {})

    def _can_end(self) -> set[bytes]:
        good = set(self.ended)
        while more := {place for place, after in self.after.items() if place not in good and after & good}:
            good |= more
        return good


def _complete(id: str, values: Mapping[str, Any], run: ProcessRun) -> None:
    run.complete(id, values)


def _fire(id: str, run: ProcessRun) -> None:
    run.fire(id)


def exhausted(files: Files) -> Exhausted:
    """Play the process `p` in every way."""
    return _Play(read_definition(files, "p")).all()


def answers(form: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every value of an enum, ten numbers, or nothing where the form allows it."""
    options = {}
    for name, asked in form.get("properties", {}).items():
        values = list(asked.get("enum", range(asked.get("minimum", 0), asked.get("maximum", 9) + 1)))
        options[name] = values + ([] if name in form.get("required", ()) else [None])
    for chosen in product(*options.values()):
        yield dict(zip(options, chosen, strict=True))


def seen(run: ProcessRun) -> bytes:
    """A situation, whatever the numbers of its tasks."""
    tasks = sorted((task.element.id, orjson.dumps(task.data, option=orjson.OPT_SORT_KEYS)) for task in run.open_tasks())
    timers = sorted(timer.element.id for timer in run.timers())
    return repr((tasks, timers, sorted(run.elements_open()), run.ended)).encode()
