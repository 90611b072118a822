"""Opening the database: SQLite in WAL mode, or PostgreSQL through psycopg 3, each with the settings we rely on."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from engine.storage.hints import HintingCompiler

_WAIT_SECONDS = 15

# `recursive_triggers` lets delete triggers see what REPLACE removes; FULL keeps an acknowledged act through power loss;
# what is deleted is overwritten with zeros, so that erased personal data does not lie about in the file.
#
# Of 100,000 open tasks a page reads some megabytes, more than the 2 that SQLite keeps by itself: reading them from the
# file each time took up to a tenth of the page. Mapping the file did the same, but a disk that cannot be read would
# then end the process.
_SQLITE_SETTINGS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA cache_size=-16384",  # kibibytes per connection, taken as they are needed
)

# A client that hangs must not hold a lock: the server gives up on it after at most 15 seconds.
_POSTGRESQL_SETTINGS = {
    "jit": "off",  # nothing here runs long enough: compiling a page of the inbox took 50 ms, running it 5
    # Statements are prepared, and after some runs would get one plan for whomever: a window has a thousand times the
    # tasks of a person, and a page took 100 ms by the plan of the other.
    "plan_cache_mode": "force_custom_plan",
    "max_parallel_workers_per_gather": "0",  # starting a worker takes longer than a page
    "random_page_cost": "1.1",  # as on every disk without a head; else it would rather read a whole table than 300 rows
    "lock_timeout": "5s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "15s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "timezone": "UTC",
}
_POSTGRESQL_CONNECT = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}


def open_engine(url: str) -> Engine:
    """An SQLAlchemy engine for `sqlite:///PATH` or `postgresql://…`; ValueError for any other database."""
    address = make_url(url)
    match address.get_backend_name():
        case "sqlite":
            return _open_sqlite(address)
        case "postgresql":
            return _open_postgresql(address)
        case other:
            raise ValueError(f"不支持的数据库“{other}”，请使用 sqlite:/// 或 postgresql://")


def _open_sqlite(address: URL) -> Engine:
    engine = create_engine(
        address.set(drivername="sqlite+pysqlite"),
        connect_args={"isolation_level": None, "timeout": _WAIT_SECONDS},
        pool_size=10,
        pool_timeout=_WAIT_SECONDS,
    )
    engine.dialect.statement_compiler = HintingCompiler
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_snapshot)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    _use_write_ahead_log(connection)
    for setting in _SQLITE_SETTINGS:
        connection.execute(setting)


def _use_write_ahead_log(connection: Any) -> None:
    """Turning it on needs the new file for oneself, and for this step SQLite waits for nobody: so we do."""
    last_try = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last_try:
                raise
            time.sleep(0.02)


def _begin_snapshot(conn: Connection) -> None:
    """Open a read snapshot. Nothing can be written in it: that takes the late BEGIN IMMEDIATE of the write door."""
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA query_only=ON")
    driver.execute("BEGIN")


def _open_postgresql(address: URL) -> Engine:
    options = " ".join(f"-c {name}={value}" for name, value in _POSTGRESQL_SETTINGS.items())
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args={**_POSTGRESQL_CONNECT, "options": options},
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=10,
        pool_timeout=_WAIT_SECONDS,
    )
