"""Rates, counts and the public counter over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.support.house import House
from webapp.app import create_app

SPOT = {
    "grade": "simple",
    "cause": "材料类",
    "outcome": "done",
    "feedback_method": "in_person",
    "satisfaction": 5,
    "reply_text": "已办",
}


def test_the_figures_of_a_period_are_as_the_contract_says(any_house: House) -> None:
    any_house.move("2026-09-23 10:00")
    any_house.register(on_the_spot=SPOT)
    any_house.register(acceptance="consult", reply_text="可以网上办")
    told = any_house.person("bureau").get("/api/stats?from=2026-09-01&to=2026-09-30").json
    assert told["in_time"] == {"value": 1.0, "numerator": 1, "denominator": 1, "excluded": {"consulted": 1}}
    assert told["responded"] == {
        "value": None,
        "numerator": 0,
        "denominator": 0,
        "excluded": {"consulted": 1, "no_call_back": 1},
    }
    assert told["satisfied"]["value"] == 1.0
    assert (told["counts"]["received"], told["counts"]["total"], told["counts"]["completed"]) == (2, 2, 1)
    assert told["composite"] == {"value": None, "weights": {"responded": 20, "solved": 40, "satisfied": 40}}


def test_without_a_period_everything_counts(house: House) -> None:
    house.move("2026-09-23 10:00")
    house.register(on_the_spot=SPOT)
    assert house.person("w1").get("/api/stats").json["in_time"]["numerator"] == 1
    assert house.person("w1").get("/api/stats?from=2026-09-24").json["in_time"]["value"] is None


@pytest.mark.parametrize(
    ("query", "field"), [("from=gestern", "from"), ("from=2026-10-02&to=2026-10-01", "to"), ("unit=SC-SS", "unit")]
)
def test_a_period_that_cannot_be_is_refused(house: House, query: str, field: str) -> None:
    answer = house.person("w1").get(f"/api/stats?{query}")
    assert (answer.status_code, list(answer.json["fields"])) == (400, [field])


@pytest.mark.parametrize("name", ["restricted", "admin"])
def test_who_sees_no_ordinary_case_gets_no_figures(house: House, name: str) -> None:
    assert house.person(name).get("/api/stats").status_code == 403


def counter(house: House, **settings: object) -> object:
    app = create_app(house.engine, replace(house.settings, **settings))  # type: ignore[arg-type]
    return app.test_client().get("/api/public/counter").json


def test_anybody_may_ask_how_many_were_solved_once_there_are_enough(house: House) -> None:
    house.move("2026-09-23 10:00")
    assert counter(house) == {"since": "2022-01-01", "solved": None, "text": "自 2022 年 1 月以来累计解决 少于 5 件"}
    for _ in range(5):
        house.register(on_the_spot=SPOT)
    house.register(on_the_spot={**SPOT, "outcome": "explained"})
    assert counter(house) == {"since": "2022-01-01", "solved": 5, "text": "自 2022 年 1 月以来累计解决 5 件"}


def test_what_was_solved_before_this_house_is_added_and_what_lies_before_the_month_is_not(house: House) -> None:
    house.move("2026-09-23 10:00")
    house.register(on_the_spot=SPOT)
    told = counter(house, counter_offset=260, counter_since=date(2026, 10, 1))
    assert told == {"since": "2026-10-01", "solved": 260, "text": "自 2026 年 10 月以来累计解决 260 件"}
