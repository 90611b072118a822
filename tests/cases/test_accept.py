"""受理: in time, late, by the clock; and what each decision leads to."""

import pytest

from engine.errors import NotFound, NotYours, TakenByOther
from tests.support.play import Play, refused, shown


@pytest.fixture
def registered(play: Play) -> Play:
    play.until("register")
    return play


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("10-19 14:00", "10-20 17:00"),
        ("10-19 20:40", "10-20 17:00"),
        ("10-23 10:00", "10-26 17:00"),  # Friday
        ("10-24 10:00", "10-26 17:00"),  # Saturday
        ("09-24 10:00", "09-28 17:00"),  # before the Mid-Autumn holiday
        ("09-30 16:00", "10-08 17:00"),  # before the National Day holiday
        ("10-09 10:00", "10-10 17:00"),  # a make-up Saturday
    ],
)
def test_acceptance_is_due_at_the_close_of_the_next_working_day(play: Play, received: str, due: str) -> None:
    play.at(received)
    play.register()
    assert play.due("accept") == due


def test_the_acceptance_instant_is_the_instant_of_the_act(registered: Play) -> None:
    registered.at("10-20 16:59")
    registered.do("accept", "group", acceptance="accept")
    assert shown(registered.case().accepted_at) == "10-20 16:59"


def test_a_late_acceptance_is_supervised_by_the_window_lead(registered: Play) -> None:
    assert registered.at("10-20 17:00") == ["accept_late"]
    assert registered.open() == ["accept", "supervise"]
    assert registered.groups("supervise") == {"window_lead"}
    assert registered.due("supervise") == "10-21 17:00"
    assert registered.case().tier == 1


def test_what_nobody_accepts_is_accepted_by_the_clock(registered: Play) -> None:
    registered.at("10-20 17:00")
    assert registered.at("10-21 17:00") == ["accept_auto"]
    assert registered.open() == ["classify"]
    assert shown(registered.case().accepted_at) == "10-21 17:00"
    assert registered.case().tier == 1


def test_a_task_the_clock_took_over_is_a_conflict(registered: Play) -> None:
    task = registered.task("accept").id
    registered.at("10-21 17:00")
    with pytest.raises(TakenByOther):
        registered.complete(task, "w3", acceptance="accept")


def test_a_task_done_by_a_colleague_names_who_and_when(registered: Play) -> None:
    task = registered.task("accept").id
    registered.do("accept", "w1", acceptance="accept")
    with pytest.raises(TakenByOther) as conflict:
        registered.complete(task, "w3", acceptance="accept")
    assert (conflict.value.by, shown(conflict.value.at)) == ("w1", "10-19 14:00")


def test_acceptance_ends_the_supervision_of_its_lateness(registered: Play) -> None:
    registered.at("10-20 17:30")
    registered.do("accept", "w3", acceptance="accept")
    assert registered.open() == ["classify"]


@pytest.mark.parametrize("stranger", ["callback", "bureau", "auditor"])
def test_whoever_sees_the_case_but_is_of_no_group_may_not_accept(registered: Play, stranger: str) -> None:
    with pytest.raises(NotYours):
        registered.do("accept", stranger, acceptance="accept")


@pytest.mark.parametrize("stranger", ["unit-SC-MI", "restricted", "admin"])
def test_for_whom_the_case_does_not_exist_neither_does_its_task(registered: Play, stranger: str) -> None:
    with pytest.raises(NotFound):
        registered.do("accept", stranger, acceptance="accept")


def test_a_decision_must_be_given_and_be_one_of_those_there_are(registered: Play) -> None:
    with refused("acceptance"):
        registered.do("accept", "w3")
    with refused("acceptance"):
        registered.do("accept", "w3", acceptance="later")


@pytest.mark.parametrize("acceptance", ["decline", "transfer"])
def test_turning_a_case_away_needs_a_reason(registered: Play, acceptance: str) -> None:
    with refused("reason"):
        registered.do("accept", "w3", acceptance=acceptance)


def test_a_question_answered_is_archived_at_that_instant_without_call_back(registered: Play) -> None:
    registered.do("accept", "w3", acceptance="consult", reply_text="材料清单已告知。")
    case = registered.case()
    assert (case.status, case.outcome, case.excluded_from_rates) == ("archived", "consulted", True)


def test_a_question_to_be_answered_later_is_archived_with_its_feedback(registered: Play) -> None:
    registered.do("accept", "w3", acceptance="咨询")
    registered.do("give_feedback", "w3", feedback_method="phone", feedback_text="已答复")
    assert (registered.case().status, registered.case().outcome) == ("archived", "consulted")


# ------------------------------------------------------------------ confirm_exit
@pytest.fixture
def declined(registered: Play) -> Play:
    registered.at("10-19 14:05")
    registered.do("accept", "lead", acceptance="decline", reason="已进入司法程序", refer_to="EX-FY")
    return registered


def test_turning_away_waits_for_a_window_lead_within_two_office_hours(declined: Play) -> None:
    assert declined.groups("confirm_exit") == {"window_lead"}
    assert declined.due("confirm_exit") == "10-19 16:05"
    assert declined.case().status == "registered"


def test_two_office_hours_run_over_noon_and_night(play: Play) -> None:
    play.at("10-13 10:15")
    play.register(acceptance="decline", reason="已进入司法程序")
    assert play.due("confirm_exit") == "10-13 13:45"


def test_the_same_person_may_not_confirm(declined: Play) -> None:
    with pytest.raises(NotYours):
        declined.do("confirm_exit", "lead", confirmed=True)


def test_not_confirmed_it_goes_back_to_be_accepted_with_fresh_timers(declined: Play) -> None:
    declined.at("10-20 09:00")
    declined.do("confirm_exit", "lead2", confirmed=False)
    assert "accept" in declined.open()
    assert (declined.due("accept"), declined.case().status) == ("10-21 17:00", "registered")


def test_a_case_sent_back_may_be_declined_again_and_confirmed_then(declined: Play) -> None:
    declined.do("confirm_exit", "lead2", confirmed=False)
    declined.do("accept", "w3", acceptance="transfer", reason="属于外区")
    declined.do("confirm_exit", "lead2", confirmed=True)
    assert declined.case().outcome == "transferred"


def test_a_late_confirmation_is_tier_three(declined: Play) -> None:
    assert declined.at("10-19 16:05") == ["confirm_exit_late"]
    assert declined.groups("supervise") == {"work_group"}
    assert declined.case().tier == 3


@pytest.mark.parametrize(("acceptance", "outcome"), [("decline", "declined"), ("transfer", "transferred")])
def test_confirmed_and_told_the_case_is_archived_without_light_or_call_back(
    registered: Play, acceptance: str, outcome: str
) -> None:
    registered.do("accept", "w3", acceptance=acceptance, reason="不属于受理范围")
    registered.do("confirm_exit", "lead", confirmed=True)
    registered.do("give_feedback", "w3", feedback_method="in_person", feedback_text="已告知理由与途径")
    case = registered.case()
    assert (case.status, case.outcome, case.light, case.excluded_from_rates) == ("archived", outcome, None, True)
