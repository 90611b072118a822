"""What if: cases replayed over other diagrams. As they were, they come out as they were; the rest is counted by hand.

All general cases are accepted on Monday 2026-10-19: five working days end on Monday 10-26, three on Thursday 10-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache, partial

import pytest
from lxml import etree
from sqlalchemy import select, update

from engine.cases.commands import SYSTEM, ActOnCase, MigrateCase
from engine.clock import SimulatedClock
from engine.definitions.shipped import CASE_PROCESS, SHIPPED, read_folder
from engine.definitions.versions import publish
from engine.definitions.whatif.apart import Limits, compared_apart
from engine.definitions.whatif.request import answered
from engine.errors import BadInput, DiagramRefused, NotFound
from engine.facade import ReadContext
from engine.queries.statistics import Period, statistics
from engine.queries.what_if import Deviation, Question, WhatIf, what_if
from engine.queries.what_if_figures import Differing
from engine.replay.memory import EngineStage
from engine.replay.player import play
from engine.replay.recording import sample_cases
from engine.storage.database import WriteTransaction
from engine.storage.models import cases
from engine.worktime.notices import SpecialDay, YearNotice
from tests.queries.quarter import SUPERVISOR, live_a_quarter, shortened
from tests.support.house import START, House, instant
from tests.support.play import shown, when

MAIN = "five_step_loop.bpmn"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
NO_VISIT = {"kind": "person", "name": "赵女士", "phone": "13300000806", "consent_callback": False}
QUARTER = 14  # cases; `python -m tests.queries.quarter` compares as many as one likes
Files = Mapping[str, bytes]


def begin(house: House, at: str = "10-19 09:00") -> None:
    house.engine.clock = house.clock = SimulatedClock(when(at))


def handed_on(house: House, grade: str = "general") -> str:
    """A case accepted on Monday at nine, signed and its person called within the half hour."""
    no = house.register("w3", acceptance="accept", applicant=NO_VISIT)
    house.complete("w3", no, "classify", grade=grade, cause="系统类")
    house.move(house.clock.now() + timedelta(minutes=5))
    house.complete("group", no, "dispatch", lead_unit="SC-MI", onsite_attempt="已协调")
    house.complete("unit-SC-MI", no, "acknowledge", "SC-MI", action="sign")
    house.complete("unit-SC-MI", no, "first_contact", "SC-MI", contact_method="phone")
    return no


def finish(house: House, no: str, reviewed: str, review: int = 10, told: int = 10) -> None:
    """Answered so many minutes before it is reviewed, and told so many after."""
    at = when(reviewed)
    house.move(at - timedelta(minutes=review))
    house.complete("unit-SC-MI", no, "handle", "SC-MI", action="reply", reply_text="已办")
    house.move(at)
    house.complete("group2", no, "review", review_result="pass", outcome="done")
    house.move(at + timedelta(minutes=told))
    house.complete("w3", no, "give_feedback", feedback_method="phone", feedback_text="已告知")


def asked(house: House, files: Files | None = None, **more: int) -> WhatIf:
    """In this process: that apart nothing else comes out has a test of its own."""
    return what_if(house.engine, Question(Period(), files=files, **more), SUPERVISOR, compare=answered)


def of(found: WhatIf, no: str) -> Differing | None:
    return next((each for each in found.differing if each.no == no), None)


def in_time(found: WhatIf) -> tuple[tuple[int, int], tuple[int, int]]:
    before, after = found.before.in_time, found.after.in_time
    return (before.numerator, before.denominator), (after.numerator, after.denominator)


def parent(element: etree._Element) -> etree._Element:
    found = element.getparent()
    assert found is not None
    return found


@cache
def without_the_fourth_tier() -> Files:
    """The shipped files in which nobody hears of a case two days late."""
    files = read_folder(SHIPPED)
    root = etree.fromstring(files[MAIN])
    for each in [e for e in root.iter(etree.Element) if "overdue_2" in (e.get("id") or "")]:
        parent(each).remove(each)
    return {**files, MAIN: etree.tostring(root)}


@cache
def with_a_sign_off() -> Files:
    """The shipped files with a step of the working group between review and feedback."""
    files = read_folder(SHIPPED)
    root = etree.fromstring(files[MAIN])
    flow = next(each for each in root.iter(f"{BPMN}sequenceFlow") if each.get("id") == "handling_stage__give_feedback")
    scope = parent(flow)
    flow.set("targetRef", "sign_off")
    task = next(each for each in root.iter(f"{BPMN}userTask") if each.get("id") == "give_feedback")
    task.remove(next(each for each in task.iter(f"{BPMN}incoming") if each.text == flow.get("id")))
    bc = "{http://bancheng.org/schema/bpmn}"
    step = etree.SubElement(scope, f"{BPMN}userTask", {"id": "sign_off", "name": "签批", f"{bc}phase": "completion"})
    step.set(f"{bc}groups", "work_group")
    step.set(f"{bc}form", "sign_off")
    step.set(f"{bc}due", "workdays(1)")
    etree.SubElement(step, f"{BPMN}incoming").text = flow.get("id")
    etree.SubElement(step, f"{BPMN}outgoing").text = "signed_off"
    onward = {"id": "signed_off", "sourceRef": "sign_off", "targetRef": "give_feedback"}
    etree.SubElement(scope, f"{BPMN}sequenceFlow", onward)
    etree.SubElement(task, f"{BPMN}incoming").text = "signed_off"
    form = b'{"title": "\xe7\xad\xbe\xe6\x89\xb9", "type": "object", "properties": {}, "additionalProperties": false}'
    return {**files, MAIN: etree.tostring(root), "forms/sign_off.json": form}


# ------------------------------------------------------------------ as it was
def test_the_sample_cases_replayed_as_they_were_are_what_happened(house: House) -> None:
    recordings = sample_cases()
    house.engine.clock = house.clock = SimulatedClock(min(each.steps[0].at for each in recordings))
    assert not [one.differences for one in play(recordings, EngineStage(house.engine)) if one.differences]
    found = asked(house)
    assert (found.replayed, found.agreeing, found.left, found.unreached) == (found.all, found.all, (), 0)
    assert found.all + found.restricted == len(recordings)
    assert found.before == found.after
    assert found.differing == ()


def test_a_quarter_replayed_as_it_was_is_what_happened(house: House) -> None:
    live_a_quarter(house, 7, QUARTER)
    found = asked(house)
    assert (found.agreeing, found.left, found.unreached) == (found.all, (), 0)
    counted = house.engine.read(statistics, Period(), (25, 35, 40)).in_time
    assert found.before.in_time == counted
    assert found.before.late == counted.denominator - counted.numerator
    assert (found.after, found.differing) == (found.before, ())


def test_what_is_stored_otherwise_than_it_was_is_told_as_a_deviation(house: House) -> None:
    begin(house)
    no = handed_on(house)

    def harm(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(cases).where(cases.c.no == no).values(tier=4))

    house.engine.db.write(harm)
    found = asked(house)
    assert (found.replayed, found.agreeing, found.deviating) == (1, 0, (Deviation(no, ("tier",)),))


def test_what_is_done_beside_the_tasks_is_replayed_too(house: House) -> None:
    """Corrected, urged, held back, rated, settled at the counter, merged, brought to another calendar."""
    begin(house, "2027-04-28 10:00")
    no = handed_on(house)
    spot = {"grade": "simple", "cause": "线上操作类", "outcome": "done", "reply_text": "已补传", "satisfaction": 4}
    at_counter = house.register("w3", on_the_spot={**spot, "feedback_method": "in_person"})
    house.register("w3", acceptance="duplicate", duplicate_of=no)
    house.move("2027-04-29 10:00")
    due = "2027-05-04T12:00:00+08:00"
    house.do("w3", ActOnCase("amend", no, {"field": "external_due", "value": due, "reason": "来文补正"}))
    house.do("w3", ActOnCase("urge", no, {"reason": "反映人来电"}))
    house.do("w3", ActOnCase("rating", at_counter, {"satisfaction": 2}))
    days = tuple(SpecialDay(date(2027, 5, day), "holiday", "劳动节") for day in (1, 2, 3))
    house.engine.import_notice(YearNotice(2027, days, "国办发明电"), SYSTEM)
    assert [shown(each.after) for each in house.engine.follow_calendar() if each.no == no] == ["2027-05-06 17:00"]
    house.do("bureau", ActOnCase("hold_escalation", no, {"activity": "overdue", "reason": "已约定"}))
    house.move("2027-05-11 10:00")
    found = asked(house)
    assert (found.all, found.agreeing, found.left) == (3, 3, ())
    # held back by a working day to 05-07; the next rung two working days after the deadline, on 05-10
    assert {tier: found.before.raised.get(tier) for tier in (3, 4, 5)} == {3: 1, 4: 1, 5: None}
    assert (found.after, found.differing) == (found.before, ())


# ------------------------------------------------------------------ shorter limits
def test_three_days_instead_of_five_make_those_late_that_took_longer_than_three(house: House) -> None:
    begin(house)
    at_closing, on_friday, late_anyway, complex_one = (handed_on(house, g) for g in ["general"] * 3 + ["complex"])
    finish(house, at_closing, "10-22 17:00", told=0)
    finish(house, on_friday, "10-23 09:30")
    finish(house, late_anyway, "10-27 10:00")
    finish(house, complex_one, "10-28 10:00")
    found = asked(house, shortened())
    assert (found.agreeing, found.replayed, found.left) == (4, 4, ())
    assert in_time(found) == ((3, 4), (2, 4))
    assert (found.before.late, found.after.late) == (1, 2)
    friday = of(found, on_friday)
    assert friday is not None
    assert (friday.before.late, friday.after.late) == (False, True)
    assert (shown(friday.before.deadline), shown(friday.after.deadline)) == ("10-26 17:00", "10-22 17:00")
    assert friday.before.counted_at == friday.after.counted_at == when("10-23 09:30")
    assert of(found, complex_one) is None
    assert found.differing[0].no == on_friday
    # the third tier at the deadline, also for the case done at that very instant; the fourth two working days later
    assert (found.before.raised, found.after.raised) == ({3: 1}, {3: 3, 4: 1})
    assert found.before.load["work_group"].tasks == 5  # four reviews, and the dispatch of the complex case
    assert found.before.load["work_group"].seconds == (4 * 10 + 5) * 60
    assert found.after.load["work_group"] == found.before.load["work_group"]


def test_a_case_that_asked_for_more_time_too_late_is_told_apart(house: House) -> None:
    begin(house)
    no, other = handed_on(house), handed_on(house)
    house.move(when("10-23 10:00"))
    ask = {"action": "request_extension", "days": 2, "reason": "需时"}
    house.complete("unit-SC-MI", no, "handle", "SC-MI", **ask)
    found = asked(house, shortened())
    assert [left.no for left in found.left] == [no]
    assert "办理" in found.left[0].why
    assert (found.before.cases, found.after.cases) == (1, 1)
    assert (found.replayed, found.agreeing) == (2, 2)
    stands = of(found, other)
    assert stands is not None
    assert (stands.before.late, stands.after.late) == (None, True)  # open, and past the shorter deadline


# ------------------------------------------------------------------ rungs and steps
def test_without_a_rung_nobody_rises_to_it(house: House) -> None:
    begin(house)
    finish(house, handed_on(house), "10-29 10:00")
    found = asked(house, without_the_fourth_tier())
    assert (found.before.raised, found.after.raised) == ({3: 1, 4: 1}, {3: 1})
    assert in_time(found) == ((0, 1), (0, 1))


def test_a_step_more_takes_what_its_group_takes_in_the_middle(house: House) -> None:
    """With the working group lie: to classify, 0 minutes; to dispatch, 5; to review, 10, 10 and 30; to tell, 20.

    Three times each: in the middle of the twelve lie 5 and 10.
    """
    begin(house)
    numbers = [handed_on(house) for _ in range(3)]
    for no, day, minutes in zip(numbers, ("20", "21", "22"), (10, 10, 30), strict=True):
        finish(house, no, f"10-{day} 10:00", review=minutes, told=20)
    house.move(when("10-22 17:00"))
    found = asked(house, with_a_sign_off())
    assert [(each.element, each.guess.of, each.guess.samples, each.times) for each in found.assumed] == [
        ("sign_off", "group", 12, 3)
    ]
    assert found.assumed[0].guess.time == timedelta(minutes=7.5)
    ended = [(each.before.ended_at, each.after.ended_at) for each in found.differing]
    assert ended == [(when(f"10-{day} 10:20"), instant(f"2026-10-{day} 10:27:30")) for day in ("20", "21", "22")]
    assert in_time(found) == ((3, 3), (3, 3))
    assert found.after.load["work_group"].tasks == found.before.load["work_group"].tasks + 3


def test_a_step_less_is_skipped_and_what_comes_after_takes_its_time(house: House) -> None:
    begin(house)
    files = with_a_sign_off()
    house.engine.db.write(lambda tx: _publish(tx, files))
    no = handed_on(house)
    at = when("10-20 10:00")
    house.move(at)
    house.complete("unit-SC-MI", no, "handle", "SC-MI", action="reply", reply_text="已办")
    house.complete("group2", no, "review", review_result="pass", outcome="done")
    house.move(at + timedelta(minutes=90))
    house.complete("group", no, "sign_off")
    house.move(at + timedelta(minutes=100))
    house.complete("w3", no, "give_feedback", feedback_method="phone", feedback_text="已告知")
    found = asked(house, read_folder(SHIPPED))
    case = of(found, no)
    assert case is not None
    assert (shown(case.before.ended_at), shown(case.after.ended_at)) == ("10-20 11:40", "10-20 10:10")


def _publish(tx: WriteTransaction, files: Files) -> None:
    tx.begin_writing()
    publish(tx.conn, CASE_PROCESS, files, "supervisor", START)


# ------------------------------------------------------------------ bounds and refusals
def test_a_process_apart_comes_to_the_same_and_says_how_far_it_is(house: House) -> None:
    begin(house)
    finish(house, handed_on(house), "10-23 09:30")
    finish(house, handed_on(house), "10-27 10:00")
    heard: list[tuple[int, int]] = []
    question = Question(Period(), files=with_a_sign_off())
    found = what_if(house.engine, question, SUPERVISOR, lambda done, of: heard.append((done, of)))
    assert found == asked(house, with_a_sign_off())
    assert heard[-1] == (4, 4)


def test_a_process_apart_that_takes_too_long_is_stopped_and_told_so(house: House) -> None:
    begin(house)
    finish(house, handed_on(house), "10-23 09:30")
    stopping = partial(compared_apart, limits=Limits(patience=0))
    with pytest.raises(BadInput) as stopped:
        what_if(house.engine, Question(Period()), SUPERVISOR, compare=stopping)
    assert "时间太多" in stopped.value.message


def test_of_many_cases_a_sample_is_taken_that_is_the_same_every_time(house: House) -> None:
    begin(house)
    for _ in range(5):
        house.register("w3", acceptance="accept")
    first, again = (asked(house, shortened(), most=2, seed=3) for _ in range(2))
    assert (first.all, first.drawn, first.before.cases) == (5, 2, 2)
    assert first == again


def test_what_there_is_no_time_for_is_said(house: House) -> None:
    begin(house)
    handed_on(house)
    found = asked(house, shortened(), seconds=0)
    assert (found.all, found.unreached, found.before.cases) == (1, 1, 0)


def test_a_draft_that_cannot_run_is_refused_with_its_findings(house: House) -> None:
    files = {name: content for name, content in read_folder(SHIPPED).items() if name != MAIN}
    for unfit, place in (({**files, MAIN: b"<unfinished"}, MAIN), (files, next(iter(files)))):
        with pytest.raises(DiagramRefused) as refused:
            asked(house, unfit)
        assert place in {finding.file for finding in refused.value.findings}


def test_a_version_there_is_none_of_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        what_if(house.engine, Question(Period(), version=9), SUPERVISOR)


def test_a_restricted_case_is_a_number_and_no_more(house: House) -> None:
    begin(house)
    house.register("w3", confidential=True)
    found = asked(house)
    assert (found.all, found.restricted, found.drawn) == (0, 1, 0)


def test_a_case_that_came_to_another_version_on_its_way_is_left_out(house: House) -> None:
    """Its trail has acts of two diagrams."""
    begin(house)
    no = handed_on(house)
    house.engine.db.write(lambda tx: _publish(tx, shortened()))
    house.do("supervisor", MigrateCase(house.engine.read(_uid, no), 2, "期限缩短"))
    found = asked(house, shortened())
    assert [(left.no, "版本" in left.why) for left in found.left] == [(no, True)]
    assert (found.all, found.replayed) == (1, 0)


def _uid(ctx: ReadContext, no: str) -> str:
    found: str = ctx.conn.execute(select(cases.c.uid).where(cases.c.no == no)).scalar_one()
    return found
