"""Small facts of this installation, kept by name in the table `settings`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from engine.storage.models import settings
from engine.storage.rows import insert_new

_CLOCK = "clock.now"


def keep(conn: Connection, name: str, value: str) -> None:
    """Keep a value under its name, in place of the one before; in a write transaction that has begun writing."""
    if not insert_new(conn, settings, {"name": name, "value": value}):
        conn.execute(update(settings).where(settings.c.name == name).values(value=value))


def kept(conn: Connection, name: str) -> str | None:
    """The value kept under this name."""
    return conn.execute(select(settings.c.value).where(settings.c.name == name)).scalar()


def keep_clock(conn: Connection, instant: datetime) -> None:
    """Keep where the simulated clock stands, so that it stands there after a restart as well."""
    keep(conn, _CLOCK, instant.isoformat())


def kept_clock(conn: Connection) -> datetime | None:
    """Where the simulated clock of this database stood last; None when it never had one."""
    text = kept(conn, _CLOCK)
    return None if text is None else datetime.fromisoformat(text)
