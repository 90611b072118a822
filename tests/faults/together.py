"""Several things at the very same time, and what comes after some time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")

_LOOK_SECONDS = 0.05
_PATIENCE_SECONDS = 300


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Run the jobs, a thread each, all let go together; the results stand in the order of the jobs."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        start.wait(_PATIENCE_SECONDS)
        return job()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def until(happens: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> bool:
    """Whether it happens within that time; for what takes a moment, and on a slow machine longer."""
    latest = time.monotonic() + seconds
    while not (happened := happens()) and time.monotonic() < latest:
        time.sleep(_LOOK_SECONDS)
    return happened
