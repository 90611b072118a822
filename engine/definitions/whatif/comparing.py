"""Recorded cases compared one by one: first all as they were, from which the pace of the steps is known, then on trial.

Pure but for the time it may take: what is not reached in it is not in the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

from engine.definitions.versions import Version
from engine.definitions.whatif.case import Ground, ReplayedCase
from engine.definitions.whatif.guesses import Assumed, Guesses, Took
from engine.definitions.whatif.pairs import Pair, deviating, side
from engine.definitions.whatif.player import CannotGoOn, replayed
from engine.definitions.whatif.recorded import Came, Recorded
from engine.definitions.whatif.timing import AsItWas, AsItWouldBe

_FIRST_HALF = 0.45  # of the time, for the replays as it was
_PAUSE_DAYS = 3


@dataclass(frozen=True)
class Compared:
    """Cases by number in the order given; `assumed`: the steps done by assumption; `asked_anew`: fields that forms ask
    on trial and nobody was asked; `unreached`: cases for which there was no time."""

    pairs: tuple[Pair, ...]
    assumed: tuple[Assumed, ...]
    asked_anew: tuple[str, ...]
    unreached: int


Progress = Callable[[int, int], object]


def compared(
    ground: Ground,
    versions: Mapping[int, Version],
    trial: Version,
    cases: Sequence[Recorded],
    seconds: float,
    on_case: Progress = lambda done, of: None,
) -> Compared:
    """Replay each case on its own version (by number in `versions`) and on `trial`; `on_case` hears of every replay."""
    begun, steps = monotonic(), _Steps(2 * len(cases), on_case)
    first: list[tuple[Recorded, ReplayedCase]] = []
    pairs: dict[str, Pair] = {}
    for case in cases:
        if monotonic() - begun > seconds * _FIRST_HALF:
            break
        try:
            first.append((case, _as_it_was(ground, versions[case.version], case)))
        except CannotGoOn as stopped:
            pairs[case.no] = Pair(case.no, replayed=False, why=f"按原来那一版重放，{stopped}")
        steps.on()
    guesses, anew = Guesses(_took(was for _, was in first)), set[str]()
    for case, was in first:
        if monotonic() - begun > seconds:
            break
        pairs[case.no] = _pair(ground, trial, case, was, guesses, anew)
        steps.on()
    order = (pairs[case.no] for case in cases if case.no in pairs)
    return Compared(tuple(order), guesses.used, tuple(sorted(anew)), len(cases) - len(pairs))


def _as_it_was(ground: Ground, version: Version, case: Recorded) -> ReplayedCase:
    """What does not come out as it was is led again more carefully."""
    with suppress(CannotGoOn):
        was = replayed(ground, version, case, AsItWas(case.acts))
        if not deviating(case.came, was.came()):
            return was
    return replayed(ground, version, case, AsItWas(case.acts), stored=True)


def _pair(ground: Ground, trial: Version, case: Recorded, was: ReplayedCase, guesses: Guesses, anew: set[str]) -> Pair:
    before = side(was, ground.until)
    wrong = deviating(case.came, before.came)
    timing = AsItWouldBe(case.acts, was.lain, guesses, _known(before.came, was, case))
    try:
        would_be = replayed(ground, trial, case, timing)
    except CannotGoOn as stopped:
        return Pair(case.no, deviates=wrong, why=str(stopped))
    anew |= timing.added
    lost = tuple(act.action for act in timing.lost)
    return Pair(case.no, deviates=wrong, before=before, after=side(would_be, ground.until), lost=lost)


def _known(came: Came, was: ReplayedCase, case: Recorded) -> Mapping[str, Any]:
    """What forms may ask of a case at a step that nobody did."""
    until = was.step.worktime.workdays(_PAUSE_DAYS, case.acts[0].at).date().isoformat()
    return {"grade": came.grade or "general", "lead_unit": came.lead_unit, "until": until}


def _took(cases: Iterator[ReplayedCase]) -> Iterator[Took]:
    for case in cases:
        for each in case.lain:
            if each.done and each.ended_at is not None:
                time = case.step.worktime.time_open(each.task.since, each.ended_at)
                yield Took(each.task.element.id, each.task.groups, time)


@dataclass
class _Steps:
    """How many replays are done."""

    of: int
    on_case: Progress
    done: int = 0

    def on(self) -> None:
        self.done += 1
        self.on_case(self.done, self.of)
