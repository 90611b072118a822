from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.errors import BadInput
from engine.worktime import Calendar, SpecialDay, WorkTime, YearNotice
from engine.worktime.notices import from_data, to_data


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar.shipped()


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        ("2026-10-19", "workday", "周一"),
        ("2026-10-17", "weekend", "周六"),
        ("2026-10-10", "makeup", "国庆节调休"),
        ("2026-10-03", "holiday", "国庆节"),
        ("2026-09-25", "holiday", "中秋节"),
        ("2022-12-31", "holiday", "元旦"),
    ],
)
def test_every_day_has_a_kind_and_a_name(calendar: Calendar, day: str, kind: str, name: str) -> None:
    assert calendar.kind(date.fromisoformat(day)) == kind
    assert calendar.name(date.fromisoformat(day)) == name


def test_years_without_notice_are_provisional_and_say_so(calendar: Calendar) -> None:
    assert not calendar.provisional(date(2026, 12, 31))
    assert calendar.provisional(date(2027, 1, 1))
    assert "暂定" in calendar.notice(2027).source


@pytest.mark.parametrize("year", range(2027, 2036))
def test_a_provisional_year_has_the_13_statutory_days_and_no_make_up_days(calendar: Calendar, year: int) -> None:
    days = calendar.special_days(year)

    assert {day.kind for day in days} == {"holiday"}
    assert sum(len(day.name.split("、")) for day in days) == 13


def test_the_lunar_festivals_of_2027_are_on_their_days(calendar: Calendar) -> None:
    names = {f"{day.date:%m-%d}": day.name for day in calendar.special_days(2027)}

    assert [day for day, name in names.items() if name == "春节"] == ["02-05", "02-06", "02-07", "02-08"]
    assert (names["04-05"], names["06-09"], names["09-15"]) == ("清明节", "端午节", "中秋节")


def test_two_festivals_on_one_day_are_both_named(calendar: Calendar) -> None:
    assert calendar.name(date(2028, 10, 3)) == "中秋节、国庆节"


def test_an_official_notice_takes_the_place_of_a_provisional_year(calendar: Calendar) -> None:
    notice = YearNotice(
        2027,
        (SpecialDay(date(2026, 12, 27), "workday", "元旦"), SpecialDay(date(2027, 1, 4), "holiday", "元旦")),
        "通知",
    )
    changed = calendar.with_notice(notice)

    assert not changed.provisional(date(2027, 1, 1))
    assert changed.is_workday(date(2027, 1, 1))
    assert changed.kind(date(2027, 1, 4)) == "holiday"
    assert changed.kind(date(2026, 12, 27)) == "makeup"
    assert changed.special_days(2026)[-1] == notice.days[0]
    assert calendar.provisional(date(2027, 1, 4)), "the calendar it came from is untouched"


def test_a_notice_that_would_leave_a_year_out_is_refused(calendar: Calendar) -> None:
    with pytest.raises(BadInput, match="下一个只能是 2036 年，而不是 2037 年"):
        calendar.with_notice(YearNotice(2037, (), "通知"))


def test_a_year_outside_the_calendar_is_refused(calendar: Calendar) -> None:
    with pytest.raises(BadInput, match="2021 年不在工作日历内"):
        calendar.special_days(2021)
    with pytest.raises(BadInput, match="2036-01-01 不在工作日历内"):
        calendar.provisional(date(2036, 1, 1))


def test_a_stored_notice_reads_back_as_it_was(calendar: Calendar) -> None:
    assert from_data(to_data(calendar.notice(2025))) == calendar.notice(2025)


def test_stepping_back_undoes_stepping_forward(calendar: Calendar) -> None:
    day = date(2026, 2, 13)
    for n in range(1, 60):
        assert calendar.count(day, calendar.after(day, n)) == n
        assert calendar.before(calendar.after(day, n), n) == day


def test_far_steps_cost_no_more_than_near_ones(worktime: WorkTime) -> None:
    first = date(2022, 1, 1)

    assert worktime.calendar.after(first, 3_000) - first > timedelta(days=4_000)
    assert worktime.count(first, worktime.calendar.after(first, 3_000)) == 3_000
