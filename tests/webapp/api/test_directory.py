"""Units, matters and working days over HTTP."""

from __future__ import annotations

import pytest

from tests.support.house import House


def test_units_say_who_takes_work_orders(house: House) -> None:
    told = house.person("w1").get("/api/units").json
    desks = {unit["code"] for unit in told["items"] if unit["has_desk"]}
    assert {"SC-SS", "ZX"} <= desks
    assert "CP" not in desks
    assert [window["code"] for window in told["windows"]] == ["W1", "W2", "W3", "W4", "W5"]


def test_matters_say_which_papers_they_need(house: House) -> None:
    [matter] = [each for each in house.person("w1").get("/api/matters").json["items"] if each["code"] == "M014"]
    assert matter["unit"] == "SC-SS"
    assert matter["materials"]


@pytest.mark.parametrize(("year", "days"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_its_working_days(house: House, year: int, days: int) -> None:
    told = house.person("w1").get(f"/api/calendar?year={year}").json
    assert (told["year"], told["official"], told["working_days"]) == (year, True, days)


def test_a_year_tells_its_holidays_and_make_up_days(house: House) -> None:
    days = house.person("w1").get("/api/calendar").json["days"]  # of the present year
    assert {"date": "2026-10-01", "kind": "holiday", "name": "国庆节"} in days
    assert {day["date"] for day in days if day["kind"] == "workday"} >= {"2026-09-20", "2026-10-10"}


def test_a_year_without_notice_is_provisional(house: House) -> None:
    assert house.person("w1").get("/api/calendar?year=2027").json["official"] is False


@pytest.mark.parametrize("year", ["1999", "2099", "x", "-1", "20260"])
def test_a_year_outside_the_calendar_is_refused(house: House, year: str) -> None:
    answer = house.person("w1").get(f"/api/calendar?year={year}")
    assert (answer.status_code, list(answer.json["fields"])) == (400, ["year"])
