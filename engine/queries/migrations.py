"""Orders to migrate, how far each has come, and what has become of its cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.people import displays
from engine.queries.visibility import visible
from engine.storage.models import cases, migration_batches, migration_cases

_b, _c = migration_batches.c, migration_cases.c


@dataclass(frozen=True)
class Batch:
    """One order. `undoes` and `undone_by` are numbers of others; `author` as on screens."""

    id: int
    key: str
    version: int
    reason: str
    author: str
    begun_at: datetime
    ended_at: datetime | None
    undoes: int | None
    undone_by: int | None
    waiting: int
    moved: int
    refused: int

    @property
    def cases(self) -> int:
        """All it is about."""
        return self.waiting + self.moved + self.refused


@dataclass(frozen=True)
class BatchCase:
    """One case of an order."""

    no: str | None
    uid: str
    title: str | None
    came_from: int
    state: str
    reason: str | None
    at: datetime | None


def batches(ctx: ReadContext, most: int = 20) -> list[Batch]:
    """The latest orders, the newest first."""
    return _batches(ctx, _query().order_by(_b.id.desc()).limit(most))


def batch(ctx: ReadContext, id: int) -> Batch:
    """One order; raises NotFound."""
    found = _batches(ctx, _query().where(_b.id == id))
    if not found:
        raise NotFound(f"没有第 {id} 次迁移。")
    return found[0]


def _query() -> Select[Any]:
    undoing = migration_batches.alias("undoing")
    undone = select(func.max(undoing.c.id)).where(undoing.c.undoes == _b.id).scalar_subquery()
    counts = [_count(_c.state == state).label(state) for state in ("waiting", "moved", "refused")]
    return (
        select(migration_batches, undone.label("undone_by"), *counts)
        .join(migration_cases, _c.batch_id == _b.id)
        .group_by(_b.id)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    counted: ColumnElement[int] = func.count().filter(condition)
    return counted


def _batches(ctx: ReadContext, query: Select[Any]) -> list[Batch]:
    rows = ctx.conn.execute(query).mappings().all()
    names = displays(ctx.conn, {row["author"] for row in rows})
    own = [name for name in Batch.__dataclass_fields__ if name != "author"]
    return [Batch(**{name: row[name] for name in own}, author=names[row["author"]]) for row in rows]


def cases_of(ctx: ReadContext, id: int, state: str | None = None, most: int = 200) -> list[BatchCase]:
    """The cases of an order as far as this person may know of them, the oldest first."""
    wanted = [_c.batch_id == id, visible(ctx.actor), *(() if state is None else (_c.state == state,))]
    query = (
        select(cases.c.no, cases.c.uid, cases.c.title, _c.came_from, _c.state, _c.reason, _c.at)
        .join(cases, cases.c.id == _c.case_id)
        .where(*wanted)
        .order_by(_c.case_id)
        .limit(most)
    )
    return [BatchCase(**row) for row in ctx.conn.execute(query).mappings()]
