"""What every table is made of: the names of keys, kinds of columns, partial indexes.

Instants are stored as UTC microseconds since 1970 (`Instant`): they compare and index alike on both databases.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Dialect,
    Integer,
    MetaData,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970 UTC; ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError("a stored instant needs a zone")
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(microseconds: int) -> datetime:
    """The instant so many microseconds after 1970 began, UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as whole microseconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else instant_of(int(value))


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def where(condition: str) -> dict[str, Any]:
    """A partial index, on either database."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# SQLite gives row ids to INTEGER PRIMARY KEY alone; PostgreSQL wants the wide type.
Id = BigInteger().with_variant(Integer(), "sqlite")

# A column of what people are or said: it holds what `engine/storage/sealed.py` seals.
SEALED: dict[str, Any] = {"sealed": True}
