"""Writes a small database as this version leaves it, a case at every step: `python -m tests.upgrade.make_fixture NAME`.

A fixture is made once, when a version lands, and never again: later versions must upgrade it and finish its cases.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import zstandard

from engine.house import open_house
from engine.settings import Settings
from tests.upgrade.course import complete, register

FIXTURES = Path(__file__).parent / "fixtures"
START = datetime.fromisoformat("2026-10-19T09:30:00+08:00")
DISPATCHED = ("accept", "classify", "dispatch")
LED = (*DISPATCHED, "acknowledge", "acknowledge", "first_contact")
# Where each case stands in the fixture: the tasks completed before.
COURSES: dict[str, tuple[str, ...]] = {
    "accept": (),
    "classify": ("accept",),
    "dispatch": ("accept", "classify"),
    "acknowledge": DISPATCHED,
    "first_contact": (*DISPATCHED, "acknowledge", "acknowledge"),
    "handle": LED,
    "review": (*LED, "handle", "handle"),
    "give_feedback": (*LED, "handle", "handle", "review"),
    "await_visit": (*LED, "handle", "handle", "review", "give_feedback"),
}


def make(name: str) -> None:
    """Write `fixtures/NAME.db.zst` and `fixtures/NAME.json` (the numbers and where each case stands)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fixture.db"
        engine = open_house(Settings(database_url=f"sqlite:///{path}", demo=True), START)
        places = {}
        for place, course in COURSES.items():
            no = register(engine)
            for element in course:
                complete(engine, no, element)
            places[no] = place
        on_site = register(engine)
        complete(engine, on_site, "accept")
        complete(engine, on_site, "classify", grade="simple")
        complete(engine, on_site, "handle_on_site", onsite_result="waiting_citizen")
        places[on_site] = "await_citizen"
        engine.db.close()
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("VACUUM")
        connection.close()
        FIXTURES.mkdir(exist_ok=True)
        (FIXTURES / f"{name}.db.zst").write_bytes(zstandard.compress(path.read_bytes(), 19))
        (FIXTURES / f"{name}.json").write_text(json.dumps({"now": START.isoformat(), "cases": places}, indent=1) + "\n")


if __name__ == "__main__":
    make(sys.argv[1])
