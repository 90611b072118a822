"""What people did, line by line of the trails of the cases somebody may see. What the clock did is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from engine.cases.commands import SYSTEM
from engine.facade import ReadContext
from engine.queries.paging import Page, paged
from engine.queries.processes import definition_id
from engine.queries.visibility import known, visible
from engine.storage.models import answers, audit, bundles, cases


@dataclass(frozen=True)
class Operation:
    """One line by a person. `before`, `after`: canonical JSON as on the line; `task_id` where it completed one."""

    uid: str
    no: str | None
    key: str
    definition_id: str
    seq: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    action: str
    element: str | None
    before: str | None
    after: str | None
    task_id: str | None


@dataclass(frozen=True)
class OperationFilter:
    """Every value given narrows the list; `actions`: as on the trail."""

    uid: str | None = None
    key: str | None = None
    actor: str | None = None
    actions: tuple[str, ...] | None = None
    task_id: str | None = None
    before: datetime | None = None
    after: datetime | None = None


SORTS: Mapping[str, ColumnElement[Any]] = {"at": audit.c.at}
_SAID = tuple(audit.c[name] for name in ("seq", "at", "actor", "on_behalf_of", "action", "element", "before", "after"))
_OF_CASE = (cases.c.uid, cases.c.no, cases.c.key, bundles.c.version, bundles.c.hash)
_FROM = (
    audit.join(cases, cases.c.id == audit.c.case_id)
    .join(bundles, bundles.c.id == cases.c.bundle_id)
    .outerjoin(answers, and_(answers.c.case_id == audit.c.case_id, answers.c.seq == audit.c.seq))
)


def operations(ctx: ReadContext, wanted: OperationFilter, page: Page) -> list[Operation]:
    """The lines the filter lets through, case by case in their order unless sorted otherwise."""
    query = _narrowed(ctx, select(*_SAID, *_OF_CASE, answers.c.task_id), wanted, walked=bool(page.sorts))
    found = ctx.conn.execute(paged(query, page, SORTS, (audit.c.case_id, audit.c.seq))).mappings()
    return [_operation(row) for row in found]


def count_operations(ctx: ReadContext, wanted: OperationFilter) -> int:
    """How many `operations` would give without limits."""
    return int(ctx.conn.execute(_narrowed(ctx, select(func.count()), wanted)).scalar_one())


def _narrowed(ctx: ReadContext, query: Select[Any], wanted: OperationFilter, walked: bool = False) -> Select[Any]:
    """Lines sorted by time are walked until a page is full; case by case the list begins with what may be seen."""
    seen = known(ctx.actor, audit.c.case_id) if walked else visible(ctx.actor)
    return query.select_from(_FROM).where(seen, *_asked(wanted))


def _asked(wanted: OperationFilter) -> Iterator[ColumnElement[bool]]:
    yield audit.c.actor != SYSTEM.name
    equal = {
        cases.c.uid: wanted.uid,
        cases.c.key: wanted.key,
        audit.c.actor: wanted.actor,
        answers.c.task_id: wanted.task_id,
    }
    yield from (column == value for column, value in equal.items() if value is not None)
    if wanted.actions is not None:
        yield audit.c.action.in_(wanted.actions)
    if wanted.before is not None:
        yield audit.c.at <= wanted.before
    if wanted.after is not None:
        yield audit.c.at >= wanted.after


def _operation(row: Mapping[Any, Any]) -> Operation:
    same = ("seq", "at", "actor", "on_behalf_of", "action", "element", "before", "after", "uid", "no", "key", "task_id")
    return Operation(
        **{name: row[name] for name in same}, definition_id=definition_id(row["key"], row["version"], row["hash"])
    )
