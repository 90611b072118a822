"""The database: read snapshots, write transactions, migrations. Nothing else in the house commits.

A write first reads and computes, then writes. On PostgreSQL `lock_case` holds the row of the case from the first
read on. On SQLite the reads come from a snapshot and `begin_writing` opens the write transaction late, so that nobody
waits for somebody else's computing; a write that then finds its case changed is stale and runs once more, this time as
the one writer from its first read on: nobody can be faster a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

from sqlalchemy import Column, Connection, Engine, bindparam, select, text

from engine.errors import Busy
from engine.storage import migrations
from engine.storage.connections import open_engine
from engine.storage.failures import failures_named
from engine.storage.models import cases
from engine.storage.prepared import Prepared

T = TypeVar("T")


# SQLite leaves FOR UPDATE out: there the snapshot and the revision do its work.
def _lock(column: Column[Any]) -> Prepared:
    return Prepared(select(cases).where(column == bindparam("wanted")).with_for_update())


_LOCK_BY = {name: _lock(cases.c[name]) for name in ("id", "uid", "no", "receipt_code")}


class StaleRevision(Exception):
    """What the work was computed from has been changed by somebody else meanwhile."""


class WriteTransaction:
    """The one transaction a write happens in; `conn` reads and, after `begin_writing`, writes."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._writing = conn.dialect.name != "sqlite"

    def lock_case(self, wanted: int | str, by: str = "id") -> Mapping[str, Any] | None:
        """The row of the case found by its `id`, `uid`, `no` or `receipt_code`; PostgreSQL keeps it locked."""
        found = _LOCK_BY[by].fetch(self.conn, {"wanted": wanted})
        return found[0] if found else None

    def begin_writing(self) -> None:
        """Reading and computing is done: from here on rows are written. Calling it again does nothing.

        On SQLite the snapshot ends here: compare the revision (`rows.update_case`) before relying on what was read.
        """
        if self._writing:
            return
        driver = self.conn.connection.driver_connection
        assert driver is not None
        driver.rollback()
        driver.execute("PRAGMA query_only=OFF")
        driver.execute("BEGIN IMMEDIATE")
        self._writing = True

    def stale(self) -> NoReturn:
        """Give up this attempt: what it was computed from is no longer so. The work runs once more, from the start."""
        raise StaleRevision


class Database:
    """One database, SQLite or PostgreSQL, by its URL."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        self._carried: dict[str, Any] = {}
        self.dialect = self._engine.dialect.name
        self._reader = self._engine
        if self.dialect == "postgresql":
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def pool(self) -> Engine:
        """The connections, for who listens to what passes over them."""
        return self._engine

    def carry(self, **carried: Any) -> None:
        """What every connection of a write has with it from now on, among its execution options."""
        self._carried = carried

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction in which every query sees the same instant, and in which nothing can be written."""
        with failures_named(), self._reader.connect() as conn, conn.begin():
            yield conn

    def write(self, work: Callable[[WriteTransaction], T]) -> T:
        """Run `work` in one write transaction and commit; any exception takes everything back and is raised.

        `work` may run twice, so it must not touch anything but the database: `StaleRevision` starts it afresh once.
        Raises `Busy` when that was stale as well, or when the database stayed locked; `NoRoom` when the disk is full.
        """
        try:
            return self._attempt(work)
        except StaleRevision:
            pass
        try:
            return self._attempt(work, alone=True)
        except StaleRevision as error:
            raise Busy from error

    def _attempt(self, work: Callable[[WriteTransaction], T], alone: bool = False) -> T:
        with failures_named(), self._engine.connect() as conn, conn.begin():
            conn.execution_options(**self._carried)
            transaction = WriteTransaction(conn)
            if alone:
                transaction.begin_writing()
            return work(transaction)

    def leave_no_trace(self) -> None:
        """Move what lies in the write-ahead log of SQLite into the file and empty the log, unless somebody reads in it.

        Deleted rows are overwritten in the file (`secure_delete`). PostgreSQL overwrites them as it vacuums.
        """
        if self.dialect == "sqlite":
            with self._engine.connect() as conn:
                driver = conn.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def ping(self) -> None:
        """Ask the database for a sign of life; raises when it gives none."""
        with self.read() as conn:
            conn.execute(text("SELECT 1"))

    def upgrade(self) -> None:
        """Bring the tables to the present version; two processes may try at once."""
        self.write(lambda tx: migrations.upgrade(tx.conn, tx.begin_writing))

    def is_current(self) -> bool:
        """True when every migration has run."""
        with self.read() as conn:
            return migrations.is_current(conn)

    def close(self) -> None:
        """Close the pooled connections."""
        self._engine.dispose()
