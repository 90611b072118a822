from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from engine.errors import BadInput
from engine.worktime import Calendar, OfficeHours, WorkTime

SUMMER: dict[str, Any] = {
    "sessions": [["09:00", "12:00"], ["13:30", "17:00"]],
    "seasons": [{"from": "06-01", "to": "09-30", "sessions": [["08:30", "12:00"], ["14:30", "18:00"]]}],
}
WINTER: dict[str, Any] = {
    "sessions": [["09:00", "17:30"]],
    "seasons": [{"from": "11-01", "to": "02-29", "sessions": [["09:30", "16:00"]]}],
}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_the_centre_is_open_from_9_to_12_and_from_half_past_1_to_5() -> None:
    spans = OfficeHours().spans(date(2026, 10, 19))

    assert [(f"{opens:%H:%M}", f"{closes:%H:%M}") for opens, closes in spans] == [
        ("09:00", "12:00"),
        ("13:30", "17:00"),
    ]


def test_a_season_changes_opening_and_closing_on_its_days_only() -> None:
    hours = OfficeHours.from_data(SUMMER)

    assert hours.closing(date(2026, 5, 31)) == _at("2026-05-31T17:00")
    assert hours.opening(date(2026, 6, 1)) == _at("2026-06-01T08:30")
    assert hours.closing(date(2026, 9, 30)) == _at("2026-09-30T18:00")
    assert hours.opening(date(2026, 10, 1)) == _at("2026-10-01T09:00")


@pytest.mark.parametrize(
    ("day", "closing"),
    [("10-31", "17:30"), ("11-01", "16:00"), ("01-15", "16:00"), ("02-28", "16:00"), ("03-01", "17:30")],
)
def test_a_season_may_run_over_new_year(day: str, closing: str) -> None:
    hours = OfficeHours.from_data(WINTER)

    assert hours.closing(date.fromisoformat(f"2026-{day}")) == _at(f"2026-{day}T{closing}")


def test_deadlines_follow_the_season_in_which_they_end() -> None:
    worktime = WorkTime(Calendar.shipped(), OfficeHours.from_data(SUMMER))

    assert worktime.workdays(1, _at("2026-09-30T10:00")) == _at("2026-10-08T17:00")
    assert worktime.workdays(1, _at("2026-05-29T10:00")) == _at("2026-06-01T18:00")
    assert worktime.office_hours(4, _at("2026-05-29T16:00")) == _at("2026-06-01T11:30")


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"sessions": []}, "sessions"),
        ({"sessions": [["12:00", "09:00"]]}, "sessions"),
        ({"sessions": [["09:00", "12:00"], ["11:00", "17:00"]]}, "sessions"),
        ({"sessions": [["9 Uhr", "12:00"]]}, "sessions"),
        ({}, "sessions"),
        ([["09:00", "12:00"]], "sessions"),
        ({**SUMMER, "seasons": [{"from": "06-31", "to": "09-30", "sessions": [["09:00", "12:00"]]}]}, "sessions"),
        ({**SUMMER, "seasons": [{"from": "06-01", "to": "09-30", "sessions": []}]}, "seasons.0.sessions"),
    ],
)
def test_hours_that_cannot_be_are_refused(data: Any, path: str) -> None:
    with pytest.raises(BadInput) as refusal:
        OfficeHours.from_data(data)

    assert list(refusal.value.fields) == [path]
