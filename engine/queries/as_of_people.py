"""Who people were at an instant: what they are today, and what the trail of the house says was changed since, undone.

Of units the trail says which post of the liaison directory changed hands, and never whose it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from engine.cases.commands import CITIZEN, SYSTEM
from engine.directory.changes import OF_PEOPLE, OF_UNITS, Change
from engine.facade import ReadContext
from engine.storage.models import memberships, people

_NOBODY = frozenset({SYSTEM.name, CITIZEN.name})
_OWN = ("display", "unit", "window")


@dataclass(frozen=True)
class PersonThen:
    """Somebody as the directory had them at an instant. `since`: what of it was changed later, of `display`, `unit`,
    `window`, `groups`, `active`; `now` what they are called today."""

    name: str
    display: str
    unit: str | None
    window: str | None
    groups: tuple[str, ...]
    active: bool
    since: tuple[str, ...]
    now: str


@dataclass(frozen=True)
class UnitThen:
    """A unit some of whose posts in the liaison directory have changed hands since; whose they were is not recorded."""

    code: str
    posts: tuple[str, ...]


@dataclass(frozen=True)
class Past:
    """These people as they are today, and everything that was changed of them, the latest first."""

    today: Mapping[str, PersonThen]
    changes: Mapping[str, Sequence[Change]]

    def at(self, name: str, instant: datetime) -> PersonThen | None:
        """The person at that instant; None for who is not in the directory."""
        found = self.today.get(name)
        if found is None:
            return None
        then = found
        for change in self.changes.get(name, ()):
            if change.at <= instant:
                break
            then = _without(then, change)
        differs = (each for each in (*_OWN, "groups", "active") if getattr(then, each) != getattr(found, each))
        return replace(then, since=tuple(differs))

    def called(self, name: str, instant: datetime) -> str:
        """What screens called them at that instant; who is not known keeps the sign-in name."""
        then = self.at(name, instant)
        return _OF_NO_PERSON.get(name, name) if then is None else then.display


_OF_NO_PERSON = {each.name: each.display for each in (CITIZEN, SYSTEM)}


def past_of(ctx: ReadContext, names: Collection[str]) -> Past:
    """The past of these people, by sign-in name."""
    wanted = set(names) - _NOBODY
    groups: dict[str, tuple[str, ...]] = {}
    of_them = select(memberships.c.person, memberships.c.group).where(memberships.c.person.in_(wanted))
    for person, group in ctx.conn.execute(of_them.order_by(memberships.c.group)):
        groups[person] = (*groups.get(person, ()), group)
    kept = (people.c[name] for name in ("name", *_OWN, "active"))
    rows = ctx.conn.execute(select(*kept).where(people.c.name.in_(wanted))).mappings()
    today = {
        row["name"]: PersonThen(**row, groups=groups.get(row["name"], ()), since=(), now=row["display"]) for row in rows
    }
    changes: dict[str, list[Change]] = {}
    for change in reversed(ctx.changes.of(ctx.conn)):
        if change.action in OF_PEOPLE and change.about in today:
            changes.setdefault(change.about, []).append(change)
    return Past(today, changes)


def _without(person: PersonThen, change: Change) -> PersonThen:
    """The person before a change."""
    if change.action == "user_changed":
        return replace(person, **{name: change.before.get(name, getattr(person, name)) for name in _OWN})
    if change.action == "groups_changed":
        return replace(person, groups=tuple(sorted(change.before["groups"])))
    if change.action == "post_granted":
        return replace(person, groups=tuple(each for each in person.groups if each != change.after["group"]))
    return replace(person, active=change.action == "user_disabled")


def units_since(ctx: ReadContext, codes: Collection[str], instant: datetime) -> tuple[UnitThen, ...]:
    """Those of the units whose entry in the liaison directory was changed after that instant."""
    posts: dict[str, tuple[str, ...]] = {}
    for change in ctx.changes.of(ctx.conn):
        if change.action in OF_UNITS and change.about in codes and change.at > instant:
            posts[change.about] = tuple(dict.fromkeys([*posts.get(change.about, ()), *change.after["posts"]]))
    return tuple(UnitThen(code, posts[code]) for code in sorted(posts))
