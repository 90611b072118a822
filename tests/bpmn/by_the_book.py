"""A process in the engine, stored and read back after every event, beside the token game."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random

from engine.bpmn.definition import read_definition
from engine.bpmn.runtime import OpenTask, ProcessRun, WaitingTimer
from tests.bpmn.plain_host import BASE, NINE, PlainHost
from tests.bpmn.token_game import Clock, Game, Open
from tests.bpmn.wide import Wide

EVENTS = 30


class Beside:
    """Both at once; the first difference fails."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        drawn = Wide(seed)
        self.files = drawn.files()
        self._names, self._messages = drawn.facts, drawn.messages
        self.host = PlainHost()
        self._let_facts_be()
        items = ["RS", "SCJG"][: self._random.randint(1, 2)]
        self.definition = read_definition(self.files, "p")
        self.game = Game(self.files["p.bpmn"], items, dict(self.host.facts))
        self.run = ProcessRun.started(self.definition, self.host, BASE, {"x": 1, "items": items})
        self.events = 0
        self._compare()

    def _let_facts_be(self) -> None:
        self.host.facts.update({name: self._random.randint(0, 3) for name in self._names})

    def play(self, most: int = EVENTS) -> None:
        """Random people, clocks and messages, until the process is over."""
        while not self.run.ended and self.events < most:
            self.events += 1
            self._let_facts_be()
            self.game.facts = dict(self.host.facts)
            self._random.choice(self._possible())()
            self._compare()

    def _possible(self) -> list[Callable[[], None]]:
        found: list[Callable[[], None]] = []
        for task in sorted(self.game.tasks(), key=repr):
            found += [partial(self._complete, task)] * 2  # people act more often than clocks strike
        found += [partial(self._strike, clock) for clock in self._next_clocks()]
        return found + [partial(self._send, name) for name in sorted(self.game.messages())]

    def _next_clocks(self) -> list[Clock]:
        """Those that strike next."""
        clocks = self.game.clocks()
        first = min((due for _, due in clocks), default=0)
        return sorted(clock for clock in clocks if clock[1] == first)

    def _complete(self, task: Open) -> None:
        self._wait(self._random.randint(0, 3))
        self.game.complete(task)
        self.run.complete(next(t.id for t in self.run.open_tasks() if _task(t) == task), {})

    def _strike(self, clock: Clock) -> None:
        self._wait(max(0, clock[1] - self.game.now))
        self.game.strike(clock)
        while (found := next((t.id for t in self.run.timers() if _clock(t) == clock), None)) is not None:
            self.run.fire(found)

    def _send(self, name: str) -> None:
        self.game.send(name)
        self.run.send(name, {})

    def _wait(self, minutes: int) -> None:
        """Nobody acts while a clock is overdue."""
        minutes = min([minutes, *(max(0, due - self.game.now) for _, due in self.game.clocks())])
        self.game.now += minutes
        self.host.now = NINE + timedelta(minutes=self.game.now)

    def _compare(self) -> None:
        self.run = ProcessRun.loaded(self.definition, self.host, BASE, self.run.dump())
        assert Counter(map(_task, self.run.open_tasks())) == self.game.tasks()
        assert Counter(map(_clock, self.run.timers())) == self.game.clocks()
        assert {name for name in self._messages if self.run.waits_for(name)} == self.game.messages()
        assert Counter(self.host.operated) == Counter(self.game.done)
        assert self.run.ended == self.game.ended


def _task(task: OpenTask) -> Open:
    return task.element.id, ",".join(task.groups), None if task.due is None else _after(task.due)


def _clock(timer: WaitingTimer) -> Clock:
    return timer.element.id, _after(timer.due)


def _after(instant: datetime) -> int:
    return round((instant - NINE).total_seconds() / 60)
