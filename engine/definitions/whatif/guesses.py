"""How long a step takes that nobody has done before: what its like took in the same cases, the middle of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Literal

from engine.bpmn.elements import Element

Of = Literal["step", "group", "post", "all", "none"]


@dataclass(frozen=True)
class Took:
    """A task that a person did: which, of which groups, in how much working time."""

    element: str
    groups: tuple[str, ...]
    time: timedelta


@dataclass(frozen=True)
class Guess:
    """A time, and what it is the median of: `samples` tasks of the same step, of the same groups, of the same posts in
    whatever unit, or of all; none: there was nothing to go by."""

    time: timedelta
    of: Of
    samples: int


@dataclass(frozen=True)
class Assumed:
    """A step that was done by assumption, and how often."""

    element: str
    name: str
    groups: tuple[str, ...]
    guess: Guess
    times: int


@dataclass
class Guesses:
    """Medians of the tasks of some cases, and which of them have been made use of."""

    took: Iterable[Took]
    _steps: defaultdict[str, list[timedelta]] = field(default_factory=lambda: defaultdict(list))
    _groups: defaultdict[str, list[timedelta]] = field(default_factory=lambda: defaultdict(list))
    _posts: defaultdict[str, list[timedelta]] = field(default_factory=lambda: defaultdict(list))
    _all: list[timedelta] = field(default_factory=list)
    _used: dict[str, Assumed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.took:
            self._steps[each.element].append(each.time)
            self._all.append(each.time)
            for group in each.groups:
                self._groups[group].append(each.time)
            for post in {group.partition(":")[0] for group in each.groups}:
                self._posts[post].append(each.time)

    def of(self, element: Element, groups: Sequence[str]) -> Guess:
        """What is assumed of a step that lies with these groups."""
        posts = {group.partition(":")[0] for group in groups}
        tried: tuple[tuple[Of, list[timedelta]], ...] = (
            ("step", self._steps.get(element.id, [])),
            ("group", [time for group in groups for time in self._groups.get(group, ())]),
            ("post", [time for post in sorted(posts) for time in self._posts.get(post, ())]),
            ("all", self._all),
        )
        found = (Guess(_middle(times), of, len(times)) for of, times in tried if times)
        return next(found, Guess(timedelta(), "none", 0))

    def use(self, element: Element, groups: Sequence[str]) -> None:
        """Remember that a step was done by what is assumed of it."""
        used = self._used.get(element.id)
        times = 1 if used is None else used.times + 1
        guess = self.of(element, groups) if used is None else used.guess
        self._used[element.id] = Assumed(element.id, element.name, tuple(groups), guess, times)

    @property
    def used(self) -> tuple[Assumed, ...]:
        """What has been assumed so far."""
        return tuple(self._used.values())


def _middle(times: Iterable[timedelta]) -> timedelta:
    return timedelta(seconds=median(time.total_seconds() for time in times))
