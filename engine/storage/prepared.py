"""Core statements compiled once per database and run on the driver itself.

An act runs a dozen small statements; through `Connection.execute` each costs five times what the driver takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql import Delete, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

Element = Insert | Update | Delete | Select[Any]
_Converter = Callable[[Any], Any] | None


class Prepared:
    """One statement. `columns` are those an insert or update sets; `defaults` fill the ones a row leaves out.

    `suffix` is appended to the text of the statement, in words both databases know.
    """

    def __init__(
        self,
        element: Element,
        columns: Sequence[str] | None = None,
        defaults: Mapping[str, Any] | None = None,
        suffix: str = "",
    ) -> None:
        self._element = element
        self._columns = columns
        self._defaults = defaults or {}
        self._suffix = suffix
        self._by_dialect: dict[str, _OnDriver] = {}

    def run(self, conn: Connection, row: Mapping[str, Any]) -> int:
        """Run once; returns the number of rows touched."""
        on_driver = self._on(conn)
        cursor = _cursor(conn)
        cursor.execute(on_driver.sql, on_driver.arguments({**self._defaults, **row}))
        return int(cursor.rowcount)

    def run_many(self, conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run once per row, in order; no rows: does nothing."""
        if not rows:
            return
        if len(rows) == 1:  # psycopg sets up a pipeline for many, dear for one
            self.run(conn, rows[0])
            return
        on_driver = self._on(conn)
        _cursor(conn).executemany(on_driver.sql, [on_driver.arguments({**self._defaults, **row}) for row in rows])

    def fetch(self, conn: Connection, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Run once; returns what the statement gives back, each row by column name."""
        on_driver = self._on(conn)
        cursor = _cursor(conn)
        cursor.execute(on_driver.sql, on_driver.arguments({**self._defaults, **row}))
        return [on_driver.result(values) for values in cursor.fetchall()]

    def _on(self, conn: Connection) -> _OnDriver:
        on_driver = self._by_dialect.get(conn.dialect.name)
        if on_driver is None:
            on_driver = self._by_dialect[conn.dialect.name] = self._compile(conn.dialect)
        return on_driver

    def _compile(self, dialect: Dialect) -> _OnDriver:
        columns = None if self._columns is None else list(self._columns)
        compiled = self._element.compile(dialect=dialect, column_keys=columns)
        assert isinstance(compiled, SQLCompiler)
        return _OnDriver(self._element, compiled, dialect, self._suffix)


class _OnDriver:
    """The statement in the words of one driver, with what turns our values into its own and back."""

    def __init__(self, element: Element, compiled: SQLCompiler, dialect: Dialect, suffix: str) -> None:
        self.sql = compiled.string + suffix
        self._positional = compiled.positional
        order = compiled.positiontup if compiled.positional else list(compiled.binds)
        self._binds = [(name, _binder(compiled, name, dialect)) for name in order or ()]
        self._names = frozenset(name for name, _ in self._binds)
        # Values that stand in the statement itself, such as the offset SQLite writes beside a limit.
        self._fixed = {name: compiled.binds[name].value for name in self._names if not compiled.binds[name].required}
        self._results = [
            (str(column.key), column.type.dialect_impl(dialect).result_processor(dialect, None))
            for column in element.exported_columns
        ]

    def arguments(self, given: Mapping[str, Any]) -> Any:
        row = {**self._fixed, **given} if self._fixed else given
        if row.keys() != self._names:
            raise KeyError(f"columns that do not fit: {sorted(row.keys() ^ self._names)}")
        if self._positional:
            return [row[name] if convert is None else convert(row[name]) for name, convert in self._binds]
        return {name: row[name] if convert is None else convert(row[name]) for name, convert in self._binds}

    def result(self, values: Sequence[Any]) -> dict[str, Any]:
        return {
            name: value if convert is None else convert(value)
            for (name, convert), value in zip(self._results, values, strict=True)
        }


def _binder(compiled: SQLCompiler, name: str, dialect: Dialect) -> _Converter:
    convert: _Converter = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _cursor(conn: Connection) -> Any:
    """A cursor of the driver inside the transaction `conn` stands in."""
    return conn.connection.cursor()
