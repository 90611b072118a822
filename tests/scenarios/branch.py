"""A row of the table of branches: how a case came to wait, what a person does, what must be so in four columns.

A task is written `handle SC-MI | unit:SC-MI | 10-15 17:00`: name and unit, groups, due; or by its name alone. Times are
written as `tests/support/play.py` has them. `timers` are all that wait and may strike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Times = Mapping[str, str]


@dataclass(frozen=True)
class Act:
    """A person completes `task` (`handle SC-MI`), or does one of `register`, `withdraw`. Of another case: `case`."""

    task: str
    by: str
    variables: Mapping[str, Any]
    at: str = ""
    case: str = ""


@dataclass(frozen=True)
class Seen:
    """What must be so. `more`: fields of the case, `deadline`, or `notices` told since the case came to wait here."""

    tasks: tuple[str, ...]
    timers: Times
    tier: int
    light: str | None
    status: str
    more: Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One column. The house comes to `at`; `fired` struck since the case came to wait, in this order.

    `fired`: when each was due; ` @ 10-13 17:00` behind it where it struck later although the house was running.
    `now` is so before the act, `then` after it; `refused`: the act is a conflict (409).
    """

    at: str
    now: Seen | None = None
    fired: Times = field(default_factory=dict)
    then: Seen | None = None
    act: Act | None = None
    refused: bool = False


@dataclass(frozen=True)
class Branch:
    """One row.

    in_time: the act a minute before the instant · late: the clock moved onto the instant by a running house, then the
    act · downtime: nothing ran from before until days after, then the sweep · raced: the act comes late, but before
    any sweep saw the timer; whoever comes second finds a conflict.
    """

    name: str
    before: tuple[Act, ...]
    act: Act
    in_time: Cell
    late: Cell
    downtime: Cell
    raced: Cell


def act(task: str, by: str, case: str = "", **variables: Any) -> Act:
    """What somebody does."""
    return Act(task, by, variables, case=case)


def step(at: str, task: str, by: str = "", **variables: Any) -> Act:
    """What somebody did on the way here; `wait` only lets time pass."""
    return Act(task, by, variables, at)


def seen(*tasks: str, timers: Times, tier: int, light: str | None, status: str, **more: Any) -> Seen:
    """What must be so."""
    return Seen(tasks, timers, tier, light, status, more)
