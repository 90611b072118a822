"""Status, phase and light of a case at every place of its course (PROCESS.md "Vocabulary", "Lights"), and that the
filters of the list find it by exactly these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.queries.cases import CaseFilter, list_cases
from engine.vocabulary import VOCABULARIES
from tests.support.play import APPLICANT, Play, Variables

MI = "unit-SC-MI"
UNHAPPY: Variables = {"contacted": True, "resolved": False, "satisfaction": 2, "dissatisfied_reason": "result"}
PENDING: Variables = {"approved": True, "plan": "列入明年改造", "owner": "YB"}
ON_SITE: Variables = {"grade": "simple", "cause": "材料类"}
SPOT: Variables = {**ON_SITE, "outcome": "done", "feedback_method": "in_person"}

Course = Callable[[Play], object]


def stands(play: Play) -> tuple[str, str, str | None, int | None]:
    """Status, phase, light and remaining working days of the case."""
    case = play.case()
    _found_by_its_own_status_and_light(play, case.status, case.light)
    return case.status, case.phase, case.light, case.remaining


def _found_by_its_own_status_and_light(play: Play, status: str, light: str | None) -> None:
    for name, own in (("status", status), ("light", light)):
        codes = VOCABULARIES[name]
        found = {code for code in codes if play.no in _listed(play, **{name: code})}
        assert found == {own} - {None}, name


def _listed(play: Play, **wanted: Any) -> set[str]:
    return {row.no for row in play.engine.read(list_cases, CaseFilter(**wanted)).items}


# ------------------------------------------------------------------ courses
def until(step: str, **changes: Variables) -> Course:
    return lambda play: play.until(step, **changes)


def exiting(play: Play) -> None:
    play.until("register")
    play.do("accept", "w3", acceptance="decline", reason="法院正在执行")


def restricted(play: Play) -> None:
    play.at("10-19 14:00")
    play.register("restricted", confidential=True)
    play.do("accept", "restricted", acceptance="restricted")


def duplicate(play: Play) -> None:
    play.until("classify")
    play.register(acceptance="duplicate", duplicate_of=play.no)


def on_site(play: Play) -> None:
    play.until("accept")
    play.do("classify", "w3", **ON_SITE)


def waiting_for_papers(play: Play) -> None:
    on_site(play)
    play.do("handle_on_site", "w3", onsite_result="waiting_citizen")


def asking(action: str, **values: Any) -> Course:
    def course(play: Play) -> None:
        play.until("first_contact")
        play.do("handle", MI, "SC-MI", action=action, reason="需核验外省数据", **values)

    return course


def paused(play: Play) -> None:
    asking("request_pause", until="2026-10-22", waiting_for="外省回函")(play)
    play.do("decide_pause", "group", approved=True)


def returned(play: Play) -> None:
    play.until("dispatch")
    play.do("acknowledge", MI, "SC-MI", action="return", reason="不属本单位")


def returned_by_one_of_two(play: Play) -> None:
    play.until("dispatch", dispatch={"co_units": ["SC-SS"]})
    play.do("acknowledge", "unit-SC-SS", "SC-SS", action="return", reason="不属本单位")


def one_signed_one_not(play: Play) -> None:
    play.until("acknowledge", dispatch={"co_units": ["SC-SS"]})


def unhappy(play: Play) -> None:
    play.until("return_visit", return_visit=UNHAPPY)


def redo(play: Play) -> None:
    unhappy(play)
    play.do("approve_redo", "group", approved=True, measure="上门办理")


def dispatched_again(play: Play) -> None:
    redo(play)
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="重办")


def under_chief_review(play: Play) -> None:
    unhappy(play)
    play.do("approve_redo", "group", approved=False)


def asked_to_be_pending(play: Play) -> None:
    play.until("review", review={"review_result": "pending"})


def approved_pending(play: Play) -> None:
    asked_to_be_pending(play)
    play.do("approve_pending", "leading", **PENDING)


def pending(play: Play) -> None:
    approved_pending(play)
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知计划")


def due_for_its_monthly_report(play: Play) -> None:
    pending(play)
    play.at("11-23 09:00")


def settled(play: Play) -> None:
    due_for_its_monthly_report(play)
    play.do("review_pending", "leading", settled=True, outcome="done")


def visit_open(play: Play) -> None:
    play.until("give_feedback")
    play.at("10-22 09:00")


def settled_on_the_spot(play: Play) -> None:
    play.at("10-19 14:00")
    play.register(on_the_spot=SPOT)


def exited(acceptance: str, **more: Any) -> Course:
    def course(play: Play) -> None:
        play.until("register")
        play.do("accept", "w3", acceptance=acceptance, **more)

    return course


def confirmed(acceptance: str) -> Course:
    def course(play: Play) -> None:
        exited(acceptance, reason="不在受理范围")(play)
        play.do("confirm_exit", "lead", confirmed=True)

    return course


def withdrawn(play: Play) -> None:
    play.until("acknowledge")
    play.withdraw()


def moved_to_the_restricted_channel(play: Play) -> None:
    restricted(play)
    play.do("handle_restricted", "restricted", transfer_to="区纪委监委", transfer_no="1", no_feedback_reason="匿名")


def merged_under_an_archived_case(play: Play) -> None:
    play.until("return_visit")
    play.register(acceptance="duplicate", duplicate_of=play.no)


# A general case accepted on Monday 10-19 is due on Monday 10-26: 5 working days remain on the first day.
PLACES: tuple[tuple[Course, str, str, str | None, int | None], ...] = (
    (until("register"), "registered", "acceptance", None, None),
    (exiting, "registered", "acceptance", None, None),
    (restricted, "registered", "acceptance", None, None),
    (until("accept"), "accepted", "classification", None, None),
    (until("classify"), "classified", "dispatch", "green", 5),
    (until("dispatch"), "awaiting_signature", "dispatch", "green", 5),
    (one_signed_one_not, "awaiting_signature", "dispatch", "green", 5),
    (until("acknowledge"), "in_progress", "dispatch", "green", 5),
    (until("first_contact"), "in_progress", "dispatch", "green", 5),
    (on_site, "in_progress", "completion", "yellow", 0),
    (asking("request_extension", days=3), "in_progress", "dispatch", "green", 5),
    (asking("request_pause", until="2026-10-22", waiting_for="外省回函"), "in_progress", "dispatch", "green", 5),
    (asking("request_regrade"), "in_progress", "dispatch", "green", 5),
    (waiting_for_papers, "paused", "completion", "grey", 5),  # projected to the end of the pause
    (paused, "paused", "dispatch", "grey", 8),  # 10-19 to 10-22: 3 working days; projected to 10-29
    (returned, "returned", "dispatch", "green", 5),
    (returned_by_one_of_two, "returned", "dispatch", "green", 5),
    (until("handle"), "in_review", "completion", "green", 3),
    (until("review"), "completed", "feedback", "blue", None),
    (until("give_feedback"), "fed_back", "feedback", "blue", None),
    (settled_on_the_spot, "fed_back", "feedback", "blue", None),
    (visit_open, "fed_back", "feedback", "blue", None),
    (unhappy, "redo", "feedback", "blue", None),
    (redo, "redo", "dispatch", "green", 3),  # 3 working days from Friday 10-23: Wednesday 10-28
    (dispatched_again, "awaiting_signature", "dispatch", "green", 3),
    (under_chief_review, "redo", "feedback", "blue", None),
    (asked_to_be_pending, "pending", "completion", "green", 3),
    (approved_pending, "completed", "feedback", "grey", None),
    (pending, "pending", "feedback", "grey", None),
    (due_for_its_monthly_report, "pending", "feedback", "grey", None),
    (settled, "completed", "feedback", "blue", None),  # the approval on 10-21 counts, not the settling
    (duplicate, "merged", "acceptance", None, None),
    (until("return_visit"), "archived", "feedback", "blue", None),
    (exited("consult"), "completed", "feedback", None, None),
    (exited("consult", reply_text="可以网上办"), "archived", "feedback", None, None),
    (confirmed("decline"), "completed", "feedback", None, None),
    (confirmed("transfer"), "completed", "feedback", None, None),
    (withdrawn, "completed", "feedback", None, None),
    (moved_to_the_restricted_channel, "archived", "feedback", None, None),
    (merged_under_an_archived_case, "archived", "feedback", None, None),
)


@pytest.mark.parametrize(
    ("course", "status", "phase", "light", "remaining"),
    PLACES,
    ids=[f"{place[1]}-{number}" for number, place in enumerate(PLACES)],
)
def test_a_case_stands_as_the_contract_says(
    play: Play, course: Course, status: str, phase: str, light: str | None, remaining: int | None
) -> None:
    course(play)
    assert stands(play) == (status, phase, light, remaining)


def test_every_status_and_every_light_is_among_the_places() -> None:
    assert {place[1] for place in PLACES} == set(VOCABULARIES["status"])
    assert {place[3] for place in PLACES} | {"red"} == {*VOCABULARIES["light"], None}


# ------------------------------------------------------------------ as days go by
@pytest.mark.parametrize(
    ("at", "light", "remaining"),
    [
        ("10-20 09:00", "green", 4),
        ("10-21 23:59", "green", 3),
        ("10-22 00:00", "yellow", 2),
        ("10-24 12:00", "yellow", 1),  # a Saturday
        ("10-26 00:00", "yellow", 0),
        ("10-26 17:00", "yellow", 0),  # the due instant itself is in time
        ("10-26 17:00:01", "red", 0),
        ("10-27 00:00", "red", -1),
        ("10-31 12:00", "red", -4),  # a Saturday
        ("11-02 09:00", "red", -5),
    ],
)
def test_the_light_of_a_general_case_as_days_go_by(play: Play, at: str, light: str, remaining: int) -> None:
    play.until("first_contact")
    play.at(at)
    assert stands(play)[2:] == (light, remaining)


@pytest.mark.parametrize(
    ("at", "light", "remaining"),
    [("10-27 23:59", "green", 4), ("10-28 00:00", "yellow", 3), ("11-02 17:00:01", "red", 0)],
)
def test_a_complex_case_is_yellow_from_three_days_on(play: Play, at: str, light: str, remaining: int) -> None:
    play.until("classify", classify={"grade": "complex"})
    play.at(at)
    assert stands(play)[2:] == (light, remaining)


@pytest.mark.parametrize(
    ("accepted", "at", "light", "remaining"),
    [
        ("09-23 10:15", "09-23 12:00", "green", 5),  # 09-24, 28, 29, 30, 10-08
        ("09-23 10:15", "09-28 09:00", "green", 3),
        ("09-23 10:15", "09-29 09:00", "yellow", 2),
        ("09-23 10:15", "10-03 09:00", "yellow", 1),
        ("09-22 10:00", "10-01 12:00", "red", 0),  # due 09-30; no working day has passed since
        ("09-22 10:00", "10-07 23:59", "red", 0),
        ("09-22 10:00", "10-08 00:00", "red", -1),
        ("09-22 10:00", "10-10 12:00", "red", -3),  # 8, 9 and the make-up Saturday
        ("09-22 10:00", "10-11 12:00", "red", -3),
    ],
)
def test_holidays_and_make_up_days_are_counted_as_what_they_are(
    play: Play, accepted: str, at: str, light: str, remaining: int
) -> None:
    play.at(accepted)
    play.register(acceptance="accept")
    play.do("classify", "w3", grade="general", cause="系统类")
    play.at(at)
    assert stands(play)[2:] == (light, remaining)


# ------------------------------------------------------------------ closing
def close(play: Play, at: str) -> None:
    play.until("first_contact")
    play.at(at)
    play.do("handle", MI, "SC-MI", action="reply", reply_text="已参保")
    play.do("review", "group2", review_result="pass", outcome="done")


@pytest.mark.parametrize(("at", "light"), [("10-26 17:00", "blue"), ("10-26 17:00:01", "red")])
def test_passing_the_review_decides_and_the_light_stays(play: Play, at: str, light: str) -> None:
    close(play, at)
    assert stands(play)[2:] == (light, None)
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("11-20 09:00")
    assert stands(play)[2:] == (light, None)


def test_a_redo_in_time_turns_a_case_closed_late_blue(play: Play) -> None:
    close(play, "10-27 10:00")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("10-28 09:00")
    play.do("return_visit", "callback", **UNHAPPY)
    assert stands(play)[2] == "red"
    play.do("approve_redo", "group", approved=True, measure="上门办理")
    assert stands(play)[2:] == ("green", 3)
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="重办")
    play.do("acknowledge", MI, action="sign")
    play.do("first_contact", MI)
    play.do("handle", MI, action="reply", reply_text="已重办")
    play.do("review", "group2", review_result="pass", outcome="done")
    assert stands(play)[2] == "blue"


def test_what_was_put_on_the_list_late_is_red_once_it_is_settled(play: Play) -> None:
    asked_to_be_pending(play)
    play.at("10-26 17:00:01")
    play.do("approve_pending", "leading", **PENDING)
    assert stands(play)[2] == "grey"
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知计划")
    play.at("11-27 09:00")
    play.do("review_pending", "leading", settled=True, outcome="partly")
    assert stands(play)[2] == "red"


def test_an_anonymous_case_has_the_same_lights(play: Play) -> None:
    play.until("classify", register={"applicant": {"kind": "anonymous"}})
    assert stands(play) == ("classified", "dispatch", "green", 5)


def test_whoever_is_not_visited_is_archived_blue(play: Play) -> None:
    play.until("give_feedback", register={"applicant": {**APPLICANT, "consent_callback": False}})
    assert stands(play) == ("archived", "feedback", "blue", None)
