"""Plays recorded cases on a stage, all of them interleaved by time, and compares each with what was recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, Protocol

from engine.errors import BadInput, EngineError
from engine.replay.recording import Recording, Step


class StepRefused(Exception):
    """The stage did not let a step happen; the sentence says why."""


class Stage(Protocol):
    """Where cases are played. Each method raises EngineError or StepRefused when it is refused."""

    def now(self) -> datetime:
        """Where the simulated clock stands."""
        ...

    def move_clock(self, to: datetime) -> None:
        """Move it forward, or at the same instant let everything settle."""
        ...

    def register(self, who: str, variables: Mapping[str, Any]) -> str:
        """Register a case; returns the number it was given."""
        ...

    def complete(self, who: str, no: str, task: str, unit: str | None, variables: Mapping[str, Any]) -> None:
        """Complete the open task of this case, of this unit where one is named."""
        ...

    def act(self, who: str, no: str, name: str, variables: Mapping[str, Any]) -> None:
        """`withdraw` or `courier`."""
        ...

    def case(self, who: str, no: str) -> Mapping[str, Any]:
        """The case as GET /api/cases/{no} gives it."""
        ...


@dataclass(frozen=True)
class Difference:
    """A field that came out otherwise than recorded."""

    field: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        return f"{self.field} expected {_shown(self.expected)} got {_shown(self.got)}"


@dataclass
class Played:
    """How one case went: its number on the stage, and what came out otherwise."""

    recording: Recording
    no: str | None = None
    differences: list[Difference] = field(default_factory=list)
    broken: bool = False  # a step was refused: the rest was not played

    def line(self) -> str:
        """`no ok`, or `no FAILED field expected … got …`."""
        said = "; ".join(map(str, self.differences))
        return f"{self.recording.no} FAILED {said}" if self.differences else f"{self.recording.no} ok"


@dataclass(frozen=True)
class Cue:
    """What happens at one instant: a step of a case, or without one a comparison of its fields."""

    at: datetime
    recording: Recording
    step: Step | None = None
    expected: Mapping[str, Any] = field(default_factory=dict)


def play(recordings: Sequence[Recording], stage: Stage, on_cue: Callable[[], object] = lambda: None) -> list[Played]:
    """Play them; the results stand in the order of the recordings. `on_cue` is called after every cue.

    A refused step fails its case, the others go on. Raises EngineError or StepRefused when the clock cannot be moved.
    """
    played = {recording.no: Played(recording) for recording in recordings}
    for cue in cues(recordings):
        if cue.at > stage.now():
            stage.move_clock(cue.at)
        mine = played[cue.recording.no]
        if not mine.broken:
            _follow(cue, mine, stage, {no: other.no for no, other in played.items()})
        on_cue()
    return list(played.values())


def cues(recordings: Sequence[Recording]) -> list[Cue]:
    """Every step and comparison in order of time; at the same instant steps first, in the order of the file.

    A case is compared after the last step of its own and of the case it needs.
    """
    ends = {recording.no: recording.steps[-1].at for recording in recordings}
    steps = [Cue(step.at, recording, step) for recording in recordings for step in recording.steps]
    comparisons = [
        Cue(max(ends[r.no], ends.get(r.needs or r.no, ends[r.no])), r, expected=r.expected) for r in recordings
    ]
    lights = [Cue(r.light_at[0], r, expected={"light": r.light_at[1]}) for r in recordings if r.light_at]
    return sorted([*steps, *comparisons, *lights], key=attrgetter("at"))


def _follow(cue: Cue, mine: Played, stage: Stage, numbers: Mapping[str, str | None]) -> None:
    try:
        if cue.step is not None:
            _take(cue.step, mine, stage, numbers)
        else:
            mine.differences.extend(_compared(cue, mine, stage))
    except (EngineError, StepRefused) as error:
        mine.broken = True
        mine.differences.append(Difference(_place(cue), "done", _reason(error)))


def _take(step: Step, mine: Played, stage: Stage, numbers: Mapping[str, str | None]) -> None:
    variables = _with_numbers(dict(step.variables), numbers)
    if step.act == "register":
        mine.no = stage.register(step.who, variables)
    elif step.act == "complete":
        stage.complete(step.who, mine.no or "", step.task or "", variables.pop("unit", None), variables)
    else:
        stage.act(step.who, mine.no or "", step.act, variables)


def _compared(cue: Cue, mine: Played, stage: Stage) -> list[Difference]:
    stage.move_clock(stage.now())  # what one case tells another has arrived after this
    case = stage.case(cue.recording.steps[-1].who, mine.no or "")
    return [
        Difference(name, value, case.get(name))
        for name, value in cue.expected.items()
        if not _same(value, case.get(name))
    ]


def _with_numbers(value: Any, numbers: Mapping[str, str | None]) -> Any:
    """`@BCS-…` becomes the number that recorded case has on the stage."""
    if isinstance(value, dict):
        return {name: _with_numbers(part, numbers) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_numbers(part, numbers) for part in value]
    if isinstance(value, str) and value.startswith("@"):
        return numbers.get(value[1:]) or value
    return value


def _same(expected: Any, got: Any) -> bool:
    """Equal, or the same instant written otherwise."""
    if expected == got or not (isinstance(expected, str) and isinstance(got, str)):
        return bool(expected == got)
    try:
        return datetime.fromisoformat(expected) == datetime.fromisoformat(got)
    except (ValueError, TypeError):
        return False


def _place(cue: Cue) -> str:
    """The step as people name it: `accept@2026-09-23T10:15`."""
    name = "case" if cue.step is None else cue.step.task or cue.step.act
    return f"{name}@{cue.at:%Y-%m-%dT%H:%M}"


def _reason(error: Exception) -> str:
    """The sentence of a refusal, with its fields."""
    fields = error.fields if isinstance(error, BadInput) else {}
    return " ".join([str(error), *(f"{name}: {said}" for name, said in fields.items())])


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
