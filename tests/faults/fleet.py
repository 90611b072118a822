"""Processes that are born quickly and may be killed: forked from one that has read our modules already."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from random import Random

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["webapp.command"])


class Fleet:
    """Processes that all do the same. `weakness` is a function of tests/faults/weakened.py called in each before."""

    def __init__(self, work: Callable[..., object], *given: object, weakness: str | None = None) -> None:
        self._told = (weakness, work, *given)
        self.processes: list[ForkServerProcess] = []

    def grow(self, count: int = 1) -> None:
        """Let so many more begin."""
        for _ in range(count):
            process = _CONTEXT.Process(target=_begin, args=self._told, daemon=True)
            process.start()
            self.processes.append(process)

    def kill(self, dice: Random) -> None:
        """SIGKILL for one of them."""
        unlucky = self.processes.pop(dice.randrange(len(self.processes)))
        unlucky.kill()
        unlucky.join()

    def join(self) -> list[int | None]:
        """Wait until all have done their work; their exit codes."""
        for process in self.processes:
            process.join()
        return [process.exitcode for process in self.processes]


@contextmanager
def fleet(count: int, work: Callable[..., object], *given: object, weakness: str | None = None) -> Iterator[Fleet]:
    """So many processes that do `work(*given)`; at the end none is left."""
    found = Fleet(work, *given, weakness=weakness)
    try:
        found.grow(count)
        yield found
    finally:
        while found.processes:
            found.kill(Random(0))


def barrier(count: int) -> Barrier:
    """Where so many processes of a fleet wait for one another."""
    return _CONTEXT.Barrier(count)


def _begin(weakness: str | None, work: Callable[..., object], *given: object) -> None:
    if weakness is not None:
        getattr(import_module("tests.faults.weakened"), weakness)()
    work(*given)
