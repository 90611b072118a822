"""退单: a unit says the order is not its own; the work group rules; the second ruling is binding."""

import pytest

from tests.support.play import Play, refused, shown

MI, SS, RE = "unit-SC-MI", "unit-SC-SS", "unit-SC-RE"
WHY = {"action": "return", "reason": "不属本单位职责", "legal_basis": "三定规定", "suggested_unit": "SC-SS"}


@pytest.fixture
def returned(play: Play) -> Play:
    """SC-MI returned its order on Monday 10-19 at 14:35; dispatched at 14:10."""
    play.until("acknowledge", acknowledge=WHY)
    return play


@pytest.fixture
def reassigned(returned: Play) -> Play:
    returned.do("adjudicate_return", "group", decision="reassign", new_unit="SC-SS")
    return returned


@pytest.fixture
def returned_twice(reassigned: Play) -> Play:
    reassigned.at("10-19 15:00")
    reassigned.do("acknowledge", SS, action="return", reason="不属本单位职责")
    return reassigned


def test_a_return_waits_for_the_ruling_of_the_work_group(returned: Play) -> None:
    assert returned.groups("adjudicate_return") == {"work_group"}
    assert returned.due("adjudicate_return") == "10-20 10:35"
    assert (returned.case().status, returned.case().returns) == ("returned", 1)
    assert returned.order("SC-MI").status == "returned"


def test_a_return_needs_a_reason(play: Play) -> None:
    play.until("dispatch")
    with refused("reason"):
        play.do("acknowledge", MI, action="return")


def test_a_late_ruling_is_tier_four(returned: Play) -> None:
    assert returned.at("10-20 10:35") == ["adjudicate_return_late"]
    assert (returned.case().tier, returned.groups("supervise")) == (4, {"bureau", "unit_chief:SC-MI"})


def test_reassigned_the_new_unit_signs_and_is_lead(reassigned: Play) -> None:
    assert reassigned.open() == ["acknowledge SC-SS"]
    assert (reassigned.case().lead_unit, reassigned.order("SC-SS").is_lead) == ("SC-SS", True)
    assert reassigned.deadline == "10-26 17:00"


def test_the_unit_that_returned_still_sees_the_case_but_has_no_task(reassigned: Play) -> None:
    assert reassigned.order("SC-MI").status == "returned"
    assert reassigned.groups("acknowledge") == {"unit:SC-SS"}


def test_a_return_does_not_restart_the_first_contact(reassigned: Play) -> None:
    assert reassigned.timers()["uncontacted"] == "10-20 17:00"
    assert shown(reassigned.order("SC-SS").contact_due) == "10-20 17:00"
    assert "uncontacted" in reassigned.at("10-20 17:00")
    assert reassigned.groups("supervise") == {"unit_head:SC-SS"}


def test_upheld_the_unit_goes_on_with_the_first_contact(returned: Play) -> None:
    returned.do("adjudicate_return", "group", decision="uphold")
    assert returned.open() == ["first_contact SC-MI"]
    assert returned.case().lead_unit == "SC-MI"


def test_a_new_unit_must_be_named_and_have_a_desk(returned: Play) -> None:
    with refused("new_unit"):
        returned.do("adjudicate_return", "group", decision="reassign")
    with refused("new_unit"):
        returned.do("adjudicate_return", "group", decision="reassign", new_unit="EX-FY")


def test_a_unit_that_holds_an_order_already_gets_no_second_one(play: Play) -> None:
    play.until("acknowledge", dispatch={"co_units": ["T05"]}, acknowledge=WHY)
    with refused("new_unit"):
        play.do("adjudicate_return", "group", decision="reassign", new_unit="T05")


@pytest.fixture
def both_returned(play: Play) -> Play:
    """The lead SC-MI and the co-unit T05 both wait for their rulings; T05 returned last."""
    play.until("acknowledge", dispatch={"co_units": ["T05"]}, acknowledge=WHY)
    play.do("acknowledge", "unit-T05", "T05", action="return", reason="不在辖区")
    return play


def test_a_returned_order_that_waits_for_its_ruling_is_held_still(both_returned: Play) -> None:
    with refused("new_unit"):
        both_returned.do("adjudicate_return", "group", "SC-MI", decision="reassign", new_unit="T05")


def test_an_order_is_not_reassigned_to_the_unit_that_returned_it(returned: Play) -> None:
    with refused("new_unit"):
        returned.do("adjudicate_return", "group", decision="reassign", new_unit="SC-MI")


def test_a_unit_that_has_replied_gets_no_second_order(play: Play) -> None:
    play.until("acknowledge", dispatch={"co_units": ["T05"]})
    play.do("acknowledge", "unit-T05", "T05", action="sign")
    play.do("handle", "unit-T05", "T05", action="reply", reply_text="已办")
    play.do("first_contact", MI, **WHY)
    with refused("new_unit"):
        play.do("adjudicate_return", "group", decision="reassign", new_unit="T05")


def test_of_two_returned_orders_each_ruling_moves_its_own(both_returned: Play) -> None:
    both_returned.do("adjudicate_return", "group", "SC-MI", decision="reassign", new_unit="SC-SS")
    assert (both_returned.case().lead_unit, both_returned.order("SC-SS").is_lead) == ("SC-SS", True)
    both_returned.do("adjudicate_return", "group", "T05", decision="reassign", new_unit="T06")
    assert (both_returned.case().lead_unit, both_returned.order("T06").is_lead) == ("SC-SS", False)


def test_a_unit_whose_order_was_moved_may_take_another_one(both_returned: Play) -> None:
    both_returned.do("adjudicate_return", "group", "T05", decision="reassign", new_unit="T06")
    both_returned.do("adjudicate_return", "group", "SC-MI", decision="reassign", new_unit="T05")
    assert (both_returned.case().lead_unit, both_returned.order("T05").is_lead) == ("T05", True)


def test_after_a_new_dispatch_every_unit_may_take_an_order(both_returned: Play) -> None:
    play = both_returned
    play.do("adjudicate_return", "group", "SC-MI", decision="uphold")
    play.do("first_contact", MI)
    play.do("handle", MI, "SC-MI", action="reply", reply_text="已办", close_co_units=True)
    play.do("review", "group2", review_result="send_back", send_back_reason="不对", redispatch=True)
    play.do("dispatch", "group", lead_unit="T05", onsite_attempt="重派")
    assert play.order("T05").status == "awaiting_signature"


def test_a_co_unit_may_return_and_the_lead_stays(play: Play) -> None:
    play.until("first_contact", dispatch={"co_units": ["T05"]})
    play.do("acknowledge", "unit-T05", "T05", action="return", reason="不在辖区")
    play.do("adjudicate_return", "group", decision="reassign", new_unit="T06")
    assert play.open() == ["acknowledge T06", "handle SC-MI"]
    assert (play.case().lead_unit, play.order("T06").is_lead) == ("SC-MI", False)


def test_signed_by_the_clock_a_unit_may_still_return_at_first_contact(play: Play) -> None:
    play.until("dispatch")
    play.at("10-20 10:10")
    play.do("first_contact", MI, **WHY)
    assert play.case().status == "returned"


def test_a_unit_that_handles_may_return_before_its_first_reply(play: Play) -> None:
    play.until("first_contact")
    play.do("handle", MI, **WHY)
    assert play.case().status == "returned"
    play.do("adjudicate_return", "group", decision="reassign", new_unit="SC-SS")
    assert play.open() == ["acknowledge SC-SS"]


def test_the_second_return_is_tier_three_and_ruled_within_a_working_day(returned_twice: Play) -> None:
    case = returned_twice.case()
    assert (case.returns, case.tier) == (2, 3)
    assert returned_twice.groups("supervise") == {"work_group", "unit_deputy:SC-SS"}
    assert returned_twice.due("adjudicate_return") == "10-20 17:00"


def test_its_ruling_is_binding_and_leads_straight_to_the_first_contact(returned_twice: Play) -> None:
    returned_twice.do("adjudicate_return", "group", decision="reassign", new_unit="SC-RE")
    assert "first_contact SC-RE" in returned_twice.open()


def test_its_ruling_may_uphold_too(returned_twice: Play) -> None:
    returned_twice.do("adjudicate_return", "group", decision="uphold")
    assert "first_contact SC-SS" in returned_twice.open()


def test_a_third_return_is_refused(returned_twice: Play) -> None:
    returned_twice.do("adjudicate_return", "group", decision="uphold")
    with refused("action"):
        returned_twice.do("first_contact", SS, **WHY)
    returned_twice.do("first_contact", SS)
    with refused("action"):
        returned_twice.do("handle", SS, **WHY)


def test_a_third_return_is_refused_in_a_redo_too(returned_twice: Play) -> None:
    play = returned_twice
    play.do("adjudicate_return", "group", decision="uphold")
    play.do("first_contact", SS)
    play.do("handle", SS, action="reply", reply_text="已办")
    play.do("review", "group2", review_result="pass", outcome="done")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("10-20 09:00")
    play.do("return_visit", "callback", contacted=True, satisfaction=1, dissatisfied_reason="result")
    play.do("approve_redo", "group", approved=True, measure="重办")
    play.do("dispatch", "group", lead_unit="SC-RE", onsite_attempt="重办")
    with refused("action"):
        play.do("acknowledge", RE, **WHY)
