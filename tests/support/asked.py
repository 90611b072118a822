"""What is asked of a database, and how SQLite would go about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from engine.storage.database import Database

Question = tuple[str, Any]  # a statement and its values, as the driver gets them


@contextmanager
def asked_of(db: Database) -> Iterator[list[Question]]:
    """Everything asked while the block lasts."""
    asked: list[Question] = []

    def note(conn: Any, cursor: Any, sql: str, values: Any, context: Any, many: bool) -> None:
        asked.append((sql, values))

    event.listen(db.pool, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.pool, "before_cursor_execute", note)


def plans_of(db: Database, questions: Sequence[Question]) -> list[list[str]]:
    """The steps of SQLite's plan for each."""
    with db.pool.connect() as conn:
        plans = [conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all() for sql, values in questions]
    return [[step[-1] for step in plan] for plan in plans]
