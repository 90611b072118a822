"""What a database failure means to the person on the other side."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine.errors import Busy

# PostgreSQL: serialization failure, deadlock, lock not available, statement cancelled by its time limit,
# too many connections, server going down or coming up.
_PASSING = frozenset({"40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03", "25P03"})


@contextmanager
def busy_when_blocked() -> Iterator[None]:
    """Turns waiting too long and a lost connection into `Busy`; every other failure passes unchanged.

    After a connection lost during the commit nobody knows whether it took place: repeating the request with the same
    idempotency key gives the answer in both cases.
    """
    try:
        yield
    except PoolExhausted as error:
        raise Busy from error
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if _passes(cause):
            raise Busy from error
        raise


def _passes(cause: BaseException | None) -> bool:
    """True when the same request may well succeed a moment later."""
    if isinstance(cause, sqlite3.OperationalError):
        name: str = getattr(cause, "sqlite_errorname", "")  # what the driver itself raises has none
        return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    if isinstance(cause, psycopg.Error):
        state = cause.sqlstate
        connection_lost = state is None and isinstance(cause, psycopg.OperationalError)
        return connection_lost or (state is not None and (state in _PASSING or state.startswith("08")))
    return False
