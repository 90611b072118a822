"""Locks by name, for what has no row of its own yet."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text


def lock_name(conn: Connection, *words: str) -> None:
    """Hold the name made of these words until the end of the transaction; another holder is waited for.

    On SQLite this does nothing: whoever has begun writing is the only one, and snapshots need no lock.
    """
    if conn.dialect.name != "postgresql":
        return
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    conn.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
