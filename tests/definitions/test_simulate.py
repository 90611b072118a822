"""The ladder of a case that nobody acts on: what the clock will do is what it then does, and why is said in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial

import pytest

from engine.definitions.shipped import CASE_PROCESS, SHIPPED, read_folder
from engine.definitions.simulate import Asked, Course, Ground, course, ladder, steps
from engine.definitions.versions import on_trial, publish
from engine.directory import shipped_directory
from engine.errors import BadInput
from engine.storage.database import WriteTransaction
from engine.worktime import WorkTime
from tests.definitions.ladder_run import Left, drawn, happened, imagined
from tests.support.house import START, House
from tests.support.play import shown, when

FAMILY = read_folder(SHIPPED)
MAIN = "five_step_loop.bpmn"
LIMITS = "decisions/time_limits.dmn"
# Wednesday after hours, before seven days of holiday; of the days after them Saturday 10-10 is worked.
EVE = Asked(when("09-30 17:20"))


@cache
def shipped() -> Ground:
    return drafted(FAMILY)


def drafted(files: Mapping[str, bytes]) -> Ground:
    return Ground(on_trial(CASE_PROCESS, files, EVE.accepted), shipped_directory(), WorkTime.shipped())


def changed(name: str, before: str, after: str) -> Ground:
    """The shipped files with one text in one of them replaced."""
    text = FAMILY[name].decode()
    assert before in text
    return drafted({**FAMILY, name: text.replace(before, after, 1).encode()})


def told(found: Course) -> list[tuple[str, str | None, int]]:
    return [(rung.timer, shown(rung.at), rung.tier) for rung in found.rungs]


def why(found: Course, timer: str) -> str:
    return next(rung.why for rung in found.rungs if rung.timer == timer)


def test_the_ladder_is_what_happens_when_the_clock_is_really_run(house: House) -> None:
    """A few random cases at every run; `python -m tests.definitions.ladder_run` compares as many as one likes."""
    cases = [drawn(seed) for seed in range(25)]
    assert [imagined(shipped(), left) for left in cases] == happened(house, cases)


def test_a_ladder_of_other_diagrams_is_not_what_happens_in_the_house(house: House) -> None:
    draft = changed(MAIN, "case_due(2)", "case_due(3)")
    left = next(left for left in map(drawn, range(99)) if left.stuck == "acknowledge" and left.asked.grade == "general")
    assert [imagined(draft, left)] != happened(house, [left])


def test_the_ladder_of_a_draft_is_what_happens_once_it_runs(house: House) -> None:
    before = '<outputEntry id="time_limits_row_3_limit_days"><text>5</text>'
    text = FAMILY[LIMITS].decode()
    assert before in text
    files = {**FAMILY, LIMITS: text.replace(before, before.replace(">5<", ">3<")).encode()}
    house.engine.db.write(partial(published, files))
    left = Left(replace(EVE, lead="SC-MI"), "acknowledge")
    assert [imagined(drafted(files), left)] == happened(house, [left]) != [imagined(shipped(), left)]


def published(files: Mapping[str, bytes], tx: WriteTransaction) -> None:
    tx.begin_writing()
    publish(tx.conn, CASE_PROCESS, files, "supervisor", START)


# ------------------------------------------------------------------ by the papers
def test_before_seven_days_of_holiday() -> None:
    """Five working days after 09-30: 10-08, 10-09, 10-10 (worked), 10-12, 10-13."""
    assert told(course(shipped(), EVE, "acknowledge")) == [
        ("unsigned", "10-08 14:30", 0),
        ("uncontacted", "10-08 17:00", 2),
        ("remind", "10-10 09:00", 0),
        ("overdue", "10-13 17:00", 3),
        ("overdue_2", "10-15 17:00", 4),
        ("overdue_5", "10-20 17:00", 5),
    ]


def test_not_dispatched_the_window_lead_hears_of_it_first() -> None:
    assert told(course(shipped(), EVE, "dispatch"))[0] == ("dispatch_late", "10-08 11:00", 1)


def test_not_settled_at_the_counter_it_goes_on_as_a_general_case() -> None:
    simple = replace(EVE, grade="simple")
    found = told(course(shipped(), simple, "handle_on_site"))
    assert found[:3] == [
        ("onsite_yellow", "09-30 17:50", 0),
        ("onsite_red", "09-30 19:20", 0),
        ("dispatch_late", "10-08 11:00", 1),
    ]
    assert ("overdue", "10-13 17:00", 3) in found


def test_what_nobody_accepts_is_accepted_by_the_clock() -> None:
    assert told(course(shipped(), EVE, "accept")) == [
        ("accept_late", "10-08 17:00", 1),
        ("accept_auto", "10-09 17:00", 0),
        ("classify_late", "10-10 11:00", 1),
    ]


def test_an_urgent_case_is_raised_before_any_clock() -> None:
    found = course(shipped(), replace(EVE, urgent=True), "acknowledge").rungs[0]
    assert (found.timer, shown(found.at), found.tier) == ("urgent", "09-30 17:20", 4)


def test_a_unit_that_cannot_be_ordered_gets_a_letter() -> None:
    rungs = course(shipped(), replace(EVE, lead="SC-VEH"), "acknowledge").rungs
    assert [notice.kind for rung in rungs if rung.tier >= 4 for notice in rung.told] == ["letter", "letter"]


def test_the_matter_names_the_unit() -> None:
    rungs = course(shipped(), replace(EVE, matter="M001"), "acknowledge").rungs
    unit = shipped_directory().matter("M001").unit
    assert next(rung for rung in rungs if rung.timer == "remind").told[0].groups == (f"unit:{unit}",)


def test_a_case_put_aside_waits_for_its_approval_and_then_for_every_month() -> None:
    assert ("approve_pending_late", "10-10 17:00", 0) in told(course(shipped(), EVE, "approve_pending"))
    assert told(course(shipped(), EVE, "review_pending"))[0] == ("await_month", "10-30 09:00", 0)


@pytest.mark.parametrize(
    "stuck",
    ["confirm_exit", "handle_restricted", "adjudicate_return", "decide_extension", "decide_pause", "decide_regrade"],
)
def test_a_task_beside_the_shortest_way_is_reached_by_another_answer(stuck: str) -> None:
    assert f"{stuck}_late" in [rung.timer for rung in course(shipped(), EVE, stuck).rungs]


def test_the_whole_ladder_tells_each_rung_once_with_every_task_it_may_come_from() -> None:
    found = ladder(shipped(), EVE)
    assert [each.stuck for each in found.courses] == [*steps(shipped(), EVE), "approve_pending"]
    overdue = [each.stuck for each in found.rungs if each.rung.timer == "overdue"]
    assert overdue == [("dispatch", "acknowledge", "first_contact", "handle", "review", "approve_pending")]
    assert shown(found.deadline) == "10-13 17:00"
    assert [each.rung.at for each in found.rungs] == sorted(each.rung.at for each in found.rungs)


# ------------------------------------------------------------------ why
HOLIDAYS = "10-01 至 10-07 国庆节放假不计"


@pytest.mark.parametrize(
    ("timer", "sentence"),
    [
        (
            "unsigned",
            f"进入“签收” 2026-09-30（周三）17:20 起满 4 个办公小时（午休和下班后不计），其间 {HOLIDAYS}",
        ),
        ("uncontacted", f"派单 2026-09-30（周三）17:20 当日不计，第 1 个工作日下班，其间 {HOLIDAYS}"),
        ("remind", "承诺期限 2026-10-13（周二）17:00 之前第 2 个工作日上班，其间 10-11 周末不计"),
        (
            "overdue",
            "到承诺期限：受理 2026-09-30（周三）17:20 当日不计，第 5 个工作日下班，"
            f"其间 {HOLIDAYS}、10-10 国庆节调休上班照计、10-11 周末不计",
        ),
        ("overdue_2", "承诺期限 2026-10-13（周二）17:00 之后第 2 个工作日下班"),
        ("overdue_5", "承诺期限 2026-10-13（周二）17:00 之后第 5 个工作日下班，其间 10-17 至 10-18 周末不计"),
    ],
)
def test_the_counting_is_told_in_words(timer: str, sentence: str) -> None:
    assert why(course(shipped(), EVE, "acknowledge"), timer) == sentence


def test_at_the_counter_the_minutes_and_the_closing_are_told() -> None:
    found = course(shipped(), replace(EVE, grade="simple"), "handle_on_site")
    assert why(found, "onsite_yellow") == "受理 2026-09-30（周三）17:20 起满 30 分钟"
    assert "当日下班，离下班不足 120 分钟的自受理起满 120 分钟" in why(found, "onsite_red")


def test_a_year_without_its_notice_is_provisional() -> None:
    found = course(shipped(), Asked(when("2027-03-01 10:00")), "dispatch")
    assert all(rung.why.endswith("（放假安排暂定）") for rung in found.rungs)


def test_a_duration_drawn_is_told_as_such() -> None:
    draft = changed(
        MAIN,
        '<bpmn:timeDate xsi:type="bpmn:tFormalExpression">case_due(2)</bpmn:timeDate>',
        '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P3D</bpmn:timeDuration>',
    )
    assert why(course(draft, EVE, "dispatch"), "overdue_2").endswith("起，按图上写的时长")


# ------------------------------------------------------------------ drafts
def test_a_number_changed_in_the_table_moves_the_rungs() -> None:
    before = '<outputEntry id="time_limits_row_3_limit_days"><text>5</text>'
    draft = changed(LIMITS, before, before.replace(">5<", ">3<"))
    found = dict((timer, at) for timer, at, _ in told(course(draft, EVE, "acknowledge")))
    assert (found["remind"], found["overdue"]) == ("10-08 09:00", "10-10 17:00")


def test_a_task_the_house_does_not_know_yet_is_filled_in_by_its_own_form() -> None:
    """A sign-off drawn before feedback, with a form of its own."""
    form = {
        "type": "object",
        "additionalProperties": False,
        "required": ["signed", "note", "kind"],
        "properties": {
            "signed": {"type": "boolean"},
            "note": {"type": "string"},
            "kind": {"type": "string", "enum": ["a", "b"]},
        },
    }
    drawn_in = (
        '<bpmn:userTask id="sign_off" name="科长签批" bc:phase="completion" bc:form="sign_off" bc:groups="work_group" '
        'bc:due="workdays(1)"><bpmn:incoming>handling_stage__give_feedback</bpmn:incoming>'
        "<bpmn:outgoing>sign_off__give_feedback</bpmn:outgoing></bpmn:userTask>"
        '<bpmn:sequenceFlow id="sign_off__give_feedback" sourceRef="sign_off" targetRef="give_feedback" />'
        '<bpmn:sequenceFlow id="handling_stage__give_feedback" sourceRef="handling_stage" targetRef="sign_off" />'
    )
    flow = next(line for line in FAMILY[MAIN].decode().splitlines() if 'id="handling_stage__give_feedback"' in line)
    text = FAMILY[MAIN].decode().replace(flow, drawn_in)
    text = text.replace(
        "<bpmn:incoming>handling_stage__give_feedback</bpmn:incoming>",
        "<bpmn:incoming>sign_off__give_feedback</bpmn:incoming>",
        1,
    )
    files = {**FAMILY, MAIN: text.encode(), "forms/sign_off.json": json.dumps(form).encode()}
    assert steps(drafted(files), EVE)[-3:] == ["sign_off", "give_feedback", "return_visit"]


# ------------------------------------------------------------------ refusals
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (replace(EVE, matter="M9"), "matter"),
        (replace(EVE, lead="NOBODY"), "lead"),
        (replace(EVE, grade="simple", urgent=True), "urgent"),
    ],
)
def test_what_cannot_be_imagined_is_refused_by_name(asked: Asked, field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        course(shipped(), asked, "dispatch")
    assert set(refusal.value.fields) == {field}


@pytest.mark.parametrize("stuck", ["handle_on_site", "no_such_task"])
def test_a_task_a_case_never_comes_to_is_refused(stuck: str) -> None:
    with pytest.raises(BadInput, match="走不到"):
        course(shipped(), EVE, stuck)


@pytest.mark.parametrize("at", ["2021-03-01 10:00", "2035-12-31 10:00"])
def test_a_case_that_goes_beyond_the_calendar_is_refused(at: str) -> None:
    with pytest.raises(BadInput, match="日历"):
        course(shipped(), Asked(when(at)), "dispatch")


def test_a_draft_that_cannot_go_on_says_where() -> None:
    draft = changed(MAIN, "case_due(2)", "case_due(no_such_value)")
    with pytest.raises(BadInput, match="超2日"):
        course(draft, EVE, "dispatch")
