"""The stored form of what changes about a case: columns of `cases` for lists, JSON for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from engine.cases.heard import Heard
from engine.cases.step import Order, Record

_COLUMNS = (
    "grade",
    "cause",
    "outcome",
    "tier",
    "urgent",
    "restricted",
    "completed_at",
    "counted_at",
    "counted_due",
    "ended_at",
)
_ORDER_INSTANTS = frozenset({"dispatched_at", "signed_at", "contact_due", "first_contact_at", "due", "replied_at"})


def columns(record: Record) -> dict[str, Any]:
    """The columns of `cases` a record fills."""
    kept = {name: getattr(record, name) for name in _COLUMNS}
    rest = {"anonymous": record.anonymous, "pending": record.pending, "facts": record.facts}
    orders = [{k: v for k, v in vars(order).items() if v is not None} for order in record.orders]
    heard = Heard.of(record.facts, record.anonymous).packed()
    return {**kept, "heard": heard, "facts": orjson.dumps({**rest, "orders": orders}).decode()}


def read_record(row: Mapping[str, Any]) -> Record:
    """The record of a row of `cases`."""
    rest = orjson.loads(row["facts"])
    return Record(
        **{name: row[name] for name in _COLUMNS},
        anonymous=rest["anonymous"],
        pending=rest["pending"],
        facts=rest["facts"],
        orders=[_order(order) for order in rest["orders"]],
    )


def _order(stored: Mapping[str, Any]) -> Order:
    values: dict[str, Any] = {k: datetime.fromisoformat(v) if k in _ORDER_INSTANTS else v for k, v in stored.items()}
    return Order(**values)
