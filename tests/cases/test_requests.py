"""What a unit may ask for while it handles: 延期, 挂起, 调级; and the ladder that waits for the answer."""

from typing import Any

import pytest

from engine.errors import TakenByOther
from tests.support.play import Play, refused, shown

MI = "unit-SC-MI"


@pytest.fixture
def contacted(play: Play) -> Play:
    """In the hands of SC-MI; due Monday 10-26. It is Tuesday 10-20, 10:00."""
    play.until("first_contact")
    play.at("10-20 10:00")
    return play


def ask(play: Play, action: str, unit: str = "SC-MI", **values: Any) -> None:
    play.do("handle", f"unit-{unit}", unit, action=action, **{"reason": "需核验外省数据", **values})


def pause(play: Play, until: str, unit: str = "SC-MI") -> None:
    ask(play, "request_pause", unit, waiting_for="外省回函", until=until)


# ------------------------------------------------------------------ extension
@pytest.fixture
def extended(contacted: Play) -> Play:
    ask(contacted, "request_extension", days=3)
    contacted.do("decide_extension", "group", approved=True)
    return contacted


def test_a_request_is_decided_by_the_work_group_within_four_office_hours(contacted: Play) -> None:
    ask(contacted, "request_extension", days=3)
    assert (contacted.open(), contacted.groups("decide_extension")) == (["decide_extension SC-MI"], {"work_group"})
    assert contacted.due("decide_extension") == "10-20 15:30"
    assert contacted.case().status == "in_progress"


def test_an_extension_moves_the_deadline_by_its_working_days_never_the_promise(extended: Play) -> None:
    assert (extended.open(), extended.deadline) == (["handle SC-MI"], "10-29 17:00")
    assert shown(extended.case().original_deadline) == "10-26 17:00"


def test_an_extension_moves_the_ladder_and_the_trail_says_from_where(extended: Play) -> None:
    timers = extended.timers()
    assert (timers["remind"], timers["overdue"]) == ("10-27 09:00", "10-29 17:00")
    assert (timers["overdue_2"], timers["overdue_5"]) == ("11-02 17:00", "11-05 17:00")
    moved = {line.element: line.after for line in extended.timeline() if line.action == "moved"}
    assert moved["overdue"] == {"due": "2026-10-29T17:00:00+08:00"}


def test_the_citizen_is_told_of_the_extension(extended: Play) -> None:
    assert extended.notices("extension_granted") == [["window"]]


def test_after_the_reminder_an_extension_brings_a_second_one(contacted: Play) -> None:
    assert contacted.at("10-22 10:00") == ["remind"]
    ask(contacted, "request_extension", days=5)
    contacted.do("decide_extension", "group", approved=True)
    assert contacted.deadline == "11-02 17:00"
    assert contacted.at("10-30 10:00") == ["remind_again"]  # opening of 10-29
    assert len(contacted.notices("reminder")) == 2


def test_a_case_is_extended_once(extended: Play) -> None:
    with refused("action"):
        ask(extended, "request_extension", days=1)


def test_a_refused_extension_may_be_asked_for_again(contacted: Play) -> None:
    ask(contacted, "request_extension", days=3)
    contacted.do("decide_extension", "group", approved=False)
    assert contacted.deadline == "10-26 17:00"
    ask(contacted, "request_extension", days=2)
    contacted.do("decide_extension", "group2", approved=True)
    assert contacted.deadline == "10-28 17:00"


@pytest.mark.parametrize("days", [0, 6])
def test_an_extension_is_one_to_five_days(contacted: Play, days: int) -> None:
    with refused("days"):
        ask(contacted, "request_extension", days=days)


@pytest.mark.parametrize("action", ["request_extension", "request_pause", "request_regrade"])
def test_nothing_is_asked_after_the_deadline(contacted: Play, action: str) -> None:
    contacted.at("10-26 17:01")
    values: dict[str, dict[str, Any]] = {
        "request_extension": {"days": 1},
        "request_pause": {"waiting_for": "回函", "until": "2026-10-28"},
    }
    with refused("action"):
        ask(contacted, action, **values.get(action, {}))


@pytest.mark.parametrize("until", ["2035-12-30", "2036-01-02", "9999-12-31"])
def test_a_pause_until_a_day_the_calendar_does_not_reach_is_refused(contacted: Play, until: str) -> None:
    with refused("until"):
        ask(contacted, "request_pause", waiting_for="回函", until=until)


def test_a_decision_that_is_late_is_tier_four(contacted: Play) -> None:
    ask(contacted, "request_extension", days=3)
    assert contacted.at("10-20 15:30") == ["decide_extension_late"]
    assert (contacted.case().tier, contacted.groups("supervise")) == (4, {"bureau", "unit_chief:SC-MI"})


def test_undecided_after_a_working_day_it_is_refused_by_the_clock(contacted: Play) -> None:
    ask(contacted, "request_extension", days=3)
    task = contacted.task("decide_extension").id
    assert "decide_extension_auto" in contacted.at("10-21 17:00")
    assert "handle SC-MI" in contacted.open()
    assert contacted.deadline == "10-26 17:00"
    with pytest.raises(TakenByOther):
        contacted.complete(task, "group", approved=True)


def test_while_a_request_is_undecided_the_ladder_waits(contacted: Play) -> None:
    contacted.at("10-26 16:30")
    ask(contacted, "request_extension", days=3)
    assert contacted.at("10-26 18:00") == []
    contacted.at("10-27 10:00")
    contacted.do("decide_extension", "group", approved=True)
    assert contacted.at("10-29 16:59") == ["remind_again"]
    assert contacted.case().tier == 0


def test_refused_by_the_clock_the_ladder_goes_on_at_once(contacted: Play) -> None:
    contacted.at("10-26 16:30")
    ask(contacted, "request_extension", days=3)
    fired = contacted.at("10-27 17:00")
    assert fired == ["decide_extension_late", "decide_extension_auto", "overdue"]


def test_two_units_may_ask_at_the_same_time(play: Play) -> None:
    play.until("first_contact", dispatch={"co_units": ["T05"]})
    play.do("acknowledge", "unit-T05", "T05", action="sign")
    ask(play, "request_extension", days=2)
    pause(play, "2026-10-21", "T05")
    play.do("decide_extension", "group", approved=True)
    play.do("decide_pause", "group", approved=False)
    assert play.open() == ["handle SC-MI", "handle T05"]
    assert play.deadline == "10-28 17:00"


# ------------------------------------------------------------------ pause
@pytest.fixture
def paused(contacted: Play) -> Play:
    """Golden: asked Tuesday 10-20 until Thursday 10-22."""
    pause(contacted, "2026-10-22")
    contacted.at("10-20 11:00")
    contacted.do("decide_pause", "group", approved=True)
    return contacted


def test_paused_the_light_is_grey_and_the_deadline_a_projection(paused: Play) -> None:
    case = paused.case()
    assert (paused.open(), case.status, case.paused, case.light) == (["await_resume SC-MI"], "paused", True, "grey")
    assert (paused.deadline, paused.order("SC-MI").status) == ("10-28 17:00", "paused")
    assert paused.due("await_resume") == "10-22 09:00"


def test_resumed_by_itself_at_opening_of_that_day(paused: Play) -> None:
    assert paused.at("10-22 09:00") == ["pause_until"]
    assert (paused.open(), paused.deadline, paused.case().paused) == (["handle SC-MI"], "10-28 17:00", False)
    assert paused.order("SC-MI").status == "contacted"


def test_resumed_earlier_the_deadline_moves_by_fewer_days(paused: Play) -> None:
    paused.at("10-21 16:00")
    paused.do("await_resume", MI)
    assert (paused.open(), paused.deadline) == (["handle SC-MI"], "10-27 17:00")


def test_resumed_the_same_day_the_deadline_stays(paused: Play) -> None:
    paused.do("await_resume", MI)
    assert paused.deadline == "10-26 17:00"


def test_a_pause_counts_from_the_request_not_from_the_decision(contacted: Play) -> None:
    pause(contacted, "2026-10-23")
    contacted.at("10-21 10:00")
    contacted.do("decide_pause", "group", approved=True)
    contacted.at("10-23 09:00")
    assert contacted.deadline == "10-29 17:00"


def test_a_pause_granted_after_its_end_is_over_at_once(contacted: Play) -> None:
    pause(contacted, "2026-10-21")
    contacted.at("10-21 10:00")
    contacted.do("decide_pause", "group", approved=True)
    assert contacted.at("10-21 10:00") == ["pause_until"]
    assert (contacted.open()[0], contacted.deadline) == ("handle SC-MI", "10-27 17:00")


def test_while_paused_no_timer_of_the_case_strikes(contacted: Play) -> None:
    pause(contacted, "2026-11-03")
    contacted.do("decide_pause", "group", approved=True)
    assert contacted.at("11-02 17:00") == []
    assert contacted.at("11-03 09:00") == ["pause_until"]
    assert contacted.deadline == "11-09 17:00"  # ten working days after 10-26


@pytest.mark.parametrize(("until", "allowed"), [("2026-11-03", True), ("2026-11-04", False)])
def test_ten_working_days_in_all(contacted: Play, until: str, allowed: bool) -> None:
    if allowed:
        pause(contacted, until)
        assert contacted.open() == ["decide_pause SC-MI"]
    else:
        with refused("until"):
            pause(contacted, until)


def test_earlier_pauses_count_towards_the_ten(paused: Play) -> None:
    paused.at("10-22 09:00")
    with refused("until"):
        pause(paused, "2026-11-04")  # two and nine
    pause(paused, "2026-11-03")
    assert paused.open() == ["decide_pause SC-MI"]


def test_a_pause_ends_in_the_future(contacted: Play) -> None:
    with refused("until"):
        pause(contacted, "2026-10-20")


def test_a_pause_says_until_when(contacted: Play) -> None:
    with refused("until"):
        ask(contacted, "request_pause", waiting_for="外省回函")


def test_a_refused_pause_leaves_everything_as_it_was(contacted: Play) -> None:
    pause(contacted, "2026-10-22")
    contacted.do("decide_pause", "group", approved=False)
    assert (contacted.open(), contacted.deadline, contacted.light) == (["handle SC-MI"], "10-26 17:00", "green")


def test_a_co_unit_pauses_the_whole_case_and_nobody_may_ask_again(play: Play) -> None:
    play.until("first_contact", dispatch={"co_units": ["T05"]})
    play.do("acknowledge", "unit-T05", "T05", action="sign")
    play.at("10-20 10:00")
    pause(play, "2026-10-22", "T05")
    play.do("decide_pause", "group", approved=True)
    assert (play.case().status, play.light) == ("paused", "grey")
    with refused("action"):
        pause(play, "2026-10-23")


# ------------------------------------------------------------------ re-grading
def test_re_graded_to_complex_ten_days_count_from_the_acceptance(contacted: Play) -> None:
    ask(contacted, "request_regrade")
    contacted.do("decide_regrade", "group", approved=True)
    case = contacted.case()
    assert (contacted.open(), case.grade, contacted.deadline) == (["handle SC-MI"], "complex", "11-02 17:00")
    assert shown(case.original_deadline) == "10-26 17:00"
    assert contacted.timers()["remind"] == "10-28 09:00"


def test_a_complex_case_is_not_re_graded(contacted: Play) -> None:
    ask(contacted, "request_regrade")
    contacted.do("decide_regrade", "group", approved=True)
    with refused("action"):
        ask(contacted, "request_regrade")


def test_re_grading_refused_changes_nothing(contacted: Play) -> None:
    ask(contacted, "request_regrade")
    contacted.do("decide_regrade", "group", approved=False)
    assert (contacted.case().grade, contacted.deadline) == ("general", "10-26 17:00")


def test_re_grading_needs_a_reason(contacted: Play) -> None:
    with refused("reason"):
        contacted.do("handle", MI, action="request_regrade")


# ------------------------------------------------------------------ supervision that has become idle
@pytest.mark.parametrize("kind", ["extension", "pause"])
def test_a_lifted_deadline_ends_open_supervision(play: Play, kind: str) -> None:
    play.until("acknowledge")
    play.at("10-20 17:00")  # not contacted: tier 2
    play.do("first_contact", MI)
    assert play.open() == ["handle SC-MI", "supervise"]
    if kind == "extension":
        ask(play, "request_extension", days=3)
    else:
        pause(play, "2026-10-23")
    play.do(f"decide_{kind}", "group", approved=True)
    assert "supervise" not in play.open()
    assert play.case().tier == 2


# ------------------------------------------------------------------ orders taken back while something is asked
@pytest.fixture
def two(play: Play) -> Play:
    """SC-MI leads, T05 helps; both handle. It is Tuesday 10-20, 10:00."""
    play.until("first_contact", dispatch={"co_units": ["T05"]})
    play.do("acknowledge", "unit-T05", "T05", action="sign")
    play.at("10-20 10:00")
    return play


def test_closed_without_the_unit_that_paused_the_clock_goes_on(two: Play) -> None:
    pause(two, "2026-10-28", "T05")
    two.do("decide_pause", "group", approved=True)
    two.at("10-21 10:00")
    two.do("handle", MI, "SC-MI", action="reply", reply_text="已办", close_co_units=True)
    assert (two.open(), two.case().paused, two.deadline) == (["review"], False, "10-27 17:00")


def test_closed_without_the_unit_that_asked_the_ladder_goes_on(two: Play) -> None:
    ask(two, "request_extension", "T05", days=2)
    two.do("handle", MI, "SC-MI", action="reply", reply_text="已办", close_co_units=True)
    assert two.timers()["overdue"] == "10-26 17:00"


def test_two_pauses_asked_for_at_once_are_not_both_granted(two: Play) -> None:
    pause(two, "2026-10-22")
    pause(two, "2026-10-23", "T05")
    two.do("decide_pause", "group", approved=True)
    with refused("approved"):
        two.do("decide_pause", "group", approved=True)
    two.do("decide_pause", "group", approved=False)
    assert two.case().status == "paused"


def test_what_waited_for_a_decision_strikes_when_it_is_made(contacted: Play) -> None:
    contacted.at("10-26 16:30")
    ask(contacted, "request_extension", days=3)
    contacted.at("10-27 10:00")
    contacted.do("decide_extension", "group", approved=False)
    contacted.at("10-27 10:00")
    assert contacted.due("supervise") == "10-28 17:00"
    struck = [shown(line.at) for line in contacted.timeline()]
    assert struck == sorted(struck, key=str)
