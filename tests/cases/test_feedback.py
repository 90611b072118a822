"""反馈, 回访 and 归档; the courier's facts."""

import pytest

from engine.cases.commands import Actor
from engine.errors import NotYours
from tests.support.play import APPLICANT, Play, Variables, refused, shown

HAPPY: Variables = {"contacted": True, "resolved": True, "satisfaction": 5}


@pytest.fixture
def completed(play: Play) -> Play:
    """Passed on Wednesday 10-21 at 11:20."""
    play.until("review")
    return play


@pytest.fixture
def told(completed: Play) -> Play:
    completed.at("10-21 11:30")
    completed.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    return completed


@pytest.fixture
def visited(told: Play) -> Play:
    """The call-back is open since Thursday 10-22 at 09:00."""
    told.at("10-22 09:00")
    return told


def test_feedback_is_due_within_a_working_day(completed: Play) -> None:
    assert completed.groups("give_feedback") == {"window", "work_group"}
    assert (completed.due("give_feedback"), completed.case().phase) == ("10-22 17:00", "feedback")


def test_a_late_feedback_is_tier_one(completed: Play) -> None:
    assert completed.at("10-22 17:00") == ["give_feedback_late"]
    assert (completed.case().tier, completed.groups("supervise")) == (1, {"window_lead"})


def test_feedback_says_how_it_was_given_or_why_it_was_not(completed: Play) -> None:
    with refused("no_feedback_reason"):
        completed.do("give_feedback", "w3", feedback_text="已告知")
    completed.do("give_feedback", "w3", no_feedback_reason="电话停机，地址不详")
    assert completed.case().status == "fed_back"


def test_an_anonymous_case_is_told_in_public_and_archived(play: Play) -> None:
    play.until("acknowledge", register={"applicant": {"kind": "anonymous"}})
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已改进")
    play.do("review", "group2", review_result="pass", outcome="done")
    play.do("give_feedback", "w3", feedback_method="public_posting", feedback_text="已公示")
    assert play.case().status == "archived"


def test_whoever_did_not_consent_is_not_visited(play: Play) -> None:
    play.until("give_feedback", register={"applicant": {**APPLICANT, "consent_callback": False}})
    assert (play.case().status, play.case().outcome) == ("archived", "done")


# ------------------------------------------------------------------ call-back
def test_the_visit_opens_at_opening_of_the_next_working_day(told: Play) -> None:
    assert (told.open(), told.case().status) == ([], "fed_back")
    assert told.timers() == {"await_visit": "10-22 09:00"}
    assert told.at("10-22 09:00") == ["await_visit"]
    assert told.groups("return_visit") == {"callback"}


@pytest.mark.parametrize(
    ("feedback", "opens", "due"),
    [
        ("10-23 16:00", "10-26 09:00", "10-30 17:00"),  # Friday
        ("10-24 10:00", "10-26 09:00", "10-30 17:00"),  # Saturday
        ("10-22 08:00", "10-23 09:00", "10-29 17:00"),  # before opening
    ],
)
def test_five_working_days_count_from_the_feedback(completed: Play, feedback: str, opens: str, due: str) -> None:
    completed.at(feedback)
    completed.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    assert completed.timers() == {"await_visit": opens}
    completed.at(opens)
    assert completed.due("return_visit") == due


def test_over_the_national_day_holidays(play: Play) -> None:
    play.at("09-23 10:15")
    play.register(acceptance="accept")
    play.do("classify", "w3", grade="simple", cause="系统类")
    play.do("handle_on_site", "w3", onsite_result="solved", outcome="done")
    play.at("09-30 16:40")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    assert play.timers() == {"await_visit": "10-08 09:00"}
    play.at("10-08 09:00")
    assert play.due("return_visit") == "10-13 17:00"  # 10-08, 09, 10 (make-up), 12, 13


def test_a_late_visit_is_tier_one(visited: Play) -> None:
    assert visited.due("return_visit") == "10-28 17:00"
    assert visited.at("10-28 17:00") == ["return_visit_late"]
    assert (visited.case().tier, visited.groups("supervise")) == (1, {"window_lead"})


def test_satisfied_the_case_is_archived_at_that_instant(visited: Play) -> None:
    visited.at("10-23 10:00")
    visited.do("return_visit", "callback", **HAPPY, contacted_in_time=True)
    case = visited.case()
    assert (case.status, case.light, case.satisfaction, case.phase) == ("archived", "blue", 5, "feedback")
    assert (shown(case.ended_at), case.contacted_in_time) == ("10-23 10:00", True)
    assert (visited.open(), visited.timers()) == ([], {})


def test_an_archived_case_shows_no_countdown(visited: Play) -> None:
    visited.do("return_visit", "callback", **HAPPY)
    assert visited.case().remaining is None


@pytest.mark.parametrize("satisfaction", [3, 4])
def test_not_resolved_but_not_dissatisfied_is_only_recorded(visited: Play, satisfaction: int) -> None:
    visited.do("return_visit", "callback", contacted=True, resolved=False, satisfaction=satisfaction)
    assert (visited.case().status, visited.case().satisfaction) == ("archived", satisfaction)


def test_the_clock_knows_better_than_the_call_back(play: Play) -> None:
    play.until("acknowledge")
    play.at("10-20 17:00")  # nobody contacted the citizen
    play.at("10-21 09:00")
    play.do("first_contact", "unit-SC-MI")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已办")
    play.do("review", "group", review_result="pass", outcome="done")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("10-22 09:00")
    play.do("return_visit", "callback", **HAPPY, contacted_in_time=True)
    assert play.case().contacted_in_time is False


def test_the_callback_found_that_nobody_had_called(visited: Play) -> None:
    assert visited.case().contacted_in_time is None
    visited.do("return_visit", "callback", **HAPPY, contacted_in_time=False)
    assert visited.case().contacted_in_time is False


def test_whoever_handled_the_case_does_not_call_back(visited: Play) -> None:
    for name in ("w3", "group", "group2", "unit-SC-MI"):
        with pytest.raises(NotYours):
            visited.do("return_visit", Actor(name, name, frozenset({"callback"})), **HAPPY)
    visited.do("return_visit", Actor("new", "new", frozenset({"callback", "window"})), **HAPPY)
    assert visited.case().status == "archived"


def test_dissatisfaction_needs_a_reason(visited: Play) -> None:
    with refused("dissatisfied_reason"):
        visited.do("return_visit", "callback", contacted=True, resolved=False, satisfaction=2)


@pytest.mark.parametrize("satisfaction", [0, 6])
def test_satisfaction_is_one_to_five(visited: Play, satisfaction: int) -> None:
    with refused("satisfaction"):
        visited.do("return_visit", "callback", contacted=True, satisfaction=satisfaction)


def test_not_reached_the_visit_comes_back_next_working_day_the_third_archives(visited: Play) -> None:
    for again in ("10-23 09:00", "10-26 09:00"):
        visited.do("return_visit", "callback", contacted=False)
        assert visited.timers() == {"await_visit": again}
        visited.at(again)
        assert visited.due("return_visit") == "10-28 17:00"
    visited.do("return_visit", "callback", contacted=False)
    assert (visited.case().status, visited.case().satisfaction) == ("archived", None)


def test_reached_at_the_second_attempt_the_case_is_archived(visited: Play) -> None:
    visited.do("return_visit", "callback", contacted=False)
    visited.at("10-23 09:00")
    visited.do("return_visit", "callback2", **HAPPY)
    assert visited.case().status == "archived"


# ------------------------------------------------------------------ courier
def test_the_courier_facts_given_with_the_feedback_are_completed_later(completed: Play) -> None:
    parcel = {"carrier": "EMS", "tracking_no": "1001", "documents": ["医保卡"]}
    completed.do("give_feedback", "w3", feedback_method="courier", feedback_text="已寄出", courier=parcel)
    completed.at("10-22 08:40")
    completed.courier("w1", signed_at="2026-10-22T08:40:00+08:00")
    courier = completed.case().courier
    assert courier is not None
    assert (courier.carrier, shown(courier.signed_at)) == ("EMS", "10-22 08:40")


def test_the_courier_moves_nothing(told: Play) -> None:
    told.courier("w1", carrier="EMS")
    assert (told.open(), told.case().status) == ([], "fed_back")


def test_nothing_said_of_a_parcel_is_refused(told: Play) -> None:
    with refused(""):
        told.courier("w1")
