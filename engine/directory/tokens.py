"""Bearer tokens of the interfaces: for programs, which change no passwords and have no telephone."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from engine.audit import house as trail
from engine.directory.accounts import Account, note_seen, the_account
from engine.directory.people import Person
from engine.errors import BadInput, NotFound
from engine.storage.models import tokens

LASTS = timedelta(days=365)
USED_EVERY = timedelta(minutes=10)  # how exactly the last use is remembered: not every request is a write
_LONGEST_LABEL = 100
_ID = 8  # hex digits of the hash that name a token and open nothing


@dataclass(frozen=True)
class Token:
    """A token as it is listed; what it is itself nobody knows any more."""

    id: str
    person: str
    label: str
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True)
class Bearer:
    """Whom a token identifies; `stale`: so long unused that the use should be noted (`note_use`)."""

    account: Account
    stale: bool

    @property
    def person(self) -> Person:
        return self.account.person


def issue_token(
    conn: Connection, name: str, now: datetime, label: str = "", lasts: timedelta = LASTS, by: str = "system"
) -> str:
    """A new token of this person; only its hash is kept, so it is shown this once. Raises NotFound, BadInput."""
    the_account(conn, name)
    if len(label) > _LONGEST_LABEL or not (label == "" or label.isprintable()):
        raise BadInput({"label": f"用途最多 {_LONGEST_LABEL} 个字，不能换行。"})
    token = secrets.token_urlsafe(32)
    row = {"hash": _digest(token), "person": name, "label": label, "created_at": now, "expires_at": now + lasts}
    conn.execute(insert(tokens).values(**row))
    trail.record(conn, now, by, "token_issued", name, {"token": _digest(token)[:_ID], "label": label})
    return token


def authenticate_token(conn: Connection, token: str, now: datetime) -> Bearer | None:
    """The active person whom a token that has not run out identifies."""
    row = conn.execute(select(tokens).where(tokens.c.hash == _digest(token))).one_or_none()
    if row is None or row.expires_at <= now:
        return None
    account = the_account(conn, row.person)
    if not account.person.active:
        return None
    return Bearer(account, row.used_at is None or abs(now - row.used_at) > USED_EVERY)


def note_use(conn: Connection, token: str, now: datetime) -> None:
    """Note that the token was used; its person counts as having come."""
    mine = tokens.c.hash == _digest(token)
    name = conn.scalar(select(tokens.c.person).where(mine))
    if name is not None:
        conn.execute(update(tokens).where(mine).values(used_at=now))
        note_seen(conn, name, now)


def tokens_of(conn: Connection, name: str | None = None) -> list[Token]:
    """The tokens of a person, of everybody when nobody is named; the newest first."""
    found = select(tokens).order_by(tokens.c.created_at.desc(), tokens.c.hash)
    rows = conn.execute(found if name is None else found.where(tokens.c.person == name))
    return [Token(row.hash[:_ID], row.person, row.label, row.created_at, row.used_at, row.expires_at) for row in rows]


def revoke_token(conn: Connection, id: str, now: datetime, by: str, owner: str | None = None) -> Token:
    """End the token with this id, when `owner` is named only one of theirs. Raises NotFound."""
    found = next((token for token in tokens_of(conn, owner) if token.id == id), None)
    if found is None:
        raise NotFound(f"没有编号为 {id} 的令牌。")
    conn.execute(delete(tokens).where(func.substr(tokens.c.hash, 1, _ID) == id, tokens.c.person == found.person))
    trail.record(conn, now, by, "token_revoked", found.person, {"token": id, "label": found.label})
    return found


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
