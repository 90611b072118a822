"""The past of a demo: the sample cases, played through the door before the first visitor comes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import exists, select

from engine.cases.commands import ClaimTask
from engine.clock import SimulatedClock, local
from engine.errors import EngineError
from engine.facade import Engine, ReadContext
from engine.replay.memory import EngineStage, open_task
from engine.replay.player import Played, play
from engine.replay.recording import Recording, Step, busy_cases, sample_cases
from engine.storage.models import cases
from engine.worktime import WorkTime

_IN_HAND = timedelta(minutes=20)  # at most so long before it is done somebody takes a task in hand
_DAY_OR_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T.+)?")


def has_cases(engine: Engine) -> bool:
    """Whether anything has happened in this house."""

    def any_case(context: ReadContext) -> bool:
        return bool(context.conn.execute(select(exists().select_from(cases))).scalar())

    return engine.read(any_case)


def past_of(engine: Engine, busy: bool = False) -> tuple[Recording, ...]:
    """The sample cases up to the engine's present instant; `busy`: among them those that are late, paused, pending.

    By the machine's clock they are shifted so that the newest act lies on the last working day before today and every
    act as many working days before the newest as it was; by a simulated clock they stay where they are.
    """
    now = engine.clock.now()
    recordings = (*sample_cases(), *(busy_cases() if busy else ()))
    if not engine.clock.simulated:
        recordings = shifted(recordings, engine.worktime, local(now).date())
    started = (_until(recording, now) for recording in recordings if recording.steps[0].at <= now)
    return tuple(started)


def taken_in_hand(past: Sequence[Recording]) -> tuple[Recording, ...]:
    """The same past in which people claim a task a while before they complete it, so that handling takes time."""
    return tuple(replace(recording, steps=tuple(_with_claims(recording.steps))) for recording in past)


def _with_claims(steps: Sequence[Step]) -> Iterator[Step]:
    for before, step in pairwise((steps[0], *steps)):
        if step.act == "complete":
            at = step.at - min(_IN_HAND, (step.at - before.at) / 2)
            about = {"task": step.task, "unit": step.variables.get("unit")}
            yield Step(at, step.who, "claim", None, about)
        yield step


class _Desks(EngineStage):
    """People at their desks: they claim what is open to them; what is not open yet, or somebody else's, they leave."""

    def act(self, who: str, no: str, name: str, variables: Mapping[str, Any]) -> None:
        if name != "claim":
            super().act(who, no, name, variables)
            return
        with suppress(EngineError):
            task = self._engine.read(open_task, no, variables["task"], variables["unit"])
            self._engine.execute(ClaimTask(task, who), self._actor(who))


def live_through(engine: Engine, past: Sequence[Recording], on_cue: Callable[[], object]) -> list[Played]:
    """Play the past in an empty house, timers and all, up to the present instant of the engine's clock."""
    clock = engine.clock
    if not past:
        return []
    engine.clock = SimulatedClock(min(recording.steps[0].at for recording in past))
    try:
        played = play(past, _Desks(engine), on_cue)
        engine.move_clock(clock.now())
    finally:
        engine.clock = clock
    return played


def shifted(recordings: Sequence[Recording], worktime: WorkTime, today: date) -> tuple[Recording, ...]:
    """The same acts at the same times of day, on days near `today`; what they say of days moves along."""
    calendar = worktime.calendar
    newest = local(max(step.at for recording in recordings for step in recording.steps)).date()
    last = calendar.before(today, 1)

    def moved(day: date) -> date:
        ahead, behind = calendar.count(newest, day), calendar.count(day, newest)
        return calendar.after(last, ahead) if ahead else calendar.before(last, behind) if behind else last

    return tuple(replace(r, steps=tuple(_moved_step(step, moved) for step in r.steps)) for r in recordings)


def _moved_step(step: Step, moved: Callable[[date], date]) -> Step:
    return replace(step, at=_moved_instant(step.at, moved), variables=_moved_value(dict(step.variables), moved))


def _moved_instant(at: datetime, moved: Callable[[date], date]) -> datetime:
    here = local(at)
    return datetime.combine(moved(here.date()), here.timetz())


def _moved_value(value: Any, moved: Callable[[date], date]) -> Any:
    if isinstance(value, dict):
        return {name: _moved_value(part, moved) for name, part in value.items()}
    if isinstance(value, list):
        return [_moved_value(part, moved) for part in value]
    if isinstance(value, str) and _DAY_OR_INSTANT.fullmatch(value):
        at = datetime.fromisoformat(value)
        return _moved_instant(at, moved).isoformat() if at.tzinfo else moved(at.date()).isoformat()
    return value


def _until(recording: Recording, now: datetime) -> Recording:
    """What has happened of it by now; what it should come to is not asked here."""
    steps = tuple(step for step in recording.steps if step.at <= now)
    return replace(recording, steps=steps, expected={}, light_at=None)
