"""The migrations build what the models say, on both databases, once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.storage.database import Database
from engine.storage.models import metadata


def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.read() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "include_object": _in_the_models})
        assert compare_metadata(context, metadata) == []


def _in_the_models(_: Any, name: str | None, *__: Any) -> bool:
    """But for the full-text table of SQLite, with the tables it keeps, and the one index PostgreSQL alone has."""
    return not (name or "").startswith(("case_grams", "ix_case_words_grams"))


def test_a_new_database_is_not_current_until_it_is_upgraded(database_url: str) -> None:
    database = Database(database_url)
    assert not database.is_current()
    database.upgrade()
    assert database.is_current()
    database.close()


def test_upgrading_again_changes_nothing(database: Database) -> None:
    database.upgrade()
    assert database.is_current()


def test_processes_that_start_together_upgrade_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    together = threading.Barrier(4)

    def start(database: Database) -> bool:
        together.wait()
        database.upgrade()
        return database.is_current()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, databases)) == [True] * 4
    for database in databases:
        database.close()
