"""The clocks of what waits, when the diagram around it is exchanged: none is started anew, no promise is broken.

A clock drawn in both versions goes on from the instant it began by the expression of the new one, but never to a
later instant than the old one gave: the old expression is kept beside it and goes on binding. Where the new version
is stricter, nobody is late by the exchange alone: an instant that would lie before the exchange though it did not
before is held to the old one; a clock that is new and whose time would be over is given its time from now on, and
does not run for this wait when it were over even so. The clock of the case is another matter: what it says is true
whatever the version, so a rung of it that the new version has reached strikes at the next sweep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn.durations import looks_like_duration
from engine.bpmn.elements import Element
from engine.bpmn.expressions import parse
from engine.bpmn.timers import HELD, NEVER, PROMISED, kept_to

CASE_CLOCK_WORDS = frozenset({"case_due", "accepted_at"})


@dataclass(frozen=True)
class Clock:
    """One clock of something that waits: `key` is where its instant is stored, `own` computes it by the new version.

    `old` and `new` are expressions; `old` is None where the old version drew no such clock.
    """

    task: Task
    element: Element
    key: str
    old: str | None
    new: str | None
    own: Callable[[], str]

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.task.internal_data
        return found

    @property
    def follows_the_case(self) -> bool:
        """Whether its instant follows the clock of the case."""
        texts = [each for each in (self.new, *self.data.get(PROMISED, ())) if each and not looks_like_duration(each)]
        return any(not parse(text).words.isdisjoint(CASE_CLOCK_WORDS) for text in texts)


@dataclass(frozen=True)
class Instants:
    """A stored instant before and after the exchange, NEVER for none."""

    before: str
    after: str


def carried_on(clock: Clock, now: datetime, back: bool) -> Instants:
    """Give a clock its instant by the new version."""
    data = clock.data
    before: str = data.get(clock.key) or NEVER
    data["since"] = data.get("since") or now.isoformat()
    _bind(clock, back)
    after: str = kept_to(clock.task, clock.own())
    if after and not clock.follows_the_case and datetime.fromisoformat(after) <= now:
        after = _not_late_by_this(clock, before, after, now)
    data[clock.key] = after
    return Instants(before, after)


def _bind(clock: Clock, back: bool) -> None:
    """What was promised by earlier versions, the one that is left among them, goes on binding."""
    left = () if back or clock.old is None else (clock.old,)
    promised = [text for text in dict.fromkeys([*clock.data.get(PROMISED, ()), *left]) if text != clock.new]
    clock.data.pop(PROMISED, None)
    if promised:
        clock.data[PROMISED] = promised


def _not_late_by_this(clock: Clock, before: str, after: str, now: datetime) -> str:
    """The instant where the new version puts it before the exchange itself."""
    if before and datetime.fromisoformat(before) > now:
        clock.data[HELD] = before
        return before
    if before or clock.old is not None:
        return after  # it was over by the old version too
    began, clock.data["since"] = clock.data["since"], now.isoformat()
    anew = clock.own()
    still = anew if anew and datetime.fromisoformat(anew) > now else NEVER
    if clock.key == "due":  # when the task was opened stays as it is
        clock.data["since"] = began
        if still:
            clock.data[HELD] = still
    return still
