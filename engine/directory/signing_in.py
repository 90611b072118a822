"""Coming in: by name and password, by a code, by a token. Every attempt counts and stands on the trail of the house.

The password is checked first, outside any transaction; what becomes of the attempt is decided in one write transaction
that waits for all others of its kind. So five guesses are five also when they come at once to several processes, and
the answer to the sixth is the same whether it was right, wrong, or the name is nobody's.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, select, update

from engine.audit import house as trail
from engine.directory.accounts import (
    Account,
    find_account,
    has_lapsed,
    is_unused,
    must_change,
    needs_second_factor,
    note_seen,
    shut_off,
    the_account,
)
from engine.directory.attempts import forget_failures, has_failures, locked_until, note_failure
from engine.directory.passwords import hash_password, needs_rehash, verify_password
from engine.directory.rules import Rules
from engine.directory.second_factor import use_code
from engine.directory.tokens import authenticate_token, note_use
from engine.errors import Busy, EngineError, LockedOut, NoRoom, SignInUnfinished
from engine.keys import Keys
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import callers, people
from engine.storage.rows import insert_new

TOLD_EVERY = timedelta(hours=1)  # a program shows its password with every request: the trail says so once an hour
How = Literal["page", "api", "confirm"]

T = TypeVar("T")


@dataclass(frozen=True)
class Entrance:
    """What coming in stands on."""

    db: Database
    keys: Keys
    rules: Rules


@dataclass(frozen=True)
class Attempt:
    """A name and a password given from an address; `code` is the second factor, None where it is asked for later."""

    name: str
    password: str
    address: str
    now: datetime
    how: How = "page"
    code: str | None = None


@dataclass(frozen=True)
class _Seen:
    """What the database says before the password is checked; `told`: the trail has it that they come from here."""

    account: Account | None
    locked: datetime | None
    told: bool


# ------------------------------------------------------------------ name and password
def admit(entrance: Entrance, attempt: Attempt, then: Callable[[Connection], T]) -> T | None:
    """What `then` does for the person in the same transaction; None when nobody active is meant.

    Raises LockedOut, and SignInUnfinished when the password has lapsed or the account was not used for too long.
    """
    seen = _look(entrance, attempt)
    return _decided(entrance, attempt, seen.account, _is_right(attempt, seen), then)


def recognise(entrance: Entrance, attempt: Attempt) -> Account | None:
    """Who shows name and password with a request of a program. Raises LockedOut, SignInUnfinished.

    The trail and the lock-out are written to when there is something new; where nothing can be written, a right
    password still lets people read.
    """
    seen = _look(entrance, attempt)
    right = _is_right(attempt, seen)
    if not right or not seen.told:
        try:
            found = _decided(entrance, attempt, seen.account, right, lambda conn: seen.account)
        except (Busy, NoRoom):
            found = seen.account if right else None
    else:
        found = seen.account
    if found is None or not found.person.active:
        return None
    _refuse_unfinished(entrance.rules, found, attempt.now)
    return found


def _look(entrance: Entrance, attempt: Attempt) -> _Seen:
    """Raises LockedOut, after as long as it takes to check a password."""
    with entrance.db.read() as conn:
        account, mark = find_account(conn, attempt.name), _mark(entrance, attempt.name)
        locked = _locked(conn, entrance, attempt, mark)
        told = account is not None and _is_told(conn, entrance, attempt, account) and not has_failures(conn, mark)
    if locked is not None:
        verify_password(attempt.name, attempt.password, None)
        raise _locked_out(locked, attempt)
    return _Seen(account, locked, told)


def _is_right(attempt: Attempt, seen: _Seen) -> bool:
    stored = None if seen.account is None else seen.account.password
    return verify_password(attempt.name, attempt.password, stored)


def _decided(
    entrance: Entrance,
    attempt: Attempt,
    account: Account | None,
    right: bool,
    then: Callable[[Connection], T],
) -> T | None:
    fresh = hash_password(attempt.password) if right and account and needs_rehash(account.password) else None

    def decide(tx: WriteTransaction) -> T | EngineError | None:
        _begin(tx)
        conn, mark = tx.conn, _mark(entrance, attempt.name)
        if (locked := _locked(conn, entrance, attempt, mark)) is not None:
            raise _locked_out(locked, attempt)
        now_is = find_account(conn, attempt.name)
        if not right or account is None or now_is is None or not _same(now_is, account):
            _failed(conn, entrance, attempt, now_is)
            return None
        if refusal := _unfit(conn, entrance.rules, now_is, attempt):
            return refusal
        if attempt.code is not None and not _takes_code(conn, entrance, attempt, now_is):
            _failed(conn, entrance, attempt, now_is)
            return None
        _succeeded(conn, entrance, attempt, now_is, fresh)
        return then(conn)

    decided = entrance.db.write(decide)
    if isinstance(decided, EngineError):
        raise decided
    return decided


def _begin(tx: WriteTransaction) -> None:
    tx.begin_writing()
    trail.line_up(tx.conn)


def _same(now_is: Account, checked: Account) -> bool:
    """Whether the password that was checked is still the one of an active person."""
    return now_is.person.active and now_is.password == checked.password


def _unfit(conn: Connection, rules: Rules, account: Account, attempt: Attempt) -> EngineError | None:
    """Why the right password does not open; told to whoever knows the password, and to nobody else."""
    if not rules.strict:
        return None
    if has_lapsed(account, attempt.now):
        _record_failure(conn, attempt, account, "lapsed")
        return SignInUnfinished("初始口令已过 24 小时，不能再用。请系统管理员重新设置一个。")
    if is_unused(account, attempt.now):
        shut_off(conn, account.person.name, attempt.now)
        return SignInUnfinished("这个账号超过 90 天没有使用，已停用。请系统管理员重新启用。")
    return None


def _takes_code(conn: Connection, entrance: Entrance, attempt: Attempt, account: Account) -> bool:
    if not account.enrolled:
        return True
    return use_code(conn, entrance.keys, account.person.name, attempt.code or "", attempt.now) is not None


def _failed(conn: Connection, entrance: Entrance, attempt: Attempt, account: Account | None) -> None:
    mark = _mark(entrance, attempt.name)
    _record_failure(conn, attempt, account, attempt.how)
    note_failure(conn, mark, attempt.address, attempt.now)
    if _locked(conn, entrance, attempt, mark):
        said = {"address": attempt.address}
        trail.record(conn, attempt.now, "system", "locked_out", _name_of(account), said)


def _record_failure(conn: Connection, attempt: Attempt, account: Account | None, how: str) -> None:
    said = {"address": attempt.address, "how": how}
    trail.record(conn, attempt.now, "system", "sign_in_failed", _name_of(account), said)


def _name_of(account: Account | None) -> str | None:
    """A name nobody has is not written down: it may be a password."""
    return None if account is None else account.person.name


def _succeeded(conn: Connection, entrance: Entrance, attempt: Attempt, account: Account, fresh: str | None) -> None:
    """Failures are taken back when nothing is missing any more: a password alone gives back no guesses of codes."""
    name = account.person.name
    if fresh is not None:
        conn.execute(update(people).where(people.c.name == name).values(password=fresh))
    if attempt.code is not None or not (account.enrolled and entrance.rules.strict):
        forget_failures(conn, _mark(entrance, name))
    note_seen(conn, name, attempt.now)
    if attempt.how == "api" and not _note_caller(conn, attempt):
        return
    action = "confirmed" if attempt.how == "confirm" else "signed_in"
    trail.record(conn, attempt.now, name, action, name, {"address": attempt.address, "how": attempt.how})


def _refuse_unfinished(rules: Rules, account: Account, now: datetime) -> None:
    """A program has nobody who could change a password or read a code. Raises SignInUnfinished."""
    if not rules.strict:
        return
    if must_change(account, rules, now):
        raise SignInUnfinished("口令须先修改才能使用：请在浏览器里登录一次，按提示改口令；程序请改用令牌。")
    if account.enrolled or needs_second_factor(account.person):
        raise SignInUnfinished("这个账号登录需要第二重验证，只凭口令不能调用接口。请在“我的账号”里发一个令牌来用。")


# ------------------------------------------------------------------ the second factor
def give_code(
    entrance: Entrance, name: str, code: str, address: str, now: datetime, then: Callable[[Connection], T]
) -> T | None:
    """The same for the second step of somebody whose password was right; None for a wrong code. Raises LockedOut."""
    attempt = Attempt(name, "", address, now, code=code)

    def decide(tx: WriteTransaction) -> T | None:
        _begin(tx)
        account = the_account(tx.conn, name)
        if (locked := _locked(tx.conn, entrance, attempt, _mark(entrance, name))) is not None:
            raise _locked_out(locked, attempt)
        kind = use_code(tx.conn, entrance.keys, name, code, now) if account.enrolled else None
        if kind is None:
            _failed(tx.conn, entrance, attempt, account)
            return None
        forget_failures(tx.conn, _mark(entrance, name))
        trail.record(tx.conn, now, name, "second_factor_given", name, {"address": address, "kind": kind})
        return then(tx.conn)

    return entrance.db.write(decide)


# ------------------------------------------------------------------ lock-out
def unlock(conn: Connection, keys: Keys, name: str, by: str, now: datetime) -> int:
    """Take back the failed attempts of a name, so that it may sign in again; how many there were. Raises NotFound."""
    the_account(conn, name)
    forgotten = forget_failures(conn, _name_mark(keys, name))
    trail.record(conn, now, by, "unlocked", name, {"failures": forgotten})
    return forgotten


def _locked(conn: Connection, entrance: Entrance, attempt: Attempt, mark: str) -> datetime | None:
    return locked_until(conn, mark, attempt.address, attempt.now) if entrance.rules.strict else None


def _locked_out(until: datetime, attempt: Attempt) -> LockedOut:
    return LockedOut(max(1, int((until - attempt.now).total_seconds())))


def _mark(entrance: Entrance, name: str) -> str:
    return _name_mark(entrance.keys, name)


def _name_mark(keys: Keys, name: str) -> str:
    return keys.mark(name, "sign-in name")


# ------------------------------------------------------------------ programs
def admit_bearer(entrance: Entrance, token: str, now: datetime) -> Account | None:
    """Whom a bearer token identifies."""
    with entrance.db.read() as conn:
        bearer = authenticate_token(conn, token, now)
    if bearer is None or not bearer.stale:
        return None if bearer is None else bearer.account
    unused = entrance.rules.strict and is_unused(bearer.account, now)

    def note(tx: WriteTransaction) -> None:
        tx.begin_writing()
        if unused:
            shut_off(tx.conn, bearer.person.name, now)
        else:
            note_use(tx.conn, token, now)

    with suppress(Busy, NoRoom):  # reading goes on where nothing can be written
        entrance.db.write(note)
    return None if unused else bearer.account


def _is_told(conn: Connection, entrance: Entrance, attempt: Attempt, account: Account) -> bool:
    mine = (callers.c.person == account.person.name) & (callers.c.address == attempt.address)
    seen_at: datetime | None = conn.scalar(select(callers.c.seen_at).where(mine))
    lately = seen_at is not None and abs(attempt.now - seen_at) < TOLD_EVERY
    return lately and account.person.active and not (entrance.rules.strict and _has_ended(account, attempt.now))


def _has_ended(account: Account, now: datetime) -> bool:
    return has_lapsed(account, now) or is_unused(account, now)


def _note_caller(conn: Connection, attempt: Attempt) -> bool:
    """Whether it is news that they come from here: of requests that came at once the first alone is."""
    row: dict[str, Any] = {"person": attempt.name, "address": attempt.address, "seen_at": attempt.now}
    if insert_new(conn, callers, row):
        return True
    mine = (callers.c.person == attempt.name) & (callers.c.address == attempt.address)
    told = callers.c.seen_at > attempt.now - TOLD_EVERY
    return conn.execute(update(callers).where(mine, ~told).values(seen_at=attempt.now)).rowcount == 1
