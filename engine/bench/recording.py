"""Recording what one act sends to SQLite, and sending it again by the raw driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from engine.storage import prepared

Statement = tuple[str, Any, bool]  # SQL, parameters, executemany


class _RecordingCursor:
    """A driver cursor that writes down what passes."""

    def __init__(self, cursor: Any, into: list[Statement]) -> None:
        self._cursor = cursor
        self._into = into

    def execute(self, sql: str, parameters: Any) -> Any:
        self._into.append((sql, parameters, False))
        return self._cursor.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any) -> Any:
        self._into.append((sql, list(parameters), True))
        return self._cursor.executemany(sql, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def recording(pool: Engine) -> Iterator[list[Statement]]:
    """Everything both ways of the storage send while inside, in order."""
    sent: list[Statement] = []
    plain = prepared._cursor

    def heard(conn: Any, cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
        sent.append((sql, parameters, many))

    prepared._cursor = lambda conn: _RecordingCursor(plain(conn), sent)
    event.listen(pool, "before_cursor_execute", heard)
    try:
        yield sent
    finally:
        prepared._cursor = plain
        event.remove(pool, "before_cursor_execute", heard)


def raw_connection(path: str) -> sqlite3.Connection:
    """The driver alone, with the pragmas of the house."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def send_again(connection: sqlite3.Connection, statements: list[Statement]) -> None:
    """Replay recorded statements in one transaction, which ends with the block."""
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    with connection:
        for sql, parameters, many in statements:
            if many:
                cursor.executemany(sql, parameters)
            elif sql.lstrip()[:6].upper() == "SELECT" or "RETURNING" in sql:
                cursor.execute(sql, parameters).fetchall()
            else:
                cursor.execute(sql, parameters)
