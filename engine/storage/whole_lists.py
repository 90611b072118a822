"""Long lists of ids out of a database and into it, each as one value: a row apiece takes three times as long."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Text, any_, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

_KIND: Mapping[str, TypeEngine[Any]] = {"sqlite": Text(), "postgresql": ARRAY(BigInteger)}


def ids_of(conn: Connection, found: Select[Any]) -> list[int]:
    """All ids of a select of one column, in no order."""
    (id,) = found.subquery().c
    if conn.dialect.name == "sqlite":
        return list(orjson.loads(conn.execute(select(func.json_group_array(id))).scalar_one()))
    return list(conn.execute(select(func.array_agg(id))).scalar_one() or ())


def one_of(conn: Connection, column: ColumnElement[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a column is one of these ids, however many they are."""
    dialect = conn.dialect.name
    return _among(dialect, column, literal(listed(dialect, ids), _KIND[dialect]))


def one_of_those(dialect: str, column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """The same in a statement that is built once: the parameter `name` gives the ids, as they are `listed`."""
    return _among(dialect, column, bindparam(name, type_=_KIND[dialect]))


def listed(dialect: str, ids: Collection[int]) -> str | list[int]:
    """The ids as the one value that a database reads them from."""
    in_order = sorted(ids)
    return orjson.dumps(in_order).decode() if dialect == "sqlite" else in_order


def _among(dialect: str, column: ColumnElement[int], ids: ColumnElement[Any]) -> ColumnElement[bool]:
    if dialect == "sqlite":
        return column.in_(select(func.json_each(ids).table_valued("value").c.value))
    return column == any_(ids)
