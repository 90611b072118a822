"""Which index a statement is to take, where SQLite chooses badly: what ANALYZE once counted it believes for good, and
walks through all cases rather than an index of those that are new; a queue in its order it takes for cheaper than a few
ids. PostgreSQL is told nothing."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, Table
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

_Query = TypeVar("_Query", bound=Select[Any])


class HintingCompiler(SQLiteCompiler):
    """SQLAlchemy leaves hints out on SQLite, without a word."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        """Behind the name of the table."""
        return text


def by(query: _Query, table: Table, index: str) -> _Query:
    """The same, off this index of the table on SQLite; a database that has no such index refuses it."""
    return query.with_hint(table, f"INDEXED BY {index}", "sqlite")
