"""One case before and after: as it went on its own version, and as it would have gone on the one on trial."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from engine.definitions.whatif.case import ReplayedCase
from engine.definitions.whatif.recorded import Came, came_from
from engine.worktime import WorkTime


@dataclass(frozen=True)
class Burden:
    """What lay with some groups (as one text, `window,work_group`): how many tasks, for how much working time."""

    tasks: int
    seconds: int


@dataclass(frozen=True)
class Side:
    """One replay of a case, and what it laid on whom."""

    came: Came
    load: Mapping[str, Burden]


@dataclass(frozen=True)
class Pair:
    """A case. `replayed`: it came through on its own version, and `deviates` names what it has otherwise than it was;
    `why` says where one of the replays did not come through, and then nothing of the case is counted; `lost`: acts
    beside the tasks that were not possible on trial.
    """

    no: str
    replayed: bool = True
    deviates: tuple[str, ...] = ()
    before: Side | None = None
    after: Side | None = None
    why: str | None = None
    lost: tuple[str, ...] = ()


def side(case: ReplayedCase, until: datetime) -> Side:
    """What became of a replayed case."""
    return Side(case.came(), _load(case, until, case.step.worktime))


def _load(case: ReplayedCase, until: datetime, worktime: WorkTime) -> Mapping[str, Burden]:
    found: defaultdict[str, list[timedelta]] = defaultdict(list)
    for each in case.lain:
        lay = worktime.time_open(each.since, each.ended_at or until)
        found[",".join(each.groups)].append(lay)
    return {groups: Burden(len(times), int(sum(times, timedelta()).total_seconds())) for groups, times in found.items()}


def deviating(real: Came, replayed: Came) -> tuple[str, ...]:
    """What a replay has otherwise than it was."""
    return tuple(each.name for each in fields(Came) if getattr(real, each.name) != getattr(replayed, each.name))


# ------------------------------------------------------------------ as JSON gives it back
def pair_from(told: Mapping[str, Any]) -> Pair:
    """A pair that was written as JSON."""
    sides = {name: None if told[name] is None else _side(told[name]) for name in ("before", "after")}
    return Pair(**{**told, **sides, "deviates": tuple(told["deviates"]), "lost": tuple(told["lost"])})


def _side(told: Mapping[str, Any]) -> Side:
    return Side(came_from(told["came"]), {groups: Burden(**each) for groups, each in told["load"].items()})
