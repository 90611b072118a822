"""Business keys: `BCS-2026-0001`, a sequence per year of registration, no gaps, never reused; `ZG-…` of 整改."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from engine.clock import local
from engine.storage.models import numbers
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_new

_NEXT = Prepared(
    update(numbers)
    .where(numbers.c.kind == bindparam("of_kind"), numbers.c.year == bindparam("of_year"))
    .values(last=numbers.c.last + 1)
    .returning(numbers.c.last)
)


CASE, RECTIFICATION = "BCS", "ZG"


def next_number(conn: Connection, now: datetime, kind: str = CASE) -> str:
    """Allot the next number of the kind and year; it is given back when the transaction is."""
    year = local(now).year
    asked = {"of_kind": kind, "of_year": year}
    allotted = _NEXT.fetch(conn, asked)
    if not allotted:
        insert_new(conn, numbers, {"kind": kind, "year": year, "last": 0})
        allotted = _NEXT.fetch(conn, asked)
    return f"{kind}-{year}-{allotted[0]['last']:04d}"
