"""What could not go on by itself and waits for a human."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from engine.cases.commands import SYSTEM
from engine.cases.failing import CORRUPT, OWNER
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.paging import Page, paged
from engine.queries.processes import definition_id
from engine.queries.visibility import visible
from engine.storage.models import bundles, cases, incidents


@dataclass(frozen=True)
class Incident:
    """A failure. `cause` is in plain words; `timer`: the one that waits for it; `owner`: a group, or who took it.

    `retries`: how often somebody had it tried again in vain. `acts` are those that make sense while it is open.
    """

    id: int
    kind: str
    element: str | None
    cause: str
    timer: str | None
    owner: str | None
    retries: int
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None
    no: str | None
    uid: str | None
    title: str | None
    definition_id: str | None
    acts: tuple[str, ...]


@dataclass(frozen=True)
class IncidentFilter:
    """Every value given narrows the list."""

    uid: str | None = None


_FROM = incidents.outerjoin(cases, cases.c.id == incidents.c.case_id).outerjoin(
    bundles, bundles.c.id == cases.c.bundle_id
)
_OF_CASE = (cases.c.uid, cases.c.no, cases.c.title, cases.c.key, bundles.c.version, bundles.c.hash)


def open_incidents(ctx: ReadContext, wanted: IncidentFilter, page: Page) -> list[Incident]:
    """Open incidents of the cases the actor may see, oldest first; those of no case for supervisors alone."""
    query = _open(ctx, select(incidents, *_OF_CASE))
    query = query if wanted.uid is None else query.where(cases.c.uid == wanted.uid)
    return [_incident(row) for row in ctx.conn.execute(paged(query, page, {}, (incidents.c.id,))).mappings()]


def count_incidents(ctx: ReadContext) -> int:
    """How many `open_incidents` there are."""
    return int(ctx.conn.execute(_open(ctx, select(func.count()))).scalar_one())


@dataclass(frozen=True)
class PastIncidentFilter:
    """Every value given narrows the list; flags narrow it when true."""

    uid: str | None = None
    kind: str | None = None
    open: bool = False
    resolved: bool = False


def past_incidents(ctx: ReadContext, wanted: PastIncidentFilter, page: Page) -> list[Incident]:
    """Incidents open and dealt with, oldest first; which of them the actor is told as with the open ones."""
    query = select(incidents, *_OF_CASE).select_from(_FROM).where(*_past(ctx, wanted))
    return [_incident(row) for row in ctx.conn.execute(paged(query, page, {}, (incidents.c.id,))).mappings()]


def count_past_incidents(ctx: ReadContext, wanted: PastIncidentFilter) -> int:
    """How many `past_incidents` would give without limits."""
    return int(ctx.conn.execute(select(func.count()).select_from(_FROM).where(*_past(ctx, wanted))).scalar_one())


def _past(ctx: ReadContext, wanted: PastIncidentFilter) -> Iterator[ColumnElement[bool]]:
    yield _seen(ctx)
    if wanted.uid is not None:
        yield cases.c.uid == wanted.uid
    if wanted.kind is not None:
        yield incidents.c.kind == wanted.kind
    if wanted.open:
        yield incidents.c.resolved_at.is_(None)
    if wanted.resolved:
        yield incidents.c.resolved_at.is_not(None)


def incident(ctx: ReadContext, id: int) -> Incident:
    """One incident, open or not; raises NotFound, also for one of a case this person may not know of."""
    query = select(incidents, *_OF_CASE).select_from(_FROM).where(incidents.c.id == id, _seen(ctx))
    row = ctx.conn.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _incident(row)


def _open(ctx: ReadContext, query: Select[Any]) -> Select[Any]:
    return query.select_from(_FROM).where(incidents.c.resolved_at.is_(None), _seen(ctx))


def _seen(ctx: ReadContext) -> ColumnElement[bool]:
    of_seen_case = and_(incidents.c.case_id.is_not(None), visible(ctx.actor))
    if ctx.actor is SYSTEM or OWNER in ctx.actor.groups:
        return or_(incidents.c.case_id.is_(None), of_seen_case)
    return of_seen_case


def _incident(row: Mapping[Any, Any]) -> Incident:
    same = ("id", "kind", "element", "cause", "owner", "retries", "opened_at", "uid", "no", "title")
    closed = ("resolved_at", "resolved_by", "resolution")
    of_case = row["uid"] is not None
    drawn = definition_id(row["key"], row["version"], row["hash"]) if of_case else None
    values = {name: row[name] for name in (*same, *closed)}
    return Incident(**values, timer=row["timer_id"], definition_id=drawn, acts=_acts(row))


def _acts(row: Mapping[Any, Any]) -> tuple[str, ...]:
    if row["resolved_at"] is not None:
        return ()
    if row["kind"] == CORRUPT:
        return ("take", "retry", "repair")
    return ("take", "retry", "resolve") if row["timer_id"] is not None else ("take", "resolve")
