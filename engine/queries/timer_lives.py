"""The life of every timer of one case: when it began to wait and when it waited no more, by leading the case again.

No line says that a timer began to wait with its step, or went with it; what waited after an act and what before does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.audit.replay import Told
from engine.bpmn.runtime import WaitingTimer
from engine.cases.again import lead_again
from engine.cases.deeds import STRUCK
from engine.cases.live import Live
from engine.facade import ReadContext


@dataclass(frozen=True)
class TimerTurn:
    """A timer that from line `seq` on waited (`armed`) for `due`, or waited no more without having struck."""

    seq: int
    at: datetime
    armed: bool
    timer: str
    element: str
    due: datetime


def timer_turns(ctx: ReadContext, row: Mapping[str, Any]) -> tuple[tuple[TimerTurn, ...], int]:
    """The turns of a case, the row of `cases`, in their order, and the last line they are known to."""
    turns: list[TimerTurn] = []
    waiting: dict[str, WaitingTimer] = {}

    def watch(told: Told, live: Live) -> None:
        after = {timer.id: timer for timer in live.run.timers()}
        turns.extend(_turned(told, waiting, after))
        waiting.clear()
        waiting.update(after)

    grounds = (ctx.versions, ctx.calendars, ctx.directory, ctx.keys)
    _, outcome = lead_again(ctx.conn, row, *grounds, watch=watch)
    return tuple(turn for turn in turns if turn.seq <= outcome.seq), outcome.seq


def _turned(told: Told, before: Mapping[str, WaitingTimer], after: Mapping[str, WaitingTimer]) -> Iterator[TimerTurn]:
    struck = _struck(told, before)
    for id, timer in before.items():
        if id not in after and id != struck:
            yield TimerTurn(told.seq, told.at, False, id, timer.element.id, timer.due)
    for id, timer in after.items():
        if id not in before or id == struck:
            yield TimerTurn(told.seq, told.at, True, id, timer.element.id, timer.due)


def _struck(told: Told, before: Mapping[str, WaitingTimer]) -> str | None:
    """The timer of the line; a line of version 0.1 names its element and instant alone."""
    if told.action != STRUCK:
        return None
    named = (id for id, timer in before.items() if timer.element.id == told.element)
    found: str | None = told.said.get("timer") or next(
        (id for id in named if before[id].due.isoformat() == told.said["due"]), None
    )
    return found
