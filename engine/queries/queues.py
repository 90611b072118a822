"""The queues of an inbox as statements: which tasks lie in each, read off the index of `task_groups` alone.

Each group of the person gives its first rows, merged in their order. By due these are the next rows of the index, and
pages go by keyset on (group, due, id); a filter or another order reads the narrow rows of the group, and no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Label,
    Select,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)

from engine.clock import local, midnight
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.personal.grams import words_of
from engine.queries.inbox_choice import Choice, Rank, narrowed, order
from engine.queries.matching import Looked, looked_for
from engine.queries.visibility import restricted_cases
from engine.storage.grams import by_index
from engine.storage.models import (
    finished_tasks,
    follow_ups,
    memberships,
    microseconds,
    people,
    substitutions,
    task_groups,
    tasks,
)
from engine.storage.rows import NO_DUE

QUEUES = ("mine", "group", "overdue", "today", "supervised", "aside", "done")
DONE = "done"
COUNTED = 999  # counting stops there
_FEW, _MANY = 500, 5000  # cases that words find
_BEGINNING = 250  # rows of a group
_OFFERED_TO = task_groups.alias("offered_to")
_LIES = task_groups.c
_TASK_ID = re.compile("[0-9a-f-]{36}")


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
    ranks = order(Choice())
    return _first(ctx, [_head(_behind(source, cursor), ranks, limit) for source in _sources(ctx, queue)], ranks, limit)


def chosen(ctx: ReadContext, queue: str, choice: Choice, first: int, limit: int) -> list[str]:
    """Ids of open tasks of a queue that a choice lets through, in its order; `first` of them are passed over."""
    asked, ranks, most = narrowed(ctx, choice), order(choice), first + limit
    sources = [source.where(*asked) for source in _sources(ctx, queue)]
    if words_of(choice.words):
        return _worded(ctx, sources, choice.words, ranks, most)[first:]
    return _first(ctx, [_head(source, ranks, most) for source in sources], ranks, most)[first:]


def _first(ctx: ReadContext, heads: Sequence[Select[Any]], ranks: Sequence[Rank], most: int) -> list[str]:
    """The first of all heads together, of which each gives as many as could be among them."""
    if not heads:
        return []
    # Each head stands in a sub-select of its own: SQLite takes no limit inside a union otherwise.
    union = union_all(*(select(head.subquery()) for head in heads)).subquery()
    merged = select(union).distinct().order_by(*_by([union.c[key.name] for key in _keys(ranks)], ranks))
    return [row.task_id for row in ctx.conn.execute(merged.limit(most))]


def _head(source: Select[Any], ranks: Sequence[Rank], most: int) -> Select[Any]:
    """The first rows of a source, each with its keys."""
    keys = _keys(ranks)
    return source.add_columns(*keys).order_by(*_by(keys, ranks)).limit(most)


def _keys(ranks: Sequence[Rank]) -> list[Label[Any]]:
    return [rank.column.label(f"key{n}") for n, rank in enumerate(ranks)]


# ------------------------------------------------------------------ what words find of them
def _worded(
    ctx: ReadContext, sources: Sequence[Select[Any]], words: str, ranks: Sequence[Rank], most: int
) -> list[str]:
    """The first of all sources together of what words find."""
    looked = looked_for(ctx.keys, words)
    if looked is None:
        return []
    by_index(ctx.conn)
    number = looked.number(ctx.conn, _MANY)
    found = [row for source in sources for row in _found(ctx, source, looked, number, ranks, most)]
    together = list(dict.fromkeys(found))
    for n, rank in reversed([*enumerate(ranks, 1)]):
        together.sort(key=itemgetter(n), reverse=rank.down)
    return [row[0] for row in together[:most]]


def _found(
    ctx: ReadContext, source: Select[Any], looked: Looked, number: int, ranks: Sequence[Rank], most: int
) -> list[tuple[Any, ...]]:
    """The first rows of a source that words find, each with its keys. Where very much is found, the beginning of the
    source mostly gives so many, and nothing is asked of what comes behind; of little, the source is not gone through.
    """
    begun = _begun(ctx, source, looked, ranks, most) if number > _MANY else []
    if len(begun) == most:
        return begun
    if number <= _FEW:
        of_cases = select(tasks.c.id).where(looked.among(ctx.conn, tasks.c.case_id, begin=True))
        source = source.where(_LIES.task_id.in_(of_cases))
    else:
        source = source.where(looked.among(ctx.conn, _LIES.case_id, begin=False))
    return [tuple(row) for row in ctx.conn.execute(_head(source, ranks, most))]


def _begun(
    ctx: ReadContext, source: Select[Any], looked: Looked, ranks: Sequence[Rank], most: int
) -> list[tuple[Any, ...]]:
    beginning = _head(source.add_columns(_LIES.case_id), ranks, _BEGINNING).subquery()
    keys = [beginning.c[key.name] for key in _keys(ranks)]
    head = select(beginning.c.task_id, *keys).where(looked.stands(ctx.conn, beginning.c.case_id))
    return [tuple(row) for row in ctx.conn.execute(head.order_by(*_by(keys, ranks)).limit(most))]


def _by(keys: Sequence[ColumnElement[Any]], ranks: Sequence[Rank]) -> list[ColumnElement[Any]]:
    return [key.desc() if rank.down else key.asc() for key, rank in zip(keys, ranks, strict=True)]


def done(ctx: ReadContext, query: Select[Any], cursor: Cursor | None, limit: int) -> Select[Any]:
    """The next tasks the actor has completed, newest first; `query` selects from finished_tasks and cases."""
    ended, id = type_coerce(finished_tasks.c.ended_at, BigInteger), finished_tasks.c.id
    own = _own(ctx, query).order_by(finished_tasks.c.ended_at.desc(), id).limit(limit)
    if cursor is None:
        return own
    return own.where((ended < cursor.at) | ((ended == cursor.at) & (id > cursor.task_id)))


def count(ctx: ReadContext, queue: str) -> int:
    """How many lie in a queue; COUNTED + 1 means more than COUNTED."""
    found = _counted(ctx, queue)
    if found is None:
        return 0
    number = select(func.count()).select_from(found.limit(COUNTED + 1).subquery())
    return int(ctx.conn.execute(number).scalar_one())


def _counted(ctx: ReadContext, queue: str) -> Select[Any] | None:
    if queue == DONE:
        return _own(ctx, select(finished_tasks.c.id))
    sources = _sources(ctx, queue)
    if len(sources) == 1:
        return sources[0]
    heads = [select(source.limit(COUNTED + 1).subquery()) for source in sources]
    return select(union_all(*heads).subquery().c.task_id).distinct() if heads else None


def _own(ctx: ReadContext, query: Select[Any]) -> Select[Any]:
    """What has become restricted since is left out."""
    own = query.where(finished_tasks.c.actor == ctx.actor.name, finished_tasks.c.how == "completed")
    return own if "restricted" in ctx.actor.groups else own.where(finished_tasks.c.case_id.not_in(restricted_cases()))


# ------------------------------------------------------------------ where they lie
def _sources(ctx: ReadContext, queue: str) -> list[Select[Any]]:
    """Selects of task_id that together make the queue: one per group, or those the actor holds,
    those of whom they stand in for included."""
    if queue == "mine":
        return [_seen(ctx, _held(name).where(~_put_aside(ctx))) for name in sorted(ctx.actor.names)]
    if queue == "aside":
        put = select(follow_ups.c.task_id).where(*_own_aside(ctx))
        return [_seen(ctx, select(_LIES.task_id).distinct().where(_LIES.task_id.in_(put)))]
    return [_seen(ctx, _offered(ctx, queue, group)) for group in sorted(ctx.actor.groups)]


def _held(name: str) -> Select[Any]:
    """Each once, whatever number of groups it lies with."""
    return select(_LIES.task_id).distinct().where(_LIES.assignee == name)


def _put_aside(ctx: ReadContext) -> ColumnElement[bool]:
    """Whether the actor wants to see it on a later day, and nothing about it is pressing before that."""
    put = select(follow_ups.c.task_id).where(*_own_aside(ctx))
    return and_(_LIES.task_id.in_(put), _LIES.urgent.is_(False), _LIES.due > microseconds(ctx.now))


def _own_aside(ctx: ReadContext) -> tuple[ColumnElement[bool], ...]:
    return follow_ups.c.person == ctx.actor.name, follow_ups.c.until > ctx.now


def _offered(ctx: ReadContext, queue: str, group: str) -> Select[Any]:
    offered = select(_LIES.task_id).where(_LIES.group == group)
    if queue == "group":  # the members of the group are read once; whoever else holds a task is asked after one by one
        gone = and_(_LIES.assignee.not_in(_members(group)), ~_holder_may(ctx.now))
        return offered.where(or_(_LIES.assignee.is_(None), gone))
    if queue == "supervised":
        return offered.where(_LIES.element == literal_column("'supervise'"))  # as the partial index has it
    now = microseconds(ctx.now)
    if queue == "overdue":
        return offered.where(_LIES.due < now)
    tomorrow = local(ctx.now).date() + timedelta(days=1)
    return offered.where(_LIES.due >= now, _LIES.due < microseconds(midnight(tomorrow)))


def _members(group: str) -> Select[Any]:
    members = select(memberships.c.person).join(people, people.c.name == memberships.c.person)
    return members.where(memberships.c.group == group, people.c.active.is_(True))


def _holder_may(now: datetime) -> ColumnElement[bool]:
    """Whether who has claimed the task could still do it, as `holding.may_hold` says: who left holds nothing back."""
    s, m = substitutions.c, memberships.c
    # Two selects deep, the task in question is named: otherwise any task would do.
    standing = (s.substitute == _LIES.assignee, s.since <= now, s.until > now, s.ended_at.is_(None))
    stood_for = select(s.absent).where(*standing).correlate(task_groups)
    offered = select(_OFFERED_TO.c.group).where(_OFFERED_TO.c.task_id == _LIES.task_id).correlate(task_groups)
    return exists().where(
        m.group.in_(offered),
        or_(m.person == _LIES.assignee, m.person.in_(stood_for)),
        people.c.name == m.person,
        people.c.active.is_(True),
    )


def _seen(ctx: ReadContext, query: Select[Any]) -> Select[Any]:
    """Whoever is in a task's group may see its case, but for restricted ones (`policy.sees`)."""
    return query if "restricted" in ctx.actor.groups else query.where(_LIES.restricted.is_(False))


def _behind(query: Select[Any], cursor: Cursor | None) -> Select[Any]:
    if cursor is None:
        return query
    return query.where((_LIES.due > cursor.at) | ((_LIES.due == cursor.at) & (_LIES.task_id > cursor.task_id)))
