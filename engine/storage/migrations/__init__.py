"""The history of the tables, run by Alembic from inside the program: no configuration file is needed."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

_ADVISORY_LOCK = 20260101  # any number no other part of the house takes


def upgrade(conn: Connection, begin_writing: Callable[[], None]) -> None:
    """Run the migrations that are missing, all in the transaction of `conn`; others who try meanwhile wait."""
    if conn.dialect.name == "sqlite":
        _upgrade_sqlite(conn, begin_writing)
        return
    conn.execute(text("SET LOCAL statement_timeout = 0"))
    conn.execute(text("SET LOCAL lock_timeout = 0"))
    conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    command.upgrade(_config(conn), "head")


def _upgrade_sqlite(conn: Connection, begin_writing: Callable[[], None]) -> None:
    """Changing a column means copying the table on SQLite: foreign keys are off meanwhile and checked at the end."""
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.rollback()  # the setting does nothing inside a transaction
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        begin_writing()
        command.upgrade(_config(conn), "head")
        broken = conn.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise RuntimeError(f"the migration leaves a broken reference: {tuple(broken)}")
    finally:
        conn.detach()  # closed instead of going back to the pool: the setting goes with it


def is_current(conn: Connection) -> bool:
    """True when the database stands at the newest migration."""
    scripts = ScriptDirectory.from_config(_config(conn))
    return set(MigrationContext.configure(conn).get_current_heads()) == set(scripts.get_heads())


def _config(conn: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "engine.storage:migrations")
    config.attributes["connection"] = conn
    return config
