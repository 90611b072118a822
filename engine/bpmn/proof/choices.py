"""Every way a run may take that asks an oracle wherever the model does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
Choose = Callable[[Sequence[Any]], Any]


def every(run: Callable[[Choose], T]) -> Iterator[T]:
    """The result of `run` for every sequence of choices it can be given, the first options first."""
    prefix: list[int] = []
    while True:
        taken: list[tuple[int, int]] = []
        yield run(partial(_choose, prefix, taken))
        while taken and taken[-1][0] + 1 == taken[-1][1]:
            taken.pop()
        if not taken:
            return
        prefix = [place for place, _ in taken]
        prefix[-1] += 1


def _choose(prefix: list[int], taken: list[tuple[int, int]], options: Sequence[Any]) -> Any:
    """The option this run is to take; beyond the prefix the first."""
    place = prefix[len(taken)] if len(taken) < len(prefix) else 0
    taken.append((place, len(options)))
    return options[place]
