"""Entering and changing people: checked, then written, with a line of the house from before to after.

Each function stands in a write transaction that `office.py` has opened for an administrator.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from engine.audit import house as trail
from engine.cases.commands import Actor
from engine.directory import grants
from engine.directory.commands import ChangeGroups, ChangePerson, EnterPerson, SetActive
from engine.directory.people import Person, add_person, find_person, why_not_groups, why_unknown
from engine.directory.sessions import end_sessions
from engine.errors import BadInput, NotFound, NotNow, NotYours
from engine.storage.models import memberships, people, units

_LONGEST_DISPLAY = 200


@dataclass(frozen=True)
class Staffed:
    """The person as they are now, and the posts that wait for another administrator."""

    person: Person
    asked: tuple[str, ...] = ()


def enter(conn: Connection, actor: Actor, now: datetime, command: EnterPerson) -> Staffed:
    """Enter a person. Raises BadInput."""
    wrong = _misfits(conn, command.display, None, command.window) | _wrong_groups(conn, command.groups)
    asked = grants.to_ask_for(actor, command.groups)
    given = sorted(set(command.groups) - asked)
    display, more = command.display.strip(), (command.unit, command.window, now)
    try:
        person = add_person(conn, command.name, display, command.password, given, *more)
    except BadInput as refused:
        wrong |= refused.fields
    if wrong:
        raise BadInput(wrong)
    said = {"groups": given, **_details(person)}
    trail.record(conn, now, actor.name, "user_added", person.name, said)
    grants.ask(conn, actor, now, person.name, asked)
    return Staffed(person, tuple(sorted(asked)))


def change(conn: Connection, actor: Actor, now: datetime, command: ChangePerson) -> Staffed:
    """Change what is said of a person. Raises NotFound, BadInput."""
    before = known_person(conn, command.name)
    if wrong := _misfits(conn, command.display, command.unit, command.window):
        raise BadInput(wrong)
    values = {"display": command.display.strip(), "unit": command.unit, "window": command.window}
    conn.execute(update(people).where(people.c.name == command.name).values(**values))
    after = known_person(conn, command.name)
    if after != before:
        trail.record(conn, now, actor.name, "user_changed", before.name, _details(after), _details(before))
    return Staffed(after)


def change_groups(conn: Connection, actor: Actor, now: datetime, command: ChangeGroups) -> Staffed:
    """Put a person into groups and take them out of others. Raises NotFound, NotYours, BadInput, NotNow."""
    person = known_person(conn, command.name)
    if person.name == actor.name:
        raise NotYours("不能改自己的岗位，请由另一位系统管理员办理。")
    wanted = (person.groups - set(command.remove)) | set(command.add)
    if wrong := _wrong_groups(conn, wanted, set(command.remove) - person.groups):
        raise BadInput(wrong)
    asked = grants.to_ask_for(actor, wanted - person.groups)
    given = wanted - asked
    if "admin" not in given:
        _keep_an_admin(conn, person)
    _put_into(conn, person, given)
    if given != person.groups:
        said, said_before = {"groups": sorted(given)}, {"groups": sorted(person.groups)}
        trail.record(conn, now, actor.name, "groups_changed", person.name, said, said_before)
    grants.ask(conn, actor, now, person.name, asked)
    return Staffed(known_person(conn, command.name), tuple(sorted(asked)))


def set_active(conn: Connection, actor: Actor, now: datetime, command: SetActive) -> Staffed:
    """Let a person sign in again, or shut them off, their open browsers too. Raises NotFound, NotYours, NotNow.

    Who may sign in again has ninety days anew to do so (accounts.UNUSED).
    """
    person = known_person(conn, command.name)
    if person.name == actor.name:
        raise NotYours("不能停用或启用自己的账户，请由另一位系统管理员办理。")
    if not command.active:
        _keep_an_admin(conn, person)
        end_sessions(conn, person.name, actor.name, now)
    if person.active != command.active:
        seen = {"seen_at": now} if command.active else {}
        conn.execute(update(people).where(people.c.name == person.name).values(active=command.active, **seen))
        action = "user_enabled" if command.active else "user_disabled"
        trail.record(conn, now, actor.name, action, person.name, {"active": command.active}, {"active": person.active})
    return Staffed(known_person(conn, command.name))


def known_person(conn: Connection, name: str) -> Person:
    """The person with this sign-in name; raises NotFound."""
    found = find_person(conn, name)
    if found is None:
        raise NotFound(f"没有名为“{name}”的用户。")
    return found


# ------------------------------------------------------------------ checks
def _misfits(conn: Connection, display: str, unit: str | None, window: str | None) -> dict[str, str]:
    """What to do about a name for screens, a unit or a window that cannot be."""
    wrong, name = {}, display.strip()
    if not 0 < len(name) <= _LONGEST_DISPLAY or not name.isprintable():
        wrong["display"] = f"请填写屏幕上显示的姓名，最多 {_LONGEST_DISPLAY} 个字符。"
    if unit is not None and not _stands(conn, unit, window=False):
        wrong["unit"] = f"没有代码为“{unit}”的单位。"
    if window is not None and not _stands(conn, window, window=True):
        wrong["window"] = f"没有代码为“{window}”的窗口。"
    return wrong


def _stands(conn: Connection, code: str, window: bool) -> bool:
    kind = conn.execute(select(units.c.kind).where(units.c.code == code)).scalar()
    return kind is not None and (kind == "window") == window


def _wrong_groups(conn: Connection, wanted: Collection[str], named: Collection[str] = ()) -> dict[str, str]:
    """What to do about groups that one person cannot be in together, or that are only `named` and unknown."""
    codes = set(conn.scalars(select(units.c.code)))
    refused = why_not_groups(wanted, codes) or why_unknown(named, codes)
    return {} if refused is None else {"groups": refused}


def _keep_an_admin(conn: Connection, person: Person) -> None:
    """Whoever is the last active administrator stays one, else nobody could let anybody in."""
    others = select(func.count()).select_from(memberships.join(people, people.c.name == memberships.c.person))
    active = (memberships.c.group == "admin") & people.c.active & (people.c.name != person.name)
    if person.active and "admin" in person.groups and not conn.execute(others.where(active)).scalar_one():
        raise NotNow("这是最后一位系统管理员，不能停用或取消。请先再设一位系统管理员。")


def _put_into(conn: Connection, person: Person, groups: Collection[str]) -> None:
    gone, new = person.groups.difference(groups), sorted(set(groups) - person.groups)
    of_person = memberships.c.person == person.name
    conn.execute(delete(memberships).where(of_person, memberships.c.group.in_(gone)))
    if new:
        conn.execute(insert(memberships), [{"person": person.name, "group": group} for group in new])


def _details(person: Person) -> dict[str, Any]:
    return {"display": person.display, "unit": person.unit, "window": person.window}
