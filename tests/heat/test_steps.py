"""The steps of played cases: times computed by hand, and all of it held against the trail led again."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Table, select

from engine.cases.commands import ClaimTask, UnclaimTask
from engine.facade import ReadContext
from engine.heat.keeping import keep_walked, waiting
from engine.queries.paging import Page
from engine.queries.past_activities import PastActivityFilter, past_activities
from engine.replay.scenario import FOLDER, read_scenario
from engine.storage.models import cases, rule_findings, walked_cases, walked_steps, ways
from tests.heat.oracle import Seen, minutes, seen_in
from tests.scenarios.playing import Run
from tests.support.play import Play

COURSES = ("returns_reassigned", "paused_and_extended", "not_satisfied", "every_step_late", "complex")


def keep(play: Play) -> None:
    while keep_walked(play.engine.db, play.engine.versions, play.engine.calendars, play.engine.clock.now()):
        pass


def rows_of(ctx: ReadContext, table: Table) -> list[Any]:
    return list(ctx.conn.execute(select(table)))


def alarms(ctx: ReadContext) -> list[Any]:
    """What may no longer come right by itself."""
    return [row for row in rows_of(ctx, rule_findings) if row.ripe_at <= ctx.now]


def steps(play: Play, element: str | None = None) -> list[dict[str, Any]]:
    keep(play)
    query = select(walked_steps).order_by(walked_steps.c.case_id, walked_steps.c.number)
    found = play.engine.read(lambda ctx: [dict(row) for row in ctx.conn.execute(query).mappings()])
    return [row for row in found if element in (None, row["element"])]


def only(play: Play, element: str) -> dict[str, Any]:
    [row] = steps(play, element)
    return row


# ------------------------------------------------------------------ by hand
def test_each_step_of_the_plain_course_took_what_the_office_was_open(any_play: Play) -> None:
    any_play.until("return_visit")
    took = {row["element"]: row["waited"] + (row["handled"] or 0) for row in steps(any_play)}
    assert took == {
        "accept": 5,
        "classify": 1,
        "dispatch": 4,
        "acknowledge": 25,
        "first_contact": 25,
        "handle": 120 + 390 + 120,  # Mon 15:00–17:00, Tue, Wed 9:00–11:00
        "review": 20,
        "give_feedback": 10,
        "return_visit": 390 + 60,  # opens Thu 9:00, done Fri 10:00
    }
    assert {row["late"] for row in steps(any_play)} == {""}


def test_waiting_ends_when_somebody_takes_the_task_in_hand(play: Play) -> None:
    play.until("acknowledge")
    play.at("10-19 15:00")
    contact = play.task("first_contact").id
    play.execute(ClaimTask(contact, "unit-SC-MI"), "unit-SC-MI")
    play.at("10-19 15:10")
    play.execute(UnclaimTask(contact), "unit-SC-MI")
    play.at("10-19 15:40")
    play.do("first_contact", "unit-SC-MI-b", contact_method="phone")
    row = only(play, "first_contact")
    assert (row["waited"], row["handled"]) == (25, 40)


def test_each_unit_takes_its_own_task_in_hand(play: Play) -> None:
    play.until("dispatch", dispatch={"co_units": ["SC-SS"]})
    play.at("10-19 14:30")
    play.execute(ClaimTask(play.task("acknowledge", "SC-SS").id, "unit-SC-SS"), "unit-SC-SS")
    begun = {row["unit"]: row["begun_at"] is not None for row in steps(play, "acknowledge")}
    assert begun == {"SC-SS": True, "SC-MI": False}


def test_a_pause_is_no_working_time(play: Play) -> None:
    play.until("first_contact")
    play.at("10-20 09:00")
    asked = {"reason": "等材料", "waiting_for": "citizen", "until": "2026-10-22"}
    play.do("handle", "unit-SC-MI", action="request_pause", **asked)
    play.at("10-20 10:00")
    play.do("decide_pause", "group", approved=True)
    play.at("10-22 09:00")  # resumes by itself
    [waited] = steps(play, "await_resume")
    assert (waited["waited"], waited["handled"], waited["how"]) == (0, None, "withdrawn")
    play.at("10-22 11:00")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    assert [(row["entry"], row["waited"]) for row in steps(play, "handle")] == [(1, 120), (2, 120)]


def test_a_redo_enters_the_steps_again(play: Play) -> None:
    play.until("give_feedback")
    play.at("10-23 10:00")
    play.do("return_visit", "callback", contacted=True, resolved=False, satisfaction=1, dissatisfied_reason="result")
    play.do("approve_redo", "group", approved=True, measure="换一种办法")
    assert [(row["entry"], row["how"]) for row in steps(play, "dispatch")] == [(1, "completed"), (2, None)]


# ------------------------------------------------------------------ late: whose doing
def test_handling_that_had_the_days_and_took_more_is_late_by_person(play: Play) -> None:
    play.until("first_contact")
    play.at("10-28 11:00")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    row = only(play, "handle")
    assert (row["allowed"], row["waited"], row["late"]) == (120 + 5 * 390, 120 + 6 * 390 + 120, "person")


def test_a_review_reached_in_the_last_hour_and_done_within_its_own_day_is_late_by_design(play: Play) -> None:
    play.until("first_contact")
    play.at("10-26 16:00")  # the promise: 10-26 17:00
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    play.at("10-27 10:00")
    play.do("review", "group2", review_result="pass", outcome="done")
    row = only(play, "review")
    assert (row["allowed"], row["remained"], row["waited"], row["late"]) == (60 + 390, 60, 120, "design")


def test_handling_that_got_an_hour_because_the_dispatch_lay_for_days_is_the_doing_of_the_dispatch(play: Play) -> None:
    play.until("classify")
    play.at("10-26 10:10")
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调")
    play.at("10-26 10:20")
    play.do("acknowledge", "unit-SC-MI", action="sign")
    play.at("10-26 10:30")
    play.do("first_contact", "unit-SC-MI", contact_method="phone")
    play.at("10-27 09:30")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    assert (only(play, "dispatch")["late"], only(play, "handle")["late"]) == ("person", "earlier")
    assert only(play, "handle")["allowed"] == 90 + 210


def test_a_contact_reached_hours_before_its_limit_which_counts_from_the_dispatch_is_late_by_design(play: Play) -> None:
    play.until("dispatch")
    play.at("10-20 13:30")  # signed by the clock at 10:10; contact until 17:00
    play.at("10-21 09:30")
    play.do("first_contact", "unit-SC-MI", contact_method="phone")
    row = only(play, "first_contact")
    assert (row["allowed"], row["waited"], row["late"]) == (110 + 210, 110 + 210 + 30, "design")


# ------------------------------------------------------------------ against the trail
@pytest.mark.parametrize("course", COURSES)
def test_the_table_is_what_the_trail_led_again_shows(play: Play, course: str) -> None:
    Run(play, read_scenario(FOLDER / f"{course}.toml")).to_its_end()
    kept = {row["task_id"]: row for row in steps(play)}
    watched = [each for of_case in everything(play) for each in of_case]
    assert watched and {seen.task_id for seen, _ in watched} == set(kept)
    assert play.engine.read(alarms) == []  # none of them false
    for seen, took in watched:
        row = kept[seen.task_id]
        same = ("element", "entered_at", "due", "left_at")
        assert {name: row[name] for name in same} == {name: getattr(seen, name) for name in same}
        assert (row["how"] == "completed") is seen.completed
        assert row["left_at"] is None or row["waited"] + (row["handled"] or 0) == took


def everything(play: Play) -> list[list[tuple[Seen, int]]]:
    def look(ctx: Any) -> list[list[tuple[Seen, int]]]:
        rows = [dict(row) for row in ctx.conn.execute(select(cases)).mappings()]
        return [
            [(each, minutes(ctx, row, each.entered_at, each.left_at or each.entered_at)) for each in seen_in(ctx, row)]
            for row in rows
        ]

    return play.engine.read(look)


def test_the_history_of_activities_tells_the_same(play: Play) -> None:
    Run(play, read_scenario(FOLDER / "returns_reassigned.toml")).to_its_end()
    rows = steps(play)
    uid = play.engine.read(lambda ctx: ctx.conn.scalar(select(cases.c.uid)))
    told = play.engine.read(past_activities, PastActivityFilter(uid=uid), Page(most=10_000))
    of_tasks = {each.task: (each.started_at, each.ended_at, each.canceled) for each in told if each.task}
    assert of_tasks == {row["task_id"]: (row["entered_at"], row["left_at"], row["how"] == "withdrawn") for row in rows}
    others = Counter(f"{each.process}/{each.element}" for each in told if not each.task)
    passed = json.loads(play.engine.read(lambda ctx: ctx.conn.execute(select(ways.c.passed)).scalar_one()))
    tasks = {f"{row['process']}/{row['element']}" for row in rows}
    assert {place: times for place, times in passed.items() if place not in tasks} == others


def test_only_what_has_changed_is_read_again(play: Play) -> None:
    play.until("accept")
    keep(play)
    assert play.engine.read(lambda ctx: waiting(ctx.conn)) == 0
    play.at("10-19 14:06")
    play.do("classify", "w3", grade="general", cause="系统类")
    assert play.engine.read(lambda ctx: waiting(ctx.conn)) == 1
    assert [row["grade"] for row in steps(play, "accept")] == ["general"]


def test_a_restricted_case_is_in_the_tables_for_nobody(play: Play) -> None:
    play.at("10-19 14:00")
    play.register(acceptance=None)
    keep(play)
    play.do("accept", "w3", acceptance="restricted")
    keep(play)
    for table in (walked_cases, walked_steps):
        assert play.engine.read(rows_of, table) == []
