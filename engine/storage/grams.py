"""Which cases bear all of some grams: read off the index of `case_words`, whichever the database has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, column, literal, not_, or_, select, table
from sqlalchemy.dialects.postgresql import array

from engine.storage.models import case_words
from engine.storage.models.search import gram_word

_INDEX = table("case_grams", column("rowid"), column("case_grams"))  # SQLite: the full-text table follows by triggers


def bearing(conn: Connection, *wanted: Collection[int], but: Sequence[Collection[int]] = ()) -> Select[Any]:
    """The `case_id` of every case that bears all of one of these sets, and none of the others whole; none is empty."""
    if conn.dialect.name == "sqlite":
        asked = _any_of(wanted) + (f" NOT ({_any_of(but)})" if but else "")
        return select(_INDEX.c.rowid.label("case_id")).where(_INDEX.c.case_grams.bool_op("MATCH")(asked))
    asked_for = or_(*map(_all_of, wanted))
    return select(case_words.c.case_id).where(and_(asked_for, *(not_(_all_of(grams)) for grams in but)))


def _any_of(sets: Sequence[Collection[int]]) -> str:
    """As the full-text table reads it; NOT binds closer than OR there."""
    each = " OR ".join("(" + " AND ".join(f'"{gram_word(gram)}"' for gram in sorted(grams)) + ")" for grams in sets)
    return f"({each})"


def _all_of(grams: Collection[int]) -> ColumnElement[bool]:
    return case_words.c.grams.bool_op("@>")(array([literal(gram) for gram in sorted(grams)]))
