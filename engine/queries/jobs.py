"""Waiting timers and open incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from engine.facade import ReadContext
from engine.queries.paging import Page, paged
from engine.queries.processes import definition_id
from engine.queries.visibility import visible
from engine.storage.models import bundles, cases, incidents, timers


@dataclass(frozen=True)
class Job:
    """A timer that waits. `suspended`: its case's clock stands still. `failures` so far of its step."""

    id: str
    element: str
    due: datetime
    suspended: bool
    failures: int
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
    equal = {cases.c.no: wanted.no, cases.c.uid: wanted.uid, timers.c.element: wanted.element}
    found = query.where(visible(ctx.actor), *(c == value for c, value in equal.items() if value is not None))
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
    return Job(**{name: row[name] for name in same}, definition_id=drawn)


@dataclass(frozen=True)
class Incident:
    """Something that could not go on by itself and waits for a human."""

    id: int
    kind: str
    element: str | None
    cause: str
    opened_at: datetime
    uid: str | None
    no: str | None
    definition_id: str | None


@dataclass(frozen=True)
class IncidentFilter:
    """Every value given narrows the list."""

    uid: str | None = None


def open_incidents(ctx: ReadContext, wanted: IncidentFilter, page: Page) -> list[Incident]:
    """Open incidents of the cases the actor may see, oldest first; those of no case for supervisors alone."""
    joined = incidents.outerjoin(cases, cases.c.id == incidents.c.case_id)
    joined = joined.outerjoin(bundles, bundles.c.id == cases.c.bundle_id)
    columns = (incidents, cases.c.uid, cases.c.no, cases.c.key, bundles.c.version, bundles.c.hash)
    seen = and_(incidents.c.case_id.is_not(None), visible(ctx.actor))
    if "supervisor" in ctx.actor.groups:
        seen = or_(incidents.c.case_id.is_(None), seen)
    query = select(*columns).select_from(joined).where(incidents.c.resolved_at.is_(None), seen)
    query = query if wanted.uid is None else query.where(cases.c.uid == wanted.uid)
    return [_incident(row) for row in ctx.conn.execute(paged(query, page, {}, (incidents.c.id,))).mappings()]


def _incident(row: Mapping[Any, Any]) -> Incident:
    same = ("id", "kind", "element", "cause", "opened_at", "uid", "no")
    of_case = row["uid"] is not None
    drawn = definition_id(row["key"], row["version"], row["hash"]) if of_case else None
    return Incident(**{name: row[name] for name in same}, definition_id=drawn)
