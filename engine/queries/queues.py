"""The queues of an inbox: which open tasks come next in each, how many there are, and what a person has done.

Each group of the person gives its first rows, merged in their order. By due these are the next rows of the index, and
pages go by keyset on (group, due, id); a filter or another order reads the narrow rows of the group, and no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    bindparam,
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from engine.errors import BadInput
from engine.facade import ReadContext
from engine.personal.grams import words_of
from engine.queries.inbox_choice import Choice, narrowed, order
from engine.queries.paging import apart
from engine.queries.queue_heads import first_of, heads
from engine.queries.queue_sources import BUILT, READER, Reader, moment, reader_of, sources
from engine.queries.queue_words import worded
from engine.queries.visibility import restricted_cases
from engine.storage.models import finished_tasks, microseconds, task_groups
from engine.storage.plans import planned
from engine.storage.rows import NO_DUE

QUEUES = ("mine", "group", "held", "overdue", "today", "supervised", "aside", "done")
DONE = "done"
COUNTED = 999  # counting stops there
_LIES = task_groups.c
_TASK_ID = re.compile("[0-9a-f-]{36}")
_LAST_DUE, _LAST_ID = bindparam("last_due", type_=BigInteger), bindparam("last_id", type_=_LIES.task_id.type)


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: its due (in `done`: its end) in microseconds since 1970, and its task."""

    at: int
    task_id: str

    def text(self) -> str:
        """As it stands in an address."""
        return f"{self.at}.{self.task_id}"


def cursor_after(at: datetime | None, task_id: str) -> Cursor:
    """The cursor of a row."""
    return Cursor(NO_DUE if at is None else microseconds(at), task_id)


def read_cursor(text: str | None) -> Cursor | None:
    """The cursor in an address; raises BadInput."""
    if text is None:
        return None
    at, _, task_id = text.partition(".")
    if not (at.isascii() and at.isdecimal() and len(at) <= 18 and int(at) <= NO_DUE and _TASK_ID.fullmatch(task_id)):
        raise BadInput({"after": "翻页标记不对，请从第一页重新翻。"})
    return Cursor(int(at), task_id)


# ------------------------------------------------------------------ open tasks
def waiting(ctx: ReadContext, queue: str, cursor: Cursor | None, limit: int) -> list[str]:
    """Ids of the next open tasks of a queue, by due, then id."""
    last = {} if cursor is None else {"last_due": cursor.at, "last_id": cursor.task_id}
    return _ids(ctx, _first(reader_of(ctx), queue, Choice(), limit, behind=cursor is not None), last)


def chosen(ctx: ReadContext, queue: str, choice: Choice, first: int, limit: int) -> list[str]:
    """Ids of open tasks of a queue that a choice lets through, in its order; `first` of them are passed over."""
    most, reader = first + limit, reader_of(ctx)
    if words_of(choice.words):
        return worded(ctx, reader, queue, replace(choice, words=""), choice.words, most)[first:]
    return _ids(ctx, _first(reader, queue, choice, most))[first:]


def _ids(ctx: ReadContext, query: Select[Any] | None, last: dict[str, Any] | None = None) -> list[str]:
    return [] if query is None else [row.task_id for row in ctx.conn.execute(query, {**moment(ctx), **(last or {})})]


@lru_cache(BUILT)
def _first(reader: Reader, queue: str, choice: Choice, most: int, behind: bool = False) -> Select[Any] | None:
    """The first rows of a queue as somebody chose to see it; `behind`: those after `last_due` and `last_id`."""
    after = (_LIES.due > _LAST_DUE) | ((_LIES.due == _LAST_DUE) & (_LIES.task_id > _LAST_ID))
    ranks = order(choice)
    return first_of(heads(reader, queue, [*narrowed(choice), *([after] if behind else [])], ranks, most), ranks, most)


# ------------------------------------------------------------------ how many
def counts(ctx: ReadContext) -> dict[str, int]:
    """How many lie in each queue; COUNTED + 1 means more than COUNTED."""
    # Each part is read off one index whoever asks; planning all of them anew takes PostgreSQL longer than counting.
    with planned(ctx.conn, plan_cache_mode="force_generic_plan"):
        return dict(ctx.conn.execute(_numbers(reader_of(ctx)), moment(ctx)).mappings().one())


@lru_cache(BUILT)
def _numbers(reader: Reader) -> Select[Any]:
    """Of all queues at once: asking for each would take as long again."""
    each: list[Any] = [_number(reader, queue).label(queue) for queue in QUEUES]
    return select(*each)


def _number(reader: Reader, queue: str) -> ColumnElement[int]:
    if queue == DONE:
        return _at_most(_own(reader, select(finished_tasks.c.id)))
    each = sources(reader, queue)
    if not each:
        return literal(0)
    if len(each) == 1:
        return _at_most(each[0])
    # Which of them lie in several sources need not be known where one alone has more than are counted.
    many = [(_at_most(source) > COUNTED, COUNTED + 1) for source in each]
    some = apart(source.limit(COUNTED + 1) for source in each)
    return case(*many, else_=_at_most(select(union_all(*some).subquery().c.task_id).distinct()))


def _at_most(found: Select[Any]) -> ColumnElement[int]:
    """As many as are counted, and one more."""
    return select(func.count()).select_from(found.limit(COUNTED + 1).subquery()).scalar_subquery()


# ------------------------------------------------------------------ what somebody has done
def done(ctx: ReadContext, query: Select[Any], cursor: Cursor | None, limit: int) -> Sequence[RowMapping]:
    """The next tasks the actor has completed, newest first; `query` selects from finished_tasks and cases."""
    ended, id = type_coerce(finished_tasks.c.ended_at, BigInteger), finished_tasks.c.id
    own = _own(reader_of(ctx), query).order_by(finished_tasks.c.ended_at.desc(), id).limit(limit)
    if cursor is not None:
        own = own.where((ended < cursor.at) | ((ended == cursor.at) & (id > cursor.task_id)))
    return ctx.conn.execute(own, moment(ctx)).mappings().all()


def _own(reader: Reader, query: Select[Any]) -> Select[Any]:
    """What has become restricted since is left out."""
    own = query.where(finished_tasks.c.actor == READER, finished_tasks.c.how == "completed")
    return own if reader.sees_restricted else own.where(finished_tasks.c.case_id.not_in(restricted_cases()))
