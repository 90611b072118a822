"""The published versions of the case process, and what differs between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.definitions.difference import Difference, differences
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.versions import Version
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.storage.models import bundle_files, bundles, cases


@dataclass(frozen=True)
class PublishedVersion:
    """One version. `running`: the one new cases begin with; `open_cases`: how many go on by it; `approved_by` None for
    those nobody had to approve.
    """

    version: int
    author: str
    published_at: datetime
    hash: str
    running: bool
    open_cases: int
    approved_by: str | None
    reason: str | None


def published_versions(ctx: ReadContext) -> list[PublishedVersion]:
    """Every version there has been, the newest first."""
    open_cases = func.count(cases.c.id).filter(cases.c.ended_at.is_(None))
    query = (
        select(bundles, open_cases.label("open_cases"))
        .outerjoin(cases, cases.c.bundle_id == bundles.c.id)
        .where(bundles.c.key == CASE_PROCESS)
        .group_by(bundles.c.id)
        .order_by(bundles.c.version.desc())
    )
    return [
        PublishedVersion(
            *(row.version, row.author, row.published_at, row.hash, place == 0, row.open_cases),
            *(row.approved_by, row.reason),
        )
        for place, row in enumerate(ctx.conn.execute(query))
    ]


def version_files(ctx: ReadContext, version: int | None = None) -> dict[str, bytes]:
    """What was published as this version, the running one when none is named; raises NotFound."""
    found = _bundle(ctx, version)
    stored = select(bundle_files.c.name, bundle_files.c.content).where(bundle_files.c.bundle_id == found)
    return {name: bytes(content) for name, content in ctx.conn.execute(stored)}


def version_of(ctx: ReadContext, version: int | None = None) -> Version:
    """The same, read and ready to run; raises NotFound."""
    return ctx.versions.get(ctx.conn, _bundle(ctx, version))


def compared(ctx: ReadContext, before: int, after: int | None = None) -> list[Difference]:
    """What a case meets otherwise by version `after`, or the running one, than by `before`; raises NotFound."""
    return differences(version_files(ctx, before), version_files(ctx, after))


def _bundle(ctx: ReadContext, version: int | None) -> int:
    query = select(bundles.c.id).where(bundles.c.key == CASE_PROCESS).order_by(bundles.c.version.desc()).limit(1)
    found = ctx.conn.scalar(query if version is None else query.where(bundles.c.version == version))
    if found is None:
        raise NotFound(f"没有第 {version} 版，请从版本列表里选。")
    return int(found)
