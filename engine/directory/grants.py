"""Posts that one administrator alone cannot give: one asks, another decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.audit import house as trail
from engine.cases.commands import SYSTEM, Actor
from engine.directory.commands import DecideGrant
from engine.directory.people import find_person
from engine.directory.posts import APART, why_apart
from engine.errors import BadInput, NotFound, NotNow, NotYours
from engine.storage.models import grants, memberships
from engine.vocabulary import label


def to_ask_for(actor: Actor, groups: Collection[str]) -> frozenset[str]:
    """Which of these the actor may only ask for; the operator of the server asks nobody."""
    return frozenset() if actor is SYSTEM else APART.intersection(groups)


def ask(conn: Connection, actor: Actor, now: datetime, name: str, groups: Collection[str]) -> None:
    """Ask another administrator to give somebody these posts. Raises BadInput for what is asked for already."""
    for group in sorted(groups):
        if waiting(conn, name, group):
            raise BadInput({"groups": f"“{label('group', group)}”已经申请过，正等另一位系统管理员批准。"})
        row = {"person": name, "group": group, "asked_by": actor.name, "asked_at": now}
        (id,) = conn.execute(insert(grants).values(**row)).inserted_primary_key or (None,)
        trail.record(conn, now, actor.name, "post_asked", name, {"request": id, "group": group})


def waiting(conn: Connection, name: str, group: str) -> bool:
    """Whether this is asked for and not decided on."""
    asked = (grants.c.person == name) & (grants.c.group == group) & grants.c.decided_at.is_(None)
    return conn.execute(select(grants.c.id).where(asked)).first() is not None


def decide(conn: Connection, actor: Actor, now: datetime, command: DecideGrant) -> None:
    """Give the post, or decline. Raises NotFound, NotNow, NotYours for whoever asked or would gain."""
    asked = _asked(conn, command.id)
    if asked["decided_at"] is not None:
        raise NotNow(f"这项申请已由 {asked['decided_by']} 处理过，请刷新页面。")
    name, group = asked["person"], asked["group"]
    if command.granted:
        _may_grant(conn, actor, asked)
        conn.execute(insert(memberships).values(person=name, group=group))
    decided = {"decided_by": actor.name, "decided_at": now, "granted": command.granted}
    conn.execute(update(grants).where(grants.c.id == command.id).values(**decided))
    said = {"request": command.id, "group": group, "asked_by": asked["asked_by"]}
    trail.record(conn, now, actor.name, "post_granted" if command.granted else "post_declined", name, said)


def _asked(conn: Connection, id: int) -> Mapping[str, Any]:
    row = conn.execute(select(grants).where(grants.c.id == id)).mappings().one_or_none()
    if row is None:
        raise NotFound("没有这项申请，请核对。")
    return dict(row)


def _may_grant(conn: Connection, actor: Actor, asked: Mapping[str, Any]) -> None:
    if actor.name in (asked["asked_by"], asked["person"]):
        raise NotYours("这个岗位须由另一位系统管理员批准，申请人和本人都不能批准。")
    person = find_person(conn, asked["person"])
    held = person.groups if person is not None else frozenset()
    refused = why_apart({*held, asked["group"]})
    if refused is not None:
        raise NotNow(f"{refused}请先取消原来的岗位，再批准。")
