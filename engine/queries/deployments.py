"""What has been deployed, as the process API tells it: every version is one deployment, with its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.paging import Page, paged
from engine.storage.models import bundle_files, bundles

_b = bundles.c
_COLUMNS = {"id": _b.id, "name": _b.name, "deployed_at": _b.published_at}


@dataclass(frozen=True)
class Deployment:
    """One version. `name`, `source`: as whoever deployed it called it and the place it came from."""

    id: int
    key: str
    version: int
    name: str | None
    source: str | None
    author: str
    deployed_at: datetime


@dataclass(frozen=True)
class DeploymentFilter:
    """Every value given narrows the list; `name_like` with % for anything."""

    id: str | None = None
    name: str | None = None
    name_like: str | None = None
    source: str | None = None
    before: datetime | None = None
    after: datetime | None = None


def deployments(ctx: ReadContext, wanted: DeploymentFilter, page: Page) -> list[Deployment]:
    """The deployments the filter lets through, the newest first unless sorted otherwise."""
    query = _select().where(*_conditions(wanted))
    return [Deployment(**row) for row in ctx.conn.execute(paged(query, page, _COLUMNS, (_b.id.desc(),))).mappings()]


def count_deployments(ctx: ReadContext, wanted: DeploymentFilter) -> int:
    """How many `deployments` would give without limits."""
    return ctx.conn.execute(select(func.count()).select_from(bundles).where(*_conditions(wanted))).scalar_one()


def deployment(ctx: ReadContext, id: int) -> Deployment:
    """One of them; raises NotFound."""
    row = ctx.conn.execute(_select().where(_b.id == id)).mappings().one_or_none()
    if row is None:
        raise NotFound("没有这次部署，请核对编号。")
    return Deployment(**row)


def deployed_files(ctx: ReadContext, id: int) -> dict[str, bytes]:
    """Its files by name, in the order of their names; raises NotFound."""
    deployment(ctx, id)
    query = select(bundle_files.c.name, bundle_files.c.content).where(bundle_files.c.bundle_id == id)
    return {name: bytes(content) for name, content in ctx.conn.execute(query.order_by(bundle_files.c.name))}


def _select() -> Select[tuple[int, str, int, str | None, str | None, str, datetime]]:
    return select(_b.id, _b.key, _b.version, _b.name, _b.source, _b.author, _b.published_at.label("deployed_at"))


def _conditions(wanted: DeploymentFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.id is not None:
        found.append(_b.id == (int(wanted.id) if wanted.id.isascii() and wanted.id.isdecimal() else -1))
    if wanted.name is not None:
        found.append(_b.name == wanted.name)
    if wanted.name_like is not None:
        found.append(_b.name.like(wanted.name_like))
    if wanted.source is not None:
        found.append(_b.source == wanted.source)
    if wanted.before is not None:
        found.append(_b.published_at < wanted.before)
    if wanted.after is not None:
        found.append(_b.published_at > wanted.after)
    return found
