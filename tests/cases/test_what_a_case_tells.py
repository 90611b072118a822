"""The other facts of a case as GET /api/cases/{no} tells them: response, tier, orders, pauses, rates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.play import Play, Variables, shown

MI, SS = "unit-SC-MI", "unit-SC-SS"
UNHAPPY: Variables = {"contacted": True, "resolved": False, "satisfaction": 2, "dissatisfied_reason": "result"}
HAPPY: Variables = {"contacted": True, "resolved": True, "satisfaction": 5}


def finish(play: Play, visit_at: str, **visit: Any) -> None:
    """From the order in hand of SC-MI to the call-back."""
    play.do("handle", MI, "SC-MI", action="reply", reply_text="已办")
    play.do("review", "group2", review_result="pass", outcome="done")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at(visit_at)
    play.do("return_visit", "callback", **visit)


def redo(play: Play) -> None:
    """The work group lets it be done again, and SC-MI has it in hand."""
    play.do("approve_redo", "group", approved=True, measure="上门办理")
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="重办")
    play.do("acknowledge", MI, action="sign")


# ------------------------------------------------------------------ contacted_in_time
@pytest.mark.parametrize("said", [True, False, None])
def test_the_call_back_says_whether_the_person_was_contacted(play: Play, said: bool | None) -> None:
    play.until("first_contact")
    assert play.case().contacted_in_time is None
    finish(play, "10-20 09:00", **HAPPY, contacted_in_time=said)
    assert play.case().contacted_in_time is said


def test_the_response_failed_at_the_instant_nobody_had_called(play: Play) -> None:
    play.until("acknowledge")
    play.at("10-20 16:59")
    assert play.case().contacted_in_time is None
    play.at("10-20 17:00")
    assert play.case().contacted_in_time is False


def test_a_response_that_failed_stays_failed_through_a_redo(play: Play) -> None:
    play.until("acknowledge")
    play.at("10-20 17:01")
    play.do("first_contact", MI)
    finish(play, "10-21 09:00", **UNHAPPY, contacted_in_time=True)
    redo(play)
    play.do("first_contact", MI)
    finish(play, "10-22 09:00", **HAPPY, contacted_in_time=True)
    assert play.case().contacted_in_time is False


def test_the_last_call_back_that_says_something_counts(play: Play) -> None:
    play.until("first_contact")
    finish(play, "10-20 09:00", **UNHAPPY, contacted_in_time=False)
    redo(play)
    assert play.case().contacted_in_time is False  # a redo does not take back what was said
    play.do("first_contact", MI)
    finish(play, "10-21 09:00", **HAPPY, contacted_in_time=True)
    assert play.case().contacted_in_time is True


# ------------------------------------------------------------------ tier
def test_an_urgent_case_is_at_tier_four_at_once(play: Play) -> None:
    play.until("classify", classify={"urgent": True})
    assert (play.case().tier, play.case().urgent) == (4, True)


def test_the_tier_is_that_of_the_present_round(play: Play) -> None:
    play.until("first_contact")
    play.at("10-28 17:00")  # overdue by two working days
    finish(play, "10-29 09:00", **UNHAPPY)
    assert play.case().tier == 4  # kept after closing
    play.do("approve_redo", "group", approved=True, measure="上门办理")
    assert play.case().tier == 0


def test_a_lower_tier_does_not_lower_it(play: Play) -> None:
    play.until("acknowledge", classify={"urgent": True})
    play.at("10-20 17:00")  # not contacted: tier 2
    assert play.case().tier == 4


# ------------------------------------------------------------------ work orders
def statuses(play: Play) -> dict[str, str]:
    return {order.unit: order.status for order in play.case().work_orders}


def test_an_order_tells_how_far_its_unit_is(play: Play) -> None:
    play.until("dispatch", dispatch={"co_units": ["SC-SS"]})
    assert statuses(play) == {"SC-MI": "awaiting_signature", "SC-SS": "awaiting_signature"}
    play.do("acknowledge", MI, "SC-MI", action="sign")
    play.do("acknowledge", SS, "SC-SS", action="sign")
    play.do("first_contact", MI)
    assert statuses(play) == {"SC-MI": "contacted", "SC-SS": "signed"}
    play.do("handle", SS, "SC-SS", action="reply", reply_text="已核")
    assert statuses(play) == {"SC-MI": "contacted", "SC-SS": "replied"}


def test_the_order_of_the_unit_that_paused_says_so_and_goes_back(play: Play) -> None:
    play.until("first_contact", dispatch={"co_units": ["SC-SS"]})
    play.do("acknowledge", SS, "SC-SS", action="sign")
    play.do("handle", SS, "SC-SS", action="request_pause", reason="等外省", waiting_for="回函", until="2026-10-21")
    play.do("decide_pause", "group", approved=True)
    assert statuses(play) == {"SC-MI": "contacted", "SC-SS": "paused"}
    play.do("await_resume", SS)
    assert statuses(play) == {"SC-MI": "contacted", "SC-SS": "signed"}


def test_returned_and_moved_both_orders_are_told(play: Play) -> None:
    play.until("dispatch")
    play.do("acknowledge", MI, action="return", reason="不属本单位")
    assert (statuses(play), play.case().returns) == ({"SC-MI": "returned"}, 1)
    play.do("adjudicate_return", "group", decision="reassign", new_unit="SC-SS")
    assert statuses(play) == {"SC-MI": "returned", "SC-SS": "awaiting_signature"}
    assert [order.is_lead for order in play.case().work_orders] == [False, True]
    assert play.case().lead_unit == "SC-SS"


def test_taken_back_orders_are_withdrawn(play: Play) -> None:
    play.until("acknowledge", dispatch={"co_units": ["SC-SS"]})
    play.withdraw()
    assert statuses(play) == {"SC-MI": "withdrawn", "SC-SS": "withdrawn"}


def test_an_order_in_hand_is_due_with_the_case_an_answered_one_was_due_as_it_was(play: Play) -> None:
    play.until("first_contact", dispatch={"co_units": ["SC-SS"]})
    play.do("acknowledge", SS, "SC-SS", action="sign")
    play.do("handle", SS, "SC-SS", action="reply", reply_text="已核")
    play.do("handle", MI, "SC-MI", action="request_extension", days=3, reason="等外省")
    play.do("decide_extension", "group", approved=True)
    dues = {order.unit: shown(order.due) for order in play.case().work_orders}
    assert (dues, play.deadline) == ({"SC-MI": "10-29 17:00", "SC-SS": "10-26 17:00"}, "10-29 17:00")


def test_first_contact_is_asked_of_the_lead_alone(play: Play) -> None:
    play.until("dispatch", dispatch={"co_units": ["SC-SS"]})
    assert {order.unit: shown(order.contact_due) for order in play.case().work_orders} == {
        "SC-MI": "10-20 17:00",
        "SC-SS": None,
    }


# ------------------------------------------------------------------ extension, pauses
@pytest.mark.parametrize("approved", [True, False])
def test_an_extension_is_told_once_it_is_decided(play: Play, approved: bool) -> None:
    play.until("first_contact")
    play.do("handle", MI, action="request_extension", days=2, reason="等外省")
    assert play.case().extension is None
    play.at("10-20 10:00")
    play.do("decide_extension", "group", approved=approved)
    told = play.case().extension
    assert told is not None
    assert (told.days, shown(told.asked_at), shown(told.decided_at), told.approved) == (
        2,
        "10-19 15:00",
        "10-20 10:00",
        approved,
    )


def test_pauses_tell_who_waited_and_how_many_days_it_took(play: Play) -> None:
    play.until("accept")
    play.do("classify", "w3", grade="simple", cause="材料类")
    play.do("handle_on_site", "w3", onsite_result="waiting_citizen")
    [pause] = play.case().pauses
    assert (pause.unit, shown(pause.asked_at), shown(pause.until), pause.resumed_at) == (
        None,
        "10-19 14:05",
        "10-26 17:00",
        None,
    )
    assert (play.case().paused, pause.days) == (True, 5)
    play.at("10-21 10:00")
    play.do("await_citizen", "w3")
    [pause] = play.case().pauses
    assert (play.case().paused, shown(pause.resumed_at), pause.days) == (False, "10-21 10:00", 2)
    assert (play.deadline, shown(play.case().original_deadline)) == ("10-21 17:00", "10-19 17:00")


# ------------------------------------------------------------------ rates, provisional days
@pytest.mark.parametrize(
    ("acceptance", "more"),
    [
        ("consult", {"reply_text": "可以网上办"}),
        ("decline", {"reason": "法院正在执行"}),
        ("transfer", {"reason": "属于信访"}),
    ],
)
def test_what_was_not_handled_does_not_count_for_the_rates(play: Play, acceptance: str, more: Variables) -> None:
    play.register()
    assert play.case().excluded_from_rates is False
    play.do("accept", "w3", acceptance=acceptance, **more)
    if acceptance != "consult":
        play.do("confirm_exit", "lead", confirmed=True)
    assert play.case().excluded_from_rates is True


def test_neither_does_what_was_withdrawn_merged_or_sent_to_the_restricted_channel(play: Play) -> None:
    play.until("classify")
    lead = play.no
    play.register(acceptance="duplicate", duplicate_of=lead)
    merged, play.no = play.no, lead
    play.withdraw()
    assert play.case().excluded_from_rates is True
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已撤回")
    play.no = merged
    assert (play.case().outcome, play.case().excluded_from_rates) == ("merged", True)
    play.register("restricted", confidential=True)
    play.do("accept", "restricted", acceptance="restricted")
    play.do("handle_restricted", "restricted", transfer_to="区纪委监委", transfer_no="1", no_feedback_reason="匿名")
    assert play.case().excluded_from_rates is True


def test_a_handled_case_counts_however_it_ends(play: Play) -> None:
    play.until("review", review={"outcome": "explained"})
    assert (play.case().outcome, play.case().excluded_from_rates) == ("explained", False)


@pytest.mark.parametrize(
    ("accepted", "due", "provisional"),
    [("12-24 10:00", "12-31 17:00", False), ("12-25 10:00", "2027-01-04 17:00", True)],
)
def test_a_deadline_in_a_year_without_notice_is_provisional(
    play: Play, accepted: str, due: str, provisional: bool
) -> None:
    play.at(accepted)
    play.register(acceptance="accept")
    assert play.case().provisional is False
    play.do("classify", "w3", grade="general", cause="系统类")
    assert (play.deadline, play.case().provisional) == (due, provisional)
