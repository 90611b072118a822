"""A case as it was at any line of its trail, led again from the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.audit.replay import Mismatch, Told, lines_of
from engine.cases.again import lead_again
from engine.cases.live import Live
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.visibility import visible
from engine.storage.models import cases


@dataclass(frozen=True)
class TaskThen:
    """A task that was open; `variables` is what its branch of the diagram knew."""

    id: str
    element: str
    name: str
    unit: str | None
    groups: tuple[str, ...]
    since: datetime
    due: datetime | None
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class TimerThen:
    """A timer that waited; `suspended` while the case clock stood."""

    id: str
    element: str
    due: datetime
    suspended: bool


@dataclass(frozen=True)
class CaseThen:
    """A case after a line. `seq` is the last line that holds (0: none), `lines` all that do.

    `tokens` are the places (`process/element`) that had begun and not ended. `deadline` is the one then in force.
    """

    seq: int
    digest: str | None
    lines: tuple[Told, ...]
    mismatch: Mismatch | None
    status: str | None
    phase: str | None
    tier: int
    outcome: str | None
    deadline: datetime | None
    tokens: tuple[str, ...]
    tasks: tuple[TaskThen, ...]
    timers: tuple[TimerThen, ...]


def replayed(ctx: ReadContext, no: str, to_seq: int | None = None) -> CaseThen:
    """Replay a case to the line `to_seq`, or to the end; raises NotFound, also for a case this person may not know of.

    The stored state is not looked at. A line that does not match ends it: `mismatch` names the first, the rest tells
    the case as it was before the transaction of that line.
    """
    found = ctx.conn.execute(select(cases).where(cases.c.no == no, visible(ctx.actor))).mappings().one_or_none()
    if found is None:
        raise NotFound(f"没有编号为 {no} 的反映件。")
    again, outcome = lead_again(ctx.conn, dict(found), ctx.versions, ctx.calendars, ctx.directory, ctx.keys, to_seq)
    lines = tuple(line for line in lines_of(ctx.conn, ctx.keys, found["id"]) if line.seq <= outcome.seq)
    then = again.columns
    live = again.case(lines[-1].at) if lines else None
    return CaseThen(
        seq=outcome.seq,
        digest=outcome.digest,
        lines=lines,
        mismatch=outcome.mismatch,
        status=then.get("status"),
        phase=then.get("phase"),
        tier=then.get("tier", 0),
        outcome=then.get("outcome"),
        deadline=then.get("deadline"),
        tokens=tuple(sorted(live.run.elements_open())) if live else (),
        tasks=tasks_then(live) if live else (),
        timers=timers_then(live) if live else (),
    )


def tasks_then(live: Live) -> tuple[TaskThen, ...]:
    """The tasks that are open in a case that was led again."""
    return tuple(
        TaskThen(
            task.id, task.element.id, task.element.name, task.unit, task.groups, task.since, task.due, dict(task.data)
        )
        for task in live.tasks.values()
    )


def timers_then(live: Live) -> tuple[TimerThen, ...]:
    """The timers that wait in a case that was led again."""
    stands = live.step.clock_stands
    return tuple(TimerThen(t.id, t.element.id, t.due, stands and t.case_clock) for t in live.timers.values())
