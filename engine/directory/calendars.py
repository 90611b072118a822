"""The working calendars of the house: the shipped one is version 0, every imported notice makes the next.

A case keeps the version its instants were computed by, so that a change reaches it visibly, by an act of its own.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, func, select

from engine.storage import rows
from engine.storage.models import calendars
from engine.storage.prepared import Prepared
from engine.worktime import WorkTime
from engine.worktime.notices import YearNotice, from_data, to_data

_LATEST = Prepared(
    select(func.coalesce(func.max(calendars.c.version), 0, type_=Integer).label("version")).where(
        calendars.c.version >= bindparam("least", type_=Integer)
    )
)


def latest_version(conn: Connection) -> int:
    """The version in force; 0 while nothing has been imported."""
    found: int = _LATEST.fetch(conn, {"least": 0})[0]["version"]
    return found


class Calendars:
    """Every version of one database, built on first use. `shipped` is version 0."""

    def __init__(self, shipped: WorkTime | None = None) -> None:
        self._by_version = {0: shipped or WorkTime.shipped()}
        self._lock = threading.Lock()

    def get(self, conn: Connection, version: int) -> WorkTime:
        """Working time by this version."""
        found = self._by_version.get(version)
        return found if found is not None else self._read(conn, version)

    def latest(self, conn: Connection) -> WorkTime:
        """Working time by the version in force."""
        return self.get(conn, latest_version(conn))

    def _read(self, conn: Connection, version: int) -> WorkTime:
        with self._lock:
            worktime = self._by_version[0]
            for notice in _imported(conn, version):
                worktime = worktime.with_notice(notice)
            return self._by_version.setdefault(version, worktime)


def add_notice(conn: Connection, notice: YearNotice, at: datetime, actor: str) -> int:
    """Store the calendar with this notice in force for its year, inside a write transaction; returns its version."""
    version = latest_version(conn)
    in_force = {old.year: old for old in _imported(conn, version)} | {notice.year: notice}
    stored = json.dumps([to_data(in_force[year]) for year in sorted(in_force)], ensure_ascii=False)
    rows.insert_rows(conn, calendars, [{"version": version + 1, "notices": stored, "at": at, "actor": actor}])
    return version + 1


def _imported(conn: Connection, version: int) -> list[YearNotice]:
    """The notices imported up to a version, one per year, ascending."""
    stored = conn.execute(select(calendars.c.notices).where(calendars.c.version == version)).scalar()
    return [] if stored is None else [from_data(notice) for notice in json.loads(stored)]
