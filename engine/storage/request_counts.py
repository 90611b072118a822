"""Answers by route, method and status, over all web processes: each adds what it has answered now and then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from engine.storage.models import request_counts
from engine.storage.rows import insert_new


class Answered(NamedTuple):
    """One kind of answer. `route` is the rule, never what was asked for."""

    route: str
    method: str
    status: int


def add(conn: Connection, counts: Mapping[Answered, int]) -> None:
    """Add to the counts; in one order everywhere, so that two processes never wait for each other."""
    counted = request_counts.c
    for each, count in sorted(counts.items()):
        insert_new(conn, request_counts, {**each._asdict(), "count": 0})
        same = (counted.route == each.route) & (counted.method == each.method) & (counted.status == each.status)
        conn.execute(update(request_counts).where(same).values(count=counted["count"] + count))


def counts(conn: Connection) -> dict[Answered, int]:
    """All of them."""
    columns = [request_counts.c[name] for name in ("route", "method", "status", "count")]
    return {Answered(*row[:3]): row[3] for row in conn.execute(select(*columns))}
