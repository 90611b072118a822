"""What somebody has typed into a form and not sent yet: kept sealed, for themself alone.

Typing is no act: a draft has no line on the trail and no other case or person is touched by it. It goes when its step
is sent by the same person, when they throw it away, and after `DRAFTS_LIVE`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, bindparam, delete, func, select

from engine.cases import policy
from engine.cases.commands import Actor
from engine.errors import BadInput, NotFound, NotYours, TooLarge
from engine.keys import Keys
from engine.storage.database import WriteTransaction
from engine.storage.locks import lock_name
from engine.storage.models import drafts, finished_tasks, tasks
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_rows
from engine.storage.sealed import sealed, unsealed

DRAFTS_LIVE = timedelta(days=180)  # since it was last written
REGISTERING = "register:"  # the place of a draft that belongs to no task begins so, a random word follows
LONGEST = 200_000  # letters of one draft
MOST = 50  # registrations somebody has begun

_LONGEST_PLACE = 100
_d = drafts.c
_AT = (_d.person == bindparam("of_person"), _d.place == bindparam("at_place"))
_FIND = Prepared(select(_d.content, _d.at).where(*_AT))
_DROP = Prepared(delete(drafts).where(*_AT))


@dataclass(frozen=True)
class Typed:
    """One field as it was typed: its dotted path, the words the form called it by, the text."""

    path: str
    label: str
    text: str


@dataclass(frozen=True)
class KeepDraft:
    """Keep what was typed in the place of whatever was kept there before.

    `known` are the paths, rows without their number, of which this says everything: what an earlier draft has outside
    them, typed into an older form or hidden just now, stays.
    """

    place: str
    fields: Sequence[Typed] = field(repr=False)
    known: frozenset[str]


@dataclass(frozen=True)
class DropDraft:
    """Throw a draft away."""

    place: str


DraftCommand = KeepDraft | DropDraft


@dataclass(frozen=True)
class Draft:
    """What is kept, and since when."""

    place: str
    fields: tuple[Typed, ...]
    at: datetime


def carry_out(tx: WriteTransaction, keys: Keys, command: DraftCommand, actor: Actor, now: datetime) -> datetime | None:
    """Keep or drop; returns when it was kept, None when nothing is. Raises BadInput, NotFound, NotYours, TooLarge."""
    tx.begin_writing()
    lock_name(tx.conn, "draft", actor.name, command.place)
    if actor.groups <= policy.READ_ALONE:
        raise NotYours("审计员只查看，不填写表单，没有草稿。")
    if isinstance(command, DropDraft):
        drop(tx.conn, actor.name, command.place)
        return None
    if command.place.startswith(REGISTERING) and not policy.holds(actor, policy.REGISTER):
        raise NotYours("您所在的组不登记反映件，请联系窗口。")
    return _keep(tx.conn, keys, command, actor.name, now)


def drop(conn: Connection, person: str, place: str) -> None:
    """Forget a draft, in a transaction that writes; nothing happens where there is none."""
    _DROP.run(conn, {"of_person": person, "at_place": place})


def draft_of(conn: Connection, keys: Keys, person: str, place: str) -> Draft | None:
    """The draft of this person at a place."""
    found = _FIND.fetch(conn, {"of_person": person, "at_place": place})
    if not found:
        return None
    row = unsealed(keys, drafts, {"person": person, "place": place, "content": found[0]["content"]})
    return Draft(place, tuple(Typed(*each) for each in orjson.loads(row["content"])), found[0]["at"])


def forget_older_than(conn: Connection, instant: datetime) -> int:
    """Forget what nobody has gone on with since; returns how many."""
    return conn.execute(delete(drafts).where(_d.at < instant)).rowcount


def without_numbers(path: str) -> str:
    """The path of a field of a repeating row, whatever row it stands in."""
    return ".".join(part for part in path.split(".") if not part.isdigit())


def _keep(conn: Connection, keys: Keys, command: KeepDraft, person: str, now: datetime) -> datetime | None:
    _refuse_unfit(conn, command, person)
    before = draft_of(conn, keys, person, command.place)
    older = () if before is None else before.fields
    aside = [each for each in older if without_numbers(each.path) not in command.known]
    fields = [*command.fields, *aside]
    drop(conn, person, command.place)
    if not any(each.text.strip() for each in fields):
        return None
    content = orjson.dumps([(each.path, each.label, each.text) for each in fields]).decode()
    row = {"person": person, "place": command.place, "content": content, "at": now}
    insert_rows(conn, drafts, [sealed(keys, drafts, row)])
    return now


def _refuse_unfit(conn: Connection, command: KeepDraft, person: str) -> None:
    if sum(len(each.text) for each in command.fields) > LONGEST:
        raise TooLarge(f"草稿最多 {LONGEST // 10_000} 万字，请缩短后再存。")
    if len(command.place) > _LONGEST_PLACE:
        raise BadInput({}, "这份草稿没有可存的地方，请重新打开页面。")
    if command.place.startswith(REGISTERING):
        _refuse_too_many(conn, command.place, person)
    else:
        _refuse_without_task(conn, command.place, person)


def _refuse_too_many(conn: Connection, place: str, person: str) -> None:
    others = (_d.person == person, _d.place.startswith(REGISTERING), _d.place != place)
    if conn.execute(select(func.count()).select_from(drafts).where(*others)).scalar_one() >= MOST:
        raise NotYours(f"登记草稿最多存 {MOST} 份，请先删去不用的。")


def _refuse_without_task(conn: Connection, place: str, person: str) -> None:
    """A late message of the browser must not bring back what has just been sent."""
    if conn.execute(select(tasks.c.id).where(tasks.c.id == place)).first() is not None:
        return
    ended = conn.execute(select(finished_tasks.c.actor).where(finished_tasks.c.id == place)).first()
    if ended is None or ended.actor == person:
        raise NotFound("这一步已经提交或不存在，草稿没有存。")


def places(conn: Connection, person: str, among: Sequence[str]) -> Mapping[str, datetime]:
    """Of these places those where this person has a draft, and when it was kept."""
    query = select(_d.place, _d.at).where(_d.person == person, _d.place.in_(among))
    return {row.place: row.at for row in conn.execute(query)}
