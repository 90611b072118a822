"""Recorded cases compared one by one: first all as they were, from which the pace of the steps is known, then on trial.

Pure but for the time of the processor it may take: what is not reached in it is not in the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import process_time
from typing import Any

from engine.definitions.versions import Version
from engine.definitions.whatif.case import Ground, Lain, ReplayedCase
from engine.definitions.whatif.guesses import Assumed, Guesses, Took
from engine.definitions.whatif.pairs import Pair, Side, deviating, side
from engine.definitions.whatif.player import CannotGoOn, replayed
from engine.definitions.whatif.recorded import Recorded
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
    begun, steps = process_time(), _Steps(2 * len(cases), on_case)
    first: list[_Was] = []
    pairs: dict[str, Pair] = {}
    for case in cases:
        if process_time() - begun > seconds * _FIRST_HALF:
            break
        try:
            first.append(_as_it_was(ground, versions[case.version], case))
        except CannotGoOn as stopped:
            pairs[case.no] = Pair(case.no, replayed=False, why=f"按原来那一版重放，{stopped}")
        steps.on()
    guesses, anew = Guesses(took for was in first for took in was.took), set[str]()
    for was in first:
        if process_time() - begun > seconds:
            break
        pairs[was.case.no] = _pair(ground, trial, was, guesses, anew)
        steps.on()
    order = (pairs[case.no] for case in cases if case.no in pairs)
    return Compared(tuple(order), guesses.used, tuple(sorted(anew)), len(cases) - len(pairs))


@dataclass(frozen=True)
class _Was:
    """A case replayed as it was: what is kept of it, for thousands of them. `known`: what forms may ask of it at a step
    that nobody did."""

    case: Recorded
    side: Side
    lain: tuple[Lain, ...]
    took: tuple[Took, ...]
    known: Mapping[str, Any]


def _as_it_was(ground: Ground, version: Version, case: Recorded) -> _Was:
    was = _carefully(ground, version, case)
    worktime = was.step.worktime
    lain = tuple(was.lain)
    took = [
        Took(each.key[0], each.groups, worktime.time_open(each.since, each.ended_at))
        for each in lain
        if each.done and each.ended_at is not None
    ]
    found = side(was, ground.until)
    until = worktime.workdays(_PAUSE_DAYS, case.acts[0].at).date().isoformat()
    known = {"grade": found.came.grade or "general", "lead_unit": found.came.lead_unit, "until": until}
    return _Was(case, found, lain, tuple(took), known)


def _carefully(ground: Ground, version: Version, case: Recorded) -> ReplayedCase:
    """What does not come out as it was is led again more carefully."""
    with suppress(CannotGoOn):
        was = replayed(ground, version, case, AsItWas(case.acts))
        if not deviating(case.came, was.came()):
            return was
    return replayed(ground, version, case, AsItWas(case.acts), stored=True)


def _pair(ground: Ground, trial: Version, was: _Was, guesses: Guesses, anew: set[str]) -> Pair:
    case, wrong = was.case, deviating(was.case.came, was.side.came)
    timing = AsItWouldBe(case.acts, was.lain, guesses, was.known)
    try:
        after = side(replayed(ground, trial, case, timing), ground.until)
    except CannotGoOn as stopped:
        return Pair(case.no, deviates=wrong, why=str(stopped))
    anew |= timing.added
    lost = tuple(act.action for act in timing.lost)
    return Pair(case.no, deviates=wrong, before=was.side, after=after, lost=lost)


@dataclass
class _Steps:
    """How many replays are done."""

    of: int
    on_case: Progress
    done: int = 0

    def on(self) -> None:
        self.done += 1
        self.on_case(self.done, self.of)
