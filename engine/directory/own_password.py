"""A person changes their own password."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from engine.audit import house as trail
from engine.directory.accounts import Account, earlier_passwords, replace_password, the_account
from engine.directory.password_policy import PasswordPolicy, problem
from engine.directory.passwords import hash_password, verify_password
from engine.directory.sessions import end_sessions
from engine.directory.signing_in import Attempt, Entrance, admit
from engine.errors import BadInput
from engine.storage.models import units

OLD, NEW, AGAIN = "old", "new", "again"  # the fields of the form


def change_password(entrance: Entrance, attempt: Attempt, new: str, again: str, session: str) -> None:
    """Change a password, proved by the old one in `attempt`; every session of the person but `session` ends.

    Raises BadInput, LockedOut, SignInUnfinished. A wrong old password counts as a failed attempt to sign in.
    """
    with entrance.db.read() as conn:
        account = the_account(conn, attempt.name)
        names, earlier = _names(conn, account), earlier_passwords(conn, account, max(entrance.rules.policy.kept, 1))
    if wrong := problem(entrance.rules.policy, new, names):
        raise BadInput({NEW: wrong})
    if new != again:
        raise BadInput({AGAIN: "两次输入的新口令不一样，请再输一次。"})
    # Whoever does not know the password must not learn from the answer which new one is an old one.
    knows = verify_password(attempt.name, attempt.password, account.password)
    if knows and any(verify_password(attempt.name, new, stored) for stored in earlier):
        raise BadInput({NEW: _come_back(entrance.rules.policy)})
    password_hash = hash_password(new)

    def store(conn: Connection) -> bool:
        replace_password(conn, account, password_hash, attempt.now, initial=False)
        trail.record(conn, attempt.now, attempt.name, "password_changed", attempt.name)
        end_sessions(conn, attempt.name, attempt.name, attempt.now, but=session)
        return True

    if not admit(entrance, replace(attempt, how="confirm"), store):
        raise BadInput({OLD: "现在的口令不对，请核对后再输一次。"})


def _come_back(policy: PasswordPolicy) -> str:
    return f"新口令不能与最近 {policy.kept} 次用过的相同。" if policy.kept else "新口令不能与现在的相同。"


def _names(conn: Connection, account: Account) -> tuple[str, ...]:
    """What others know too: of the person and the unit."""
    person = account.person
    row = conn.execute(select(units).where(units.c.code == person.unit)).one_or_none() if person.unit else None
    unit = () if row is None else (row.name, row.short, row.code)
    return (person.name, person.display, *unit)
