"""Business keys: `BCS-2026-0001`, a sequence per year of registration, no gaps, never reused."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from engine.clock import local
from engine.storage.models import numbers
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_new

_NEXT = Prepared(
    update(numbers)
    .where(numbers.c.year == bindparam("of_year"))
    .values(last=numbers.c.last + 1)
    .returning(numbers.c.last)
)


def next_number(conn: Connection, now: datetime) -> str:
    """Allot the next number of the year; it is given back when the transaction is."""
    year = local(now).year
    allotted = _NEXT.fetch(conn, {"of_year": year})
    if not allotted:
        insert_new(conn, numbers, {"year": year, "last": 0})
        allotted = _NEXT.fetch(conn, {"of_year": year})
    return f"BCS-{year}-{allotted[0]['last']:04d}"
