"""What a database failure means to the person on the other side."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine.errors import Busy, EngineError, NoRoom

# PostgreSQL: serialization failure, deadlock, lock not available, statement cancelled by its time limit,
# too many connections, server going down or coming up.
_PASSING = frozenset({"40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03", "25P03"})
_DISK_FULL = "53100"
# The file itself, and the index of the write-ahead log beside it.
_SQLITE_FULL = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")


@contextmanager
def failures_named() -> Iterator[None]:
    """Turns waiting too long and a lost connection into `Busy`, a full disk into `NoRoom`; others pass unchanged.

    After a connection lost during the commit nobody knows whether it took place: repeating the request with the same
    idempotency key gives the answer in both cases.
    """
    try:
        yield
    except PoolExhausted as error:
        raise Busy from error
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        named = _named(error.orig if isinstance(error, DBAPIError) else error)
        if named is None:
            raise
        raise named from error


def _named(cause: BaseException | None) -> EngineError | None:
    """What the failure is to people; None for one that nobody foresaw."""
    if isinstance(cause, sqlite3.OperationalError):
        return _of_sqlite(getattr(cause, "sqlite_errorname", ""))  # what the driver itself raises has none
    if isinstance(cause, psycopg.Error):
        return _of_postgresql(cause)
    return None


def _of_sqlite(name: str) -> EngineError | None:
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy()
    return NoRoom() if name in _SQLITE_FULL else None


def _of_postgresql(cause: psycopg.Error) -> EngineError | None:
    state = cause.sqlstate
    if state == _DISK_FULL:
        return NoRoom()
    connection_lost = state is None and isinstance(cause, psycopg.OperationalError)
    passes = connection_lost or (state is not None and (state in _PASSING or state.startswith("08")))
    return Busy() if passes else None
