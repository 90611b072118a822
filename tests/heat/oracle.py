"""What the trail says of the steps of a case, found another way: the case is led again, line by line, and watched.

The tasks open after every transaction are those of the state its digest stands for; of working time the slow second
reckoning of tests/worktime/oracle.py is used. Nothing of engine/heat is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from engine.audit.replay import lines_of, replay
from engine.cases import clock_ledger, merging
from engine.cases.again import Again, Ground
from engine.clock import SystemClock
from engine.facade import ReadContext
from tests.worktime.oracle import here, works

SESSIONS = ((time(9), time(12)), (time(13, 30), time(17)))


@dataclass(frozen=True)
class Seen:
    """One task: when it was first and last open, and whether a line says that it was completed."""

    task_id: str
    element: str
    unit: str | None
    entered_at: datetime
    due: datetime | None
    left_at: datetime | None
    completed: bool


class Watched(Again):
    """A case being led again that remembers what was open after each transaction."""

    def __init__(self, uid: str, ground: Ground) -> None:
        super().__init__(uid, ground)
        self.open: list[Mapping[str, Any]] = []

    def save(self, digest: str | None) -> bool:
        held = super().save(digest)
        self.open.append(dict(self.case(SystemClock().now()).tasks))
        return held


def seen_in(ctx: ReadContext, row: Mapping[str, Any]) -> list[Seen]:
    """Every task that was open after some transaction of the case of a row of `cases`."""
    ground = Ground(
        ctx.versions.get(ctx.conn, row["bundle_id"]),
        partial(ctx.versions.numbered, ctx.conn, row["key"]),
        partial(ctx.calendars.get, ctx.conn),
        ctx.directory,
        partial(merging.lead_case, ctx.conn),
    )
    again, lines = Watched(row["uid"], ground), lines_of(ctx.conn, ctx.keys, row["id"])
    assert replay(lines, again).mismatch is None
    ends = [list(each)[-1].at for _, each in groupby(lines, lambda line: line.digest)]
    completed = {line.task_id for line in lines if line.action == "completed"}
    found: dict[str, Seen] = {}
    for place, (at, there) in enumerate(zip(ends, again.open, strict=True)):
        before = again.open[place - 1] if place else {}
        for id in before.keys() - there.keys():
            found[id] = Seen(**{**vars(found[id]), "left_at": at, "completed": id in completed})
        for id, task in there.items():
            found[id] = Seen(id, task.element.id, task.unit, task.since, task.due, None, False)
    return sorted(found.values(), key=lambda each: each.task_id)


def minutes(ctx: ReadContext, row: Mapping[str, Any], since: datetime, until: datetime) -> int:
    """Working minutes of 2026 between two instants, without the pauses of the case."""
    ledger = clock_ledger.from_json(row["ledger"])
    pauses = [(here(p.asked), here(until) if p.resumed is None else here(p.resumed)) for p in ledger.pauses]
    total, day = timedelta(), here(since).date()
    while day <= here(until).date():
        for opens, closes in SESSIONS if works(day) else ():
            first = max(datetime.combine(day, opens), here(since))
            last = min(datetime.combine(day, closes), here(until))
            total += _without(first, last, pauses)
        day += timedelta(1)
    return total // timedelta(minutes=1)


def _without(first: datetime, last: datetime, pauses: list[tuple[datetime, datetime]]) -> timedelta:
    if last <= first:
        return timedelta()
    out = sum((max(min(last, end) - max(first, begun), timedelta()) for begun, end in pauses), timedelta())
    return last - first - out
