"""Lines of the trails of the cases somebody may see, as lists of the process interface take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, func, select

from engine.facade import ReadContext
from engine.queries.paging import Page, paged
from engine.queries.processes import definition_id
from engine.queries.visibility import known, visible
from engine.storage.models import audit, bundles, cases

SORTS: Mapping[str, ColumnElement[Any]] = {"at": audit.c.at}
OF_CASES = audit.join(cases, cases.c.id == audit.c.case_id).join(bundles, bundles.c.id == cases.c.bundle_id)
_OF_CASE = (cases.c.uid, cases.c.no, cases.c.key, cases.c.bundle_id, bundles.c.version, bundles.c.hash)


@dataclass(frozen=True)
class CaseLine:
    """Which line of which instance, and when."""

    uid: str
    no: str | None
    key: str
    definition_id: str
    seq: int
    at: datetime


def lines(
    ctx: ReadContext,
    columns: Sequence[ColumnElement[Any]],
    wanted: Iterable[ColumnElement[bool]],
    page: Page,
    source: FromClause = OF_CASES,
) -> Sequence[RowMapping]:
    """These columns of the lines wanted, with their case, case by case in their order unless sorted otherwise."""
    query = _narrowed(ctx, select(audit.c.seq, audit.c.at, *columns, *_OF_CASE), wanted, source, bool(page.sorts))
    return ctx.conn.execute(paged(query, page, SORTS, (audit.c.case_id, audit.c.seq))).mappings().all()


def count_lines(ctx: ReadContext, wanted: Iterable[ColumnElement[bool]], source: FromClause = OF_CASES) -> int:
    """How many `lines` would give without limits."""
    return int(ctx.conn.execute(_narrowed(ctx, select(func.count()), wanted, source)).scalar_one())


def of_line(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The values of a `CaseLine`."""
    same = {name: row[name] for name in ("uid", "no", "key", "seq", "at")}
    return {**same, "definition_id": definition_id(row["key"], row["version"], row["hash"])}


def _narrowed(
    ctx: ReadContext,
    query: Select[Any],
    wanted: Iterable[ColumnElement[bool]],
    source: FromClause,
    walked: bool = False,
) -> Select[Any]:
    """Lines sorted by time are walked until a page is full; case by case the list begins with what may be seen."""
    seen = known(ctx.actor, audit.c.case_id) if walked else visible(ctx.actor)
    return query.select_from(source).where(seen, *wanted)
