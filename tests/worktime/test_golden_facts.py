"""The dates that the contract names (PROCESS.md, "Golden facts" and "Clock")."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.worktime import WorkTime


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("accepted", "deadline"),
    [
        ("2026-09-23T10:15", "2026-10-08T17:00:00+08:00"),
        ("2026-10-19T14:05", "2026-10-26T17:00:00+08:00"),
        ("2026-11-18T09:10", "2026-11-25T17:00:00+08:00"),
        ("2026-11-12T10:00", "2026-11-19T17:00:00+08:00"),
    ],
)
def test_a_general_case_is_due_at_closing_of_the_fifth_working_day(
    worktime: WorkTime, accepted: str, deadline: str
) -> None:
    assert worktime.workdays(5, _at(accepted)).isoformat() == deadline


@pytest.mark.parametrize("accepted", ["2026-09-19T09:30", "2026-09-18T08:00", "2026-09-18T16:59", "2026-09-18T22:30"])
def test_saturday_and_evening_follow_the_same_rule_and_a_deadline_may_fall_on_a_sunday(
    worktime: WorkTime, accepted: str
) -> None:
    assert worktime.workdays(1, _at(accepted)) == _at("2026-09-20T17:00")


def test_the_make_up_days_of_2026_are_worked(worktime: WorkTime) -> None:
    made_up = [day.date for day in worktime.calendar.special_days(2026) if day.kind == "workday"]

    assert [f"{day:%m-%d}" for day in made_up] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert all(worktime.is_workday(day) for day in made_up)


@pytest.mark.parametrize(("year", "days"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_the_number_of_working_days_of_a_year(worktime: WorkTime, year: int, days: int) -> None:
    assert worktime.count(date(year, 1, 1), date(year, 12, 31)) == days


def test_a_pause_from_tuesday_to_thursday_moves_the_deadline_by_two_days(worktime: WorkTime) -> None:
    deadline = worktime.workdays(5, _at("2026-10-19T14:05"))
    days = worktime.count(date(2026, 10, 20), date(2026, 10, 22))

    assert worktime.shift(deadline, days) == _at("2026-10-28T17:00")
