"""A year's notice comes in while cases run (PROCESS.md "Clock"): recomputed visibly, never shortening a promise.

2027 is provisional until then: weekends and the statutory days off, 3 May a working Monday. The notices made up here
move working days about: 05-03 off, 05-08 (a Saturday) worked.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.cases.commands import SYSTEM
from engine.facade import Engine
from engine.house import enter_house
from engine.queries.deadline import deadline
from engine.worktime.notices import SpecialDay, YearNotice
from tests.support.play import Play, shown

MI = "unit-SC-MI"
LABOUR = ("2027-05-01 holiday", "2027-05-02 holiday")


def notice(*days: str) -> YearNotice:
    """Of 2027; a day is written `2027-05-03 holiday`."""
    split = (day.split(" ") for day in days)
    kinds = {"holiday": "holiday", "workday": "workday"}
    special = tuple(SpecialDay(date.fromisoformat(day), kinds[kind], "劳动节") for day, kind in split)  # type: ignore[arg-type]
    return YearNotice(2027, special, "国办发明电")


def follow(engine: Engine, *days: str) -> dict[str | None, tuple[str | None, str | None]]:
    """Import a notice and let every case follow: number → deadline before and after."""
    engine.import_notice(notice(*days), SYSTEM)
    return {each.no: (shown(each.before), shown(each.after)) for each in engine.follow_calendar()}


def case_from(play: Play, at: str) -> None:
    """A general case dispatched at once."""
    play.at(at)
    play.register(acceptance="accept")
    play.do("classify", "w3", grade="general", cause="系统类")
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调")


def test_a_working_day_taken_away_moves_the_deadline_and_its_timers(any_play: Play) -> None:
    case_from(any_play, "2027-04-28 10:00")  # 29, 30, 03, 04, 05
    assert (any_play.deadline, any_play.case().provisional) == ("2027-05-05 17:00", True)
    assert follow(any_play.engine, *LABOUR, "2027-05-03 holiday") == {
        any_play.no: ("2027-05-05 17:00", "2027-05-06 17:00")
    }
    assert (any_play.deadline, any_play.case().provisional) == ("2027-05-06 17:00", False)
    timers = any_play.timers()
    assert (timers["overdue"], timers["overdue_2"]) == ("2027-05-06 17:00", "2027-05-10 17:00")
    assert timers["remind"] == "2027-05-04 09:00"


def test_a_make_up_day_never_shortens_what_was_promised(play: Play) -> None:
    case_from(play, "2027-05-05 10:00")  # 06, 07, 10, 11, 12
    assert follow(play.engine, *LABOUR, "2027-05-08 workday") == {play.no: ("2027-05-12 17:00", "2027-05-12 17:00")}
    assert play.timers()["overdue"] == "2027-05-12 17:00"
    assert "不提前" in play.engine.read(deadline, play.no).rule


def test_what_is_promised_after_the_change_counts_the_make_up_day(play: Play) -> None:
    case_from(play, "2027-05-05 10:00")
    follow(play.engine, *LABOUR, "2027-05-08 workday")
    case_from(play, "2027-05-05 10:30")
    assert play.deadline == "2027-05-11 17:00"


def test_a_kept_promise_is_moved_by_a_pause_like_any_deadline(play: Play) -> None:
    case_from(play, "2027-05-05 10:00")
    play.do("acknowledge", MI, action="sign")
    play.do("first_contact", MI)
    follow(play.engine, *LABOUR, "2027-05-08 workday")
    play.do("handle", MI, action="request_pause", reason="调档", waiting_for="外地档案", until="2027-05-07")
    play.do("decide_pause", "group", approved=True)
    play.do("await_resume", MI)
    assert play.deadline == "2027-05-12 17:00"  # resumed on the day it was asked: nothing is added
    play.do("handle", MI, action="request_pause", reason="调档", waiting_for="外地档案", until="2027-05-07")
    play.do("decide_pause", "group", approved=True)
    play.at("2027-05-07 09:00")
    assert play.deadline == "2027-05-14 17:00"


def test_a_paused_case_keeps_what_its_pause_gave_it(play: Play) -> None:
    case_from(play, "2027-05-05 10:00")
    play.do("acknowledge", MI, action="sign")
    play.do("first_contact", MI)
    play.do("handle", MI, action="request_pause", reason="调档", waiting_for="外地档案", until="2027-05-10")
    play.do("decide_pause", "group", approved=True)
    assert play.deadline == "2027-05-17 17:00"  # 05-12, and 06, 07, 10
    assert follow(play.engine, *LABOUR, "2027-05-08 workday", "2027-05-09 workday")[play.no][1] == "2027-05-17 17:00"


def test_the_original_deadline_stays_and_the_line_tells_before_and_after(play: Play) -> None:
    case_from(play, "2027-04-28 10:00")
    follow(play.engine, *LABOUR, "2027-05-03 holiday")
    assert shown(play.case().original_deadline) == "2027-05-05 17:00"
    lines = [line for line in play.timeline() if line.action in ("calendar_changed", "moved")]
    assert (lines[0].before, lines[0].after) == (
        {"calendar": 0, "deadline": "2027-05-05T09:00:00.000000+00:00"},
        {"calendar": 1, "deadline": "2027-05-06T09:00:00.000000+00:00", "path": []},
    )
    moved = {line.element: (line.before or {})["due"] for line in lines[1:]}
    assert moved["overdue"].startswith("2027-05-05T17:00")
    assert {"remind", "overdue", "overdue_2", "overdue_5"} <= moved.keys()


def test_an_act_that_comes_before_the_case_was_brought_along_brings_it_along(play: Play) -> None:
    case_from(play, "2027-04-28 10:00")
    play.engine.import_notice(notice(*LABOUR, "2027-05-03 holiday"), SYSTEM)
    play.do("acknowledge", MI, action="sign")
    assert play.deadline == "2027-05-06 17:00"
    assert list(play.engine.follow_calendar()) == []


def test_a_timer_the_change_has_moved_does_not_strike_at_its_old_instant(play: Play) -> None:
    case_from(play, "2027-04-28 10:00")
    play.engine.import_notice(notice(*LABOUR, "2027-05-03 holiday"), SYSTEM)
    assert "overdue" not in play.at("2027-05-05 17:00")
    assert "overdue" in play.at("2027-05-06 17:00")


def test_another_process_goes_by_the_new_calendar_at_once(play: Play) -> None:
    case_from(play, "2027-05-05 10:00")
    other = enter_house(play.house.settings, simulated=False)
    other.import_notice(notice(*LABOUR, "2027-05-08 workday"), SYSTEM)
    other.db.close()
    case_from(play, "2027-05-05 10:30")
    assert play.deadline == "2027-05-11 17:00"


def test_an_archived_case_stays_by_the_calendar_it_was_closed_by(play: Play) -> None:
    play.until("return_visit")
    before = play.case()
    assert before.status == "archived"
    assert follow(play.engine, *LABOUR) == {}
    assert play.case() == before


def test_a_second_notice_for_the_year_takes_the_place_of_the_first(play: Play) -> None:
    case_from(play, "2027-04-28 10:00")
    follow(play.engine, *LABOUR, "2027-05-03 holiday")
    assert follow(play.engine, *LABOUR) == {play.no: ("2027-05-06 17:00", "2027-05-06 17:00")}
    case_from(play, "2027-04-28 10:00")
    assert play.deadline == "2027-05-05 17:00"


@pytest.mark.parametrize("grade", ["simple", "complex"])
def test_cases_of_every_grade_follow(play: Play, grade: str) -> None:
    play.at("2027-05-05 10:00")
    play.register(acceptance="accept")
    play.do("classify", "w3", grade=grade, cause="系统类")
    before = play.case().deadline
    follow(play.engine, *LABOUR, "2027-05-05 holiday", "2027-05-08 workday")
    after = play.case().deadline
    assert isinstance(before, datetime) and isinstance(after, datetime) and after >= before
