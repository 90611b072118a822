"""`bancheng bench check`: what it costs to look at the shipped family before it may be published (PERFORMANCE.md).

The whole process apart is counted, from its start to its end, as `getrusage` counts it for children.
"""

from __future__ import annotations

from dataclasses import dataclass
from resource import RUSAGE_CHILDREN, getrusage

from engine.definitions.apart import examined_apart
from engine.definitions.shipped import SHIPPED, read_folder

TARGET = 5  # seconds of the processor


@dataclass(frozen=True)
class Figures:
    """`seconds` of the processor, one figure for each time; `bad`: what was found wrong in the last."""

    seconds: tuple[float, ...]
    situations: int
    steps: int
    bad: int


def measure(times: int) -> Figures:
    """Examine the shipped family so many times, each in a process of its own."""
    files, taken = read_folder(SHIPPED), []
    for _ in range(times):
        before = _used()
        found = examined_apart(files)
        taken.append(_used() - before)
    situations, steps = (sum(getattr(each, what) for each in found.verdicts) for what in ("situations", "steps"))
    return Figures(tuple(taken), situations, steps, len(found.findings))


def _used() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
