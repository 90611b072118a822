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

from sqlalchemy import ColumnElement, Select, false, func, select

from engine.facade import ReadContext
from engine.queries.narrowing import equal
from engine.queries.paging import Page, paged
from engine.queries.processes import definition_id
from engine.queries.visibility import known, visible
from engine.storage.models import audit, bundles, cases

ARMED, STRUCK, DISARMED = "armed", "timer_fired", "disarmed"


@dataclass(frozen=True)
class JobLine:
    """One line of the trail about a timer. `timer` where the line names it; `kind`: of the element drawn."""

    uid: str
    no: str | None
    key: str
    definition_id: str
    seq: int
    at: datetime
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


SORTS: Mapping[str, ColumnElement[Any]] = {"at": audit.c.at}
_SAID = tuple(audit.c[name] for name in ("seq", "at", "action", "element", "before", "after"))
_OF_CASE = (cases.c.uid, cases.c.no, cases.c.key, cases.c.bundle_id, bundles.c.version, bundles.c.hash)
_FROM = audit.join(cases, cases.c.id == audit.c.case_id).join(bundles, bundles.c.id == cases.c.bundle_id)


def job_lines(ctx: ReadContext, wanted: JobLineFilter, page: Page) -> list[JobLine]:
    """The lines the filter lets through, case by case in their order unless sorted otherwise."""
    query = _narrowed(ctx, select(*_SAID, *_OF_CASE), wanted, walked=bool(page.sorts))
    found = ctx.conn.execute(paged(query, page, SORTS, (audit.c.case_id, audit.c.seq))).mappings()
    return [_line(ctx, row) for row in found]


def count_job_lines(ctx: ReadContext, wanted: JobLineFilter) -> int:
    """How many `job_lines` would give without limits."""
    return int(ctx.conn.execute(_narrowed(ctx, select(func.count()), wanted)).scalar_one())


def _narrowed(ctx: ReadContext, query: Select[Any], wanted: JobLineFilter, walked: bool = False) -> Select[Any]:
    """As of `operations`: sorted by time they are walked, case by case the list begins with what may be seen."""
    seen = known(ctx.actor, audit.c.case_id) if walked else visible(ctx.actor)
    return query.select_from(_FROM).where(seen, *_asked(wanted))


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
        **{name: row[name] for name in ("uid", "no", "key", "seq", "at", "action", "element")},
        definition_id=definition_id(row["key"], row["version"], row["hash"]),
        kind=next((each.kind for each in drawn if each.id == row["element"]), None),
        timer=said.get("timer"),
        due=datetime.fromisoformat(said["due"]) if said.get("due") else None,
    )
