"""督办: what a supervisor may do, and what comes of it."""

import pytest

from engine.errors import NotFound, NotYours
from tests.support.play import Play, refused

MI = "unit-SC-MI"


@pytest.fixture
def overdue(play: Play) -> Play:
    """In the hands of SC-MI, overdue since Monday 10-26 at 17:00: tier 3."""
    play.until("first_contact")
    play.at("10-26 17:00")
    return play


@pytest.mark.parametrize("action", ["instruct", "note"])
def test_instructed_or_noted_the_supervision_ends_and_the_handling_goes_on(overdue: Play, action: str) -> None:
    overdue.do("supervise", "deputy-SC-MI", action=action, instruction="两日内办结")
    assert overdue.open() == ["handle SC-MI"]
    assert overdue.case().tier == 3


def test_the_work_group_may_supervise_as_well_as_the_deputy(overdue: Play) -> None:
    overdue.do("supervise", "group", action="note")
    assert overdue.open() == ["handle SC-MI"]


def test_another_group_of_the_case_may_not(overdue: Play) -> None:
    for name in ("w3", "lead", MI, "chief-SC-MI"):
        with pytest.raises(NotYours):
            overdue.do("supervise", name, action="note")


def test_for_the_deputy_of_another_unit_there_is_no_such_task(overdue: Play) -> None:
    with pytest.raises(NotFound):
        overdue.do("supervise", "deputy-SC-SS", action="note")


def test_escalated_by_hand_it_climbs_one_tier(overdue: Play) -> None:
    overdue.do("supervise", "group", action="escalate")
    assert overdue.open() == ["handle SC-MI", "supervise"]
    assert (overdue.case().tier, overdue.groups("supervise")) == (4, {"bureau", "unit_chief:SC-MI"})
    overdue.do("supervise", "bureau", action="escalate")
    assert (overdue.case().tier, overdue.groups("supervise")) == (5, {"leading_group"})


def test_there_is_no_tier_above_the_fifth(overdue: Play) -> None:
    overdue.do("supervise", "group", action="escalate")
    overdue.do("supervise", "bureau", action="escalate")
    with refused("action"):
        overdue.do("supervise", "leading", action="escalate")


def test_climbed_by_hand_the_next_rung_still_comes(overdue: Play) -> None:
    overdue.do("supervise", "group", action="escalate")
    assert overdue.at("10-28 17:00") == ["overdue_2"]
    assert overdue.case().tier == 4


def test_late_supervision_is_only_shown(overdue: Play) -> None:
    assert overdue.due("supervise") == "10-27 17:00"
    assert overdue.at("10-28 16:59") == []


def test_reassigned_the_orders_are_taken_back_and_dispatched_anew(overdue: Play) -> None:
    overdue.do("supervise", "group", action="reassign", instruction="改由社保分中心办理")
    assert overdue.open() == ["dispatch"]
    assert (overdue.order("SC-MI").status, overdue.case().status) == ("withdrawn", "classified")
    assert overdue.deadline == "10-26 17:00"


def test_reassigned_the_new_unit_takes_over_and_the_fired_rung_stays_fired(overdue: Play) -> None:
    overdue.do("supervise", "group", action="reassign")
    overdue.do("dispatch", "w3", lead_unit="SC-SS", onsite_attempt="督办改派")
    assert overdue.open() == ["acknowledge SC-SS"]
    assert "overdue" not in overdue.at("10-28 17:00")


def test_without_open_orders_nothing_is_reassigned(play: Play) -> None:
    play.until("handle")
    play.at("10-26 17:00")
    with refused("action"):
        play.do("supervise", "group", action="reassign")


def test_before_dispatch_nothing_is_reassigned(play: Play) -> None:
    play.until("register")
    play.at("10-20 17:00")
    with refused("action"):
        play.do("supervise", "lead", action="reassign")


def test_supervision_inside_an_order_may_reassign_that_order(play: Play) -> None:
    play.until("acknowledge")
    play.at("10-20 17:00")  # not contacted
    play.do("supervise", "head-SC-MI", action="reassign")
    assert play.open() == ["dispatch"]


@pytest.mark.parametrize("granted", [True, False])
def test_reassigned_while_a_co_unit_pauses_or_has_asked_to_the_clock_goes_on(play: Play, granted: bool) -> None:
    play.until("acknowledge", dispatch={"co_units": ["T05"]})
    play.do("acknowledge", "unit-T05", "T05", action="sign")
    play.at("10-20 16:00")
    play.do("handle", "unit-T05", "T05", action="request_pause", reason="等回函", until="2026-10-28")
    if granted:
        play.do("decide_pause", "group", approved=True)
    play.at("10-20 17:00")  # the lead has not contacted: tier 2
    play.do("supervise", "head-SC-MI", action="reassign")
    assert (play.open(), play.case().paused, play.deadline) == (["dispatch"], False, "10-26 17:00")
    assert play.timers()["overdue"] == "10-26 17:00"


def test_a_letter_goes_to_a_unit_under_vertical_management_alone(overdue: Play) -> None:
    with refused("action"):
        overdue.do("supervise", "group", action="consultation_letter")


def test_a_letter_of_consultation_ends_the_supervision(play: Play) -> None:
    play.until("first_contact", dispatch={"lead_unit": "SC-VEH"})
    play.at("10-26 17:00")
    play.do("supervise", "group", action="consultation_letter")
    assert play.open() == ["handle SC-VEH"]
    assert len(play.notices("letter")) == 1


def test_what_is_done_must_be_said(overdue: Play) -> None:
    with refused("action"):
        overdue.do("supervise", "group")
    with refused("action"):
        overdue.do("supervise", "group", action="dismiss")
