"""The index by which cases are found by words: engine/cases/words_index.py writes it, engine/storage/grams.py reads it.

On SQLite the full-text table `case_grams` follows `case_words` by triggers, its rows numbered by `place`, so that it is
walked from the newest receipt on; on PostgreSQL `grams` has an index of its own kind. See migrations 0013 and 0017.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, Dialect, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.storage.models.columns import metadata

_WIDTH = 8  # hex digits of a gram as a word of the full-text table


class Grams(TypeDecorator[Sequence[int]]):
    """A set of signed 32-bit numbers: an array on PostgreSQL, words of hex digits on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(Integer()) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return " ".join(map(gram_word, value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Sequence[int] | None:
        if value is None or dialect.name == "postgresql":
            return value  # type: ignore[no-any-return]
        return [int.from_bytes(bytes.fromhex(word), signed=True) for word in value.split()]


def gram_word(gram: int) -> str:
    """A gram as it stands in the full-text table."""
    return f"{gram & 0xFFFFFFFF:0{_WIDTH}x}"


IDS = 2**31  # of cases


def place_of(received: int, case_id: int) -> int:
    """Where a case lies in the index: by the second of its receipt, given in microseconds, then by id."""
    return received // 1_000_000 * IDS + case_id


case_words = Table(  # one row per case that is found by words; the columns are folded as queries are
    "case_words",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("no", String(200), nullable=False),
    Column("title", Text, nullable=False),  # of `cases.title`: masked
    Column("grams", Grams, nullable=False),  # of number and title in plain, of description and person keyed
    Column("place", BigInteger, nullable=False),  # see `place_of`
    Index(None, "place"),
    Index("ix_case_words_grams", "grams", postgresql_using="gin").ddl_if(dialect="postgresql"),
)
