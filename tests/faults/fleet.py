"""Processes that are born quickly and may be killed: forked from one that has read our modules already."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier, Event
from random import Random

from tests.support.patience import unhurried

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["webapp.command"])

Weakness = Callable[[], object]


class Fleet:
    """Processes that all do the same. `weakness`, of tests/faults/weakened.py, is called in each before."""

    def __init__(self, work: Callable[..., object], *given: object, weakness: Weakness | None = None) -> None:
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
def fleet(count: int, work: Callable[..., object], *given: object, weakness: Weakness | None = None) -> Iterator[Fleet]:
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


def signal() -> Event:
    """What a process of a fleet sets and its parent waits for."""
    return _CONTEXT.Event()


def _begin(weakness: Weakness | None, work: Callable[..., object], *given: object) -> None:
    unhurried()
    if weakness is not None:
        weakness()
    work(*given)
