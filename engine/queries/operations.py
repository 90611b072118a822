"""What people did, line by line of the trails of the cases somebody may see. What the clock did is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_

from engine.cases.commands import SYSTEM
from engine.facade import ReadContext
from engine.queries.case_lines import OF_CASES, CaseLine, count_lines, lines, of_line
from engine.queries.narrowing import equal
from engine.queries.paging import Page
from engine.storage.models import answers, audit, cases


@dataclass(frozen=True)
class Operation(CaseLine):
    """One line by a person. `before`, `after`: canonical JSON as on the line; `task_id` where it completed one."""

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


_SAID = tuple(audit.c[name] for name in ("actor", "on_behalf_of", "action", "element", "before", "after"))
_FROM = OF_CASES.outerjoin(answers, and_(answers.c.case_id == audit.c.case_id, answers.c.seq == audit.c.seq))


def operations(ctx: ReadContext, wanted: OperationFilter, page: Page) -> list[Operation]:
    """The lines the filter lets through, case by case in their order unless sorted otherwise."""
    return [_operation(row) for row in lines(ctx, (*_SAID, answers.c.task_id), _asked(wanted), page, _FROM)]


def count_operations(ctx: ReadContext, wanted: OperationFilter) -> int:
    """How many `operations` would give without limits."""
    return count_lines(ctx, _asked(wanted), _FROM)


def _asked(wanted: OperationFilter) -> Iterator[ColumnElement[bool]]:
    yield audit.c.actor != SYSTEM.name
    yield from equal({cases.c.uid: wanted.uid, cases.c.key: wanted.key})
    yield from equal({audit.c.actor: wanted.actor, answers.c.task_id: wanted.task_id})
    if wanted.actions is not None:
        yield audit.c.action.in_(wanted.actions)
    if wanted.before is not None:
        yield audit.c.at <= wanted.before
    if wanted.after is not None:
        yield audit.c.at >= wanted.after


def _operation(row: Mapping[Any, Any]) -> Operation:
    said = ("actor", "on_behalf_of", "action", "element", "before", "after", "task_id")
    return Operation(**of_line(row), **{name: row[name] for name in said})
