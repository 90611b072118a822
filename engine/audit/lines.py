"""Writing lines of the trail: each with a mark over its hash, by a key that who owns the database has not got."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from engine.audit.trail import Line
from engine.storage import rows
from engine.storage.models import audit
from engine.trail_keys import TrailKeys

CARRIED = "trail_keys"  # under this name every connection of a house carries them (engine/storage/database.py)


def append(conn: Connection, lines: Sequence[Line]) -> None:
    """Append lines to their chains; in a transaction that is writing.

    On a connection that carries no key they stay without a mark.
    """
    keys: TrailKeys | None = conn.get_execution_options().get(CARRIED)
    marks = [None if keys is None else keys.mark(line.hash) for line in lines]
    rows.insert_rows(conn, audit, [{**line.row(), "mark": mark} for line, mark in zip(lines, marks, strict=True)])
