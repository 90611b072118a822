"""When a quarter begins, every unit is asked to confirm its entry in the liaison directory, once."""

from __future__ import annotations

from datetime import datetime

import orjson
from sqlalchemy import Connection

from engine.clock import local
from engine.directory.liaison import entries, quarter_start
from engine.outbox.notices import seen_from
from engine.storage.kept import keep, kept
from engine.storage.models import notices, outbox
from engine.storage.rows import insert_new
from engine.worktime import WorkTime

_ASKED = "liaison.asked"  # the setting that keeps for which quarter was asked last
KIND = "liaison_due"


def asked_already(conn: Connection, now: datetime) -> bool:
    """Whether the units have been asked for the present quarter."""
    return kept(conn, _ASKED) == _quarter(now)


def ask_units(conn: Connection, worktime: WorkTime, now: datetime) -> None:
    """Tell each unit that has not confirmed yet; in a write transaction that has begun writing.

    A house that has just been opened waits for its next quarter: there, all entries are new.
    """
    if kept(conn, _ASKED) is not None:
        for unit, entry in entries(conn).items():
            if entry.state(now) != "fresh":
                _tell(conn, worktime, now, unit)
    keep(conn, _ASKED, _quarter(now))


def _tell(conn: Connection, worktime: WorkTime, now: datetime, unit: str) -> None:
    key, group = f"liaison:{_quarter(now)}:{unit}", f"unit:{unit}"
    said = {"recipients": orjson.dumps([group]).decode(), "payload": orjson.dumps({"unit": unit}).decode()}
    if insert_new(conn, outbox, {"key": key, "kind": KIND, **said, "created_at": now, "next_try": now}):
        insert_new(conn, notices, {"group": group, "key": key, "at": seen_from(worktime, KIND, now)})


def _quarter(now: datetime) -> str:
    first = quarter_start(local(now).date())
    return f"{first.year}Q{(first.month + 2) // 3}"
