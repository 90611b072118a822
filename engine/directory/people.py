"""People who sign in: found by name and password; entered with their groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, insert, select

from engine.cases.commands import CITIZEN, SYSTEM, Actor
from engine.directory.password_policy import initial_problem
from engine.directory.passwords import hash_password, verify_password
from engine.directory.posts import unknown_groups, why_apart
from engine.errors import BadInput
from engine.storage.models import memberships, people, units
from engine.storage.prepared import Prepared


@dataclass(frozen=True)
class Person:
    """One person who may sign in; `display` is the name on screens."""

    name: str
    display: str
    groups: frozenset[str]
    unit: str | None
    window: str | None
    active: bool


@dataclass(frozen=True)
class NewPerson:
    """A person about to be entered."""

    name: str
    display: str
    groups: tuple[str, ...]
    unit: str | None = None
    window: str | None = None


def actor_of(person: Person) -> Actor:
    """The person as the one who acts."""
    return Actor(person.name, person.display, person.groups, person.unit, person.window)


# ------------------------------------------------------------------ finding
_BY_NAME = Prepared(select(people).where(people.c.name == bindparam("wanted")))
_GROUPS = Prepared(select(memberships.c.group).where(memberships.c.person == bindparam("of_person")))


def find_person(conn: Connection, name: str) -> Person | None:
    """The person with this sign-in name, also one who was shut off (`active` false)."""
    row = _row(conn, name)
    return None if row is None else person_of(conn, row)


def authenticate(conn: Connection, name: str, password: str) -> Person | None:
    """The active person whom name and password identify; takes as long for a name nobody has.

    Counts nothing and asks for nothing more: the doors use `engine/directory/signing_in.py`.
    """
    row = _row(conn, name)
    right = verify_password(name, password, None if row is None else row["password"])
    return person_of(conn, row) if row is not None and right and row["active"] else None


def printable(name: str) -> bool:
    """What cannot be printed is nobody's name, and PostgreSQL does not even take a NUL."""
    return name.isprintable()


def _row(conn: Connection, name: str) -> Mapping[str, Any] | None:
    if not printable(name):
        return None
    return next(iter(_BY_NAME.fetch(conn, {"wanted": name})), None)


def person_of(conn: Connection, row: Mapping[str, Any]) -> Person:
    """The person of a row of `people`, with their groups."""
    groups = frozenset(found["group"] for found in _GROUPS.fetch(conn, {"of_person": row["name"]}))
    return Person(row["name"], row["display"], groups, row["unit"], row["window"], row["active"])


# ------------------------------------------------------------------ entering
def add_person(
    conn: Connection,
    name: str,
    display: str,
    password: str,
    groups: Collection[str],
    unit: str | None,
    window: str | None,
    now: datetime,
) -> Person:
    """Enter one person with a password for the first day (README, "账号与登录").

    BadInput when the name is taken or unfit, the password short, or a group or unit unknown.
    """
    person = NewPerson(name, display, tuple(sorted(set(groups))), unit, window)
    _refuse_unfit(conn, person, password)
    enter_people(conn, [person], hash_password(password), now, initial=True)
    return Person(name, display, frozenset(groups), unit, window, True)


def enter_people(
    conn: Connection, newcomers: Sequence[NewPerson], password_hash: str, now: datetime, initial: bool = False
) -> None:
    """Write people and memberships as given, all with the same stored hash; checks nothing.

    `initial`: the password is to be changed before anything else.
    """
    if not newcomers:
        return
    rows = [
        {
            "name": person.name,
            "display": person.display,
            "password": password_hash,
            "unit": person.unit,
            "window": person.window,
            "active": True,
            "created_at": now,
            "password_at": now,
            "initial": initial,
            "seen_at": now,
        }
        for person in newcomers
    ]
    conn.execute(insert(people), rows)
    members = [{"person": person.name, "group": group} for person in newcomers for group in person.groups]
    if members:
        conn.execute(insert(memberships), members)


def _refuse_unfit(conn: Connection, person: NewPerson, password: str) -> None:
    wrong = {}
    if not _usable_name(person.name):
        wrong["name"] = "登录名不能为空或含空格、冒号，最多 200 个字符；system 和 citizen 是系统自己用的。"
    elif _is_taken(conn, person.name):
        wrong["name"] = f"登录名“{person.name}”已有人使用，请换一个。"
    if said := initial_problem(password):
        wrong["password"] = said
    known = set(conn.scalars(select(units.c.code)))
    if refused := why_not_groups(person.groups, known):
        wrong["groups"] = refused
    if person.unit is not None and person.unit not in known:
        wrong["unit"] = f"没有代码为“{person.unit}”的单位。"
    if wrong:
        raise BadInput(wrong)


def _is_taken(conn: Connection, name: str) -> bool:
    """Also by somebody whose name differs in capital letters alone: one name is one person."""
    return bool(conn.scalar(select(exists().where(func.lower(people.c.name) == name.lower()))))


def _usable_name(name: str) -> bool:
    # A colon would end the name in HTTP Basic (RFC 7617, section 2).
    fits = 0 < len(name) <= 200 and name.isprintable() and not any(mark.isspace() or mark == ":" for mark in name)
    return fits and name not in (SYSTEM.name, CITIZEN.name)


def why_not_groups(groups: Collection[str], codes: Collection[str]) -> str | None:
    """The sentence why nobody can be in these groups, in a house with these units; None when somebody can."""
    return why_unknown(groups, codes) or why_apart(groups)


def why_unknown(groups: Collection[str], codes: Collection[str]) -> str | None:
    """The sentence that names those that are no groups of a house with these units."""
    if unknown := unknown_groups(groups, codes):
        return f"没有这些组：{'、'.join(unknown)}。单位的组写成 unit:单位代码。"
    return None


def groups_held(conn: Connection) -> frozenset[str] | None:
    """Every group some active person is in; None while the house has nobody yet."""
    query = select(memberships.c.group).join(people, people.c.name == memberships.c.person).where(people.c.active)
    return frozenset(conn.scalars(query)) or None
