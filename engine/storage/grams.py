"""Which cases bear some grams: read off the index of `case_words`, whichever the database has, or off one row.

What is looked for is told as the ways in which a case may be meant; of a way every part must be there, of a part one
of its sets whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, column, literal, or_, select, table
from sqlalchemy.dialects.postgresql import array

from engine.storage.models import case_words
from engine.storage.models.search import IDS, gram_word
from engine.storage.plans import planned

Part = Sequence[Collection[int]]  # no set is empty
Way = Sequence[Part]
Ways = Sequence[Way]

# SQLite: the full-text table follows by triggers; the number of a row is its place, which ends with the id of the case.
_INDEX = table("case_grams", column("rowid"), column("case_grams"))
_CASE_ID = _INDEX.c.rowid.op("&")(IDS - 1)


def bearing(conn: Connection, ways: Ways) -> Select[Any]:
    """`case_id` and `place` of the cases that bear what one of these ways asks for."""
    if conn.dialect.name != "sqlite":
        return select(case_words.c.case_id, case_words.c.place).where(bears(conn, ways))
    found = select(_CASE_ID.label("case_id"), _INDEX.c.rowid.label("place"))
    return found.where(_INDEX.c.case_grams.bool_op("MATCH")(_or(map(_way, ways))))


def by_index(conn: Connection) -> AbstractContextManager[None]:
    """Meanwhile: PostgreSQL takes looking into a row of grams for a hundredth of what it is, and would rather go
    through all of them, or all cases by place until enough are found. What follows it plans better by itself."""
    return planned(conn, enable_seqscan="off", cpu_operator_cost="0.2")


def reads_rows(conn: Connection) -> bool:
    """Whether every case found by grams is read: PostgreSQL's index tells nothing but which row it is, so they should
    be gone through once; on SQLite the index tells the case and its place."""
    return conn.dialect.name == "postgresql"


def with_texts(found: Select[Any], condition: ColumnElement[bool]) -> Select[Any]:
    """Of them those whose row of `case_words` fulfils a condition."""
    if case_words in found.get_final_froms():
        return found.where(condition)
    return found.join_from(_INDEX, case_words, case_words.c.case_id == _CASE_ID).where(condition)


def bears(conn: Connection, ways: Ways) -> ColumnElement[bool]:
    """Whether a row of `case_words` that is read anyhow bears what one of these ways asks for."""
    every = _in_text if conn.dialect.name == "sqlite" else _in_array
    return or_(*(and_(*(or_(*map(every, part)) for part in way)) for way in ways))


def _in_text(grams: Collection[int]) -> ColumnElement[bool]:
    holds = case_words.c.grams.bool_op("GLOB")  # takes a tenth of what `instr` does
    return and_(*(holds(literal(f"*{gram_word(gram)}*", Text)) for gram in sorted(grams)))


def _in_array(grams: Collection[int]) -> ColumnElement[bool]:
    return case_words.c.grams.bool_op("@>")(array([literal(gram) for gram in sorted(grams)]))


# ------------------------------------------------------------------ as the full-text table reads it
def _way(way: Way) -> str:
    return _and(_or(_and(f'"{gram_word(gram)}"' for gram in sorted(grams)) for grams in part) for part in way)


def _and(each: Iterable[str]) -> str:
    return f"({' AND '.join(each)})"


def _or(each: Iterable[str]) -> str:
    return f"({' OR '.join(each)})"
