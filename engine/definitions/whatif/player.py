"""Leads a recorded case through some diagrams: its own, as everything was, or others, as it would have been.

The case arrives when it arrived. A task that its people did takes as long as it took them, counted in working time; it
is done at the very instant it was done where nothing before it has changed. Timers strike at their instants, before
whatever people do at the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from engine.bpmn.runtime import OpenTask
from engine.definitions.versions import Version
from engine.definitions.whatif.case import Ground, ReplayedCase
from engine.definitions.whatif.recorded import Recorded
from engine.definitions.whatif.timing import Done, Timing
from engine.errors import BadInput, EngineError

MOST_EVENTS = 3000
BROKEN = (
    EngineError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
)  # what unfit diagrams or data may do to an act


class CannotGoOn(Exception):
    """The case does not come through; the sentence says where and why."""


class Next(NamedTuple):
    """What happens next: `turn` decides between things of the same instant."""

    at: datetime
    turn: tuple[int, int]
    name: str
    do: Callable[[], object]


def replayed(
    ground: Ground, version: Version, recorded: Recorded, timing: Timing, stored: bool = False
) -> ReplayedCase:
    """The case as it stands at `ground.until`; `stored` as ReplayedCase has it. Raises CannotGoOn."""
    begun = "登记"
    try:
        first = recorded.acts[0]
        worktime = ground.worktime(first.said.get("calendar", 0))
        entered = timing.entered(version.definition.start_form, first, None, first.at, worktime)
        case = ReplayedCase(ground, version, recorded, entered, stored)
    except BROKEN as error:
        raise CannotGoOn(_sentence(begun, error)) from error
    _Course(ground, case, recorded, timing).run()
    return case


class _Course:
    """One case on its way."""

    def __init__(self, ground: Ground, case: ReplayedCase, recorded: Recorded, timing: Timing) -> None:
        self._ground = ground
        self._case = case
        self._timing = timing
        self._beside = [act for act in recorded.acts[1:] if act.action != "completed"]
        self._done: dict[str, Done | None] = {}  # open task -> when it will be done, and how

    def run(self) -> None:
        for _ in range(MOST_EVENTS):
            self._foresee()
            coming = min(self._options(), key=lambda option: option[:2], default=None)
            if coming is None or coming.at > self._ground.until:
                return
            try:
                coming.do()
            except BROKEN as error:
                raise CannotGoOn(_sentence(coming.name, error)) from error
        raise CannotGoOn("一直在转圈，走不到头")

    def _foresee(self) -> None:
        """When each task that has opened will be done."""
        for task in self._case.opened:
            self._done[task.id] = self._timing.foreseen(task, self._case.step.worktime)
        self._case.opened.clear()

    def _options(self) -> list[Next]:
        case, now = self._case, self._case.now
        options = []
        timer = case.next_timer()
        if timer is not None:
            options.append(Next(max(timer.due, now), (0, 0), timer.element.name, lambda: case.strike(timer)))
        for task in case.open_tasks:
            done = self._done[task.id]
            if done is not None:
                options.append(Next(max(done.at, now), (1, done.turn), task.element.name, self._completing(task, done)))
        if self._beside:
            act = self._beside[0]
            options.append(Next(max(act.at, now), (1, act.seq), act.action, self._acting))
        return options

    def _completing(self, task: OpenTask, done: Done) -> Callable[[], object]:
        def complete() -> None:
            case, at = self._case, max(done.at, self._case.now)
            if done.act is not None:
                case.tell_of_lead(done.act)
            entered = self._timing.entered(case.form(task), done.act, task, at, case.step.worktime)
            case.complete(task, at, done.actor, entered)

        return complete

    def _acting(self) -> None:
        act = self._beside.pop(0)
        if not self._case.act(act, max(act.at, self._case.now)):
            self._timing.left_out(act)


def _sentence(name: str, error: Exception) -> str:
    said = "；".join(error.fields.values()) if isinstance(error, BadInput) and error.fields else str(error)
    return f"走到“{name}”走不下去：{said}"
