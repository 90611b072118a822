"""The golden runs, played in a process apart on what is to be published, and what comes out otherwise than now."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.bpmn.definition import content_hash
from engine.definitions import apart
from engine.definitions.apart import Limits
from engine.definitions.remembered import Remembered
from engine.errors import Finding
from engine.replay.otherwise import Rehearsed
from engine.replay.scenario import FOLDER

LIMITS = Limits(megabytes=600, seconds=90, patience=300)
STUCK = "SCENARIO"


@dataclass(frozen=True)
class Rehearsal:
    """How many golden runs were played, which came out otherwise, and what blocks: a run that cannot be finished."""

    played: int
    otherwise: tuple[Rehearsed, ...]
    findings: tuple[Finding, ...] = ()


_KEPT = Remembered[tuple[str, str, tuple[str, ...]], Rehearsal](16)


def rehearsal(
    files: Mapping[str, bytes],
    before: Mapping[str, bytes],
    limits: Limits = LIMITS,
    runs: Sequence[str] | None = None,
) -> Rehearsal:
    """Play them on these files, which must have passed lint and proof; the same content is played once.

    `runs`: names of the files of the runs, all that there are when none is named.
    """
    names = tuple(sorted(path.name for path in FOLDER.glob("*.toml")) if runs is None else runs)
    key = (content_hash(files), content_hash(before), names)
    found = _KEPT.get(key)
    if found is None:
        found = _played(files, before, limits, names)
        if found.played:
            _KEPT.keep(key, found)
    return found


def _played(files: Mapping[str, bytes], before: Mapping[str, bytes], limits: Limits, names: Sequence[str]) -> Rehearsal:
    request = {
        "runs": names,
        "files": _sent(files),
        "before": _sent(before),
        "megabytes": limits.megabytes,
        "seconds": limits.seconds,
    }
    told: dict[str, Any] = apart.told_by("engine.definitions.rehearser", request, limits)
    try:
        found = tuple(Rehearsed(each["title"], tuple(each["sentences"]), each["stuck"]) for each in told["otherwise"])
        stuck = tuple(Finding("scenarios", STUCK, "-", f"场景“{run.title}”：{run.stuck}") for run in found if run.stuck)
        return Rehearsal(int(told["played"]), found, stuck)
    except (KeyError, TypeError):
        trouble = apart.trouble(str(told.get("trouble", "crash")), limits)
        return Rehearsal(0, (), (Finding("scenarios", *trouble),))


def _sent(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(content).decode() for name, content in files.items()}
