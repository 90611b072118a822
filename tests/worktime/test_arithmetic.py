from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.errors import BadInput
from engine.worktime import WorkTime


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("since", "hours", "end"),
    [
        ("2026-10-19T09:00", 2, "2026-10-19T11:00"),
        ("2026-10-19T10:00", 2, "2026-10-19T12:00"),
        ("2026-10-19T11:00", 2, "2026-10-19T14:30"),
        ("2026-10-19T12:00", 1, "2026-10-19T14:30"),
        ("2026-10-19T12:45", 1, "2026-10-19T14:30"),
        ("2026-10-19T15:00", 2, "2026-10-19T17:00"),
        ("2026-10-19T16:59", 0.5, "2026-10-20T09:29"),
        ("2026-10-19T17:00", 2, "2026-10-20T11:00"),
        ("2026-10-19T06:00", 4, "2026-10-19T14:30"),
        ("2026-10-23T16:00", 4, "2026-10-26T12:00"),
        ("2026-09-30T16:30", 4, "2026-10-08T14:00"),
        ("2026-10-19T09:00", 13, "2026-10-20T17:00"),
    ],
)
def test_office_hours_run_only_while_the_office_is_open(worktime: WorkTime, since: str, hours: float, end: str) -> None:
    assert worktime.office_hours(hours, _at(since)) == _at(end)


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2026-10-19T11:00", "2026-10-19T14:30", 120),
        ("2026-10-23T16:00", "2026-10-26T12:00", 240),
        ("2026-10-17T10:00", "2026-10-18T20:00", 0),
        ("2026-10-19T12:10", "2026-10-19T13:20", 0),
        ("2026-10-19T14:30", "2026-10-19T11:00", 0),
        ("2026-10-19T14:30", "2026-10-16T11:00", 0),
    ],
)
def test_only_the_time_the_office_is_open_is_left(worktime: WorkTime, since: str, until: str, minutes: int) -> None:
    assert worktime.time_open(_at(since), _at(until)).total_seconds() == minutes * 60


def test_the_day_of_an_instant_is_the_day_in_shanghai(worktime: WorkTime) -> None:
    sunday_evening_in_london = datetime.fromisoformat("2026-10-18T17:00:00+00:00")

    assert worktime.workdays(1, sunday_evening_in_london).isoformat() == "2026-10-20T17:00:00+08:00"


def test_closing_time_is_that_of_the_same_day_even_after_it(worktime: WorkTime) -> None:
    assert worktime.closing_time(_at("2026-08-18T17:02")) == _at("2026-08-18T17:00")


def test_a_day_without_hours_is_closed_already(worktime: WorkTime) -> None:
    assert worktime.closing_time(_at("2026-10-17T10:00")) == _at("2026-10-17T10:00")


def test_the_next_opening_lies_on_another_day_even_before_this_days_opening(worktime: WorkTime) -> None:
    assert worktime.next_opening(_at("2026-10-19T07:00")) == _at("2026-10-20T09:00")
    assert worktime.next_opening(_at("2026-09-30T17:30")) == _at("2026-10-08T09:00")


@pytest.mark.parametrize(
    ("since", "later"),
    [
        ("2026-10-20T15:00", "2026-11-20T09:00"),
        ("2026-03-31T15:00", "2026-04-30T09:00"),
        ("2026-01-31T10:00", "2026-02-28T09:00"),
        ("2024-01-31T10:00", "2024-02-29T09:00"),
        ("2026-09-03T10:00", "2026-10-08T09:00"),
        ("2025-12-31T10:00", "2026-02-02T09:00"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_next_working_day(worktime: WorkTime, since: str, later: str) -> None:
    assert worktime.month_later(_at(since)) == _at(later)


def test_a_deadline_is_shifted_from_its_day_to_a_closing_time(worktime: WorkTime) -> None:
    assert worktime.shift(_at("2026-08-18T19:02"), 2) == _at("2026-08-20T17:00")


def test_a_deadline_shifted_by_nothing_stays_to_the_minute(worktime: WorkTime) -> None:
    assert worktime.shift(_at("2026-08-18T19:02"), 0) == _at("2026-08-18T19:02")


def test_the_reminder_opens_with_the_working_day_before(worktime: WorkTime) -> None:
    assert worktime.opening_before(_at("2026-10-08T17:00"), 2) == _at("2026-09-29T09:00")


@pytest.mark.parametrize(
    ("now", "remaining"),
    [
        ("2026-09-30T10:00", 1),
        ("2026-10-05T10:00", 1),
        ("2026-10-08T09:00", 0),
        ("2026-10-08T17:00", 0),
        ("2026-10-08T17:01", 0),
        ("2026-10-09T08:00", -1),
        ("2026-10-10T12:00", -2),
        ("2026-10-11T12:00", -2),
        ("2026-10-12T12:00", -3),
    ],
)
def test_remaining_days_count_down_to_the_due_day_and_on_below_zero(
    worktime: WorkTime, now: str, remaining: int
) -> None:
    assert worktime.remaining(_at(now), _at("2026-10-08T17:00")) == remaining


def test_nothing_is_counted_backwards(worktime: WorkTime) -> None:
    assert worktime.count(date(2026, 10, 20), date(2026, 10, 12)) == 0


def test_an_instant_without_offset_is_refused(worktime: WorkTime) -> None:
    with pytest.raises(ValueError, match="no offset"):
        worktime.workdays(5, datetime(2026, 10, 19, 10, 0))


def test_an_instant_in_place_of_a_day_is_refused(worktime: WorkTime) -> None:
    with pytest.raises(TypeError, match="local date"):
        worktime.count(_at("2026-10-19T10:00"), _at("2026-10-20T10:00"))


@pytest.mark.parametrize("n", [0, -1])
def test_a_period_of_no_or_fewer_days_is_refused(worktime: WorkTime, n: int) -> None:
    at = _at("2026-10-19T10:00")
    with pytest.raises(ValueError, match=f"not {n}"):
        worktime.workdays(n, at)
    with pytest.raises(ValueError, match=f"{n} does not"):
        worktime.office_hours(n, at)
    with pytest.raises(ValueError, match=f"not {n}"):
        worktime.opening_before(at, n)
    with pytest.raises(ValueError, match=f"not {n}"):
        worktime.explain(at, n)


def test_a_day_before_the_calendar_is_refused_with_its_range(worktime: WorkTime) -> None:
    with pytest.raises(BadInput, match="2021-12-31 不在工作日历内。日历从 2022-01-01 到 2035-12-31"):
        worktime.workdays(5, _at("2021-12-31T10:00"))


def test_a_period_that_ends_after_the_calendar_is_refused(worktime: WorkTime) -> None:
    with pytest.raises(BadInput, match="请管理员先导入"):
        worktime.workdays(5, _at("2035-12-31T10:00"))


def test_a_reminder_before_the_calendar_is_refused(worktime: WorkTime) -> None:
    with pytest.raises(BadInput, match="请管理员先导入"):
        worktime.opening_before(_at("2022-01-04T17:00"), 1)
