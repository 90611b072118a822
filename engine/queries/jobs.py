"""Waiting timers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from engine.facade import ReadContext
from engine.queries.narrowing import equal
from engine.queries.paging import Page, paged
from engine.queries.processes import definition_id
from engine.queries.visibility import visible
from engine.storage.models import bundles, cases, timers


@dataclass(frozen=True)
class Job:
    """A timer that waits. `suspended`: its case's clock stands still. `failures` so far of its step.

    `parked`: an incident must be dealt with before it is tried again.
    """

    id: str
    element: str
    due: datetime
    suspended: bool
    failures: int
    parked: bool
    uid: str
    key: str
    definition_id: str
    no: str | None


@dataclass(frozen=True)
class JobFilter:
    """Every value given narrows the list; flags narrow it when true."""

    no: str | None = None
    uid: str | None = None
    element: str | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    suspended: bool = False
    active: bool = False


JOB_SORTS: Mapping[str, ColumnElement[Any]] = {"id": timers.c.id, "due": timers.c.due, "instance": cases.c.uid}

_FROM = timers.join(cases, cases.c.id == timers.c.case_id).join(bundles, bundles.c.id == cases.c.bundle_id)
_COLUMNS = select(timers, cases.c.uid, cases.c.key, cases.c.no, bundles.c.version, bundles.c.hash).select_from(_FROM)


def jobs(ctx: ReadContext, wanted: JobFilter, page: Page) -> list[Job]:
    """The waiting timers of the cases the actor may see, the next one first unless sorted otherwise."""
    query = paged(_wanted(ctx, _COLUMNS, wanted), page, JOB_SORTS, (timers.c.due, timers.c.id))
    return [_job(row) for row in ctx.conn.execute(query).mappings()]


def count_jobs(ctx: ReadContext, wanted: JobFilter) -> int:
    """How many `jobs` would give without limits."""
    query = select(func.count()).select_from(_FROM)
    return int(ctx.conn.execute(_wanted(ctx, query, wanted)).scalar_one())


def _wanted(ctx: ReadContext, query: Select[Any], wanted: JobFilter) -> Select[Any]:
    same = equal({cases.c.no: wanted.no, cases.c.uid: wanted.uid, timers.c.element: wanted.element})
    found = query.where(visible(ctx.actor), *same)
    if wanted.due_before is not None:
        found = found.where(timers.c.due < wanted.due_before)
    if wanted.due_after is not None:
        found = found.where(timers.c.due > wanted.due_after)
    for asked, stands in ((wanted.suspended, True), (wanted.active, False)):
        found = found.where(timers.c.suspended.is_(stands)) if asked else found
    return found


def _job(row: Mapping[Any, Any]) -> Job:
    same = ("id", "element", "due", "suspended", "failures", "uid", "key", "no")
    drawn = definition_id(row["key"], row["version"], row["hash"])
    return Job(**{name: row[name] for name in same}, parked=row["parked"] is not None, definition_id=drawn)
