"""The clock of a demo over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from engine.clock import SystemClock
from engine.facade import Engine
from engine.keys import demo_keys
from tests.support.house import House, Person
from webapp.app import create_app


def move(house: House, to: str, **more: Any) -> Any:
    answer = house.person("w1").post("/api/clock", {"now": to}, **more)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_clock_stands_where_it_was_put(house: House) -> None:
    move(house, "2026-09-23T10:00:00+08:00")
    assert house.person("w1").get("/api/clock").json == {"now": "2026-09-23T10:00:00+08:00", "simulated": True}


def test_moving_fires_what_falls_due_each_at_its_own_instant(any_house: House) -> None:
    no = any_house.register()
    told = move(any_house, "2026-09-30T09:00:00+08:00")
    assert told["now"] == "2026-09-30T09:00:00+08:00"
    fired = [(each["case"], each["activity"], each["due"], each["tier"]) for each in told["fired"]]
    assert fired[:2] == [
        (no, "accept_late", "2026-09-24T17:00:00+08:00", 1),
        (no, "accept_auto", "2026-09-28T17:00:00+08:00", 1),
    ]
    assert [each["due"] for each in told["fired"]] == sorted(each["due"] for each in told["fired"])
    assert any_house.person("w1").get(f"/api/cases/{no}").json["accepted_at"] == "2026-09-28T17:00:00+08:00"


def test_the_same_instant_again_is_accepted(house: House) -> None:
    assert [move(house, "2026-09-23T10:00:00+08:00")["fired"] for _ in range(2)] == [[], []]


def test_the_clock_never_goes_back(house: House) -> None:
    answer = house.person("w1").post("/api/clock", {"now": "2026-09-23T08:59:59+08:00"})
    assert answer.status_code == 400
    assert house.person("w1").get("/api/clock").json["now"] == "2026-09-23T09:00:00+08:00"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "now"),
        ({"now": "2026-09-24T10:00:00"}, "now"),
        ({"now": "2026-09-24"}, "now"),
        ({"now": 5}, "now"),
        ({"now": "0001-01-01T00:00:00+08:00"}, "now"),
        ({"now": "2999-01-01T00:00:00+08:00"}, "now"),
        ({"now": "2026-09-24T10:00:00+08:00", "by": "w1"}, "by"),
    ],
)
def test_what_is_no_instant_is_refused(house: House, body: dict[str, Any], field: str) -> None:
    answer = house.person("w1").post("/api/clock", body)
    assert (answer.status_code, list(answer.json["fields"])) == (400, [field])


def test_a_duplicate_is_closed_with_its_lead_at_the_instant_of_the_last_act(house: House) -> None:
    lead = house.register()
    house.complete("w3", lead, "accept", acceptance="accept")
    duplicate = house.register(acceptance="duplicate", duplicate_of=lead)
    house.person("w3").post(f"/api/cases/{lead}/withdraw", {"reason": "办成了", "confirmed_by": "phone_record"})
    assert house.person("w3").get(f"/api/cases/{duplicate}").json["status"] == "merged"
    house.complete("w3", lead, "give_feedback", feedback_method="phone", feedback_text="已告知")
    closed = house.person("w3").get(f"/api/cases/{duplicate}").json
    assert (closed["status"], closed["outcome"]) == ("archived", "merged")


def test_a_move_repeated_under_its_key_moves_nothing_more(house: House) -> None:
    first = move(house, "2026-09-23T10:00:00+08:00", key="m")
    move(house, "2026-09-23T11:00:00+08:00")
    again = house.person("w1").post("/api/clock", {"now": "2026-09-23T10:00:00+08:00"}, key="m")
    assert (again.json, again.headers["Idempotent-Replay"]) == (first, "true")


def test_the_real_clock_cannot_be_moved(house: House) -> None:
    app = create_app(Engine(house.engine.db, SystemClock(), demo_keys()), house.settings)
    person = Person(app.test_client(), "w1")
    assert person.get("/api/clock").json["simulated"] is False
    assert person.post("/api/clock", {"now": "2030-01-01T00:00:00+08:00"}).status_code == 403
