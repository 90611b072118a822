"""A house whose database fails on demand, and the acts tried in it."""

from __future__ import annotations

import sqlite3
from itertools import count
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

from engine.cases.commands import SYSTEM, FireTimers
from engine.errors import Busy
from engine.facade import Once, ReadContext
from engine.storage.database import Database
from engine.storage.idempotency import StoredAnswer
from tests.faults.acts import Act
from tests.faults.failing import Failpoint, Fault, install
from tests.faults.snapshot import Snapshot, snapshot
from tests.support.house import House, instant

FAILURES = (Fault, Busy, sqlite3.Error, psycopg.Error, DBAPIError)


class Stage:
    """A house whose database fails on demand, and a second look at that database which does not."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.point = Failpoint()
        install(house.engine.db.pool, self.point)
        self._eye = Database(house.settings.database_url)
        self.no = ""
        self._keys = count(1)

    def close(self) -> None:
        self._eye.close()

    def rows(self) -> Snapshot:
        """What is stored now."""
        with self._eye.read() as conn:
            return snapshot(conn)

    def attempt(self, act: Act) -> Attempt:
        """The act ready to be tried, as often as wanted, always under the same key."""
        if act.at is not None:
            self.house.clock.move(instant(act.at))
        return Attempt(self, act, f"key-{next(self._keys)}")


class Attempt:
    """One act under one key."""

    def __init__(self, stage: Stage, act: Act, key: str) -> None:
        self._stage = stage
        self._command = act.command(stage.house, stage.no)
        self._actor = SYSTEM if act.who == SYSTEM.name else stage.house.actor(act.who)
        self._once = Once(key, "f" * 64, _answer)

    def try_it(self) -> Any:
        """What the engine answers: Answered, or the timers that fired."""
        engine = self._stage.house.engine
        if isinstance(self._command, FireTimers):
            return engine.execute(self._command, self._actor)
        answered = engine.execute_once(self._command, self._actor, self._once)
        self._stage.no = answered.answer.body["no"] or self._stage.no
        return answered


def _answer(ctx: ReadContext, result: Any) -> StoredAnswer:
    return StoredAnswer(200, {"no": getattr(result, "no", None)})
