"""当场办结: a simple case from registration to feedback in one request."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.cases.commands import Actor
from engine.errors import BadInput, NotYours
from engine.storage import models
from tests.support.house import instant
from tests.support.play import APPLICANT, Play, Variables, refused, shown

SPOT: Variables = {
    "grade": "simple",
    "cause": "线上操作类",
    "services": [{"kind": "bangban", "staff": "w3", "device": "自助终端"}],
    "outcome": "done",
    "reply_text": "已在终端上补传照片",
    "feedback_method": "in_person",
    "satisfaction": 4,
}
TASKS = ("classify", "handle_on_site", "give_feedback")


def spot(**changes: Any) -> dict[str, Any]:
    """A case settled on the spot with these changes; None leaves a field out."""
    return {name: value for name, value in {**SPOT, **changes}.items() if value is not None}


def register(play: Play, by: str | Actor = "w3", at: str = "10-19 14:00", **changes: Any) -> None:
    play.at(at)
    play.register(by, on_the_spot=spot(**changes))


# ------------------------------------------------------------------ what it comes to
def test_one_request_carries_a_simple_case_to_its_feedback(any_play: Play) -> None:
    register(any_play)
    case = any_play.case()
    assert (case.status, case.phase, case.grade, case.outcome) == ("fed_back", "feedback", "simple", "done")
    assert (any_play.open(), any_play.timers()) == ([], {"await_visit": "10-20 09:00"})


def test_all_of_it_happens_at_one_instant_against_the_red_instant(play: Play) -> None:
    register(play)
    case = play.case()
    assert {shown(at) for at in (case.accepted_at, case.completed_at)} == {"10-19 14:00"}
    assert (play.deadline, shown(case.original_deadline), case.light) == ("10-19 17:00", "10-19 17:00", "blue")


@pytest.mark.parametrize(
    ("at", "red"),
    [
        ("08-18 17:02", "08-18 19:02"),  # PROCESS.md, golden facts
        ("10-19 16:30", "10-19 18:30"),
        ("10-24 10:00", "10-24 12:00"),  # a Saturday without hours: 120 minutes
    ],
)
def test_the_deadline_is_the_red_instant_of_a_simple_case(play: Play, at: str, red: str) -> None:
    register(play, at=at)
    assert (play.deadline, play.light) == (red, "blue")


def test_a_receipt_in_the_past_moves_no_clock(play: Play) -> None:
    play.at("10-19 14:00")
    play.register(received_at=instant("2026-10-16 10:00").isoformat(), on_the_spot=spot())
    case = play.case()
    assert (shown(case.received_at), shown(case.accepted_at), play.deadline) == (
        "10-16 10:00",
        "10-19 14:00",
        "10-19 17:00",
    )


@pytest.mark.parametrize("applicant", [{"kind": "anonymous"}, {**APPLICANT, "consent_callback": False}])
def test_where_no_visit_follows_the_case_is_archived(play: Play, applicant: Variables) -> None:
    play.at("10-19 14:00")
    play.register(applicant=applicant, on_the_spot=spot())
    case = play.case()
    assert (case.status, shown(case.ended_at), case.light, case.satisfaction) == ("archived", "10-19 14:00", "blue", 4)


# ------------------------------------------------------------------ its trail
def test_every_task_has_its_line_its_answers_and_its_end(play: Play) -> None:
    register(play)
    lines = [(line.actor, line.element) for line in play.timeline() if line.action == "completed"]
    answers = [row["element"] for row in play._rows(select(models.answers).order_by(models.answers.c.seq))]
    ended = play._rows(select(models.finished_tasks).where(models.finished_tasks.c.how == "completed"))
    assert lines == [("w3", task) for task in TASKS]
    assert answers == ["start", *TASKS, "rating"]
    assert {(row["element"], row["actor"]) for row in ended} == {(task, "w3") for task in TASKS}


def test_the_way_is_the_way_of_the_diagram(play: Play) -> None:
    register(play)
    passed = [path.partition("/")[2] for path in play.path()]
    assert [element for element in passed if element in {*TASKS, "accept", "record_acceptance"}] == [
        "record_acceptance",
        *TASKS,
    ]


def test_whoever_settled_it_does_not_call_back(play: Play) -> None:
    register(play)
    play.at("10-20 09:00")
    with pytest.raises(NotYours):
        play.do("return_visit", Actor("w3", "w3", frozenset({"callback"})), contacted=True, satisfaction=5)


# ------------------------------------------------------------------ the rating at the counter
def test_what_was_said_at_the_counter_is_a_rating(play: Play) -> None:
    register(play)
    [rating] = play.case().ratings
    assert (rating.satisfaction, shown(rating.at), rating.by) == (4, "10-19 14:00", "counter")


def test_a_bad_rating_at_the_counter_is_for_the_call_back_to_follow_up(play: Play) -> None:
    register(play, satisfaction=1)
    assert (play.case().status, play.case().satisfaction) == ("fed_back", 1)


@pytest.mark.parametrize("left_out", ["satisfaction", "services", "reply_text"])
def test_nobody_has_to_say_more_than_the_forms_ask(play: Play, left_out: str) -> None:
    play.at("10-19 14:00")
    play.register(on_the_spot=spot(**{left_out: None}))
    assert play.case().status == "fed_back"
    assert len(play.case().ratings) == (left_out != "satisfaction")


# ------------------------------------------------------------------ what is refused
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grade": "general"}, "grade"),
        ({"grade": "复杂"}, "grade"),
        ({"grade": None}, "grade"),
        ({"cause": None}, "cause"),
        ({"cause": "系统故障"}, "cause"),
        ({"outcome": None}, "outcome"),
        ({"outcome": "declined"}, "outcome"),
        ({"feedback_method": None}, "feedback_method"),
        ({"services": [{"staff": "w3"}]}, "services.0.kind"),
        ({"satisfaction": 6}, "satisfaction"),
        ({"urgent": True}, "urgent"),
        ({"co_units": ["SC-MI"]}, "co_units"),
        ({"onsite_result": "regrade"}, "onsite_result"),
    ],
)
def test_what_a_form_would_refuse_is_refused_at_its_field(play: Play, changes: Variables, field: str) -> None:
    with refused(f"on_the_spot.{field}"):
        register(play, **changes)
    assert play.count() == 0


@pytest.mark.parametrize("acceptance", ["decline", "transfer", "consult", "restricted", "duplicate"])
def test_what_is_settled_on_the_spot_is_accepted_and_nothing_else(play: Play, acceptance: str) -> None:
    play.at("10-19 14:00")
    with refused("acceptance"):
        play.register(acceptance=acceptance, reason="x", duplicate_of="BCS-2026-0009", on_the_spot=spot())
    play.register(acceptance="accept", on_the_spot=spot())
    assert play.no == "BCS-2026-0001"


def test_a_confidential_report_is_not_settled_at_a_counter(play: Play) -> None:
    with refused("confidential"):
        play.register("restricted", confidential=True, on_the_spot=spot())


@pytest.mark.parametrize("who", ["unit-SC-SS", "group", "callback", "bureau", "restricted"])
def test_whoever_may_not_do_one_of_its_tasks_may_not_do_them_at_once(play: Play, who: str) -> None:
    with pytest.raises(NotYours):
        register(play, who)
    assert play.count() == 0


@pytest.mark.parametrize("given", [True, "yes", []])
def test_what_is_no_group_of_fields_is_refused(play: Play, given: Any) -> None:
    with pytest.raises(BadInput) as refusal:
        play.register(on_the_spot=given)
    assert "on_the_spot" in refusal.value.fields


def test_words_and_left_out_values_are_taken_as_in_any_form(play: Play) -> None:
    play.at("10-19 14:00")
    play.register(
        on_the_spot={**SPOT, "grade": "简单", "outcome": "办成", "feedback_method": "当面", "satisfaction": None}
    )
    assert (play.case().status, play.case().ratings) == ("fed_back", ())
