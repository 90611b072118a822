"""What somebody typed to find a case: words of its number, title or description, or who it is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select, true

from engine.cases.marks import marks_naming
from engine.cases.words_index import description_grams, mark_grams, number_grams, title_grams
from engine.facade import ReadContext
from engine.keys import Keys
from engine.personal.grams import words_of
from engine.storage import grams
from engine.storage.models import case_words, cases
from engine.storage.whole_lists import one_of

_FEW = 2000  # cases found that a list begins with; with more it is gone through


@dataclass(frozen=True)
class _Word:
    """The sets of grams of a word, in number, title and description: a case with one of them has the word, but for
    the `doubtful` ones, where grams alone do not say that they stand side by side."""

    text: str
    certain: grams.Part
    doubtful: Mapping[str, frozenset[int]]  # by column

    @property
    def sets(self) -> grams.Part:
        return (*self.certain, *self.doubtful.values())

    @property
    def in_texts(self) -> list[ColumnElement[bool]]:
        """Where there is a doubt, looked at once more."""
        return [case_words.c[name].contains(self.text, autoescape=True) for name in self.doubtful]

    def stands(self, conn: Connection) -> ColumnElement[bool]:
        """Whether a row of `case_words` has it; what is soonest known comes first."""
        return or_(*self.in_texts, *([grams.bears(conn, [[self.certain]])] if self.certain else []))


@dataclass(frozen=True)
class Looked:
    """What words look for: every word lies in the number, the title or the description, whatever its width and case,
    or the words together name the person (engine/cases/marks.py)."""

    words: tuple[_Word, ...]
    named: tuple[grams.Way, ...]

    @cached_property
    def certain(self) -> grams.Ways:
        """Ways to be found by that leave no doubt."""
        written = [[word.certain for word in self.words]] if all(word.certain for word in self.words) else []
        return [*written, *self.named]

    @cached_property
    def doubtful(self) -> grams.Ways:
        """Those that do: one word or more stands in a text if at all."""
        return [[tuple(w.doubtful.values()) if w is word else w.sets for w in self.words] for word in self._in_doubt]

    @property
    def _in_doubt(self) -> list[_Word]:
        return [word for word in self.words if word.doubtful]

    def found(self, conn: Connection) -> list[Select[Any]]:
        """`case_id` and `place` of the cases they find, read off the index; a case may be found by both."""
        if self.doubtful and grams.reads_rows(conn):
            return [grams.bearing(conn, [*self.certain, *self.doubtful]).where(self._found(conn))]
        found = [grams.bearing(conn, self.certain)] if self.certain else []
        if self.doubtful:
            found.append(grams.with_texts(grams.bearing(conn, self.doubtful), self._written(conn)))
        return found

    def among(self, conn: Connection, case_id: ColumnElement[int], begin: bool) -> ColumnElement[bool]:
        """The cases they find, as a condition on a column of case ids: gathered first, and looked at once more where
        there is a doubt. Whether the list may `begin` with them: it should where they are few."""
        gathered = case_id.in_(self.perhaps(conn))
        among = gathered if begin else gathered.is_(True)  # no database begins with what is compared
        return and_(among, self._stands(conn, case_id)) if self.doubtful else among

    def number(self, conn: Connection, most: int) -> int:
        """How many they find, and perhaps a few more, counted to one more than `most`."""
        some = select(func.count()).select_from(self.perhaps(conn).limit(most + 1).subquery())
        return int(conn.execute(some).scalar_one())

    def perhaps(self, conn: Connection) -> Select[Any]:
        """`case_id` of these cases, and of a few that do not stand when they are read."""
        return select(grams.bearing(conn, [*self.certain, *self.doubtful]).subquery().c.case_id)

    def written(self, conn: Connection, case_ids: Collection[int]) -> Select[Any]:
        """`case_id` and `place` of those of these cases they find, looked up in the rows of `case_words`."""
        rows = select(case_words.c.case_id, case_words.c.place)
        return rows.where(one_of(conn, case_words.c.case_id, case_ids), self._found(conn))

    def standing(self, conn: Connection, case_ids: Collection[int]) -> frozenset[int]:
        """Those of these cases they find, looked up in the rows of `case_words`."""
        if not case_ids:
            return frozenset()
        rows = select(case_words.c.case_id).where(one_of(conn, case_words.c.case_id, case_ids), self._found(conn))
        return frozenset(conn.scalars(rows))

    def _stands(self, conn: Connection, case_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether they find this case, looked up in its row of `case_words`."""
        row = select(self._found(conn)).where(case_words.c.case_id == case_id)
        return row.correlate_except(case_words).scalar_subquery().is_(True)

    def _found(self, conn: Connection) -> ColumnElement[bool]:
        return or_(self._written(conn), *([grams.bears(conn, self.named)] if self.named else []))

    def _written(self, conn: Connection) -> ColumnElement[bool]:
        return and_(*(word.stands(conn) for word in self.words))


def looked_for(keys: Keys, text: str) -> Looked | None:
    """What a text looks for; None where no database could hold it. There must be a word in it."""
    words = words_of(text)
    if not all(map(_lies_in_texts, words)):
        return None
    named = tuple([[mark_grams(marks) for marks in by_secret]] for by_secret in marks_naming(keys, text))
    return Looked(tuple(_word(keys, word) for word in words), named)


def _lies_in_texts(word: str) -> bool:
    """Whether a database could hold it at all."""
    return not any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in word)


def _word(keys: Keys, word: str) -> _Word:
    """Of a description its marks must do."""
    plain = {"title": frozenset(title_grams(word)), "no": frozenset(number_grams(word))}
    certain = (*map(frozenset, description_grams(keys, word)), *(found for found in plain.values() if len(found) == 1))
    return _Word(word, certain, {name: found for name, found in plain.items() if len(found) > 1})


def matching(ctx: ReadContext, text: str) -> ColumnElement[bool]:
    """The cases these words find, as a condition on table `cases`; visibility is a condition of its own.

    No words find everything.
    """
    if not words_of(text):
        return true()
    looked = looked_for(ctx.keys, text)
    if looked is None:
        return false()
    return looked.among(ctx.conn, cases.c.id, begin=looked.number(ctx.conn, _FEW) <= _FEW)
