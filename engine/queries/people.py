"""Groups and people, as lists and as names on screens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, or_, select

from engine import vocabulary
from engine.cases.commands import CITIZEN, SYSTEM
from engine.cases.policy import UNIT_POSTS
from engine.directory import Directory
from engine.facade import ReadContext
from engine.queries.paging import Page, paged
from engine.storage.models import memberships, people


@dataclass(frozen=True)
class Group:
    """A group tasks can be offered to; `kind`: `office`, or `unit` for the posts of a unit."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True)
class UserRow:
    """Somebody who can sign in."""

    name: str
    display: str
    unit: str | None


@dataclass(frozen=True)
class GroupFilter:
    """Every value given narrows the list; `member`: the groups of this person."""

    id: str | None = None
    kind: str | None = None
    member: str | None = None


def groups(ctx: ReadContext, wanted: GroupFilter, page: Page) -> list[Group]:
    """The offices, then the posts of every unit with a desk."""
    offices = [Group(code, name, "office") for code, name in vocabulary.GROUP.items() if code not in UNIT_POSTS]
    codes = (f"{post}:{unit.code}" for unit in ctx.directory.desks() for post in UNIT_POSTS)
    every = offices + [Group(code, group_name(ctx.directory, code), "unit") for code in codes]
    own = None if wanted.member is None else _groups_of(ctx.conn, wanted.member)
    found = [
        group
        for group in every
        if wanted.id in (None, group.id) and wanted.kind in (None, group.kind) and (own is None or group.id in own)
    ]
    return found[page.first : page.first + page.most]


def members_of(ctx: ReadContext) -> dict[str, int]:
    """How many active people are in each group that somebody is in."""
    query = select(memberships.c.group, func.count()).join(people, people.c.name == memberships.c.person)
    return {code: count for code, count in ctx.conn.execute(query.where(people.c.active).group_by(memberships.c.group))}


def names_in(ctx: ReadContext, group: str) -> dict[str, str]:
    """Everybody who is in a group, active or not, by sign-in name, with what they are called."""
    query = select(people.c.name, people.c.display).join(memberships, memberships.c.person == people.c.name)
    return {name: display for name, display in ctx.conn.execute(query.where(memberships.c.group == group))}


def _groups_of(conn: Connection, person: str) -> set[str]:
    return set(conn.scalars(select(memberships.c.group).where(memberships.c.person == person)))


def group_name(directory: Directory, group: str) -> str:
    """The group as screens call it: 窗口, 区税务局, 区税务局科室负责人."""
    post, _, code = group.partition(":")
    if not code:
        return vocabulary.label("group", group)
    short = directory.units[code].short if code in directory.units else code
    return short if post == "unit" else f"{short}{vocabulary.label('group', post)}"


@dataclass(frozen=True)
class UserFilter:
    """Every value given narrows the list; `group`: its members."""

    name: str | None = None
    group: str | None = None


def users(ctx: ReadContext, wanted: UserFilter, page: Page) -> list[UserRow]:
    """Active people, by sign-in name."""
    query = select(people.c.name, people.c.display, people.c.unit).where(people.c.active.is_(True))
    if wanted.name is not None:
        query = query.where(people.c.name == wanted.name)
    if wanted.group is not None:
        members = select(memberships.c.person).where(memberships.c.group == wanted.group)
        query = query.where(people.c.name.in_(members))
    return [UserRow(*row) for row in ctx.conn.execute(paged(query, page, {}, (people.c.name,)))]


def called(conn: Connection, person: str) -> Sequence[str]:
    """Sign-in names of whoever is called so, by sign-in name or on screens; what nobody is called, as it is."""
    same = or_(people.c.name == person, people.c.display == person)
    return conn.scalars(select(people.c.name).where(same).order_by(people.c.name)).all() or [person]


_DISPLAYS = select(people.c.name, people.c.display).where(people.c.name.in_(bindparam("names", expanding=True)))


def displays(conn: Connection, names: Collection[str]) -> dict[str, str]:
    """Sign-in name to the name on screens; who is not known keeps the sign-in name."""
    known = {name: display for name, display in conn.execute(_DISPLAYS, {"names": [*{*names}]})} if names else {}
    return {name: known.get(name, name) for name in names} | {each.name: each.display for each in (CITIZEN, SYSTEM)}
