"""Which cases bear all of some grams: read off the index of `case_words`, whichever the database has."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, column, literal, select, table
from sqlalchemy.dialects.postgresql import array

from engine.storage.models import case_words
from engine.storage.models.search import gram_word

_INDEX = table("case_grams", column("rowid"), column("case_grams"))  # SQLite: the full-text table follows by triggers


def bearing(conn: Connection, grams: Collection[int]) -> Select[Any]:
    """The `case_id` of every case that bears all of these, at least one."""
    if conn.dialect.name == "sqlite":
        asked = " AND ".join(f'"{gram_word(gram)}"' for gram in sorted(grams))
        return select(_INDEX.c.rowid.label("case_id")).where(_INDEX.c.case_grams.op("MATCH")(asked))
    wanted = array([literal(gram) for gram in sorted(grams)])
    return select(case_words.c.case_id).where(case_words.c.grams.op("@>")(wanted))
