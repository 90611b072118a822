"""What if the cases of a period had run on other diagrams (engine/definitions/whatif): asked and answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, select

from engine.bpmn.definition import content_hash
from engine.cases.commands import Actor
from engine.definitions.whatif.apart import compared_apart
from engine.definitions.whatif.comparing import Compared, Progress
from engine.definitions.whatif.guesses import Assumed
from engine.definitions.whatif.recorded import Recorded
from engine.definitions.whatif.request import Files, Request
from engine.facade import Engine, ReadContext
from engine.queries.recorded_cases import BATCH, Unfit, drawn, recorded_cases
from engine.queries.statistics import Period
from engine.queries.versions import version_files, version_of
from engine.queries.what_if_figures import Differing, Figures, differing, figures
from engine.storage.models import cases

Compare: TypeAlias = Callable[[Request, Progress], Compared]

MOST_CASES = 1000
MOST_SECONDS = 300.0


@dataclass(frozen=True)
class Question:
    """Which cases, over which version, the running one when none is named, or over `files` that are no version yet.

    Of more than `most` cases a random sample, the same for the same `seed`; `seconds` of the processor: the time the
    replays may take.
    """

    period: Period
    version: int | None = None
    files: Files | None = None
    most: int = MOST_CASES
    seconds: float = MOST_SECONDS
    seed: int = 1


@dataclass(frozen=True)
class Deviation:
    """A case whose replay on its own version is not what happened, and in what."""

    no: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Left:
    """A case that is not counted, and why."""

    no: str
    why: str


@dataclass(frozen=True)
class WhatIf:
    """The answer. Of `all` cases received `drawn` were taken, `restricted` ones never; `replayed` were led again on
    their own version, `agreeing` of them exactly as it was. `before` and `after` count the same cases, those that came
    through both; `differing` stand otherwise on trial. `version` and `hash`: what was on trial, 0 when it is no version
    yet. `lost`: acts beside the tasks that were not possible on trial.
    """

    until: datetime
    version: int
    hash: str
    all: int
    drawn: int
    restricted: int
    replayed: int
    agreeing: int
    deviating: tuple[Deviation, ...]
    left: tuple[Left, ...]
    unreached: int
    before: Figures
    after: Figures
    differing: tuple[Differing, ...]
    assumed: tuple[Assumed, ...]
    asked_anew: tuple[str, ...]
    lost: int


@dataclass(frozen=True)
class _Material:
    request: Request
    unfit: tuple[Unfit, ...]
    all: int
    restricted: int
    version: int
    hash: str


def what_if(
    engine: Engine,
    question: Question,
    actor: Actor,
    on_case: Progress = lambda done, of: None,
    compare: Compare = compared_apart,
) -> WhatIf:
    """Replay the cases of a period that this person may know of. Takes its time, in a process apart.

    Raises NotFound for a version there is none of, DiagramRefused for files that cannot be run, BadInput.
    """
    material = engine.read_as(actor, _material, question, on_case)
    found = compare(material.request, on_case)
    return _answer(material, found)


def _material(ctx: ReadContext, question: Question, on_case: Progress) -> _Material:
    taken = drawn(ctx, question.period, question.most, question.seed)
    told = []
    for place, each in enumerate(recorded_cases(ctx, taken.ids)):
        told.append(each)
        if place % BATCH == 0:
            on_case(0, 2 * len(taken.ids))
    recorded = [each for each in told if isinstance(each, Recorded)]
    files = version_files(ctx, question.version) if question.files is None else question.files
    request = Request(
        versions={number: version_files(ctx, number) for number in {case.version for case in recorded}},
        trial=files,
        new=question.files is not None,
        directory=ctx.directory,
        calendars={number: ctx.calendars.get(ctx.conn, number) for number in _calendars(recorded)},
        until=ctx.now,
        cases=recorded,
        seconds=question.seconds,
    )
    unfit = tuple(each for each in told if isinstance(each, Unfit))
    version = version_of(ctx, question.version).version if question.files is None else 0
    return _Material(request, unfit, taken.all, _restricted(ctx, question.period), version, content_hash(files))


def _calendars(recorded: Sequence[Recorded]) -> set[int]:
    """Every calendar some of these cases went by."""
    return {act.said["calendar"] for case in recorded for act in case.acts if "calendar" in act.said} | {0}


def _restricted(ctx: ReadContext, period: Period) -> int:
    hidden = (cases.c.restricted.is_(True), period.holds(cases.c.received_at))
    return int(ctx.conn.execute(select(func.count()).select_from(cases).where(*hidden)).scalar_one())


def _answer(material: _Material, found: Compared) -> WhatIf:
    until = material.request.until
    whole = [pair for pair in found.pairs if pair.before is not None and pair.after is not None]
    before, after = ([side for pair in whole if (side := getattr(pair, name))] for name in ("before", "after"))
    tried = [pair for pair in found.pairs if pair.replayed]
    stopped = [Left(pair.no, pair.why) for pair in found.pairs if pair.why is not None]
    return WhatIf(
        until=until,
        version=material.version,
        hash=material.hash,
        all=material.all,
        drawn=len(material.request.cases) + len(material.unfit),
        restricted=material.restricted,
        replayed=len(tried),
        agreeing=sum(1 for pair in tried if not pair.deviates),
        deviating=tuple(Deviation(pair.no, pair.deviates) for pair in tried if pair.deviates),
        left=(*(Left(each.no, each.reason) for each in material.unfit), *stopped),
        unreached=found.unreached,
        before=figures(before, until),
        after=figures(after, until),
        differing=tuple(differing(whole, until)),
        assumed=found.assumed,
        asked_anew=found.asked_anew,
        lost=sum(len(pair.lost) for pair in whole),
    )
