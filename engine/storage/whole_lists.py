"""Long lists of ids out of a database and into it, each as one value: a row apiece takes three times as long."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Text, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY


def ids_of(conn: Connection, found: Select[Any]) -> list[int]:
    """All ids of a select of one column, in no order."""
    (id,) = found.subquery().c
    if conn.dialect.name == "sqlite":
        return list(orjson.loads(conn.execute(select(func.json_group_array(id))).scalar_one()))
    return list(conn.execute(select(func.array_agg(id))).scalar_one() or ())


def one_of(conn: Connection, column: ColumnElement[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a column is one of these ids, however many they are."""
    if conn.dialect.name == "sqlite":
        each = func.json_each(literal(orjson.dumps(sorted(ids)).decode(), Text)).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(sorted(ids), ARRAY(BigInteger)))
