"""Database drivers that fail when told to: under SQLAlchemy, so that no way of the storage passes them by.

A failpoint counts what is sent, the COMMIT included, from the moment it is set. Either the n-th does not arrive, or
the COMMIT arrives and the answer to it does not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from sqlalchemy import Engine, event

How = Literal["refused", "lost"]
COMMIT = "COMMIT"


class Fault(Exception):
    """The failure nobody foresaw: not one of the driver's."""


@dataclass
class Failpoint:
    """What will fail next; it fails once. `hit` is the statement that did."""

    at: int = 0  # the n-th statement; 0: none
    how: How = "refused"
    after_commit: bool = False
    seen: int = 0
    hit: str | None = None

    def set(self, at: int = 0, how: How = "refused", after_commit: bool = False) -> None:
        """Begin counting anew."""
        self.at, self.how, self.after_commit, self.seen, self.hit = at, how, after_commit, 0, None

    def strikes(self, sql: str) -> bool:
        """Count a statement about to be sent; True when it must not arrive."""
        self.seen += 1
        if self.seen != self.at:
            return False
        self.hit = sql
        return True

    def swallows_the_answer(self) -> bool:
        """True for the first COMMIT after it was so set."""
        wanted, self.after_commit = self.after_commit, False
        return wanted


def install(pool: Engine, point: Failpoint) -> None:
    """Have every connection this pool opens from now on obey `point`."""

    def connect(dialect: Any, record: Any, arguments: Any, options: dict[str, Any]) -> Any:
        if dialect.name == "sqlite":
            options["factory"] = _sqlite(point)
            return None
        return _postgresql(point).connect(*arguments, **options)

    event.listen(pool, "do_connect", connect)


# ------------------------------------------------------------------ SQLite
def _sqlite(point: Failpoint) -> type[sqlite3.Connection]:
    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = (), /) -> Any:
            with _sqlite_failing(self.connection, point, sql):
                return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any, /) -> Any:
            with _sqlite_failing(self.connection, point, sql):
                return super().executemany(sql, parameters)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, parameters: Any = (), /) -> Any:
            return self.cursor().execute(sql, parameters)  # the driver's own passes the cursor by

        def commit(self) -> None:
            with _sqlite_failing(self, point, COMMIT):
                super().commit()
            if point.swallows_the_answer():
                raise sqlite3.OperationalError("disk I/O error")

    return Connection


@contextmanager
def _sqlite_failing(connection: sqlite3.Connection, point: Failpoint, sql: str) -> Iterator[None]:
    """`refused`: an exception of no driver. `lost`: SQLite itself breaks off, which also ends the transaction."""
    if not point.strikes(sql):
        yield
        return
    if point.how == "refused":
        raise Fault(sql)
    connection.set_progress_handler(lambda: 1, 1)
    try:
        yield
        raise sqlite3.OperationalError("interrupted")  # too short for SQLite to notice
    finally:
        connection.set_progress_handler(None, 0)


# ------------------------------------------------------------------ PostgreSQL
def _postgresql(point: Failpoint) -> type[psycopg.Connection[Any]]:
    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *parameters: Any, **options: Any) -> Any:
            _postgresql_failing(self.connection, point, str(query))
            return super().execute(query, *parameters, **options)

        def executemany(self, query: Any, *parameters: Any, **options: Any) -> None:
            _postgresql_failing(self.connection, point, str(query))
            super().executemany(query, *parameters, **options)

    class Connection(psycopg.Connection[Any]):
        cursor_factory = Cursor

        def commit(self) -> None:
            _postgresql_failing(self, point, COMMIT)
            super().commit()
            if point.swallows_the_answer():
                terminate(self)
                raise psycopg.OperationalError("server closed the connection unexpectedly")

    return Connection


def _postgresql_failing(connection: psycopg.Connection[Any], point: Failpoint, sql: str) -> None:
    """`refused`: an exception of no driver. `lost`: the server ends the connection, the driver finds out by itself."""
    if point.strikes(sql):
        if point.how == "refused":
            raise Fault(sql)
        terminate(connection)


def terminate(connection: psycopg.Connection[Any]) -> None:
    """Have the server process behind this connection ended, by another connection."""
    info = connection.info
    with psycopg.connect(host=info.host, user=info.user, dbname=info.dbname, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [info.backend_pid])
