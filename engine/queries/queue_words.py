"""Which open tasks of a queue words find: its beginning is looked through, and where that does not give enough, the
tasks of what they find."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from engine.facade import ReadContext
from engine.queries.matching import Looked, looked_for
from engine.queries.queue_heads import Ranks, first_of, heads, keys_of, ordered
from engine.queries.queue_sources import Reader, by_case, lying, moment, together
from engine.storage.grams import by_index
from engine.storage.models import task_groups
from engine.storage.whole_lists import ids_of, one_of

_FEW = 2000  # cases that words find: with more, those are taken out of them that lie with the groups asked for
_CHUNK = 125  # rows looked at once more at a time
_LIES = task_groups.c


def worded(
    ctx: ReadContext,
    reader: Reader,
    queue: str,
    asked: Sequence[ColumnElement[bool]],
    words: str,
    ranks: Ranks,
    most: int,
) -> list[str]:
    """Ids of the first open tasks of a queue that words find and that fulfil what is asked, in order."""
    looked = looked_for(ctx.keys, words)
    if looked is None:
        return []
    by_index(ctx.conn)
    search = _Search(ctx, reader, queue, asked, looked, ranks)
    begun, whole = search.at_the_beginning(most)
    if whole or len(begun) == most:
        return begun
    return search.among_what_is_found(most)


@dataclass(frozen=True)
class _Search:
    ctx: ReadContext
    reader: Reader
    queue: str
    asked: Sequence[ColumnElement[bool]]
    looked: Looked
    ranks: Ranks

    def among_what_is_found(self, most: int) -> list[str]:
        """Of the cases the index gives, their tasks that lie in the queue."""
        found = self._found()
        if not found:
            return []
        query = self._ordered(found)
        if not self.looked.doubtful:
            return [row.task_id for row in self._rows(query.limit(most))]
        standing: list[str] = []
        passed, size = 0, _CHUNK
        while len(standing) < most:
            rows = self._rows(query.limit(size).offset(passed))
            standing += self._standing(rows)
            if len(rows) < size:
                break
            passed, size = passed + size, size * 4
        return standing[:most]

    def _found(self) -> Collection[int]:
        """The cases; of many only those that could lie in the queue: two lists are held against each other, whole."""
        found = ids_of(self.ctx.conn, self.looked.perhaps(self.ctx.conn))
        return (
            found
            if len(found) <= _FEW
            else {*found}.intersection(ids_of(self.ctx.conn, lying(self.reader, self.queue)))
        )

    def at_the_beginning(self, most: int) -> tuple[list[str], bool]:
        """Of its first rows; and whether these are the whole queue. Common words are mostly found there."""
        some = heads(self.reader, self.queue, self.asked, self.ranks, _CHUNK, _LIES.case_id)
        query = first_of(some, self.ranks, _CHUNK)
        rows = [] if query is None else self._rows(query)
        return self._standing(rows)[:most], len(rows) < _CHUNK

    def _ordered(self, found: Collection[int]) -> Select[Any]:
        """Each task once, whatever number of groups it lies with."""
        keys = keys_of(self.ranks)
        rows = select(_LIES.task_id, _LIES.case_id, *keys).distinct()
        rows = rows.where(one_of(self.ctx.conn, _LIES.case_id, found), *together(self.reader, self.queue), *self.asked)
        return by_case(rows, self.queue).order_by(*ordered(keys, self.ranks))

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        return self.ctx.conn.execute(query, moment(self.ctx)).all()

    def _standing(self, rows: Sequence[Row[Any]]) -> list[str]:
        cases = self.looked.standing(self.ctx.conn, {row.case_id for row in rows})
        return [row.task_id for row in rows if row.case_id in cases]
