"""Failed attempts to sign in, kept in the database so that every process counts together, and the lock-out they bring.

Five failures with one name lock the name for fifteen minutes, whether or not anybody has it. Five names that failed
from one address lock the address: names, because one person who has forgotten a password must not shut out an office
behind one address. Signing in takes back the failures of that name. Attempts while locked are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, func, insert, select

from engine.storage.models import sign_in_failures as failures

MOST = 5
LOCKED = timedelta(minutes=15)


def locked_until(conn: Connection, mark: str, address: str, now: datetime) -> datetime | None:
    """Until when nobody may sign in with this name or from this address; None: they may."""
    by_name = select(failures.c.at).where(failures.c.name == mark).order_by(failures.c.at.desc()).limit(MOST)
    newest = func.max(failures.c.at)
    names = select(newest).where(failures.c.address == address).group_by(failures.c.name)
    by_address = names.order_by(newest.desc()).limit(MOST)
    ends = [end for query in (by_name, by_address) if (end := _end_of_lock(conn.scalars(query).all(), now))]
    return max(ends, default=None)


def _end_of_lock(newest: Sequence[datetime], now: datetime) -> datetime | None:
    """The end of the lock that these failures, the newest first, have brought."""
    if len(newest) < MOST or newest[0] - newest[-1] > LOCKED or now >= newest[0] + LOCKED:
        return None
    return newest[0] + LOCKED


def note_failure(conn: Connection, mark: str, address: str, now: datetime) -> None:
    """One more; those too old to count are forgotten."""
    conn.execute(delete(failures).where(failures.c.at < now - 2 * LOCKED))
    conn.execute(insert(failures).values(name=mark, address=address, at=now))


def has_failures(conn: Connection, mark: str) -> bool:
    """Whether there is anything to take back."""
    return bool(conn.scalar(select(exists().where(failures.c.name == mark))))


def forget_failures(conn: Connection, mark: str) -> int:
    """Take back the failures of a name; how many there were."""
    return conn.execute(delete(failures).where(failures.c.name == mark)).rowcount
