"""暂缓提级: the bureau holds one rung of the ladder back for one working day, and nothing brings it forward again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.cases.commands import SYSTEM
from engine.errors import NotFound, NotNow, NotYours
from engine.queries.jobs import JobFilter, jobs
from engine.queries.paging import Page
from engine.worktime import SpecialDay, YearNotice
from tests.support.house import instant
from tests.support.play import Play, refused, shown

MI = "unit-SC-MI"


@pytest.fixture
def handled(play: Play) -> Play:
    """In the hands of SC-MI since Monday 10-19; due Monday 10-26 at 17:00."""
    play.until("first_contact")
    return play


@pytest.fixture
def handled_anywhere(any_play: Play) -> Play:
    """The same, on each kind of database."""
    any_play.until("first_contact")
    return any_play


def hold(play: Play, activity: str = "overdue", by: str = "bureau") -> None:
    play.act("hold_escalation", by, activity=activity, reason="反映人约定周二来窗口")


def ask(play: Play, action: str, **values: Any) -> None:
    play.do("handle", MI, action=action, **{"reason": "需核验外省数据", **values})


def pause(play: Play, until: str) -> None:
    ask(play, "request_pause", waiting_for="外省回函", until=until)
    play.do("decide_pause", "group", approved=True)


# ------------------------------------------------------------------ what it does
def test_the_rung_strikes_at_closing_time_of_the_next_working_day(handled_anywhere: Play) -> None:
    hold(handled_anywhere)
    assert handled_anywhere.at("10-27 16:59") == ["remind"]
    assert (handled_anywhere.case().tier, handled_anywhere.light) == (0, "red")  # the promise is not moved
    assert handled_anywhere.at("10-27 17:00") == ["overdue"]
    assert handled_anywhere.case().tier == 3


@pytest.mark.parametrize(
    ("rung", "until"), [("overdue", "10-27 17:00"), ("overdue_2", "10-29 17:00"), ("overdue_5", "11-03 17:00")]
)
def test_any_rung_may_be_held_and_the_others_stay(play: Play, rung: str, until: str) -> None:
    play.until("first_contact")
    before = play.timers()
    hold(play, rung)
    assert play.timers() == {**before, rung: until}
    assert play.deadline == "10-26 17:00"


def test_a_rung_due_before_a_holiday_is_held_over_it(play: Play) -> None:
    play.at("09-22 10:00")
    play.register(acceptance="accept")
    play.do("classify", "w3", grade="general", cause="系统类")  # due Wednesday 09-30, then the National Day holidays
    hold(play)
    assert play.timers()["overdue"] == "10-08 17:00"


def test_the_line_says_from_when_to_when_and_the_reason_stands_beside_it(handled: Play) -> None:
    hold(handled)
    line = handled.timeline()[-1]
    assert (line.actor, line.action, line.reason) == ("bureau", "escalation_held", "反映人约定周二来窗口")
    assert line.before == {"due": "2026-10-26T17:00:00+08:00"}
    assert line.after is not None
    assert (line.after["activity"], line.after["due"]) == ("overdue", "2026-10-27T17:00:00+08:00")
    assert "窗口" not in str(line.after)


def test_the_case_and_the_list_of_waiting_timers_show_it(handled: Play) -> None:
    assert handled.case().held_escalation is None
    hold(handled)
    held = handled.case().held_escalation
    assert held is not None
    assert (held.activity, shown(held.due), shown(held.until)) == ("overdue", "10-26 17:00", "10-27 17:00")
    found = handled.engine.read_as(
        handled.house.actor("bureau"), jobs, JobFilter(no=handled.no, element="overdue"), Page(0, 10)
    )
    assert [shown(job.due) for job in found] == ["10-27 17:00"]


# ------------------------------------------------------------------ what computes instants anew
def test_a_deadline_lifted_beyond_it_takes_the_rung_along(handled: Play) -> None:
    hold(handled)
    ask(handled, "request_extension", days=3)
    handled.do("decide_extension", "group", approved=True)
    assert handled.timers()["overdue"] == "10-29 17:00"
    assert handled.at("10-29 17:00")[-1] == "overdue"


def test_an_extension_of_a_day_does_not_bring_it_forward(handled_anywhere: Play) -> None:
    handled_anywhere.at("10-23 10:00")
    hold(handled_anywhere, "overdue_2")  # 10-28 held to 10-29
    ask(handled_anywhere, "request_extension", days=1)
    handled_anywhere.do("decide_extension", "group", approved=True)
    assert handled_anywhere.deadline == "10-27 17:00"
    assert handled_anywhere.timers()["overdue_2"] == "10-29 17:00"


def test_a_pause_that_moves_nothing_does_not_undo_it(handled: Play) -> None:
    hold(handled)
    handled.at("10-20 09:00")
    pause(handled, "2026-10-22")
    handled.at("10-20 10:00")
    handled.do("await_resume", MI)  # the same day: no working day was lost
    assert (handled.deadline, handled.timers()["overdue"]) == ("10-26 17:00", "10-27 17:00")


def test_a_pause_over_it_lets_it_strike_by_the_deadline_that_then_stands(handled_anywhere: Play) -> None:
    hold(handled_anywhere)
    handled_anywhere.at("10-26 10:00")
    pause(handled_anywhere, "2026-10-30")
    assert handled_anywhere.at("10-29 18:00") == []  # the clock stands
    assert handled_anywhere.at("10-30 09:00") == ["pause_until", "remind_again"]
    assert handled_anywhere.timers()["overdue"] == "10-30 17:00"


def test_a_refused_request_leaves_it_as_it_was(handled: Play) -> None:
    hold(handled)
    ask(handled, "request_extension", days=3)
    handled.do("decide_extension", "group", approved=False)
    assert handled.timers()["overdue"] == "10-27 17:00"


def test_a_change_of_the_calendar_keeps_it(play: Play) -> None:
    play.at("2027-01-04 09:00")
    play.register(acceptance="accept")
    play.do("classify", "w3", grade="general", cause="系统类")  # due Monday 2027-01-11
    hold(play)
    play.engine.import_notice(
        YearNotice(2027, (SpecialDay(date(2027, 1, 9), "workday", "调休"),), "国办发明电"), SYSTEM
    )
    play.engine.follow_calendar()  # a Saturday worked would end the five days earlier, were they not promised
    assert (play.deadline, play.timers()["overdue"]) == ("2027-01-11 17:00", "2027-01-12 17:00")


def test_after_downtime_over_both_instants_it_strikes_once_at_the_held_one(handled_anywhere: Play) -> None:
    hold(handled_anywhere)
    assert handled_anywhere.after_downtime("10-28 10:00") == ["remind", "overdue"]
    struck = [
        shown(line.at)
        for line in handled_anywhere.timeline()
        if (line.action, line.element) == ("timer_fired", "overdue")
    ]
    assert struck == ["10-27 17:00"]


def test_downtime_up_to_the_held_instant_leaves_it_waiting(handled: Play) -> None:
    hold(handled)
    assert handled.after_downtime("10-27 10:00") == ["remind"]


def test_an_order_sent_back_or_given_to_another_unit_keeps_it(handled: Play) -> None:
    hold(handled)
    handled.at("10-21 11:00")
    handled.do("handle", MI, action="reply", reply_text="已办")
    handled.do("review", "group", review_result="send_back", send_back_reason="未答复", redispatch=True)
    assert handled.timers()["overdue"] == "10-27 17:00"


def test_a_redo_has_a_ladder_of_its_own(handled: Play) -> None:
    hold(handled)
    handled.do("handle", MI, action="reply", reply_text="已办")
    handled.do("review", "group", review_result="pass", outcome="done")
    handled.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    handled.at("10-20 10:00")
    handled.do("return_visit", "callback", contacted=True, resolved=False, satisfaction=1, dissatisfied_reason="result")
    handled.do("approve_redo", "group", approved=True, measure="重新核查")  # three working days from now
    assert (handled.deadline, handled.timers()["overdue"]) == ("10-23 17:00", "10-23 17:00")


# ------------------------------------------------------------------ who, when, how often
@pytest.mark.parametrize("who", ["w3", "lead", "group", "leading", "callback", MI, "auditor", "supervisor"])
def test_nobody_but_the_bureau_holds(play: Play, who: str) -> None:
    play.until("first_contact")
    with pytest.raises(NotYours, match="区政务服务局"):
        hold(play, by=who)


def test_a_restricted_case_does_not_exist_for_the_bureau(play: Play) -> None:
    play.at("10-19 14:00")
    play.register("restricted", confidential=True)
    with pytest.raises(NotFound):
        hold(play)


def test_a_case_is_held_once(handled: Play) -> None:
    hold(handled)
    with pytest.raises(NotNow, match="只能暂缓一次"):
        hold(handled, "overdue_2")


def test_what_has_struck_is_not_held(handled: Play) -> None:
    handled.at("10-26 17:00")
    with pytest.raises(NotNow, match="可能已经提级"):
        hold(handled)
    hold(handled, "overdue_2")
    assert handled.timers()["overdue_2"] == "10-29 17:00"


def test_a_rung_that_was_due_unswept_strikes_before_it_is_held(handled: Play) -> None:
    handled.house.clock.move(instant("2026-10-26 17:00") + timedelta(seconds=1))
    with pytest.raises(NotNow, match="可能已经提级"):
        hold(handled)


@pytest.mark.parametrize(
    "activity", ["remind", "onsite_red", "pause_until", "uncontacted", "dispatch_late", "nonsense"]
)
def test_what_is_no_rung_is_refused_by_its_field(play: Play, activity: str) -> None:
    play.until("first_contact")
    with refused("activity"):
        hold(play, activity)


def test_a_reason_is_needed(play: Play) -> None:
    play.until("first_contact")
    with refused("reason"):
        play.act("hold_escalation", "bureau", activity="overdue", reason=" ")


def test_while_the_clock_stands_there_is_nothing_to_hold(handled: Play) -> None:
    ask(handled, "request_extension", days=2)
    with pytest.raises(NotNow, match="时钟现在停着"):
        hold(handled)
    handled.do("decide_extension", "group", approved=False)
    pause(handled, "2026-10-22")
    with pytest.raises(NotNow, match="时钟现在停着"):
        hold(handled)


@pytest.mark.parametrize("last", ["register", "accept", "review", "return_visit"])
def test_without_a_waiting_rung_there_is_nothing_to_hold(play: Play, last: str) -> None:
    play.until(last)
    with pytest.raises(NotNow, match="没有等待中的到期提级"):
        hold(play)


def test_a_case_at_the_counter_has_no_rung(play: Play) -> None:
    play.until("classify", classify={"grade": "simple"})
    with pytest.raises(NotNow, match="没有等待中的到期提级"):
        hold(play)
