"""Substitution: whoever is away lends their posts to a colleague, from an instant until another, and no longer.

Nothing has to happen for it to begin or to end: who stands in for whom is asked at every request, by the clock of
the house. What a substitute does for somebody is traced as such (engine/cases/capacity.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, or_, select, update

from engine.audit import house as trail
from engine.cases import policy
from engine.cases.commands import SYSTEM, Absent, Actor
from engine.clock import local
from engine.directory.commands import EndSubstitution, EnterSubstitution
from engine.directory.people import Person, actor_of, find_person
from engine.directory.posts import APART, lent
from engine.errors import BadInput, NotFound, NotNow, NotYours
from engine.storage.models import memberships, people, substitutions
from engine.storage.prepared import Prepared

LONGEST_REASON = 500

_STOOD_FOR = Prepared(
    select(
        substitutions.c.id,
        substitutions.c.until,
        people.c.name,
        people.c.display,
        people.c.unit,
        people.c.window,
        memberships.c.group,
    )
    .select_from(
        substitutions.join(people, people.c.name == substitutions.c.absent).join(
            memberships, memberships.c.person == people.c.name
        )
    )
    .where(
        substitutions.c.substitute == bindparam("of_person"),
        substitutions.c.since <= bindparam("present", type_=substitutions.c.since.type),
        substitutions.c.until > bindparam("present", type_=substitutions.c.until.type),
        substitutions.c.ended_at.is_(None),
        people.c.active.is_(True),
    )
    .order_by(substitutions.c.since, substitutions.c.id)
)


# ------------------------------------------------------------------ at every request
def acting(conn: Connection, person: Person, now: datetime) -> Actor:
    """The person as the one who acts at this instant, with whom they stand in for."""
    actor, stands_in = actor_of(person), stood_for(conn, person.name, now)
    if not stands_in:
        return actor
    groups = actor.groups.union(*(absent.groups for absent in stands_in))
    return Actor(actor.name, actor.display, groups, actor.unit, actor.window, actor.groups, stands_in)


def stood_for(conn: Connection, name: str, now: datetime) -> tuple[Absent, ...]:
    """Whom this person stands in for at this instant, with what each lends."""
    by_person: dict[str, list[Mapping[str, Any]]] = {}
    for row in _STOOD_FOR.fetch(conn, {"of_person": name, "present": now}):
        by_person.setdefault(row["name"], []).append(row)
    found = (_absent(rows) for rows in by_person.values())
    return tuple(absent for absent in found if absent.groups)


def _absent(rows: list[Mapping[str, Any]]) -> Absent:
    first = rows[0]
    groups = lent(row["group"] for row in rows)
    return Absent(first["name"], first["display"], groups, first["unit"], first["window"], first["until"])


# ------------------------------------------------------------------ entering
def enter(conn: Connection, actor: Actor, now: datetime, command: EnterSubstitution) -> int:
    """Enter a substitution; returns its id. Raises NotFound, NotYours, BadInput."""
    absent, since = _somebody(conn, command.absent, "absent"), max(command.since or now, now)
    if not may_enter(actor, absent):
        raise NotYours("代办由本人、本人的组长或系统管理员设置。")
    if not lent(absent.groups):
        raise NotYours("管理、审计和限密的岗位不能交人代办，请由同岗位的同事办理。")
    substitute = _somebody(conn, command.substitute, "substitute")
    _refuse_unfit(absent, substitute, since, command)
    _refuse_clashes(conn, absent, substitute, since, command.until)
    row = {"absent": absent.name, "substitute": substitute.name, "since": since, "until": command.until}
    said = {"entered_by": actor.name, "entered_at": now, "reason": command.reason or None}
    (id,) = conn.execute(insert(substitutions).values(**row, **said)).inserted_primary_key or (0,)
    told = {"substitution": id, **row, "lent": sorted(lent(absent.groups))}
    trail.record(conn, now, actor.name, "substitution_entered", absent.name, told)
    return int(id)


def end(conn: Connection, actor: Actor, now: datetime, command: EndSubstitution) -> None:
    """End a substitution before its time. Raises NotFound, NotYours, NotNow."""
    row = conn.execute(select(substitutions).where(substitutions.c.id == command.id)).mappings().one_or_none()
    absent = None if row is None else find_person(conn, row["absent"])
    if row is None or absent is None:
        raise NotFound("没有这项代办，请核对。")
    if actor.name != row["substitute"] and not may_enter(actor, absent):
        raise NotYours("代办由本人、代办人、本人的组长或系统管理员结束。")
    if row["ended_at"] is not None or row["until"] <= now:
        raise NotNow("这项代办已经结束，请刷新页面。")
    changed = {"ended_by": actor.name, "ended_at": now}
    conn.execute(update(substitutions).where(substitutions.c.id == command.id).values(**changed))
    said, before = {"substitution": command.id, "until": now}, {"until": row["until"]}
    trail.record(conn, now, actor.name, "substitution_ended", absent.name, said, before)


def may_enter(actor: Actor, absent: Person) -> bool:
    """The absent person, whoever leads every group they lend, an administrator; by their own right alone."""
    alone = actor if actor.own is None else Actor(actor.name, groups=actor.own)
    if actor is SYSTEM or actor.name == absent.name or "admin" in alone.groups:
        return True
    groups = lent(absent.groups)
    return bool(groups) and all(policy.leads(alone, {group}) for group in groups)


def _somebody(conn: Connection, name: str, field: str) -> Person:
    found = find_person(conn, name)
    if found is None or not found.active:
        raise BadInput({field: f"没有名为“{name}”的在用用户。"})
    return found


def _refuse_unfit(absent: Person, substitute: Person, since: datetime, command: EnterSubstitution) -> None:
    wrong = {}
    if command.until <= since:
        wrong["until"] = "结束时间须晚于开始时间和现在。"
    if len(command.reason or "") > LONGEST_REASON:
        wrong["reason"] = f"最多 {LONGEST_REASON} 个字，请缩短。"
    if refused := why_not(absent, substitute):
        wrong["substitute"] = refused
    if wrong:
        raise BadInput(wrong)


def why_not(absent: Person, substitute: Person) -> str | None:
    """The sentence why somebody may not stand in for an absent person; None when they may."""
    if substitute.name == absent.name:
        return "不能由本人代办，请另选一位同事。"
    if not APART.isdisjoint(substitute.groups):
        return f"{substitute.display}的岗位管人员、管流程或审计，不能代人办件，请另选一位同事。"
    if policy.units_of(substitute.groups) != policy.units_of(lent(absent.groups)):
        return "代办人须是同一单位的同事：别的单位看不到本单位的件。"
    return None


def _refuse_clashes(conn: Connection, absent: Person, substitute: Person, since: datetime, until: datetime) -> None:
    """One substitute at a time, and no chain: who is away stands in for nobody, and nobody for their substitute."""
    at_that_time = [substitutions.c.ended_at.is_(None), substitutions.c.since < until, substitutions.c.until > since]

    def clash(*named: ColumnElement[bool]) -> Mapping[str, Any] | None:
        row = conn.execute(select(substitutions).where(*at_that_time, or_(*named))).mappings().first()
        return None if row is None else dict(row)

    if row := clash(substitutions.c.absent == absent.name):
        raise BadInput({"since": f"这段时间已由 {row['substitute']} 代办（{_span(row)}），请先结束那一项，或改时间。"})
    if row := clash(substitutions.c.absent == substitute.name):
        raise BadInput({"substitute": f"{substitute.display}那时自己也不在（{_span(row)}），请另选一位同事。"})
    if row := clash(substitutions.c.substitute == absent.name):
        said = f"{absent.display}那时正代 {row['absent']} 办理（{_span(row)}），代办不能再转，请先结束那一项。"
        raise BadInput({"absent": said})


def _span(row: Mapping[str, Any]) -> str:
    return f"{local(row['since']):%Y-%m-%d %H:%M} 至 {local(row['until']):%Y-%m-%d %H:%M}"
