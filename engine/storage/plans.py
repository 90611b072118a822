"""How PostgreSQL is to plan what is asked for a while; SQLite plans by what it sees and knows no such settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Text, bindparam, func, select


@contextmanager
def planned(conn: Connection, **settings: str) -> Iterator[None]:
    """Meanwhile these settings hold, and afterwards those from before. Where something fails nothing follows: the
    transaction is at its end, and they with it."""
    if conn.dialect.name != "postgresql":
        yield
        return
    names = tuple(settings)
    before = conn.execute(_current(names)).mappings().one()
    conn.execute(_set(names), settings)
    yield
    conn.execute(_set(names), dict(before))


@cache
def _current(names: tuple[str, ...]) -> Select[Any]:
    return select(*(func.current_setting(name).label(name) for name in names))


@cache
def _set(names: tuple[str, ...]) -> Select[Any]:
    """Until the transaction ends."""
    return select(*(func.set_config(name, bindparam(name, type_=Text), True) for name in names))
