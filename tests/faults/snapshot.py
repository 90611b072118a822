"""Everything a house has written about its cases, to be compared with what it has written a moment later."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from engine.storage.models import metadata

# Who works here and by which diagrams: no act on a case touches them, and they are large.
_FURNITURE = {"bundles", "bundle_files", "units", "matters", "people", "memberships"}

Snapshot = dict[str, list[tuple[Any, ...]]]


def snapshot(conn: Connection) -> Snapshot:
    """Every row of every table that acts may write to, in the order of their keys."""
    tables = (table for table in metadata.sorted_tables if table.name not in _FURNITURE)
    return {
        table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key.columns))]
        for table in tables
    }
