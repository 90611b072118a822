"""A limit is one limit, however many processes hand it out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.clock import SimulatedClock
from engine.errors import NoRoom
from engine.rates import Meter
from engine.storage.database import Database

NOON = datetime(2026, 9, 23, 4, 0, 15, tzinfo=UTC)


def processes(database: Database, clock: SimulatedClock, number: int) -> list[Meter]:
    return [Meter(database, clock) for _ in range(number)]


@pytest.mark.checklist(36, 38)
def test_several_processes_together_give_out_what_one_would(database: Database) -> None:
    meters = processes(database, SimulatedClock(NOON), 3)
    given = [meter.wait("search w1", 12) for _ in range(10) for meter in meters]
    assert given.count(0) == 12
    assert set(given[12:]) == {45}


def test_a_large_limit_is_handed_out_in_lots_and_never_exceeded(database: Database) -> None:
    meters = processes(database, SimulatedClock(NOON), 2)
    given = [meter.wait("search w1", 200) for _ in range(150) for meter in meters]
    assert given.count(0) == 200


def test_the_next_minute_is_a_new_one_for_everybody(database: Database) -> None:
    clock = SimulatedClock(NOON)
    first, second = processes(database, clock, 2)
    assert [first.wait("a", 1), second.wait("a", 1)] == [0, 45]
    clock.move(NOON + timedelta(seconds=45))
    assert [second.wait("a", 1), first.wait("a", 1)] == [0, 60]


def test_keys_do_not_count_for_each_other(database: Database) -> None:
    (meter,) = processes(database, SimulatedClock(NOON), 1)
    assert [meter.wait(f"search {name}", 1) for name in ("w1", "w2")] == [0, 0]


def test_a_process_whose_clock_is_behind_takes_of_the_same_minute(database: Database) -> None:
    ahead, behind = (Meter(database, SimulatedClock(NOON + timedelta(minutes=minutes))) for minutes in (1, 0))
    assert [ahead.wait("a", 1), behind.wait("a", 1) > 0, ahead.wait("a", 1) > 0] == [0, True, True]


def test_where_nothing_can_be_written_people_go_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    (meter,) = processes(database, SimulatedClock(NOON), 1)

    def full(*_: object) -> None:
        raise NoRoom

    monkeypatch.setattr(database, "write", full)
    assert [meter.wait("a", 1) for _ in range(3)] == [0, 0, 0]
