"""The work orders of units as statements: those of one part of the desk, by deadline, page by page; how many lie where.

Pages go by keyset on (due, case, place among the orders of the case).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, or_, select, tuple_, type_coerce

from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.visibility import visible
from engine.storage.models import cases, microseconds, tasks, work_orders
from engine.storage.rows import NO_DUE

ALL, HANDED = "open", "handed"
_OPEN = ("awaiting_signature", "signed", "contacted", "paused")
_STATUSES: Mapping[str, tuple[str, ...]] = {
    ALL: _OPEN,
    "unsigned": ("awaiting_signature",),
    "working": ("signed", "contacted"),
    "paused": ("paused",),
    HANDED: ("replied", "returned"),  # the case goes on elsewhere
}
TABS = tuple(_STATUSES)
_CURSOR = re.compile(r"(\d{1,18})\.(\d{1,18})\.(\d{1,9})", re.ASCII)
_orders = work_orders.alias("orders")  # `visible` asks the table itself
_LATER = work_orders.alias("later")
# Everything a light and a form's checks ask of the case; never its state.
_OF_CASE = [
    *(cases.c.no, cases.c.title, cases.c.bundle_id, cases.c.ledger, cases.c.facts, cases.c.urgent, cases.c.tier),
    *(cases.c.deadline, cases.c.completed_at, cases.c.counted_at, cases.c.counted_due, cases.c.ended_at),
    *(cases.c.outcome, cases.c.grade, cases.c.cause, cases.c.restricted),
]
_OF_ORDER = [_orders.c[name] for name in ("case_id", "position", "unit", "is_lead", "status", "dispatched_at", "due")]


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: its due in microseconds since 1970, its case, its place among the orders of the case."""

    due: int
    case_id: int
    position: int

    @classmethod
    def read(cls, text: str | None) -> Cursor | None:
        """The cursor in an address; raises BadInput."""
        if text is None:
            return None
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise BadInput({"after": "翻页标记不对，请从第一页重新翻。"})
        return cls(*(int(part) for part in found.groups()))

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Cursor:
        """The cursor of a row."""
        return cls(NO_DUE if row["due"] is None else microseconds(row["due"]), row["case_id"], row["position"])

    def text(self) -> str:
        """As it stands in an address."""
        return f"{self.due}.{self.case_id}.{self.position}"


def page(ctx: ReadContext, codes: Sequence[str], tab: str, cursor: Cursor | None, limit: int) -> list[dict[str, Any]]:
    """The next orders of these units in one part of the desk, each with what is asked of its case."""
    due = func.coalesce(type_coerce(_orders.c.due, BigInteger), NO_DUE)
    query = _of_units(ctx, select(*_OF_ORDER, *_OF_CASE), codes, tab)
    if cursor is not None:
        here = tuple_(due, _orders.c.case_id, _orders.c.position)
        query = query.where(here > tuple_(cursor.due, cursor.case_id, cursor.position))
    ordered = query.order_by(due, _orders.c.case_id, _orders.c.position).limit(limit)
    return [dict(row) for row in ctx.conn.execute(ordered).mappings()]


def counts(ctx: ReadContext, codes: Sequence[str]) -> dict[str, int]:
    """How many orders lie in each part of the desk."""
    return {tab: int(ctx.conn.execute(_of_units(ctx, select(func.count()), codes, tab)).scalar_one()) for tab in TABS}


def open_tasks(ctx: ReadContext, case_ids: Collection[int]) -> list[dict[str, Any]]:
    """The open tasks of these cases, those that are due first first."""
    wanted = [
        tasks.c[name] for name in ("id", "case_id", "element", "name", "process", "form", "unit", "assignee", "due")
    ]
    query = select(*wanted).where(tasks.c.case_id.in_(case_ids)).order_by(tasks.c.due.nulls_last(), tasks.c.id)
    return [dict(row) for row in ctx.conn.execute(query).mappings()]


def _of_units(ctx: ReadContext, query: Select[Any], codes: Sequence[str], tab: str) -> Select[Any]:
    joined = query.select_from(_orders.join(cases, cases.c.id == _orders.c.case_id))
    narrowed = [_orders.c.unit.in_(codes), _orders.c.status.in_(_STATUSES[tab]), visible(ctx.actor)]
    return joined.where(*narrowed, *(_still_going_on() if tab == HANDED else ()))


def _still_going_on() -> list[ColumnElement[bool]]:
    """Of what was handed over: the case is not completed, and the unit has been given no other order of it since."""
    later = and_(
        _LATER.c.case_id == _orders.c.case_id,
        _LATER.c.unit == _orders.c.unit,
        _LATER.c.position > _orders.c.position,
    )
    return [
        cases.c.ended_at.is_(None),
        or_(cases.c.completed_at.is_(None), cases.c.outcome == "pending"),
        ~select(_LATER.c.id).where(later).exists(),
    ]
