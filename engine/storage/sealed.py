"""Rows as they are stored and as they are read: the columns marked `SEALED` in the models hold sealed values.

A value is bound to its table, column and row: the primary key must be in every row given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Column, LargeBinary, Table

from engine.keys import Keys

Row = Mapping[Any, Any]


def sealed(keys: Keys, table: Table, row: Row) -> dict[str, Any]:
    """The row as it is stored; columns it leaves out stay left out."""
    return {**row, **{c.name: _seal(keys, c, row) for c in sealed_columns(table) if row.get(c.name) is not None}}


def unsealed(keys: Keys, table: Table, row: Row) -> dict[str, Any]:
    """The row as people know it; raises SealBroken."""
    return {**row, **{c.name: _open(keys, c, row) for c in sealed_columns(table) if row.get(c.name) is not None}}


def opener(keys: Keys, column: Column[Any]) -> Callable[[str, str], str]:
    """What opens one text of this column after another, each named by its primary key as in `place`: `17/3`."""
    assert isinstance(column.table, Table)
    start = _start(column)
    return lambda value, key: keys.open(value, f"{start}{key}")


def bytes_opener(keys: Keys, column: Column[Any]) -> Callable[[bytes, int], bytes]:
    """The same for what is no text, in a table whose primary key is a number."""
    start = _start(column)
    return lambda value, key: keys.open_bytes(value, f"{start}{key}")


@cache
def sealed_columns(table: Table) -> tuple[Column[Any], ...]:
    """The columns of a table that are sealed."""
    return tuple(column for column in table.columns if column.info.get("sealed"))


def _seal(keys: Keys, column: Column[Any], row: Row) -> Any:
    seal = keys.seal_bytes if isinstance(column.type, LargeBinary) else keys.seal
    return seal(row[column.name], place(column, row))


def _open(keys: Keys, column: Column[Any], row: Row) -> Any:
    value = row[column.name]
    if isinstance(column.type, LargeBinary):
        return keys.open_bytes(bytes(value), place(column, row))
    return keys.open(value, place(column, row))


def place(column: Column[Any], row: Row) -> str:
    """What a value is bound to: `answers.variables:17/3`."""
    table = column.table
    assert isinstance(table, Table)
    return _start(column) + "/".join([str(row[name]) for name in _key(table)])


@cache
def _start(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}:"


@cache
def _key(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)
