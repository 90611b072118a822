"""工单: signature, first contact, reply; one lead and its co-units."""

import pytest

from tests.support.play import APPLICANT, Play, refused, shown

MI = "unit-SC-MI"


@pytest.fixture
def dispatched(play: Play) -> Play:
    """To SC-MI (lead) and T05, on Monday 10-19 at 14:10."""
    play.until("dispatch", dispatch={"co_units": ["T05"]})
    return play


def test_signed_the_lead_must_contact_and_the_co_unit_handle(dispatched: Play) -> None:
    dispatched.do("acknowledge", MI, "SC-MI", action="sign")
    dispatched.do("acknowledge", "unit-T05", "T05", action="签收")
    assert dispatched.open() == ["first_contact SC-MI", "handle T05"]
    assert (dispatched.order("SC-MI").status, dispatched.order("SC-MI").signed_by) == ("signed", MI)
    assert dispatched.case().status == "in_progress"


def test_a_case_with_one_order_unsigned_awaits_signature(dispatched: Play) -> None:
    dispatched.do("acknowledge", MI, "SC-MI", action="sign")
    assert dispatched.case().status == "awaiting_signature"


def test_a_signature_is_due_within_four_office_hours_and_never_starts_the_clock(dispatched: Play) -> None:
    assert dispatched.due("acknowledge", "SC-MI") == "10-20 10:10"
    dispatched.at("10-20 10:00")
    dispatched.do("acknowledge", MI, "SC-MI", action="sign")
    assert dispatched.deadline == "10-26 17:00"


def test_unsigned_orders_are_signed_by_the_clock(dispatched: Play) -> None:
    assert dispatched.at("10-20 10:10") == ["unsigned", "unsigned"]
    assert dispatched.open() == ["first_contact SC-MI", "handle T05"]
    assert [order.signed_by for order in dispatched.case().work_orders] == ["system", "system"]
    assert shown(dispatched.order("SC-MI").signed_at) == "10-20 10:10"


def test_only_the_section_head_of_the_lead_hears_of_it_and_no_tier_is_reached(dispatched: Play) -> None:
    dispatched.at("10-20 10:10")
    assert dispatched.notices("unsigned") == [["unit_head:SC-MI"]]
    assert dispatched.case().tier == 0


def test_any_person_of_the_unit_may_sign(dispatched: Play) -> None:
    dispatched.do("acknowledge", "unit-SC-MI-b", "SC-MI", action="sign")
    assert dispatched.order("SC-MI").signed_by == "unit-SC-MI-b"


# ------------------------------------------------------------------ first contact
def test_the_first_contact_is_due_one_working_day_after_dispatch(dispatched: Play) -> None:
    dispatched.at("10-20 10:10")  # signed by the clock a day later
    assert dispatched.due("first_contact") == "10-20 17:00"
    assert shown(dispatched.order("SC-MI").contact_due) == "10-20 17:00"
    assert dispatched.order("T05").contact_due is None


def test_contacted_in_time_nothing_is_escalated(play: Play) -> None:
    play.until("first_contact")
    assert play.order("SC-MI").status == "contacted"
    assert shown(play.order("SC-MI").first_contact_at) == "10-19 15:00"
    assert play.at("10-21 17:00") == []


def test_not_contacted_the_response_has_failed_and_the_section_head_supervises(dispatched: Play) -> None:
    assert dispatched.at("10-20 17:00")[-1] == "uncontacted"
    assert (dispatched.case().tier, dispatched.groups("supervise")) == (2, {"unit_head:SC-MI"})
    assert dispatched.case().contacted_in_time is False
    assert "first_contact SC-MI" in dispatched.open()


def test_a_late_contact_does_not_heal_the_response(dispatched: Play) -> None:
    dispatched.at("10-20 17:01")
    dispatched.do("first_contact", MI, contact_method="phone")
    assert dispatched.case().contacted_in_time is False


def test_a_contact_at_the_very_instant_still_counts(dispatched: Play) -> None:
    dispatched.at("10-20 17:00")
    dispatched.do("first_contact", MI, contact_method="phone")
    assert dispatched.case().contacted_in_time is None


def test_dispatched_again_the_first_contact_counts_anew(play: Play) -> None:
    play.until("handle")
    play.do("review", "group2", review_result="send_back", send_back_reason="换单位", redispatch=True)
    play.do("dispatch", "w3", lead_unit="SC-SS", onsite_attempt="重派")
    assert play.timers()["uncontacted"] == "10-22 17:00"
    assert "uncontacted" in play.at("10-22 17:00")
    assert (play.case().tier, play.case().contacted_in_time) == (2, False)


def test_dispatched_again_a_response_that_failed_is_not_healed(dispatched: Play) -> None:
    dispatched.at("10-20 17:00")
    dispatched.do("supervise", "head-SC-MI", action="reassign")
    dispatched.do("dispatch", "w3", lead_unit="SC-SS", onsite_attempt="改派")
    assert dispatched.case().contacted_in_time is False


def test_a_contact_in_the_future_is_refused(play: Play) -> None:
    play.until("acknowledge")
    with refused("contact_at"):
        play.do("first_contact", MI, contact_at="2026-10-19T14:36:00+08:00")


def test_nobody_contacts_an_anonymous_person(play: Play) -> None:
    play.until("acknowledge", register={"applicant": {"kind": "anonymous"}})
    assert play.open() == ["handle SC-MI"]
    assert play.order("SC-MI").contact_due is None
    assert play.at("10-20 17:00") == []


# ------------------------------------------------------------------ handling
@pytest.fixture
def handled_by_two(dispatched: Play) -> Play:
    dispatched.do("acknowledge", MI, "SC-MI", action="sign")
    dispatched.do("acknowledge", "unit-T05", "T05", action="sign")
    dispatched.do("first_contact", MI)
    return dispatched


def test_handling_is_due_with_the_case(handled_by_two: Play) -> None:
    assert handled_by_two.due("handle", "SC-MI") == "10-26 17:00"
    assert handled_by_two.case().phase == "dispatch"


def test_review_waits_for_every_unit(handled_by_two: Play) -> None:
    handled_by_two.do("handle", MI, "SC-MI", action="reply", reply_text="已办")
    assert handled_by_two.open() == ["handle T05"]
    assert handled_by_two.order("SC-MI").status == "replied"
    handled_by_two.do("handle", "unit-T05", "T05", action="reply", reply_text="已核")
    assert handled_by_two.open() == ["review"]
    assert handled_by_two.case().status == "in_review"


def test_the_lead_may_close_without_its_co_units(handled_by_two: Play) -> None:
    handled_by_two.do("handle", MI, "SC-MI", action="reply", reply_text="已办", close_co_units=True)
    assert handled_by_two.open() == ["review"]
    assert handled_by_two.order("T05").status == "withdrawn"


def test_a_co_unit_may_not_close_for_the_others(handled_by_two: Play) -> None:
    with refused("close_co_units"):
        handled_by_two.do("handle", "unit-T05", "T05", action="reply", reply_text="已核", close_co_units=True)


def test_the_co_unit_may_answer_first(handled_by_two: Play) -> None:
    handled_by_two.do("handle", "unit-T05", "T05", action="reply", reply_text="已核")
    assert handled_by_two.open() == ["handle SC-MI"]
    handled_by_two.do("handle", MI, "SC-MI", action="reply", reply_text="已办", close_co_units=True)
    assert handled_by_two.open() == ["review"]
    assert handled_by_two.order("T05").status == "replied"


def test_the_lead_may_close_before_a_co_unit_has_signed(dispatched: Play) -> None:
    dispatched.do("acknowledge", MI, "SC-MI", action="sign")
    dispatched.do("first_contact", MI)
    dispatched.do("handle", MI, "SC-MI", action="reply", reply_text="已办", close_co_units=True)
    assert dispatched.open() == ["review"]
    assert "unsigned" not in dispatched.timers()


def test_a_reply_needs_its_text(handled_by_two: Play) -> None:
    with refused("reply_text"):
        handled_by_two.do("handle", MI, "SC-MI", action="reply")


def test_a_person_without_consent_is_contacted_all_the_same(play: Play) -> None:
    play.until("acknowledge", register={"applicant": {**APPLICANT, "consent_callback": False}})
    assert play.open() == ["first_contact SC-MI"]
