"""Signed-in browsers: the cookie holds a random id, the table its SHA-256, so that a stolen table opens no door.

`now` is the machine's time also in a demo whose cases run by another clock: a browser lives in real time.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from engine.directory.people import Person, find_person
from engine.storage.models import sessions

IDLE = timedelta(hours=12)  # a day at the counter without signing in again
LONGEST = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # how exactly the last visit is remembered: not every look is a write
_BITS = 256


@dataclass(frozen=True)
class Session:
    """One signed-in browser. `csrf` must come back with everything the browser sends to change something.

    `stale`: so long unseen that the visit should be noted (`see_session`).
    """

    person: Person
    csrf: str
    stale: bool


def open_session(conn: Connection, person: Person, now: datetime) -> str:
    """A new session of a person who has just proved who they are; returns its id, which is shown this once."""
    forget_sessions(conn, now)
    id, csrf = (secrets.token_urlsafe(_BITS // 8) for _ in range(2))
    row = {"hash": _digest(id), "person": person.name, "csrf": csrf, "created_at": now, "seen_at": now}
    conn.execute(insert(sessions).values(**row))
    return id


def find_session(conn: Connection, id: str, now: datetime) -> Session | None:
    """The session with this id, while it lasts and its person is active."""
    row = conn.execute(select(sessions).where(sessions.c.hash == _digest(id))).one_or_none()
    if row is None or row.seen_at < now - IDLE or row.created_at < now - LONGEST:
        return None
    person = find_person(conn, row.person)
    if person is None or not person.active:
        return None
    return Session(person, row.csrf, abs(now - row.seen_at) > SEEN_EVERY)  # also when the clock was set back


def see_session(conn: Connection, id: str, now: datetime) -> None:
    """Note that the browser was here."""
    conn.execute(update(sessions).where(sessions.c.hash == _digest(id)).values(seen_at=now))


def close_session(conn: Connection, id: str) -> None:
    """Sign out: the id means nothing from now on."""
    conn.execute(delete(sessions).where(sessions.c.hash == _digest(id)))


def forget_sessions(conn: Connection, now: datetime) -> None:
    """Delete the sessions that have run out."""
    old = (sessions.c.seen_at < now - IDLE) | (sessions.c.created_at < now - LONGEST)
    conn.execute(delete(sessions).where(old))


def _digest(id: str) -> str:
    return hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()
