"""F8 in its short form: whatever the machine's clock does, no timer strikes early or twice, and nothing hangs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine.cases import live
from engine.cases.commands import CompleteTask
from engine.queries.case import case
from engine.queries.timeline import timeline
from engine.scheduler.beat import beat
from tests.faults.acts import open_task, register
from tests.faults.courses import Course, start_form
from tests.faults.invariants import promises_broken
from tests.faults.jumping import DAY, HOUR, LooseClock, jump_about
from tests.support.house import START, House

_COURSE = Course()
_SEED = 20260923


@pytest.fixture
def clock(any_house: House) -> Iterator[LooseClock]:
    """The house goes by a clock that can be set."""
    loose = LooseClock(START)
    any_house.engine.clock = loose
    yield loose


def registered(house: House) -> str:
    no: str = house.do("w1", register(_COURSE).command(house, "")).no
    return no


def fired(house: House, no: str) -> list[str | None]:
    return [line.element for line in house.engine.read(timeline, no) if line.action == "timer_fired"]


@pytest.mark.parametrize("share", [False, True], ids=["alone", "shared"])
def test_a_clock_set_to_and_fro_breaks_no_promise(any_house: House, share: bool) -> None:
    struck = jump_about(any_house, _SEED, 80, share)
    assert promises_broken(any_house.settings.database_url) == []
    assert struck > 10


def test_a_house_whose_timers_strike_early_does_not_pass(
    any_house: House, clock: LooseClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_due = live._next_due
    early = timedelta(seconds=2)

    monkeypatch.setattr(live, "_next_due", lambda opened, until: next_due(opened, until + early))
    no = registered(any_house)
    clock.reads = due_of(any_house, no) - timedelta(seconds=1)
    any_house.do("w1", CompleteTask(open_task(any_house, no, "accept"), {"acceptance": "accept"}))
    assert any("fired early" in found for found in promises_broken(any_house.settings.database_url))


def due_of(house: House, no: str) -> datetime:
    """When the one open task of the case is due."""
    (task,) = house.engine.read(case, no).open_tasks
    assert task.due is not None
    return task.due


def test_what_struck_while_the_clock_stood_ahead_does_not_strike_again(any_house: House, clock: LooseClock) -> None:
    no = registered(any_house)
    clock.reads = START + 2 * DAY - HOUR
    beat(any_house.engine, share=True)
    clock.reads = START
    beat(any_house.engine, share=True)
    clock.reads = START + 2 * DAY - HOUR
    beat(any_house.engine, share=True)
    assert fired(any_house, no) == ["accept_late"]


def test_a_timer_waits_until_the_clock_that_was_set_back_says_so(any_house: House, clock: LooseClock) -> None:
    no = registered(any_house)
    due = due_of(any_house, no)
    for reads, struck in ((due - HOUR, []), (due - DAY, []), (due - timedelta(seconds=1), []), (due, ["accept_late"])):
        clock.reads = reads
        beat(any_house.engine, share=True)
        assert fired(any_house, no) == struck


@pytest.mark.parametrize("back", [HOUR, DAY, 30 * DAY])
def test_the_time_of_a_case_stands_until_the_clock_has_caught_up(
    any_house: House, clock: LooseClock, back: timedelta
) -> None:
    no = registered(any_house)
    clock.reads = START - back
    any_house.do("w1", CompleteTask(open_task(any_house, no, "accept"), {"acceptance": "accept"}))
    assert {line.at for line in any_house.engine.read(timeline, no)} == {START}
    assert any_house.engine.read(case, no).accepted_at == START


def test_a_key_is_known_whatever_the_clock_says(any_house: House, clock: LooseClock) -> None:
    form = start_form(_COURSE, "社保转移报错")
    first = any_house.person("w1").post("/api/cases", form, "key")
    for reads in (START + 20 * DAY, START - 30 * DAY):
        clock.reads = reads
        again = any_house.person("w1").post("/api/cases", form, "key")
        assert (again.status_code, again.json) == (201, first.json)
