"""催办 and the rungs after the deadline; downtime; acts at the same instant as a timer."""

from datetime import datetime

import pytest

from tests.support.play import Play, shown

MI = "unit-SC-MI"


@pytest.fixture
def handled(play: Play) -> Play:
    """In the hands of SC-MI since Monday 10-19; due Monday 10-26 at 17:00."""
    play.until("first_contact")
    return play


def test_the_whole_ladder_waits_from_the_start(handled: Play) -> None:
    assert handled.timers() == {
        "remind": "10-22 09:00",
        "overdue": "10-26 17:00",
        "overdue_2": "10-28 17:00",
        "overdue_5": "11-02 17:00",
    }


def test_the_ladder_over_the_national_day_holidays(play: Play) -> None:
    play.at("09-23 10:15")
    play.register(acceptance="accept")
    play.do("classify", "w3", grade="general", cause="系统类")
    timers = play.timers()
    assert (timers["remind"], timers["overdue"]) == ("09-29 09:00", "10-08 17:00")
    assert (timers["overdue_2"], timers["overdue_5"]) == ("10-10 17:00", "10-14 17:00")


def test_a_complex_case_is_reminded_three_working_days_before(play: Play) -> None:
    play.until("classify", classify={"grade": "complex"})
    assert play.timers()["remind"] == "10-28 09:00"


def test_the_reminder_goes_to_the_units_whose_orders_are_open(play: Play) -> None:
    play.until("first_contact", dispatch={"co_units": ["T05", "T06"]})
    play.do("acknowledge", "unit-T05", "T05", action="sign")
    play.do("handle", "unit-T05", "T05", action="reply", reply_text="已核")
    assert "remind" in play.at("10-22 09:00")
    assert play.notices("reminder") == [["unit:SC-MI", "unit:T06"]]
    assert play.case().tier == 0


@pytest.mark.parametrize(
    ("at", "rung", "tier", "groups", "due"),
    [
        ("10-26 17:00", "overdue", 3, {"work_group", "unit_deputy:SC-MI"}, "10-27 17:00"),
        ("10-28 17:00", "overdue_2", 4, {"bureau", "unit_chief:SC-MI"}, "10-29 17:00"),
        ("11-02 17:00", "overdue_5", 5, {"leading_group"}, "11-03 17:00"),
    ],
)
def test_each_rung_is_a_tier(handled: Play, at: str, rung: str, tier: int, groups: set[str], due: str) -> None:
    assert handled.at(at)[-1] == rung
    assert handled.case().tier == tier
    assert (handled.groups("supervise"), handled.due("supervise")) == (groups, due)
    assert handled.notices("escalation")[-1] == sorted(handled.groups("supervise"), key=_as_listed)


def _as_listed(group: str) -> bool:
    """The office before the unit."""
    return ":" in group


def test_the_rungs_strike_beside_the_handling_each_once(handled: Play) -> None:
    assert handled.at("12-01 10:00") == ["remind", "overdue", "overdue_2", "overdue_5"]
    assert handled.open() == ["handle SC-MI", "supervise", "supervise", "supervise"]


def test_before_dispatch_there_is_no_unit_to_supervise(play: Play) -> None:
    play.until("classify")
    play.at("10-26 17:00")
    assert play.groups("supervise") == {"work_group"}
    play.at("10-28 17:00")
    assert play.groups("supervise") == {"bureau"}


def test_a_unit_under_vertical_management_gets_a_letter_at_tier_four(play: Play) -> None:
    play.until("first_contact", dispatch={"lead_unit": "SC-VEH"})
    play.at("10-28 17:00")
    assert play.groups("supervise") == {"bureau"}
    assert len(play.notices("letter")) == 1


def test_completed_the_supervision_ends_and_the_tier_is_kept(handled: Play) -> None:
    handled.at("10-28 18:00")
    handled.do("handle", MI, action="reply", reply_text="已办")
    handled.do("review", "group", review_result="pass", outcome="done")
    assert handled.open() == ["give_feedback"]
    assert (handled.case().tier, handled.light) == (4, "red")


def test_the_tier_is_kept_to_the_archive(handled: Play) -> None:
    handled.at("10-26 18:00")
    handled.do("handle", MI, action="reply", reply_text="已办")
    handled.do("review", "group", review_result="pass", outcome="done")
    handled.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    handled.at("10-27 09:00")
    handled.do("return_visit", "callback", contacted=True, resolved=True, satisfaction=3)
    assert (handled.case().status, handled.case().tier, handled.light) == ("archived", 3, "red")


def test_completed_the_ladder_is_gone(handled: Play) -> None:
    handled.do("handle", MI, action="reply", reply_text="已办")
    handled.do("review", "group", review_result="pass", outcome="done")
    handled.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    assert handled.at("10-20 17:00") == ["await_visit"]
    assert set(handled.timers()) == {"return_visit_late"}


# ------------------------------------------------------------------ lights
@pytest.mark.parametrize(
    ("at", "light", "remaining"),
    [
        ("10-19 18:00", "green", 5),
        ("10-21 09:00", "green", 3),
        ("10-22 00:00", "yellow", 2),
        ("10-24 12:00", "yellow", 1),
        ("10-26 17:00", "yellow", 0),
        ("10-26 17:01", "red", 0),
        ("10-27 09:00", "red", -1),
        ("10-31 09:00", "red", -4),
    ],
)
def test_the_light_and_the_working_days_that_remain(handled: Play, at: str, light: str, remaining: int) -> None:
    handled.at(at)
    assert (handled.light, handled.case().remaining) == (light, remaining)


def test_a_complex_case_is_yellow_three_working_days_before(play: Play) -> None:
    play.until("classify", classify={"grade": "complex"})
    play.at("10-27 17:00")
    assert play.light == "green"
    play.at("10-28 09:00")
    assert play.light == "yellow"


# ------------------------------------------------------------------ a foreign deadline
def test_a_foreign_deadline_warns_at_opening_of_the_working_day_before(play: Play) -> None:
    play.until("classify", register={"external_due": "2026-10-26T12:00:00+08:00"})
    assert play.timers()["external_warn"] == "10-23 09:00"
    assert play.at("10-23 09:00")[-1] == "external_warn"
    assert play.notices("external_warn") == [["work_group"]]
    assert play.deadline == "10-26 17:00"


def test_without_a_foreign_deadline_nothing_warns(handled: Play) -> None:
    assert "external_warn" not in handled.timers()


# ------------------------------------------------------------------ the same instant
def test_an_act_at_the_due_instant_comes_after_the_timer_and_is_in_time(handled: Play) -> None:
    assert handled.at("10-26 17:00") == ["remind", "overdue"]
    handled.do("handle", MI, action="reply", reply_text="已办")
    handled.do("review", "group", review_result="pass", outcome="done")
    case = handled.case()
    assert (shown(case.completed_at), case.light, case.tier) == ("10-26 17:00", "blue", 3)


def test_an_act_cannot_swallow_a_timer_that_was_due(handled: Play) -> None:
    handled.house.clock.move(handled.house.clock.now().replace(day=27))  # nothing swept meanwhile
    handled.do("handle", MI, action="reply", reply_text="已办")
    struck = [line.element for line in handled.timeline() if line.action == "timer_fired"]
    assert struck == ["remind", "overdue"]
    assert handled.case().tier == 3


# ------------------------------------------------------------------ downtime
def test_after_downtime_every_rung_strikes_once_in_the_order_of_its_instant(any_play: Play) -> None:
    any_play.until("dispatch")
    rungs = ["unsigned", "uncontacted", "remind", "overdue", "overdue_2", "overdue_5"]
    assert any_play.after_downtime("11-03 09:00") == rungs
    assert any_play.case().tier == 5
    assert any_play.after_downtime("11-03 09:01") == []


def test_after_downtime_the_trail_says_when_it_was_due_and_when_it_struck(handled: Play) -> None:
    handled.after_downtime("10-27 10:00")
    line = next(line for line in handled.timeline() if line.element == "overdue" and line.action == "timer_fired")
    assert line.actor == "system"
    assert line.after is not None
    due, at = (shown(datetime.fromisoformat(line.after[name])) for name in ("due", "at"))
    assert (due, at) == ("10-26 17:00", "10-27 10:00")


def test_a_reminder_whose_deadline_has_passed_is_recorded_its_notice_skipped(handled: Play) -> None:
    handled.after_downtime("10-27 10:00")
    assert "reminder_skipped" in [line.action for line in handled.timeline()]
    assert handled.notices("reminder") == []


def test_a_reminder_late_but_before_the_deadline_is_still_sent(handled: Play) -> None:
    handled.after_downtime("10-23 10:00")
    assert handled.notices("reminder") == [["unit:SC-MI"]]
