"""What waited while the case clock stood: it strikes when the clock goes on, never earlier on the trail."""

import pytest

from tests.support.play import Play, shown

MI = "unit-SC-MI"
PAUSE = {"action": "request_pause", "reason": "等回函", "waiting_for": "外省", "until": "2026-10-23"}


@pytest.fixture
def paused_over_the_reminder(play: Play) -> Play:
    """Due Monday 10-26, so reminded Thursday 10-22 at 9:00; paused that day from before the opening."""
    play.until("first_contact")
    play.at("10-22 08:00")
    play.do("handle", MI, "SC-MI", **PAUSE)
    play.do("decide_pause", "group", approved=True)
    play.at("10-22 11:00")
    return play


def struck(play: Play, activity: str) -> list[str | None]:
    """When the timer struck, by the trail."""
    return [shown(line.at) for line in play.timeline() if (line.action, line.element) == ("timer_fired", activity)]


def test_resumed_the_same_day_the_reminder_strikes_at_that_instant(paused_over_the_reminder: Play) -> None:
    paused_over_the_reminder.do("await_resume", MI)
    assert paused_over_the_reminder.at("10-22 11:00") == ["remind"]
    assert struck(paused_over_the_reminder, "remind") == ["10-22 11:00"]


def test_its_line_keeps_the_instant_it_was_due(paused_over_the_reminder: Play) -> None:
    paused_over_the_reminder.do("await_resume", MI)
    paused_over_the_reminder.at("10-22 12:00")
    said = [line.after for line in paused_over_the_reminder.timeline() if line.action == "timer_fired"]
    assert [each["due"] for each in said if each] == ["2026-10-22T09:00:00+08:00"]


def test_a_pause_left_by_closing_for_all_lets_it_strike_then(play: Play) -> None:
    play.until("first_contact", dispatch={"co_units": ["T05"]})
    play.do("acknowledge", "unit-T05", "T05", action="sign")
    play.at("10-22 08:00")
    play.do("handle", "unit-T05", "T05", **PAUSE)
    play.do("decide_pause", "group", approved=True)
    play.at("10-22 11:00")
    play.do("handle", MI, "SC-MI", action="reply", reply_text="已办", close_co_units=True)
    play.at("10-22 11:10")
    assert struck(play, "remind") == ["10-22 11:00"]


def test_a_sweep_that_comes_late_finds_it_at_the_instant_the_clock_went_on(paused_over_the_reminder: Play) -> None:
    play = paused_over_the_reminder
    play.do("await_resume", MI)
    assert play.after_downtime("10-22 16:00") == ["remind"]
    assert struck(play, "remind") == ["10-22 11:00"]
