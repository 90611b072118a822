"""What a person's signing in depends on beside the password: its age, the second factor, when they last came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, select, update

from engine.audit import house as trail
from engine.directory.password_policy import initial_problem
from engine.directory.passwords import hash_password
from engine.directory.people import Person, person_of, printable
from engine.directory.rules import SECOND_FACTOR, Rules
from engine.errors import BadInput, NotFound
from engine.storage.kept import keep, kept
from engine.storage.models import old_passwords, people, second_factors
from engine.storage.prepared import Prepared

Step = Literal["code", "password", "enrol"]  # what is still to be done before somebody is in

INITIAL_LASTS = timedelta(hours=24)
UNUSED = timedelta(days=90)  # GB/T 22239-2019, 8.1.4.2 c
_LOOKED = "accounts.looked"  # the day the unused ones were last looked for


@dataclass(frozen=True)
class Account:
    """A person, with the stored hash of their password. `enrolled`: has a second factor."""

    person: Person
    password: str
    password_at: datetime
    initial: bool
    seen_at: datetime
    enrolled: bool


_ACCOUNT = Prepared(
    select(people, second_factors.c.enrolled_at.is_not(None).label("enrolled"))
    .outerjoin(second_factors, second_factors.c.person == people.c.name)
    .where(people.c.name == bindparam("wanted"))
)


def find_account(conn: Connection, name: str) -> Account | None:
    """The account with this sign-in name, also one that was shut off."""
    if not printable(name):
        return None
    row = next(iter(_ACCOUNT.fetch(conn, {"wanted": name})), None)
    if row is None:
        return None
    kept = {each: row[each] for each in ("password", "password_at", "initial", "seen_at")}
    return Account(person_of(conn, row), **kept, enrolled=bool(row["enrolled"]))


def the_account(conn: Connection, name: str) -> Account:
    """The same of somebody who must be there. Raises NotFound."""
    found = find_account(conn, name)
    if found is None:
        raise NotFound(f"没有名为“{name}”的用户。")
    return found


# ------------------------------------------------------------------ what is still missing
def open_step(account: Account, rules: Rules, factor_at: datetime | None, at: datetime) -> Step | None:
    """What somebody who gave their password at `at` has yet to do; None: they are in."""
    if not rules.strict:
        return None
    if account.enrolled and factor_at is None:
        return "code"
    if must_change(account, rules, at):
        return "password"
    return "enrol" if needs_second_factor(account.person) and not account.enrolled else None


def must_change(account: Account, rules: Rules, at: datetime) -> bool:
    """Whether the password was given by somebody else, or is older than the policy allows."""
    days = rules.policy.days
    return account.initial or (days > 0 and account.password_at < at - timedelta(days=days))


def needs_second_factor(person: Person) -> bool:
    """Whether one of the person's groups may not do without."""
    return not SECOND_FACTOR.isdisjoint(person.groups)


def has_lapsed(account: Account, now: datetime) -> bool:
    """Whether a password given by somebody else was not used in time."""
    return account.initial and account.password_at < now - INITIAL_LASTS


def is_unused(account: Account, now: datetime) -> bool:
    """Whether nobody has come in with this account for so long that it is shut off."""
    return account.seen_at < now - UNUSED


# ------------------------------------------------------------------ changing
def set_initial_password(conn: Connection, name: str, password: str, by: str, now: datetime) -> None:
    """Give a person a password to come in with once, within a day; earlier sessions end with `end_sessions`.

    Raises NotFound, BadInput.
    """
    account = the_account(conn, name)
    if wrong := initial_problem(password):
        raise BadInput({"password": wrong})
    replace_password(conn, account, hash_password(password), now, initial=True)
    trail.record(conn, now, by, "password_reset", name)


def replace_password(conn: Connection, account: Account, password_hash: str, now: datetime, initial: bool) -> None:
    """Store another password and keep the old one, so that it does not come back."""
    conn.execute(insert(old_passwords).values(person=account.person.name, password=account.password))
    changes = {"password": password_hash, "password_at": now, "initial": initial}
    conn.execute(update(people).where(people.c.name == account.person.name).values(**changes))


def earlier_passwords(conn: Connection, account: Account, most: int) -> list[str]:
    """The stored hashes of the last passwords, the present one among them."""
    mine = old_passwords.c.person == account.person.name
    newest = select(old_passwords.c.password).where(mine).order_by(old_passwords.c.id.desc()).limit(max(most - 1, 0))
    return [account.password, *conn.scalars(newest)]


def note_seen(conn: Connection, name: str, now: datetime) -> None:
    """Somebody has come in."""
    conn.execute(update(people).where(people.c.name == name).values(seen_at=now))


# ------------------------------------------------------------------ shutting off and on
def shut_off_unused(conn: Connection, now: datetime) -> list[str]:
    """Shut off every account nobody has used for ninety days; returns their names. Looks once a day."""
    keep(conn, _LOOKED, now.date().isoformat())
    unused = (people.c.seen_at < now - UNUSED) & people.c.active
    names = list(conn.scalars(select(people.c.name).where(unused).order_by(people.c.name)))
    for name in names:
        shut_off(conn, name, now)
    return names


def shut_off(conn: Connection, name: str, now: datetime) -> None:
    """Shut off one account that nobody has used."""
    conn.execute(update(people).where(people.c.name == name).values(active=False))
    trail.record(conn, now, "system", "user_disabled", name, {"reason": "unused"})


def looked_today(conn: Connection, now: datetime) -> bool:
    """Whether the unused accounts have been looked for today."""
    return kept(conn, _LOOKED) == now.date().isoformat()
