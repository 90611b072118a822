"""A demo has a past: the sample cases, moved near today or left where they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from engine.clock import ZONE, SimulatedClock, local
from engine.demo import has_cases, live_through, past_of, shifted, taken_in_hand
from engine.facade import Engine
from engine.heat.keeping import keep_walked
from engine.heat.lateness import DESIGN, PERSON
from engine.queries.heat import Selection, heat
from engine.replay.recording import Recording, sample_cases
from engine.storage.models import cases, timers
from engine.worktime import WorkTime
from tests.support.house import House

WORKTIME = WorkTime.shipped()


def days(recordings: tuple[Recording, ...]) -> list[date]:
    return [local(step.at).date() for recording in recordings for step in recording.steps]


def distances(recordings: tuple[Recording, ...]) -> list[int]:
    """Working days from each act to the newest."""
    return [WORKTIME.count(day, max(days(recordings))) for day in days(recordings)]


def hours(recordings: tuple[Recording, ...]) -> list[time]:
    return [local(step.at).time() for recording in recordings for step in recording.steps]


@pytest.fixture
def engine(house: House) -> Iterator[Engine]:
    yield house.engine


class MachineClock:
    """The machine's clock, standing still."""

    simulated = False

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2026, 10, 12), date(2026, 10, 3), date(2028, 3, 1)])
def test_the_newest_act_lies_on_the_last_working_day(today: date) -> None:
    newest = max(days(shifted(sample_cases(), WORKTIME, today)))
    assert newest < today
    assert WORKTIME.is_workday(newest)
    assert WORKTIME.count(newest, today - timedelta(1)) == 0


def test_acts_stay_as_many_working_days_apart_and_keep_their_time_of_day() -> None:
    before, after = sample_cases(), shifted(sample_cases(), WORKTIME, date(2026, 10, 12))
    assert hours(before) == hours(after)
    assert distances(before) == distances(after)


def test_days_and_instants_inside_the_answers_move_along() -> None:
    (recording,) = (r for r in shifted(sample_cases(), WORKTIME, date(2027, 3, 1)) if r.no == "BCS-2026-0803")
    contact = recording.steps[5]
    assert datetime.fromisoformat(contact.variables["contact_at"]) == contact.at
    tried = date.fromisoformat(recording.steps[0].variables["prior_attempts"][0]["when"])
    assert WORKTIME.count(tried, local(recording.steps[0].at).date()) == 3


def test_by_a_simulated_clock_the_past_ends_at_its_instant(engine: Engine) -> None:
    engine.clock = SimulatedClock(datetime(2026, 9, 23, 11, 0, tzinfo=ZONE))
    past = past_of(engine)
    assert [r.no[-4:] for r in past] == ["0801", "0802", "0803"]
    assert past[-1].steps[-1].task == "acknowledge"


def test_before_the_first_case_there_is_no_past(engine: Engine) -> None:
    engine.clock = SimulatedClock(datetime(2026, 8, 1, tzinfo=ZONE))
    assert past_of(engine) == ()
    assert live_through(engine, past_of(engine), lambda: None) == []
    assert not has_cases(engine)


def test_a_lived_past_leaves_no_timer_behind_and_the_clock_as_it_was(engine: Engine) -> None:
    clock = MachineClock(datetime(2027, 1, 20, 9, 30, tzinfo=ZONE))
    engine.clock = clock
    heard: list[int] = []
    played = live_through(engine, past_of(engine), lambda: heard.append(1))
    assert [one.line() for one in played if one.differences] == []
    assert len(heard) > 80
    assert engine.clock is clock
    assert has_cases(engine)
    assert engine.read(lambda ctx: ctx.conn.scalar(select(func.min(timers.c.due)))) > clock.now()


def test_a_lived_past_has_open_and_archived_cases(engine: Engine) -> None:
    engine.clock = MachineClock(datetime(2026, 11, 23, 9, 30, tzinfo=ZONE))
    live_through(engine, past_of(engine), lambda: None)
    found = engine.read(lambda ctx: dict(ctx.conn.execute(select(cases.c.no, cases.c.status)).all()))
    assert len(found) == 12
    assert sorted(found.values()).count("archived") == 10


def test_a_busy_past_has_cases_late_at_every_tier_one_paused_and_one_pending(engine: Engine) -> None:
    engine.clock = MachineClock(datetime(2026, 11, 23, 9, 30, tzinfo=ZONE))
    played = live_through(engine, past_of(engine, busy=True), lambda: None)
    assert [one.line() for one in played if one.differences] == []
    found = engine.read(lambda ctx: ctx.conn.execute(select(cases.c.title, cases.c.status, cases.c.tier)).all())
    assert {recording.title for recording in sample_cases()} < {title for title, _, _ in found}
    assert {2, 3, 4, 5} <= {tier for _, _, tier in found}
    assert {"registered", "accepted", "in_progress", "paused", "pending", "fed_back"} <= {row[1] for row in found}
    assert engine.read(lambda ctx: ctx.conn.scalar(select(func.min(timers.c.due)))) > engine.clock.now()


def test_the_busy_cases_keep_the_newest_act_on_the_last_working_day(engine: Engine) -> None:
    engine.clock = MachineClock(datetime(2026, 10, 12, 9, 30, tzinfo=ZONE))
    assert max(days(past_of(engine, busy=True))) == date(2026, 10, 10), "a Saturday that was worked"


def test_people_of_a_demo_take_tasks_in_hand_before_they_do_them_and_its_cases_end_as_ever(engine: Engine) -> None:
    engine.clock = MachineClock(datetime(2026, 11, 23, 9, 30, tzinfo=ZONE))
    past = taken_in_hand(past_of(engine, busy=True))
    played = live_through(engine, past, lambda: None)
    assert [one.line() for one in played if one.differences] == []
    while keep_walked(engine.db, engine.versions, engine.calendars, engine.clock.now()):
        pass
    places = {place.element: place for place in engine.read(heat, Selection()).places if place.is_task}
    done = {id: place for id, place in places.items() if place.waited.count}
    handled = {id for id, place in done.items() if place.handled.count}
    assert {"accept", "classify", "dispatch", "acknowledge", "first_contact", "handle", "review"} <= handled
    assert all(place.handled.most <= 20 for place in done.values() if place.handled.most is not None)
    assert places["handle"].handled.median


def test_a_busy_past_has_steps_late_by_design_as_well_as_by_person(engine: Engine) -> None:
    """A unit answered within its limit, in the last hour of the promise: the review had a day of its own and was late.
    Elsewhere units had their time and let it pass."""
    engine.clock = MachineClock(datetime(2026, 11, 23, 9, 30, tzinfo=ZONE))
    live_through(engine, taken_in_hand(past_of(engine, busy=True)), lambda: None)
    while keep_walked(engine.db, engine.versions, engine.calendars, engine.clock.now()):
        pass
    places = {place.element: place for place in engine.read(heat, Selection()).places if place.is_task}
    assert places["review"].late[DESIGN] == 1 and places["handle"].late[DESIGN] == 0
    assert places["handle"].late[PERSON] >= 3
