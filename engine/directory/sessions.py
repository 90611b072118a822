"""Signed-in browsers: the cookie holds a random id, the table its SHA-256, so that a stolen table opens no door.

`now` is the machine's time also in a demo whose cases run by another clock: a browser lives in real time.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update

from engine.audit import house as trail
from engine.directory.accounts import Account, Step, find_account, open_step
from engine.directory.people import Person
from engine.directory.rules import Rules
from engine.errors import NotFound
from engine.storage.models import sessions
from engine.storage.prepared import Prepared

IDLE = timedelta(minutes=30)  # GB/T 22239-2019, 8.1.4.1 b; a form being written is kept by whoever draws it
LONGEST = timedelta(hours=12)  # a day at the counter
SEEN_EVERY = timedelta(minutes=1)  # how exactly the last visit is remembered: not every look is a write
CONFIRMED = timedelta(minutes=10)  # how long a password counts for what must be confirmed
_BITS = 256
_HANDLE = 8  # hex digits of the hash that name a session and open nothing


@dataclass(frozen=True)
class Whence:
    """Where a browser is: address of the network, and what it calls itself."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True)
class Session:
    """One signed-in browser. `csrf` must come back with everything the browser sends to change something.

    `step`: what is still to be done before the person is in. `stale`: so long unseen that the visit should be noted
    (`see_session`). `confirmed`: the password was given so lately that it need not be asked for again.
    """

    account: Account
    csrf: str
    step: Step | None
    stale: bool
    confirmed: bool

    @property
    def person(self) -> Person:
        return self.account.person


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner sees it in a list."""

    handle: str
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime


def open_session(
    conn: Connection, name: str, now: datetime, whence: Whence | None = None, factor_at: datetime | None = None
) -> str:
    """A new session of a person who has just proved who they are; returns its id, which is shown this once."""
    forget_sessions(conn, now)
    id, csrf = (secrets.token_urlsafe(_BITS // 8) for _ in range(2))
    whence = whence or Whence()
    row = {
        "hash": _digest(id),
        "person": name,
        "csrf": csrf,
        "created_at": now,
        "seen_at": now,
        "address": whence.address,
        "agent": whence.agent[:200],
        "factor_at": factor_at,
        "confirmed_at": now,
    }
    conn.execute(insert(sessions).values(**row))
    return id


def renew_session(
    conn: Connection, before: str, name: str, now: datetime, whence: Whence, factor_at: datetime | None = None
) -> str:
    """A new session in place of the one before, if there was one."""
    close_session(conn, before)
    return open_session(conn, name, now, whence, factor_at)


_BY_HASH = Prepared(select(sessions).where(sessions.c.hash == bindparam("wanted")))


def find_session(conn: Connection, id: str, now: datetime, rules: Rules) -> Session | None:
    """The session with this id, while it lasts and its person is active."""
    row = next(iter(_BY_HASH.fetch(conn, {"wanted": _digest(id)})), None)
    if row is None or row["seen_at"] < now - IDLE or row["created_at"] < now - LONGEST:
        return None
    account = find_account(conn, row["person"])
    if account is None or not account.person.active:
        return None
    step = open_step(account, rules, row["factor_at"], row["created_at"])
    stale = abs(now - row["seen_at"]) > SEEN_EVERY  # also when the clock was set back
    return Session(account, row["csrf"], step, stale, confirmed=abs(now - row["confirmed_at"]) <= CONFIRMED)


def see_session(conn: Connection, id: str, now: datetime) -> None:
    """Note that the browser was here."""
    conn.execute(update(sessions).where(_is(id)).values(seen_at=now))


def confirm_session(conn: Connection, id: str, now: datetime) -> bool:
    """Note that the password was given once more; false when the session is gone."""
    return conn.execute(update(sessions).where(_is(id)).values(confirmed_at=now)).rowcount == 1


def note_factor(conn: Connection, id: str, now: datetime) -> None:
    """Note that the second factor was given."""
    conn.execute(update(sessions).where(_is(id)).values(factor_at=now))


# ------------------------------------------------------------------ ending
def close_session(conn: Connection, id: str) -> None:
    """Sign out: the id means nothing from now on."""
    conn.execute(delete(sessions).where(_is(id)))


def end_session(conn: Connection, name: str, handle: str, by: str, now: datetime) -> None:
    """End one session of a person, named as in `sessions_of`. Raises NotFound."""
    mine = (sessions.c.person == name) & (func.substr(sessions.c.hash, 1, _HANDLE) == handle)
    if conn.execute(delete(sessions).where(mine)).rowcount == 0:
        raise NotFound("这次登录已经结束。")
    trail.record(conn, now, by, "session_ended", name, {"session": handle})


def end_sessions(conn: Connection, name: str, by: str, now: datetime, but: str | None = None) -> int:
    """End every session of a person, `but` the one with this id; how many there were."""
    theirs = sessions.c.person == name
    others = theirs if but is None else theirs & (sessions.c.hash != _digest(but))
    ended = conn.execute(delete(sessions).where(others)).rowcount
    if ended:
        trail.record(conn, now, by, "sessions_ended", name, {"sessions": ended})
    return ended


def forget_sessions(conn: Connection, now: datetime) -> None:
    """Delete the sessions that have run out."""
    old = (sessions.c.seen_at < now - IDLE) | (sessions.c.created_at < now - LONGEST)
    conn.execute(delete(sessions).where(old))


# ------------------------------------------------------------------ seeing
def sessions_of(conn: Connection, name: str, now: datetime) -> list[OpenSession]:
    """The sessions of a person that still last, the one used last first."""
    lasting = (sessions.c.seen_at >= now - IDLE) & (sessions.c.created_at >= now - LONGEST)
    found = select(sessions).where(sessions.c.person == name, lasting).order_by(sessions.c.seen_at.desc())
    return [
        OpenSession(row.hash[:_HANDLE], row.address, row.agent, row.created_at, row.seen_at)
        for row in conn.execute(found)
    ]


def handle_of(id: str) -> str:
    """How the session with this id is named in lists."""
    return _digest(id)[:_HANDLE]


def _is(id: str) -> ColumnElement[bool]:
    return sessions.c.hash == _digest(id)


def _digest(id: str) -> str:
    return hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()
