"""Where the open tasks of an inbox lie: what each queue asks of `task_groups`, read off its index alone.

Statements are built once for all who are in the same groups. Who reads and when is told when they are carried out:
`moment` gives the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, String, and_, bindparam, exists, literal_column, or_, select

from engine.cases import policy
from engine.clock import local, midnight
from engine.facade import ReadContext
from engine.storage.hints import by
from engine.storage.models import Instant, follow_ups, memberships, microseconds, people, substitutions, task_groups

_LIES = task_groups.c
_OFFERED_TO = task_groups.alias("offered_to")
READER = bindparam("reader", type_=String)
_NOW = bindparam("now", type_=Instant)
PRESENT, TOMORROW = (bindparam(name, type_=BigInteger) for name in ("present", "tomorrow"))  # microseconds
BUILT = 512  # statements kept of each kind
HELD = "held"  # what colleagues have in hand
_PERSONAL = ("mine", "aside")  # queues that are not asked for by group


@dataclass(frozen=True)
class Reader:
    """For whom a queue is built. `groups`: what they may do; `watched`: these, and what those they answer for hold.

    `names`: how many people's tasks are theirs, those they stand in for included.
    """

    groups: tuple[str, ...]
    watched: tuple[str, ...]
    names: int
    sees_restricted: bool


def reader_of(ctx: ReadContext) -> Reader:
    """The actor as statements know them."""
    groups = ctx.actor.groups
    watched = tuple(sorted(groups | policy.answers_for(ctx.actor)))
    return Reader(tuple(sorted(groups)), watched, len(ctx.actor.names), "restricted" in groups)


def moment(ctx: ReadContext) -> dict[str, Any]:
    """The parameters of every statement about a queue: who reads, and when."""
    tomorrow = midnight(local(ctx.now).date() + timedelta(days=1))
    holders = {f"holder{n}": name for n, name in enumerate(sorted(ctx.actor.names))}
    return {
        **holders,
        "reader": ctx.actor.name,
        "now": ctx.now,
        "present": microseconds(ctx.now),
        "tomorrow": microseconds(tomorrow),
    }


@lru_cache(BUILT)
def sources(reader: Reader, queue: str) -> tuple[Select[Any], ...]:
    """Selects of task_id that together make the queue: one per group, or one per person whose tasks they hold."""
    if queue == "mine":  # each once, whatever number of groups it lies with
        held = [_LIES.assignee == name for name in _holders(reader)]
        return tuple(select(_LIES.task_id).distinct().where(one, ~_put_aside(), *_seen(reader)) for one in held)
    if queue == "aside":
        return (select(_LIES.task_id).distinct().where(*_aside(), *_seen(reader)),)
    each = [
        (_LIES.group == group, *_offered(reader, queue, _of(group)), *_seen(reader)) for group in _groups(reader, queue)
    ]
    return tuple(_by_holder(select(_LIES.task_id).where(*asked), queue) for asked in each)


@lru_cache(BUILT)
def together(reader: Reader, queue: str) -> tuple[ColumnElement[bool], ...]:
    """The whole queue as one condition, by which a task may be met once per group it lies with."""
    if queue == "mine":
        return (_LIES.assignee.in_(_holders(reader)), ~_put_aside(), *_seen(reader))
    if queue == "aside":
        return (*_aside(), *_seen(reader))
    return (_LIES.group.in_(_groups(reader, queue)), *_offered(reader, queue, _of_that_row()), *_seen(reader))


@lru_cache(BUILT)
def lying(reader: Reader, queue: str) -> Select[Any]:
    """`case_id` of all tasks that could be in the queue: of groups, whatever lies with them, off a narrow index."""
    if queue in _PERSONAL:
        return select(_LIES.case_id).where(*together(reader, queue))
    return select(_LIES.case_id).where(_LIES.group.in_(_groups(reader, queue)))


def by_case(rows: Select[Any], queue: str) -> Select[Any]:
    """Tasks of given cases that lie with groups: SQLite would rather go through the whole queue in its order."""
    if queue in _PERSONAL:
        return rows
    return by(rows, task_groups, "ix_task_groups_cases")


def _groups(reader: Reader, queue: str) -> tuple[str, ...]:
    return reader.watched if queue == HELD else reader.groups


def _by_holder(rows: Select[Any], queue: str) -> Select[Any]:
    """Few of all that lies with a group is held: SQLite would go through the whole of it."""
    return by(rows, task_groups, "ix_task_groups_in_hand") if queue == HELD else rows


def _holders(reader: Reader) -> list[ColumnElement[str]]:
    return [bindparam(f"holder{n}", type_=String) for n in range(reader.names)]


def _seen(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """Whoever is in a task's group may see its case, but for restricted ones (`policy.sees`)."""
    return () if reader.sees_restricted else (_LIES.restricted.is_(False),)


# ------------------------------------------------------------------ put aside
def _put_aside() -> ColumnElement[bool]:
    """Whether the reader wants to see it on a later day, and nothing about it is pressing before that."""
    return and_(*_aside(), _LIES.urgent.is_(False), _LIES.due > PRESENT)


def _aside() -> tuple[ColumnElement[bool], ...]:
    put = select(follow_ups.c.task_id).where(follow_ups.c.person == READER, follow_ups.c.until > _NOW)
    return (_LIES.task_id.in_(put),)


# ------------------------------------------------------------------ offered to a group
def _offered(reader: Reader, queue: str, members: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """`members`: whether the holder is one of the group's, which says most often that a task is taken."""
    if queue == "group":  # whoever else holds a task is asked after one by one
        return (or_(_LIES.assignee.is_(None), and_(~members, ~_holder_is_offered(), ~_holder_may())),)
    if queue == HELD:
        could = or_(members, _holder_is_offered(), _holder_may())
        return (_LIES.assignee.is_not(None), _LIES.assignee.not_in(_holders(reader)), could)
    if queue == "supervised":
        return (_LIES.element == literal_column("'supervise'"),)  # as the partial index has it
    return (_LIES.due < PRESENT,) if queue == "overdue" else (_LIES.due >= PRESENT, _LIES.due < TOMORROW)


def _of(group: str) -> ColumnElement[bool]:
    """The members of the group are read once."""
    members = select(memberships.c.person).join(people, people.c.name == memberships.c.person)
    return _LIES.assignee.in_(members.where(memberships.c.group == group, people.c.active.is_(True)))


def _of_that_row() -> ColumnElement[bool]:
    m = memberships.c
    return exists().where(
        m.group == _LIES.group, m.person == _LIES.assignee, people.c.name == m.person, people.c.active.is_(True)
    )


def _holder_is_offered() -> ColumnElement[bool]:
    """Most that lies with another group too is held by one of theirs: quicker than asking for whom they stand in, above
    all from what the holder is in to what lies there, as the tables stand here."""
    m, other = memberships.c, _OFFERED_TO.c
    there = memberships.join(_OFFERED_TO, other.group == m.group).join(people, people.c.name == m.person)
    held = (other.task_id == _LIES.task_id, m.person == _LIES.assignee, people.c.active.is_(True))
    return exists(select(literal_column("1")).select_from(there).where(*held).correlate(task_groups))


def _holder_may() -> ColumnElement[bool]:
    """Whether who has claimed the task could still do it, as `holding.may_hold` says: who left holds nothing back."""
    s, m = substitutions.c, memberships.c
    # Two selects deep, the task in question is named: otherwise any task would do.
    standing = (s.substitute == _LIES.assignee, s.since <= _NOW, s.until > _NOW, s.ended_at.is_(None))
    stood_for = select(s.absent).where(*standing).correlate(task_groups)
    offered = select(_OFFERED_TO.c.group).where(_OFFERED_TO.c.task_id == _LIES.task_id).correlate(task_groups)
    return exists().where(
        m.group.in_(offered),
        or_(m.person == _LIES.assignee, m.person.in_(stood_for)),
        people.c.name == m.person,
        people.c.active.is_(True),
    )
