"""Rows of incidents, and the timers that wait for them to be dealt with. Inside a transaction that is writing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from engine.storage.models import cases, incidents, timers

_OPEN = incidents.c.resolved_at.is_(None)


def find(conn: Connection, id: int) -> Mapping[str, Any] | None:
    """The row of an incident, open or not."""
    found = conn.execute(select(incidents).where(incidents.c.id == id)).mappings().one_or_none()
    return None if found is None else {str(name): value for name, value in found.items()}


def open_once(conn: Connection, found: Mapping[str, Any], same: Iterable[str], at: datetime) -> int:
    """Open an incident, unless one with the `same` columns is open: a failure that comes again is one incident."""
    alike = [incidents.c[name].is_not_distinct_from(found[name]) for name in same]
    standing = conn.execute(select(incidents.c.id).where(_OPEN, *alike).limit(1)).scalar()
    if standing is not None:
        return int(standing)
    row = insert(incidents).values(**found, opened_at=at).returning(incidents.c.id)
    id: int = conn.execute(row).scalar_one()
    _count(conn, found["case_id"])
    return id


def change(conn: Connection, id: int, changes: Mapping[str, Any]) -> bool:
    """Change an incident that is still open; says whether it was."""
    return conn.execute(update(incidents).where(_OPEN, incidents.c.id == id).values(changes)).rowcount == 1


def failed_again(conn: Connection, id: int, cause: str) -> None:
    """It was tried again to no avail."""
    change(conn, id, {"retries": incidents.c.retries + 1, "cause": cause})


def close(conn: Connection, incident: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Close an incident that is still open and set its timers free; says whether it was."""
    if not change(conn, incident["id"], said):
        return False
    _count(conn, incident["case_id"])
    free = {"parked": None, "failures": 0, "retry_at": None}
    conn.execute(update(timers).where(timers.c.parked == incident["id"]).values(free))
    return True


def park(conn: Connection, which: ColumnElement[bool], incident: int) -> None:
    """Leave timers alone until the incident is dealt with; those that wait for another go on waiting for it."""
    conn.execute(update(timers).where(which, timers.c.parked.is_(None)).values(parked=incident))


def _count(conn: Connection, case_id: int | None) -> None:
    """How many are open stands in the row of the case, for lists."""
    if case_id is not None:
        count = select(func.count()).select_from(incidents).where(_OPEN, incidents.c.case_id == case_id)
        conn.execute(update(cases).where(cases.c.id == case_id).values(incidents=count.scalar_subquery()))
