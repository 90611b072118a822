"""Whether the triggers that keep the trail append-only are where the migrations put them, and switched on."""

from __future__ import annotations

from sqlalchemy import Connection, text

_ON_SQLITE = frozenset({"audit_no_update", "audit_no_delete", "audit_in_order"})
_ON_POSTGRESQL = frozenset({"audit_no_change", "audit_no_truncate", "audit_in_order"})
_THERE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit'::regclass AND tgenabled IN ('O', 'A')",
}


def missing_guards(conn: Connection) -> list[str]:
    """Names of the triggers that are gone or switched off: somebody has had a free hand with the trail."""
    wanted = _ON_SQLITE if conn.dialect.name == "sqlite" else _ON_POSTGRESQL
    return sorted(wanted - set(conn.scalars(text(_THERE[conn.dialect.name]))))
