"""Changes of a person's desk: their own alone, and no line on the trail, for no case is touched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, insert, select, update

from engine.cases import policy
from engine.cases.commands import Actor
from engine.clock import local, midnight
from engine.desk.commands import (
    DeskCommand,
    DropView,
    KeepChoice,
    OpenWith,
    PutAside,
    RenameView,
    SaveView,
    TakeBack,
    UseKeys,
)
from engine.errors import BadInput, NotFound, NotYours
from engine.keys import Keys
from engine.storage.database import WriteTransaction
from engine.storage.models import (
    cases,
    desk_settings,
    follow_ups,
    inbox_choices,
    inbox_views,
    task_groups,
    tasks,
)
from engine.storage.sealed import sealed

LONGEST_NAME = 40
LONGEST_REASON = 200
MOST_VIEWS = 30  # of one person: more cannot be told apart in a list
LONGEST_ASIDE = timedelta(days=60)


def carry_out(tx: WriteTransaction, command: DeskCommand, actor: Actor, now: datetime, keys: Keys) -> None:
    """Carry out one command. Raises BadInput, NotFound, NotYours."""
    tx.begin_writing()
    match command:
        case KeepChoice():
            _replace(tx.conn, inbox_choices, actor, choice=_packed(command.choice))
        case SaveView():
            _save(tx.conn, actor, command)
        case DropView():
            _drop(tx.conn, actor, command.id)
        case RenameView():
            _rename(tx.conn, actor, command)
        case OpenWith():
            _open_with(tx.conn, actor, command.id)
        case PutAside():
            _put_aside(tx.conn, actor, command, now, keys)
        case TakeBack():
            tx.conn.execute(delete(follow_ups).where(*_own(actor, command.task_id)))
        case UseKeys():
            _replace(tx.conn, desk_settings, actor, single_keys=command.single)


def _replace(conn: Connection, table: Any, actor: Actor, **values: Any) -> None:
    conn.execute(delete(table).where(table.c.person == actor.name))
    conn.execute(insert(table).values(person=actor.name, **values))


def _packed(choice: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(choice)).decode()


# ------------------------------------------------------------------ named choices
def _save(conn: Connection, actor: Actor, command: SaveView) -> None:
    name = _name(command.name)
    if command.group is not None and not policy.leads(actor, [command.group]):
        raise NotYours("只有组长可以把筛选共享给全组。")
    own = select(func.count()).select_from(inbox_views).where(inbox_views.c.owner == actor.name)
    if conn.execute(own).scalar_one() >= MOST_VIEWS:
        raise BadInput({"name": f"最多存 {MOST_VIEWS} 个，请先删去不用的。"})
    view = {"group": command.group, "choice": _packed(command.choice)}
    same = (inbox_views.c.owner == actor.name, inbox_views.c.name == name)
    if not conn.execute(update(inbox_views).where(*same).values(**view)).rowcount:
        conn.execute(insert(inbox_views).values(owner=actor.name, name=name, **view))


def _name(given: str) -> str:
    name = given.strip()
    if not name or len(name) > LONGEST_NAME:
        raise BadInput({"name": f"请起一个名字，不超过 {LONGEST_NAME} 个字。"})
    return name


def _rename(conn: Connection, actor: Actor, command: RenameView) -> None:
    name = _name(command.name)
    same = (inbox_views.c.owner == actor.name, inbox_views.c.name == name, inbox_views.c.id != command.id)
    if conn.execute(select(inbox_views.c.id).where(*same)).first() is not None:
        raise BadInput({"name": f"您已经有一个叫“{name}”的筛选，请换一个名字。"})
    _change(conn, actor, command.id, name=name)


def _open_with(conn: Connection, actor: Actor, id: int | None) -> None:
    conn.execute(update(inbox_views).where(inbox_views.c.owner == actor.name).values(opens=False))
    if id is not None:
        _change(conn, actor, id, opens=True)


def _change(conn: Connection, actor: Actor, id: int, **values: Any) -> None:
    own = (inbox_views.c.id == id, inbox_views.c.owner == actor.name)
    if not conn.execute(update(inbox_views).where(*own).values(**values)).rowcount:
        raise NotFound("没有这个筛选，可能已经删去了。")


def _drop(conn: Connection, actor: Actor, id: int) -> None:
    dropped = conn.execute(delete(inbox_views).where(inbox_views.c.id == id, inbox_views.c.owner == actor.name))
    if not dropped.rowcount:
        raise NotFound("没有这个筛选，可能已经删去了。")


# ------------------------------------------------------------------ put aside
def _put_aside(conn: Connection, actor: Actor, command: PutAside, now: datetime, keys: Keys) -> None:
    if not is_in_own_queues(conn, actor, command.task_id):
        raise NotFound("没有这件待办，可能已经办结。")
    until, reason = midnight(command.until), command.reason.strip()
    today = local(now).date()
    if not today < command.until <= today + LONGEST_ASIDE:
        raise BadInput({"until": f"请填明天到 {LONGEST_ASIDE.days} 天以内的日期，写成 2026-10-08。"})
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput({"reason": f"请写明原因，不超过 {LONGEST_REASON} 个字。"})
    conn.execute(delete(follow_ups).where(*_own(actor, command.task_id)))
    row = {"person": actor.name, "task_id": command.task_id, "until": until, "reason": reason}
    conn.execute(insert(follow_ups).values(**sealed(keys, follow_ups, row)))


def is_in_own_queues(conn: Connection, actor: Actor, task_id: str) -> bool:
    """Held by this person, or offered to one of their groups; what has become restricted is hidden with its case."""
    restricted = () if "restricted" in actor.groups else (cases.c.restricted.is_(False),)
    offered = select(task_groups.c.task_id).where(task_groups.c.group.in_(actor.groups))
    mine = tasks.c.assignee.in_(actor.names) | tasks.c.id.in_(offered)
    found = (
        select(tasks.c.id).join(cases, cases.c.id == tasks.c.case_id).where(tasks.c.id == task_id, mine, *restricted)
    )
    return conn.execute(found).first() is not None


def _own(actor: Actor, task_id: str) -> tuple[Any, Any]:
    return follow_ups.c.person == actor.name, follow_ups.c.task_id == task_id
