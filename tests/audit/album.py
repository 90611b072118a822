"""Pictures of every case while it is being handled, held later against what its trail says it was.

The picture is what the domain API tells of the stored rows right after an act; the trail is asked long afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from engine.audit.waypoints import Waypoints
from engine.facade import Engine, ReadContext
from engine.queries.as_of import AsOf, as_of
from engine.queries.case import Case, case
from engine.storage.models import audit, cases

_SAME = (
    *("status", "phase", "grade", "cause", "outcome", "tier", "urgent", "lead_unit", "received_at", "accepted_at"),
    *("deadline", "original_deadline", "completed_at", "ended_at", "paused", "pauses", "extension", "work_orders"),
)

Picture = dict[str, Any]


class Album:
    """`take` a picture of every case now and then; `unlike` says which the trail tells otherwise."""

    def __init__(self) -> None:
        self.pictures: dict[tuple[str, int], Picture] = {}

    def take(self, engine: Engine) -> None:
        """A picture of every case that has come to a new line."""
        engine.read(self._take)

    def _take(self, ctx: ReadContext) -> None:
        for no, seq in ctx.conn.execute(select(cases.c.no, cases.c.audit_seq)):
            if (no, seq) not in self.pictures:
                self.pictures[(no, seq)] = _of_rows(case(ctx, no))

    def unlike(self, engine: Engine, before_each: Callable[[], object] = lambda: None) -> list[str]:
        """What the trail tells otherwise, `NO seq field`; every line is led to, those without a picture too.

        To each line twice: from the last waypoint on the way, and from the first line of the case.
        """
        return [wrong for line in engine.read(_lines) for wrong in self._twice(engine, before_each, *line)]

    def _twice(self, engine: Engine, before_each: Callable[[], object], no: str, seq: int, digest: str) -> list[str]:
        before_each()
        on_the_way = engine.read(as_of, no, seq)
        from_the_first = engine.read(_led_from_the_first, no, seq)
        same = on_the_way == from_the_first
        return self._wrong(on_the_way, digest) + ([] if same else [f"{no} {seq} told otherwise without waypoints"])

    def _wrong(self, told: AsOf, digest: str) -> list[str]:
        place = f"{told.no} {told.seq}"
        wrong = [] if told.holds and told.replayed == digest else [f"{place} digest: {told.problem}"]
        picture, then = self.pictures.get((told.no, told.seq), {}), _of_trail(told)
        return wrong + [
            f"{place} {name}: {value} {then[name]}" for name, value in picture.items() if then[name] != value
        ]


def _of_rows(found: Case) -> Picture:
    tasks = sorted(
        (task.id, task.task, task.groups, task.unit, task.assignee, task.due, task.opened_at)
        for task in found.open_tasks
    )
    return {**{name: getattr(found, name) for name in _SAME}, "tasks": tasks}


def _of_trail(told: AsOf) -> Picture:
    tasks = sorted(
        (task.id, task.element, tuple(sorted(task.groups)), task.unit, task.holder, task.due, task.opened_at)
        for task in told.tasks
    )
    return {**{name: getattr(told, name) for name in _SAME}, "tasks": tasks}


def _led_from_the_first(ctx: ReadContext, no: str, seq: int) -> AsOf:
    """As in a process that has never looked at a case; the waypoints of this one stay."""
    return as_of(replace(ctx, waypoints=Waypoints()), no, seq)


def _lines(ctx: ReadContext) -> list[tuple[str, int, str]]:
    """Every line of every case: number of the case, of the line, and the digest on it."""
    query = select(cases.c.no, audit.c.seq, audit.c.digest).join(audit, audit.c.case_id == cases.c.id)
    return [(row.no, row.seq, row.digest) for row in ctx.conn.execute(query.order_by(cases.c.id, audit.c.seq))]
