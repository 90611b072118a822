"""What somebody typed to find a case: words of its number, title or description, or who it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, intersect, select, true, union_all

from engine.cases.marks import ids_named
from engine.cases.words_index import description_grams, number_grams, title_grams
from engine.facade import ReadContext
from engine.personal.grams import words_of
from engine.storage.grams import bearing
from engine.storage.models import case_words, cases

_MANY = 2000


def matching(ctx: ReadContext, text: str) -> ColumnElement[bool]:
    """The cases these words find, as a condition on table `cases`; visibility is a condition of its own.

    Every word must lie in the number, the title or the description, whatever its width and case, or the words
    together name the person (engine/cases/marks.py). No words find everything.
    """
    if not words_of(text):
        return true()
    ids = ids_matching(ctx, text)
    some = select(func.count()).select_from(ids.limit(_MANY + 1).subquery())
    many = ctx.conn.execute(some).scalar_one() > _MANY
    # Of few the rows are read; of many none that is not shown: the sum keeps the database from beginning with them.
    return (cases.c.id + 0 if many else cases.c.id).in_(ids)


def ids_matching(ctx: ReadContext, text: str) -> Select[Any]:
    """The `case_id` of every case these words find; there must be one."""
    words = words_of(text)
    if not all(map(_lies_in_texts, words)):
        return select(case_words.c.case_id).where(false())
    every = [_one_of(*_with(ctx, word)) for word in words]
    together = every[0] if len(every) == 1 else select(intersect(*every).subquery().c.case_id)
    return _one_of(together, *ids_named(ctx.keys, text))


def _lies_in_texts(word: str) -> bool:
    """Whether a database could hold it at all."""
    return not any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in word)


def _with(ctx: ReadContext, word: str) -> Iterator[Select[Any]]:
    """The ids of cases this word lies in. Number and title are looked at where grams alone leave a doubt; of a
    description its marks must do."""
    plain = {"title": title_grams(word), "no": number_grams(word)}
    certain = [*description_grams(ctx.keys, word), *(grams for grams in plain.values() if len(grams) == 1)]
    if certain:
        yield bearing(ctx.conn, *certain)
    for name, grams in plain.items():
        if len(grams) > 1:
            borne = case_words.c.case_id.in_(bearing(ctx.conn, grams, but=certain))
            yield select(case_words.c.case_id).where(borne, case_words.c[name].contains(word, autoescape=True))


def _one_of(*ids: Select[Any]) -> Select[Any]:
    # In a sub-select of its own: SQLite takes no union inside an intersection otherwise. Who asks makes a set of it.
    return select(union_all(*ids).subquery().c.case_id) if len(ids) > 1 else ids[0]
