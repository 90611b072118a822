"""联络簿: whom to call at each unit, kept by the unit itself and confirmed once a quarter (DOMAIN.md, "Rules").

An entry stands in the details of its unit, in the words of the shipped units.json. Its telephones are those of offices;
the trail names the posts that changed and never says who holds them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from engine.audit import house as trail
from engine.cases import policy
from engine.cases.commands import SYSTEM, Actor
from engine.clock import local
from engine.directory.commands import ChangeLiaison, ConfirmLiaison
from engine.errors import BadInput, NotFound, NotYours
from engine.storage.models import units
from engine.vocabulary import LIAISON_POST, label

_LONGEST_NAME = 50
_PHONE = re.compile(r"[0-9][0-9 -]{3,18}[0-9](?:转[0-9]{1,6})?", re.ASCII)
_MOBILE = re.compile(r"(?:86)?1[3-9][0-9]{9}", re.ASCII)
# Where units.json keeps each post: the part, and the keys of name and telephone within it.
_PLACES: Mapping[str, tuple[str, str, str]] = {
    "a": ("liaison", "name", "phone"),
    "b": ("liaison", "backup", "backup_phone"),
    "head": ("dept_head", "name", "phone"),
    "deputy": ("deputy", "name", "phone"),
    "chief": ("chief", "name", "phone"),
}


@dataclass(frozen=True)
class Contact:
    """Who holds a post, and the telephone of their office; None: nobody, none."""

    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class LiaisonEntry:
    """The entry of one unit: its contacts by the posts of vocabulary.LIAISON_POST, and when it was last confirmed."""

    unit: str
    contacts: Mapping[str, Contact]
    confirmed_at: datetime | None
    confirmed_by: str | None

    def state(self, now: datetime) -> str:
        """How fresh it is, a key of vocabulary.FRESHNESS: asked for in the first month of a quarter, late after it."""
        quarter = quarter_start(local(now).date())
        day = None if self.confirmed_at is None else local(self.confirmed_at).date()
        if day is not None and day >= quarter:
            return "fresh"
        asked = local(now).month == quarter.month
        return "due" if asked and day is not None and day >= quarter_before(quarter) else "overdue"


def quarter_start(day: date) -> date:
    """The first day of the quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_before(quarter: date) -> date:
    """The first day of the quarter before."""
    return date(quarter.year - 1, 10, 1) if quarter.month == 1 else date(quarter.year, quarter.month - 3, 1)


def may_keep(actor: Actor, unit: str) -> bool:
    """Whether this person keeps the entry of the unit: its liaisons and its section head."""
    return actor is SYSTEM or policy.holds_at(actor, policy.LIAISE, {unit})


def entries(conn: Connection) -> dict[str, LiaisonEntry]:
    """The entry of every unit with a desk, in the order of the directory."""
    query = select(units.c.code, units.c.details).where(units.c.has_desk.is_(True)).order_by(units.c.position)
    return {row.code: _read(row.code, json.loads(row.details)) for row in conn.execute(query)}


def _read(code: str, details: Mapping[str, Any]) -> LiaisonEntry:
    contacts = {
        post: Contact(details.get(part, {}).get(name), details.get(part, {}).get(phone))
        for post, (part, name, phone) in _PLACES.items()
    }
    confirmed = details.get("confirmed", {})
    at = confirmed.get("at")
    return LiaisonEntry(code, contacts, datetime.fromisoformat(at) if at else None, confirmed.get("by"))


# ------------------------------------------------------------------ keeping
def change(conn: Connection, actor: Actor, now: datetime, command: ChangeLiaison) -> None:
    """Write the entry of a unit, which confirms it. Raises NotFound, NotYours, BadInput."""
    details = _kept_by(conn, actor, command.unit)
    before = _read(command.unit, details).contacts
    after = {post: _contact(command, post) for post in LIAISON_POST}
    if wrong := _misfits(after):
        raise BadInput(wrong)
    for post, (part, name, phone) in _PLACES.items():
        details.setdefault(part, {}).update({name: after[post].name, phone: after[post].phone})
    changed = [post for post in LIAISON_POST if before[post] != after[post]]
    if changed:
        trail.record(conn, now, actor.name, "liaison_changed", command.unit, {"posts": changed})
    _confirmed(conn, actor, now, command.unit, details)


def confirm(conn: Connection, actor: Actor, now: datetime, command: ConfirmLiaison) -> None:
    """Say that the entry of a unit is right as it stands. Raises NotFound, NotYours."""
    _confirmed(conn, actor, now, command.unit, _kept_by(conn, actor, command.unit))


def _confirmed(conn: Connection, actor: Actor, now: datetime, unit: str, details: dict[str, Any]) -> None:
    details["confirmed"] = {"at": now.isoformat(), "by": actor.name}
    stored = json.dumps(details, ensure_ascii=False)
    conn.execute(update(units).where(units.c.code == unit).values(details=stored))
    trail.record(conn, now, actor.name, "liaison_confirmed", unit)


def _kept_by(conn: Connection, actor: Actor, unit: str) -> dict[str, Any]:
    """The details of a unit whose entry this person keeps."""
    found = conn.execute(select(units.c.details).where(units.c.code == unit, units.c.has_desk.is_(True))).scalar()
    if found is None:
        raise NotFound(f"没有代码为“{unit}”的承办单位，请核对。")
    if not may_keep(actor, unit):
        raise NotYours("联络信息由本单位的联络员和科室负责人填写、核对。")
    details: dict[str, Any] = json.loads(found)
    return details


def _contact(command: ChangeLiaison, post: str) -> Contact:
    name, phone = command.contacts.get(post, ("", ""))
    return Contact(name.strip() or None, phone.strip() or None)


def _misfits(contacts: Mapping[str, Contact]) -> dict[str, str]:
    wrong = {}
    for post, contact in contacts.items():
        name, phone = contact.name or "", contact.phone or ""
        if len(name) > _LONGEST_NAME or not name.isprintable():
            wrong[f"{post}.name"] = f"{label('liaison_post', post)}的姓名最多 {_LONGEST_NAME} 个字。"
        if phone and _MOBILE.fullmatch(re.sub("[ -]", "", phone)):
            wrong[f"{post}.phone"] = f"{label('liaison_post', post)}请填办公电话，不填个人手机号。"
        elif phone and not _PHONE.fullmatch(phone):
            wrong[f"{post}.phone"] = f"{label('liaison_post', post)}的电话请写成 010-00001000，分机写“转”加号码。"
    if contacts["a"].name is None:
        wrong["a.name"] = "请填写联络员A。"
    if contacts["a"].phone is None:
        wrong.setdefault("a.phone", "请填写联络员A的办公电话。")
    return wrong
