"""Recorded cases played through both HTTP interfaces come to their dates, states and outcomes."""

from __future__ import annotations

from engine.replay.player import play
from engine.replay.recording import chosen, sample_cases
from tests.support.house import House
from tests.support.interfaces import Interfaces, done


def test_sample_cases_come_to_what_was_recorded(any_house: House) -> None:
    recordings = chosen(sample_cases(), ["BCS-2026-0803", "BCS-2026-0806", "BCS-2026-0809"])
    assert [played.line() for played in play(recordings, Interfaces(any_house))] == [f"{r.no} ok" for r in recordings]


def test_a_played_case_tells_its_whole_course(house: House) -> None:
    play(chosen(sample_cases(), ["BCS-2026-0803"]), Interfaces(house))
    items = done(house.person("w3").get("/api/cases/BCS-2026-0001/timeline"))["items"]
    assert [line["seq"] for line in items] == list(range(1, len(items) + 1))
    assert [(line["element"], line["actor"]) for line in items if line["action"] == "completed"] == [
        ("accept", "w3"),
        ("classify", "w3"),
        ("dispatch", "w3"),
        ("acknowledge", "unit-SC-SS"),
        ("first_contact", "unit-SC-SS"),
        ("handle", "unit-SC-SS"),
        ("review", "group2"),
        ("give_feedback", "w3"),
        ("return_visit", "callback"),
    ]


def test_a_played_case_says_what_became_of_it(house: House) -> None:
    play(chosen(sample_cases(), ["BCS-2026-0803"]), Interfaces(house))
    case = done(house.person("w3").get("/api/cases/BCS-2026-0001"))
    assert (case["satisfaction"], case["contacted_in_time"], case["open_tasks"]) == (4, True, [])
    [order] = case["work_orders"]
    assert (order["unit"], order["status"], order["signed_by"]) == ("SC-SS", "replied", "unit-SC-SS")
    assert (order["signed_at"], order["contact_due"]) == ("2026-09-23T11:00:00+08:00", "2026-09-24T17:00:00+08:00")
