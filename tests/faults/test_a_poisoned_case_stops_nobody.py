"""F17 in its short form: a step that cannot be done is tried again three times, then it is an incident.

The clocks of the neighbours strike at their instants whatever happens beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select

from engine.bpmn import state
from engine.cases import effects, failing
from engine.cases.commands import CompleteTask
from engine.clock import SimulatedClock
from engine.facade import Engine
from engine.keys import demo_keys
from engine.scheduler.beat import beat
from engine.storage.database import Database
from engine.storage.models import audit, cases, incidents, tasks, timers
from tests.faults import poison
from tests.faults.poison import HOSTILE, SOUND, started
from tests.support.house import START, House

FIVE = timedelta(minutes=5)
SECOND = timedelta(seconds=1)
TRIES = [0, 2, 7, 17]  # seconds after the first failure


@pytest.fixture
def poisoned(any_house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """One case of every hostile kind, a sound one before and after each."""
    monkeypatch.setattr(state, "MAX_DEPTH", poison.SHALLOW)
    poison.publish_them(any_house, *poison.STEPS)
    for name in HOSTILE:
        for each in (SOUND, name, SOUND):
            started(any_house, each)
    return any_house


def rows(house: House, query: Any) -> list[Any]:
    with house.engine.db.read() as conn:
        return [tuple(row) for row in conn.execute(query)]


def opened(house: House) -> list[tuple[str, datetime]]:
    """Of which process an incident is open, and since when."""
    found = select(cases.c.key, incidents.c.opened_at).join(cases, cases.c.id == incidents.c.case_id)
    return sorted(rows(house, found.where(incidents.c.resolved_at.is_(None))))


def struck(house: House, name: str = SOUND) -> list[datetime]:
    """When the timers of a kind of case really struck."""
    fired = select(audit.c.at).join(cases, cases.c.id == audit.c.case_id)
    return [at for (at,) in rows(house, fired.where(audit.c.action == "timer_fired", cases.c.key == name))]


def tried(house: House) -> set[tuple[int, bool]]:
    """How often the timers of hostile cases have failed, and whether they wait for an incident."""
    waiting = select(timers.c.failures, timers.c.parked.is_not(None)).join(cases)
    return set(rows(house, waiting.where(cases.c.key.in_(HOSTILE))))


def test_a_hostile_step_is_an_incident_after_three_more_tries_and_no_neighbour_notices(poisoned: House) -> None:
    engine = poisoned.engine
    for second in range(31):
        poisoned.clock.move(START + FIVE + second * SECOND)
        beat(engine, share=False)
        failures = sum(second >= each for each in TRIES)
        assert tried(poisoned) == {(min(failures, 3), failures == 4)}, second
    assert opened(poisoned) == [(name, START + FIVE + 17 * SECOND) for name in HOSTILE]
    assert struck(poisoned) == [START + FIVE] * (2 * len(HOSTILE))


def test_a_moved_clock_tries_again_on_its_way_and_comes_to_its_end(poisoned: House) -> None:
    fired = poisoned.move(START + FIVE + timedelta(days=1))
    assert poisoned.clock.now() == START + FIVE + timedelta(days=1)
    assert len(fired) == 2 * len(HOSTILE)
    assert opened(poisoned) == [(name, START + FIVE + 17 * SECOND) for name in HOSTILE]


def test_the_clock_of_the_demo_moves_past_a_poisoned_case(poisoned: House) -> None:
    moved = poisoned.person("w1").post("/api/clock", {"now": "2026-09-23T09:06:00+08:00"})
    assert (moved.status_code, len(moved.json["fired"])) == (200, 2 * len(HOSTILE))
    assert len(opened(poisoned)) == len(HOSTILE)


def test_several_processes_at_one_sweep_fire_everybody_once_and_open_each_incident_once(poisoned: House) -> None:
    clocks = [SimulatedClock(START) for _ in range(3)]
    engines = [Engine(Database(poisoned.settings.database_url), clock, demo_keys()) for clock in clocks]
    with ThreadPoolExecutor(3) as pool:
        for second in (*range(0, 31, 2), 40):
            for clock in clocks:
                clock.move(START + FIVE + second * SECOND)
            list(pool.map(lambda engine: beat(engine, share=True), engines))
    for engine in engines:
        engine.db.close()
    found = opened(poisoned)
    assert [name for name, _ in found] == HOSTILE
    assert max(at for _, at in found) <= START + FIVE + 30 * SECOND
    assert struck(poisoned) == [START + FIVE] * (2 * len(HOSTILE))


def test_more_poisoned_cases_than_a_batch_hold_up_nobody(any_house: House) -> None:
    poison.publish_them(any_house, "unknown_name", SOUND)
    for name in ["unknown_name"] * 25 + [SOUND]:
        started(any_house, name)
    assert len(any_house.move(START + FIVE)) == 1


def test_a_person_is_not_stopped_by_a_timer_that_fails_and_it_is_on_record_before_the_act(any_house: House) -> None:
    poison.publish_them(any_house, "unknown_operation", SOUND)
    started(any_house, "unknown_operation")
    any_house.clock.move(START + FIVE)
    ((task,),) = rows(any_house, select(tasks.c.id))
    any_house.do("w1", CompleteTask(task, {}))
    assert opened(any_house) == [("unknown_operation", START + FIVE)]
    assert rows(any_house, select(tasks.c.id)) == []


def test_the_incident_says_what_failed_in_which_timer_and_who_looks_after_it(any_house: House) -> None:
    poison.publish_them(any_house, "unknown_operation", SOUND)
    started(any_house, "unknown_operation")
    (timer,) = rows(any_house, select(timers.c.id))
    any_house.move(START + 2 * FIVE)
    columns = (incidents.c.kind, incidents.c.element, incidents.c.cause, incidents.c.timer_id, incidents.c.owner)
    cause = "流程在“step”处无法继续：没有名为“no_such_operation”的服务操作"
    assert rows(any_house, select(*columns)) == [("StepFailed", "step", cause, *timer, "supervisor")]
    assert rows(any_house, select(cases.c.incidents)) == [(1,)]


def test_an_error_nobody_foresaw_is_an_incident_too(any_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: Any) -> None:
        raise AttributeError("at nothing")

    monkeypatch.setitem(cast("dict[str, Any]", effects.OPERATIONS), "no_such_operation", stumble)
    poison.publish_them(any_house, "unknown_operation", SOUND)
    for name in (SOUND, "unknown_operation", SOUND):
        started(any_house, name)
    assert len(any_house.move(START + 2 * FIVE)) == 2
    ((kind, cause),) = rows(any_house, select(incidents.c.kind, incidents.c.cause))
    assert (kind, "程序意外出错" in cause, "at nothing" in cause) == ("AttributeError", True, False)


@pytest.mark.parametrize("waits", [(), (timedelta(hours=1),)], ids=["gives up at once", "never gives up"])
def test_a_house_that_does_not_try_again_in_time_does_not_pass(
    house: House, waits: Sequence[timedelta], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failing, "WAITS", waits)
    poison.publish_them(house, "wrong_type")
    started(house, "wrong_type")
    house.move(START + FIVE + 30 * SECOND)
    assert opened(house) != [("wrong_type", START + FIVE + 17 * SECOND)]
