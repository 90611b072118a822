"""Which open tasks of a queue words find: its beginning is looked through, and where that does not give enough, the
tasks of what they find. Where the index says how few words find, those few are gone through at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from engine.facade import ReadContext
from engine.queries.inbox_choice import Choice, narrowed, order
from engine.queries.matching import Looked, looked_for
from engine.queries.queue_heads import first_of, heads, keys_of, ordered
from engine.queries.queue_sources import BUILT, Reader, by_case, lying, moment, together
from engine.storage.grams import by_index, reads_rows
from engine.storage.models import task_groups
from engine.storage.whole_lists import ids_of, listed, one_of_those

_FEW = 2000  # cases that words find: with more, those are taken out of them that lie with the groups asked for
_LITTLE = 1000  # tasks that lie with the groups asked for: with fewer, their cases are looked at one by one
_CHUNK = 125  # rows looked at once more at a time
_LIES = task_groups.c


def worded(ctx: ReadContext, reader: Reader, queue: str, choice: Choice, words: str, most: int) -> list[str]:
    """Ids of the first open tasks of a queue that words find and that a choice lets through, in its order."""
    looked = looked_for(ctx.keys, words)
    if looked is None:
        return []
    with by_index(ctx.conn):
        return _Search(ctx, reader, queue, choice, looked).first(most)


@dataclass(frozen=True)
class _Search:
    ctx: ReadContext
    reader: Reader
    queue: str
    choice: Choice
    looked: Looked

    def first(self, most: int) -> list[str]:
        """The first of the tasks."""
        conn = self.ctx.conn
        if not reads_rows(conn):  # where they are read, asking how many there are takes as long as the beginning
            few = ids_of(conn, self.looked.perhaps(conn).limit(_FEW + 1))
            if len(few) <= _FEW:
                return self.among(few, most)
        begun, whole = self.at_the_beginning(most)
        return begun if whole or len(begun) == most else self.among(self.found(), most)

    def among(self, found: Collection[int], most: int) -> list[str]:
        """Of these cases, their tasks that lie in the queue."""
        if not found:
            return []
        dialect = self.ctx.conn.dialect.name
        query, those = _of_cases(self.reader, self.queue, self.choice, dialect), {"found": listed(dialect, found)}
        if not self.looked.doubtful:
            return [row.task_id for row in self._rows(query, {**those, "size": most, "passed": 0})]
        standing: list[str] = []
        passed, size = 0, _CHUNK
        while len(standing) < most:
            rows = self._rows(query, {**those, "size": size, "passed": passed})
            standing += self._standing(rows)
            if len(rows) < size:
                break
            passed, size = passed + size, size * 4
        return standing[:most]

    def found(self) -> Collection[int]:
        """The cases; of many only those that could lie in the queue: where little lies there it is looked through,
        otherwise two lists are held against each other, whole."""
        conn, there = self.ctx.conn, lying(self.reader, self.queue)
        lies = ids_of(conn, there.limit(_LITTLE + 1))
        if len(lies) <= _LITTLE:
            return self.looked.standing(conn, lies)
        found = ids_of(conn, self.looked.perhaps(conn))
        return found if len(found) <= _FEW else {*found}.intersection(ids_of(conn, there))

    def at_the_beginning(self, most: int) -> tuple[list[str], bool]:
        """Of its first rows; and whether these are the whole queue. Common words are mostly found there."""
        query = _beginning(self.reader, self.queue, self.choice, _CHUNK)
        rows = [] if query is None else self._rows(query, {})
        return self._standing(rows)[:most], len(rows) < _CHUNK

    def _rows(self, query: Select[Any], further: Mapping[str, Any]) -> Sequence[Row[Any]]:
        return self.ctx.conn.execute(query, {**moment(self.ctx), **further}).all()

    def _standing(self, rows: Sequence[Row[Any]]) -> list[str]:
        cases = self.looked.standing(self.ctx.conn, {row.case_id for row in rows})
        return [row.task_id for row in rows if row.case_id in cases]


# ------------------------------------------------------------------ built once for all who are in the same groups
@lru_cache(BUILT)
def _beginning(reader: Reader, queue: str, choice: Choice, most: int) -> Select[Any] | None:
    ranks = order(choice)
    return first_of(heads(reader, queue, narrowed(choice), ranks, most, _LIES.case_id), ranks, most)


@lru_cache(BUILT)
def _of_cases(reader: Reader, queue: str, choice: Choice, dialect: str) -> Select[Any]:
    """The tasks of the cases `found`, each once, whatever number of groups it lies with: `size` of them after those
    `passed`."""
    ranks = order(choice)
    keys = keys_of(ranks)
    rows = select(_LIES.task_id, _LIES.case_id, *keys).distinct()
    those = one_of_those(dialect, _LIES.case_id, "found")
    rows = rows.where(those, *together(reader, queue), *narrowed(choice)).order_by(*ordered(keys, ranks))
    return by_case(rows, queue).limit(bindparam("size")).offset(bindparam("passed"))
