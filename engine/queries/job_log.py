"""What became of timers, as the trail tells it: struck; armed or disarmed when their case moved to another version.

That a timer began to wait with its step is on no line of its own: those that wait now are in `jobs`. One that failed is
an incident.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false

from engine.facade import ReadContext
from engine.queries.case_lines import CaseLine, count_lines, lines, of_line
from engine.queries.narrowing import equal
from engine.queries.paging import Page
from engine.storage.models import audit, cases

ARMED, STRUCK, DISARMED = "armed", "timer_fired", "disarmed"


@dataclass(frozen=True)
class JobLine(CaseLine):
    """One line of the trail about a timer. `timer` where the line names it; `kind`: of the element drawn."""

    action: str
    element: str
    kind: str | None
    timer: str | None
    due: datetime | None


@dataclass(frozen=True)
class JobLineFilter:
    """Every value given narrows the list; flags narrow it when true. `failed`: of which the trail has no line."""

    uid: str | None = None
    no: str | None = None
    key: str | None = None
    elements: tuple[str, ...] | None = None
    armed: bool = False
    struck: bool = False
    disarmed: bool = False
    failed: bool = False


_SAID = tuple(audit.c[name] for name in ("action", "element", "before", "after"))


def job_lines(ctx: ReadContext, wanted: JobLineFilter, page: Page) -> list[JobLine]:
    """The lines the filter lets through, case by case in their order unless sorted otherwise."""
    return [_line(ctx, row) for row in lines(ctx, _SAID, _asked(wanted), page)]


def count_job_lines(ctx: ReadContext, wanted: JobLineFilter) -> int:
    """How many `job_lines` would give without limits."""
    return count_lines(ctx, _asked(wanted))


def _asked(wanted: JobLineFilter) -> Iterator[ColumnElement[bool]]:
    yield audit.c.action.in_((ARMED, STRUCK, DISARMED))
    yield from equal({cases.c.uid: wanted.uid, cases.c.no: wanted.no, cases.c.key: wanted.key})
    if wanted.elements is not None:
        yield audit.c.element.in_(wanted.elements)
    for asked, action in ((wanted.armed, ARMED), (wanted.struck, STRUCK), (wanted.disarmed, DISARMED)):
        if asked:
            yield audit.c.action == action
    if wanted.failed:
        yield false()


def _line(ctx: ReadContext, row: Mapping[Any, Any]) -> JobLine:
    said = json.loads(row["after"] or row["before"] or "{}")
    drawn = ctx.versions.get(ctx.conn, row["bundle_id"]).definition.elements.values()
    return JobLine(
        **of_line(row),
        action=row["action"],
        element=row["element"],
        kind=next((each.kind for each in drawn if each.id == row["element"]), None),
        timer=said.get("timer"),
        due=datetime.fromisoformat(said["due"]) if said.get("due") else None,
    )
