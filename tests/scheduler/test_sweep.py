"""Timers that are due are fired, in their order, once; a broken case stops nobody else's clock."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from engine.cases.commands import SYSTEM, Actor, FireTimers
from engine.clock import SimulatedClock
from engine.scheduler.sweep import due_cases, next_due, sweep
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import timers
from engine.storage.rows import insert_rows
from tests.storage.samples import NOON, add_case

DAY = timedelta(days=1)


class Engine:
    """A door that fires by deleting the due timers of the case, as the real one does; `broken` cases raise."""

    def __init__(self, db: Database, now: datetime = NOON) -> None:
        self.db = db
        self.now = now
        self.fired: list[int] = []
        self.broken: set[int] = set()
        self.failed: list[int] = []
        self.after_firing: Callable[[WriteTransaction, int], object] = lambda tx, case_id: None

    @property
    def clock(self) -> SimulatedClock:
        return SimulatedClock(self.now)

    def execute(self, command: FireTimers, actor: Actor) -> None:
        assert actor == SYSTEM
        if self.db.write(lambda tx: self._fire(tx, command.case_id)):
            self.fired.append(command.case_id)

    def _fire(self, tx: WriteTransaction, case_id: int) -> bool:
        tx.lock_case(case_id)
        tx.begin_writing()
        if case_id in self.broken:
            raise LookupError(case_id)
        due = (timers.c.case_id == case_id) & (timers.c.due <= self.now)
        fired = bool(tx.conn.execute(delete(timers).where(due)).rowcount)
        self.after_firing(tx, case_id)
        return fired

    def sweep(self, share: bool = False) -> int:
        return sweep(self, self.now, lambda case_id, error: self.failed.append(case_id), share)


def wait(db: Database, case_id: int, *dues: datetime, **more: Any) -> None:
    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        rows = [
            {"id": f"{case_id} {due}", "case_id": case_id, "element": "overdue", "due": due, **more} for due in dues
        ]
        insert_rows(tx.conn, timers, rows)

    db.write(work)


def cases_with_timers(db: Database, *dues: datetime) -> list[int]:
    ids = [add_case(db, f"case-{number}") for number in range(len(dues))]
    for case_id, due in zip(ids, dues, strict=True):
        wait(db, case_id, due)
    return ids


@pytest.fixture(params=[False, True], ids=["alone", "shared"])
def share(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_what_is_due_is_fired_in_the_order_it_fell_due(database: Database, share: bool) -> None:
    late, later, future, exactly = cases_with_timers(database, NOON - DAY, NOON - 2 * DAY, NOON + DAY, NOON)
    engine = Engine(database)
    assert engine.sweep(share) == 3
    assert engine.fired == [later, late, exactly]
    assert engine.sweep(share) == 0
    assert future not in engine.fired


def test_a_case_with_several_due_timers_has_one_turn(database: Database, share: bool) -> None:
    case_id = add_case(database)
    wait(database, case_id, NOON - DAY, NOON - 2 * DAY, NOON)
    engine = Engine(database)
    engine.sweep(share)
    assert engine.fired == [case_id]


def test_a_timer_of_a_paused_case_stays(database: Database, share: bool) -> None:
    wait(database, add_case(database), NOON - DAY, suspended=True)
    assert Engine(database).sweep(share) == 0


def test_a_timer_that_failed_waits_for_its_next_turn(database: Database, share: bool) -> None:
    wait(database, add_case(database), NOON - DAY, retry_at=NOON + timedelta(minutes=1))
    engine = Engine(database)
    assert engine.sweep(share) == 0
    engine.now = NOON + timedelta(minutes=1)
    assert engine.sweep(share) == 1


def test_a_broken_case_stops_none_of_its_neighbours(database: Database, share: bool) -> None:
    ids = cases_with_timers(database, *[NOON - DAY + timedelta(minutes=number) for number in range(45)])
    engine = Engine(database)
    engine.broken = set(ids[:25])
    assert engine.sweep(share) == 20
    assert engine.fired == ids[25:]
    assert engine.failed == ids[:25]


def test_a_broken_case_with_many_timers_stops_none_of_its_neighbours(database: Database, share: bool) -> None:
    broken, whole = add_case(database, "broken"), add_case(database, "whole")
    wait(database, broken, *[NOON - DAY + timedelta(minutes=number) for number in range(250)])
    wait(database, whole, NOON)
    engine = Engine(database)
    engine.broken = {broken}
    engine.sweep(share)
    assert engine.fired == [whole]


def test_what_falls_due_by_the_firing_is_fired_in_the_same_sweep(database: Database, share: bool) -> None:
    (case_id,) = cases_with_timers(database, NOON - DAY)
    engine = Engine(database)

    def wait_again(tx: WriteTransaction, case_id: int) -> None:
        if not engine.fired:
            insert_rows(tx.conn, timers, [{"id": "next", "case_id": case_id, "element": "overdue_2", "due": NOON}])

    engine.after_firing = wait_again
    engine.sweep(share)
    assert engine.fired == [case_id, case_id]


def test_a_timer_nobody_can_fire_does_not_hold_up_the_sweep(database: Database, share: bool) -> None:
    wait(database, add_case(database), NOON)
    engine = Engine(database, NOON)
    engine.now = NOON - timedelta(microseconds=1)  # the door says: not yet
    assert sweep(engine, NOON, lambda case_id, error: None, share) == 1
    assert engine.fired == []


def test_several_sweeps_at_once_fire_each_case_once(database: Database) -> None:
    ids = cases_with_timers(database, *[NOON - DAY + timedelta(minutes=number) for number in range(60)])
    engines = [Engine(database) for _ in range(3)]
    together = threading.Barrier(3)

    def run(engine: Engine) -> None:
        together.wait()
        engine.sweep(share=True)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, engines))
    assert Counter(case_id for engine in engines for case_id in engine.fired) == Counter(ids)
    assert [case_id for engine in engines for case_id in engine.failed] == []


def test_what_a_dead_worker_had_taken_is_fired_five_seconds_later(database: Database) -> None:
    (case_id,) = cases_with_timers(database, NOON)
    engine = Engine(database)

    def dies(case_id: int, error: Exception) -> None:
        raise KeyboardInterrupt

    engine.broken = {case_id}
    with pytest.raises(KeyboardInterrupt):
        sweep(engine, NOON, dies, share=True)
    engine.broken = set()
    assert engine.sweep(share=True) == 0
    engine.now = NOON + timedelta(seconds=5)
    assert engine.sweep(share=True) == 1


def test_a_long_sweep_keeps_what_it_takes_late_to_itself(database: Database) -> None:
    ids = cases_with_timers(database, *[NOON - DAY + timedelta(minutes=number) for number in range(40)])
    slow, other = Engine(database), Engine(database)

    def slowly(tx: WriteTransaction, case_id: int) -> None:
        slow.now += timedelta(seconds=0.2)
        if case_id == ids[25]:  # in the second batch; the sweep began more than 5 seconds ago
            other.now = slow.now
            assert sweep(other, other.now, lambda case_id, error: None, share=True) == 0

    slow.after_firing = slowly
    assert sweep(slow, NOON, lambda case_id, error: None, share=True) == 40


def test_what_was_taken_by_a_clock_that_stood_ahead_is_not_waited_for(database: Database, share: bool) -> None:
    wait(database, add_case(database), NOON - DAY, retry_at=NOON + DAY)
    assert Engine(database).sweep(share) == 1


def test_due_cases_come_with_the_instant_since_when_and_no_more_than_asked(database: Database) -> None:
    late, later, _ = cases_with_timers(database, NOON - DAY, NOON - 2 * DAY, NOON + DAY)
    wait(database, late, NOON)
    with database.read() as conn:
        assert due_cases(conn, NOON, 10) == [(later, NOON - 2 * DAY), (late, NOON - DAY)]
        assert due_cases(conn, NOON, 1) == [(later, NOON - 2 * DAY)]


def test_the_next_due_lies_after_now_and_skips_paused_timers(database: Database) -> None:
    case_id = add_case(database)
    wait(database, case_id, NOON - DAY, NOON, NOON + 3 * DAY, NOON + 2 * DAY)
    wait(database, case_id, NOON + DAY, suspended=True)
    wait(database, case_id, NOON + DAY / 2, parked=1)
    with database.read() as conn:
        assert next_due(conn, NOON) == NOON + 2 * DAY
        assert next_due(conn, NOON + 3 * DAY) is None


def test_what_failed_falls_due_again_when_it_is_to_be_tried_again(database: Database, share: bool) -> None:
    later = NOON + timedelta(seconds=5)
    wait(database, add_case(database), NOON, retry_at=later, failures=2)
    with database.read() as conn:
        assert (next_due(conn, NOON), next_due(conn, later)) == (later, None)
    engine = Engine(database)
    assert engine.sweep(share) == 0
    engine.now = later
    assert engine.sweep(share) == 1


def test_what_waits_for_an_incident_is_left_alone(database: Database, share: bool) -> None:
    wait(database, add_case(database), NOON, parked=1)
    assert Engine(database).sweep(share) == 0
