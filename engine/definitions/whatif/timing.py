"""When each task of a replay is done, and with what: as it was, or as it would be on other diagrams."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from engine.bpmn.runtime import OpenTask
from engine.cases.commands import SYSTEM
from engine.definitions.simulate.answers import ONWARD, filled
from engine.definitions.whatif.case import BESIDE, Key, Lain, key_of
from engine.definitions.whatif.guesses import Guesses
from engine.definitions.whatif.moving import moved
from engine.definitions.whatif.recorded import Act
from engine.worktime import WorkTime

Schema = Mapping[str, Any]
_LAST = 1 << 30  # what is assumed comes after all that is known of the same instant
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Done:
    """When a task will be done, by whom, and by which recorded act; without one by what moves a case on."""

    at: datetime
    turn: int
    actor: str
    act: Act | None


class Timing(Protocol):
    """What a replay asks."""

    def foreseen(self, task: OpenTask, worktime: WorkTime) -> Done | None:
        """When a task that has opened will be done; None: by nobody."""
        ...

    def entered(self, schema: Schema, act: Act | None, task: OpenTask | None, at: datetime, worktime: WorkTime) -> Any:
        """What is entered in a form then."""
        ...

    def left_out(self, act: Act) -> None:
        """Hear that an act beside the tasks was not possible."""
        ...


@dataclass
class AsItWas:
    """Every act at its own instant, on the very task."""

    acts: Iterable[Act]
    lost: list[Act] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_task = {act.task_id: act for act in self.acts if act.action == "completed"}

    def foreseen(self, task: OpenTask, worktime: WorkTime) -> Done | None:
        act = self._by_task.get(task.id)
        return None if act is None else Done(act.at, act.seq, act.actor, act)

    def entered(self, schema: Schema, act: Act | None, task: OpenTask | None, at: datetime, worktime: WorkTime) -> Any:
        return {} if act is None or act.entered is None else act.entered

    def left_out(self, act: Act) -> None:
        self.lost.append(act)


@dataclass
class AsItWouldBe:
    """The same people with the same pace: the first, second, … task of a kind takes the time it took.

    `lain`: the tasks as they lay when the case was replayed as it was. A step that nobody has done before takes what is
    guessed; so does, on top, one that the clock once took out of somebody's hands. Whoever supervises holds nothing up.
    """

    acts: Iterable[Act]
    lain: Iterable[Lain]
    guesses: Guesses
    known: Mapping[str, Any]
    lost: list[Act] = field(default_factory=list)
    added: set[str] = field(default_factory=set)  # fields that a form asks now and nobody was asked

    def __post_init__(self) -> None:
        self._by_task = {act.task_id: act for act in self.acts if act.action == "completed"}
        self._script: defaultdict[Key, deque[Lain]] = defaultdict(deque)
        for each in self.lain:
            self._script[each.key].append(each)

    def foreseen(self, task: OpenTask, worktime: WorkTime) -> Done | None:
        queue = self._script[key_of(task)]
        then = queue.popleft() if queue else None
        if then is not None and then.done:
            act, opened = self._by_task[then.id], then.since
            at = act.at if opened == task.since else _after(worktime, task.since, worktime.time_open(opened, act.at))
            return Done(at, act.seq, act.actor, act)
        still_open = then is not None and then.ended_at is None
        if still_open or task.element.process == BESIDE:
            return None
        begun = task.since if then is None else self._let_go(task, then, worktime)
        guess = self.guesses.of(task.element, task.groups)
        return Done(_after(worktime, begun, guess.time), _LAST, SYSTEM.name, None)

    def _let_go(self, task: OpenTask, then: Lain, worktime: WorkTime) -> datetime:
        """Until when nobody did the task, as far as is known: it was taken out of their hands then."""
        ended = then.ended_at or task.since
        if task.since == then.since:
            return ended
        return _after(worktime, task.since, worktime.time_open(then.since, ended))

    def entered(self, schema: Schema, act: Act | None, task: OpenTask | None, at: datetime, worktime: WorkTime) -> Any:
        if task is None:
            return self._fitted(schema, act, act.entered or {}) if act is not None else {}
        if act is None:
            return self._assumed(schema, task)
        return self._fitted(schema, act, moved(schema, act.entered or {}, (act.at, at), task.since, worktime))

    def _fitted(self, schema: Schema, act: Act, values: Mapping[str, Any]) -> Any:
        """What was entered, as far as the form asks it, and something where it asks more."""
        found = filled(schema, values)
        self.added |= found.keys() - (act.entered or {}).keys()
        return found

    def _assumed(self, schema: Schema, task: OpenTask) -> Any:
        self.guesses.use(task.element, task.groups)
        return filled(schema, {**self.known, **ONWARD.get(task.element.id, {})})

    def left_out(self, act: Act) -> None:
        self.lost.append(act)


def _after(worktime: WorkTime, since: datetime, worked: timedelta) -> datetime:
    """When so much time has been worked."""
    return worktime.office_hours(worked / _HOUR, since) if worked > timedelta() else since
