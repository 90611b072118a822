"""People at work: each lane carries one case after the other, its people often two at the same task at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from tests.faults.courses import PEOPLE, Course, draw_course, start_form, task_form, typed
from tests.faults.desk import Answer, Broken, Desk
from tests.faults.journal import Journal, Operation

_PAUSE_SECONDS = 0.02
_BUSY = 503
_FINE = {"register": {201}, "complete": {204}, "claim": {204}, "courier": {200}}
_LOST = {"complete": {409}, "claim": {409}}  # somebody was faster

_GIVES_UP = 0.1  # of those whose connection broke: they do not ask again, the act is done or it is not
_ASKS_TWICE = 0.1  # of those who have their answer: the same request comes once more


@dataclass
class Tally:
    """What happened on the way; counted, and shown at the end."""

    acknowledged: int = 0
    broken: int = 0
    busy: int = 0
    given_up: list[Operation] = field(default_factory=list)


class Person:
    """Sends acts to the house and writes the journal; for one thread at a time."""

    def __init__(self, desk: Desk, journal: Journal, dice: Random) -> None:
        self._desk = desk
        self.tally = Tally()
        self._journal = journal
        self._dice = dice

    def perform(self, act: Operation) -> Answer | None:
        """Send an act until it is answered, or until giving up (None)."""
        self._journal.write("sent", act)
        while True:
            try:
                answer = self._send(act)
            except Broken:
                self.tally.broken += 1
                if self._dice.random() < _GIVES_UP:
                    self.tally.given_up.append(act)
                    return None
            else:
                if answer.status != _BUSY:
                    return self._received(act, answer)
                self.tally.busy += 1
            time.sleep(_PAUSE_SECONDS)

    def insist(self, act: Operation) -> None:
        """Send an act given up before, under its old key, until there is an answer."""
        answer = self._until_answered(lambda: self._send(act))
        self._note(act, answer)

    def look(self, path: str, who: str) -> Answer:
        """Read a page until it comes."""
        return self._until_answered(lambda: self._desk.ask("GET", path, who))

    def _send(self, act: Operation) -> Answer:
        return self._desk.ask("POST", act.path, act.actor, act.body, act.key)

    def _until_answered(self, ask: Callable[[], Answer]) -> Answer:
        while True:
            try:
                answer = ask()
            except Broken:
                self.tally.broken += 1
            else:
                if answer.status != _BUSY:
                    return answer
            time.sleep(_PAUSE_SECONDS)

    def _received(self, act: Operation, answer: Answer) -> Answer:
        self._note(act, answer)
        if answer.status in _FINE[act.kind] and self._dice.random() < _ASKS_TWICE:
            again = self._until_answered(lambda: self._send(act))
            if (again.status, again.body) != (answer.status, answer.body) or not again.replayed:
                self._journal.write("wrong", act, f"asked again: {again}, the first time: {answer}")
        return answer

    def _note(self, act: Operation, answer: Answer) -> None:
        if answer.status in _FINE[act.kind]:
            self.tally.acknowledged += 1
            self._journal.write("acknowledged", act)
        elif _wrong(act, answer):
            self._journal.write("wrong", act, f"answered {answer}")
        else:
            self._journal.write("refused", act)


def _wrong(act: Operation, answer: Answer | None) -> bool:
    """Whether an act was answered as a sound house never answers it."""
    return answer is not None and answer.status not in _FINE[act.kind] | _LOST.get(act.kind, set())


def _completed(act: Operation, answer: Answer | None) -> bool:
    return act.kind == "complete" and answer is not None and answer.status in _FINE["complete"]


class Lane:
    """One case after the other, from its registration until nobody has anything to do in it.

    `crowd`: how likely each of the others comes to the same task at the same instant.
    """

    def __init__(self, name: str, people: Sequence[Person], dice: Random, journal: Journal, crowd: float = 0.3) -> None:
        self._name = name
        self._people = people
        self._dice = dice
        self._journal = journal
        self._crowd = crowd
        self._numbers = count(1)

    def work(self, enough: Callable[[], bool]) -> None:
        """Carry cases until told that it is enough."""
        with ThreadPoolExecutor(len(self._people)) as together:
            while not enough():
                course = draw_course(self._dice)
                registration = self._registration(course)
                answer = self._people[0].perform(registration)
                if answer is None or answer.status not in _FINE["register"]:
                    continue
                if wrong := self._carry(course, answer.body["no"], enough, together):
                    self._journal.write("wrong", registration, wrong)

    def _carry(self, course: Course, no: str, enough: Callable[[], bool], together: ThreadPoolExecutor) -> str | None:
        """Carry a case until nothing is open in it; returns what made that impossible.

        A case in which an act went wrong is left: that is on record, and more of the same would tell nothing.
        """
        path = f"/engine-rest/task?processInstanceBusinessKey={no}"
        done: set[str] = set()
        while not enough():
            shown = self._people[0].look(path, "lead")
            if shown.status != 200:
                return f"the tasks of {no} were not shown: {shown}"
            if not shown.body:
                break
            task = self._dice.choice(shown.body)
            if task["id"] in done:
                return f"task {task['id']} was shown as open after its completion had been acknowledged"
            acts = self._acts(course, no, task)
            answers = list(together.map(Person.perform, self._people, acts))
            if any(_wrong(act, answer) for act, answer in zip(acts, answers, strict=True)):
                break
            if any(_completed(act, answer) for act, answer in zip(acts, answers, strict=True)):
                done.add(task["id"])
        return None

    def _acts(self, course: Course, no: str, task: Mapping[str, Any]) -> list[Operation]:
        """The act that carries the case on, and what others do to the same case at the same instant."""
        one, other = self._pair(task)
        acts = [self._completion(course, task, one)]
        if self._dice.random() < self._crowd:
            acts.append(self._completion(course, task, other))
        if self._dice.random() < self._crowd:
            acts.append(self._claim(no, task, other))
        if self._dice.random() < self._crowd:
            acts.append(self._courier(no))
        return acts

    def _pair(self, task: Mapping[str, Any]) -> tuple[str, str]:
        """Two people who may do a task; whoever has claimed it comes first."""
        group = next(group for group in task["candidateGroups"] if group in PEOPLE)
        one, other = self._dice.sample(PEOPLE[group], 2)
        return (other, one) if task["assignee"] == other else (one, other)

    def _key(self) -> str:
        return f"{self._name}-{next(self._numbers)}"

    def _registration(self, course: Course) -> Operation:
        key = self._key()
        return Operation(key, "register", key, "w1", "/api/cases", start_form(course, key))

    def _completion(self, course: Course, task: Mapping[str, Any], who: str) -> Operation:
        body = {"variables": typed(task_form(course, task["taskDefinitionKey"]))}
        subject = f"{task['id']} {who}"
        return Operation(self._key(), "complete", subject, who, f"/engine-rest/task/{task['id']}/complete", body)

    def _claim(self, no: str, task: Mapping[str, Any], who: str) -> Operation:
        subject = f"{no} {task['taskDefinitionKey']} {who}"
        return Operation(self._key(), "claim", subject, who, f"/engine-rest/task/{task['id']}/claim", {"userId": who})

    def _courier(self, no: str) -> Operation:
        key = self._key()
        return Operation(key, "courier", key, "lead", f"/api/cases/{no}/courier", {"tracking_no": key})
