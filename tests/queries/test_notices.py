"""What people are told: in office hours, each once, read by each for themselves, leading to what is to be done."""

from __future__ import annotations

import pytest

from engine.cases.commands import ActOnCase, ClaimTask, HandOn, UnclaimTask
from engine.directory.commands import EnterSubstitution, ReadNotices
from engine.errors import BadInput, NotFound
from engine.queries.notices import NoticeLine, notice, notice_list, unread
from tests.queries.desk import Desk
from tests.support.house import instant


def told(desk: Desk, who: str) -> list[NoticeLine]:
    return list(desk.ask(who, notice_list).lines)


def kinds(desk: Desk, who: str) -> list[str]:
    return [line.kind for line in told(desk, who)]


def in_hand(desk: Desk) -> str:
    no = desk.dispatched()
    desk.complete("unit-SC-SS", no, "acknowledge", action="sign")
    desk.complete("unit-SC-SS", no, "first_contact", action="contact")
    return no


def test_a_new_order_is_told_to_its_unit_alone_and_leads_to_the_signature(either_desk: Desk) -> None:
    no = either_desk.dispatched()
    (line,) = told(either_desk, "unit-SC-SS")
    assert (line.kind, line.no, line.read, line.tier) == ("order_dispatched", no, False, None)
    assert line.todo is not None and line.todo.task_id == either_desk.task(no, "acknowledge")
    assert told(either_desk, "unit-SC-MI") == []


def test_a_notice_leads_to_what_is_to_be_done_now(desk: Desk) -> None:
    no = in_hand(desk)
    (line,) = told(desk, "unit-SC-SS")
    assert line.todo is not None and line.todo.element == "handle"
    desk.complete("unit-SC-SS", no, "handle", action="reply", reply_text="好了", result="done")
    (line,) = told(desk, "unit-SC-SS")
    assert line.todo is None and line.no == no


def test_what_was_asked_for_and_is_done_counts_as_nothing_to_do_any_more(either_desk: Desk) -> None:
    """Signed from the desk of the unit: neither who signed nor the colleague finds the notice waiting."""
    desk = either_desk
    no = desk.dispatched()
    assert (desk.ask("unit-SC-SS", unread), desk.ask("unit-SC-SS-b", unread)) == (1, 1)
    desk.complete("unit-SC-SS", no, "acknowledge", action="sign")
    assert (desk.ask("unit-SC-SS", unread), desk.ask("unit-SC-SS-b", unread)) == (0, 0)
    (line,) = told(desk, "unit-SC-SS-b")
    assert (line.kind, line.read, line.over) == ("order_dispatched", False, "done")


def test_what_was_never_done_and_is_withdrawn_is_not_said_to_be_done(desk: Desk) -> None:
    no = desk.dispatched("SC-SS", ("SC-MI",))
    desk.complete("unit-SC-SS", no, "acknowledge", "SC-SS", action="sign")
    desk.complete("unit-SC-SS", no, "first_contact", "SC-SS", action="contact")
    desk.complete("unit-SC-SS", no, "handle", "SC-SS", action="reply", reply_text="好了", close_co_units=True)
    withdrawn, dispatched = told(desk, "unit-SC-MI")
    assert (withdrawn.over, dispatched.over) == (None, "dropped")
    assert desk.ask("unit-SC-MI", unread) == 1


def test_what_a_colleague_has_in_hand_no_longer_waits_for_the_others(either_desk: Desk) -> None:
    desk = either_desk
    no = desk.dispatched()
    desk.house.do("unit-SC-SS-b", ClaimTask(desk.task(no, "acknowledge"), "unit-SC-SS-b"))
    assert desk.ask("unit-SC-SS", unread) == 0
    assert told(desk, "unit-SC-SS")[0].over == "in_hand"


def test_what_was_handed_on_and_taken_back_no_longer_waits_for_who_had_it(desk: Desk) -> None:
    no = desk.register(acceptance=None)
    desk.house.do("lead", HandOn(desk.task(no, "accept"), "w1"))
    assert desk.ask("w1", unread) == 1
    desk.house.do("lead", HandOn(desk.task(no, "accept"), "w3"))
    assert (desk.ask("w1", unread), desk.ask("w3", unread)) == (0, 1)
    desk.complete("w3", no, "accept", acceptance="accept")
    assert desk.ask("w3", unread) == 0


def test_a_reminder_waits_until_nothing_of_the_case_lies_with_the_unit(desk: Desk) -> None:
    no = desk.dispatched()
    desk.complete("unit-SC-SS", no, "acknowledge", action="sign")
    desk.at("2026-09-30 09:00")
    desk.complete("unit-SC-SS", no, "first_contact", action="contact")
    assert {line.kind: line.over for line in told(desk, "unit-SC-SS")} == {"order_dispatched": "done", "reminder": None}
    desk.complete("unit-SC-SS", no, "handle", action="reply", reply_text="好了", result="done")
    assert {line.over for line in told(desk, "unit-SC-SS")} == {"done"}
    assert desk.ask("unit-SC-SS", unread) == 0


def test_what_is_given_back_to_the_group_waits_for_all_of_it_again(either_desk: Desk) -> None:
    desk = either_desk
    task = desk.task(desk.dispatched(), "acknowledge")
    desk.house.do("unit-SC-SS-b", ClaimTask(task, "unit-SC-SS-b"))
    desk.house.do("unit-SC-SS-b", UnclaimTask(task))
    assert (desk.ask("unit-SC-SS", unread), told(desk, "unit-SC-SS")[0].over) == (1, None)


def test_what_only_tells_waits_until_it_is_read_whatever_is_done(desk: Desk) -> None:
    no = in_hand(desk)
    desk.house.do("w1", ActOnCase("supplement", no, {"text": "又想起一事"}))
    desk.complete("unit-SC-SS", no, "handle", action="reply", reply_text="好了", result="done")
    assert desk.ask("unit-SC-SS", unread) == 1


def test_each_person_reads_for_themselves(either_desk: Desk) -> None:
    either_desk.dispatched()
    either_desk.dispatched()
    first, second = told(either_desk, "unit-SC-SS")
    either_desk.house.do("unit-SC-SS", ReadNotices((second.id,)))
    either_desk.house.do("unit-SC-SS", ReadNotices((second.id,)))
    assert [line.read for line in told(either_desk, "unit-SC-SS")] == [False, True]
    assert (either_desk.ask("unit-SC-SS", unread), either_desk.ask("unit-SC-SS-b", unread)) == (1, 2)
    either_desk.house.do("unit-SC-SS", ReadNotices())
    assert either_desk.ask("unit-SC-SS", unread) == 0
    assert first.id > second.id


def test_nobody_reads_what_was_told_to_others(desk: Desk) -> None:
    desk.dispatched()
    (line,) = told(desk, "unit-SC-SS")
    with pytest.raises(NotFound):
        desk.house.do("unit-SC-MI", ReadNotices((line.id,)))
    with pytest.raises(NotFound):
        desk.ask("unit-SC-MI", notice, line.id)


def test_what_happens_out_of_hours_is_told_when_the_office_opens(either_desk: Desk) -> None:
    either_desk.at("2026-09-23 18:20")
    either_desk.dispatched()
    either_desk.dispatched()
    assert told(either_desk, "unit-SC-SS") == []
    either_desk.at("2026-09-24 08:59")
    assert either_desk.ask("unit-SC-SS", unread) == 0
    either_desk.at("2026-09-24 09:00")
    assert [line.at for line in told(either_desk, "unit-SC-SS")] == [instant("2026-09-24 09:00")] * 2


def test_over_the_holidays_it_waits_for_the_first_working_day(desk: Desk) -> None:
    desk.at("2026-09-30 17:01")
    desk.dispatched()
    desk.at("2026-10-08 09:00")
    assert told(desk, "unit-SC-SS")[-1].at == instant("2026-10-08 09:00")


def test_a_person_at_the_counter_does_not_wait_for_office_hours(desk: Desk) -> None:
    desk.at("2026-09-23 17:02")
    no = desk.register(acceptance="accept")
    desk.complete("w3", no, "classify", grade="simple", cause="系统类")
    desk.at("2026-09-23 17:32")
    assert "on_site_yellow" in kinds(desk, "w1")


def test_an_unsigned_order_is_told_to_the_section_head(desk: Desk) -> None:
    desk.dispatched()
    desk.at("2026-09-23 15:40")
    (line,) = told(desk, "head-SC-SS")
    assert (line.kind, line.unit) == ("unsigned", "社保分中心")


def test_a_reminder_and_each_tier_are_told(desk: Desk) -> None:
    in_hand(desk)  # due Thursday 10-08 17:00
    desk.at("2026-09-30 09:00")
    assert kinds(desk, "unit-SC-SS")[0] == "reminder"
    desk.at("2026-10-09 09:00")
    (line,) = told(desk, "deputy-SC-SS")
    assert (line.kind, line.tier) == ("escalation", 3)
    assert line.todo is not None and line.todo.element == "supervise"


def test_a_return_and_its_ruling_are_told_to_either_side(desk: Desk) -> None:
    no = desk.dispatched()
    desk.complete("unit-SC-SS", no, "acknowledge", action="return", reason="不属本单位")
    (line,) = told(desk, "group")
    assert line.kind == "return_filed" and line.todo is not None and line.todo.element == "adjudicate_return"
    desk.complete("group", no, "adjudicate_return", decision="reassign", new_unit="SC-MI")
    assert kinds(desk, "unit-SC-SS")[0] == "return_accepted"
    assert kinds(desk, "unit-SC-MI") == ["order_dispatched"]
    desk.complete("unit-SC-MI", no, "acknowledge", action="return", reason="不属本单位")
    desk.complete("group", no, "adjudicate_return", decision="uphold")
    assert kinds(desk, "unit-SC-MI")[0] == "return_upheld"


@pytest.mark.parametrize(("approved", "kind"), [(True, "request_granted"), (False, "request_refused")])
def test_a_request_and_what_was_decided_are_told(desk: Desk, approved: bool, kind: str) -> None:
    no = in_hand(desk)
    desk.complete("unit-SC-SS", no, "handle", action="request_extension", days=2, reason="等系统")
    assert kinds(desk, "group")[0] == "request_filed"
    desk.complete("group", no, "decide_extension", approved=approved)
    line = told(desk, "unit-SC-SS")[0]
    assert (line.kind, line.action) == (kind, "request_extension")


def test_a_supplement_and_an_urge_are_told(desk: Desk) -> None:
    no = in_hand(desk)
    desk.house.do("w1", ActOnCase("supplement", no, {"text": "又想起一事"}))
    desk.house.do("lead", ActOnCase("urge", no, {"reason": "请快"}))
    assert kinds(desk, "unit-SC-SS")[:2] == ["urged", "supplemented"]


def test_an_order_taken_back_is_told(desk: Desk) -> None:
    no = desk.dispatched("SC-SS", ("SC-MI",))
    desk.complete("unit-SC-SS", no, "acknowledge", "SC-SS", action="sign")
    desk.complete("unit-SC-SS", no, "first_contact", "SC-SS", action="contact")
    desk.complete("unit-SC-SS", no, "handle", "SC-SS", action="reply", reply_text="好了", close_co_units=True)
    assert kinds(desk, "unit-SC-MI") == ["order_withdrawn", "order_dispatched"]


def test_whoever_stands_in_is_told_what_the_absent_one_would_be(either_desk: Desk) -> None:
    desk = either_desk
    no = desk.dispatched()
    until = instant("2026-09-25 17:00")
    desk.house.do("head-SC-SS", EnterSubstitution("head-SC-SS", "unit-SC-SS", until))
    desk.at("2026-09-23 15:40")
    (line,) = [line for line in told(desk, "unit-SC-SS") if line.kind == "unsigned"]
    assert line.on_behalf_of == "社保分中心负责人"
    desk.house.do("unit-SC-SS", HandOn(desk.task(no, "first_contact"), "unit-SC-SS-b"))
    assert kinds(desk, "unit-SC-SS-b")[0] == "handed_on"
    assert "handed_on" not in kinds(desk, "unit-SC-SS")


def test_the_bureau_is_told_of_a_confidential_one_without_content(either_desk: Desk) -> None:
    either_desk.register(confidential=True)
    either_desk.at("2026-09-25 09:00")
    (line,) = told(either_desk, "bureau")
    assert (line.kind, line.no, line.title, line.todo) == ("bureau_plain", None, None, None)


def test_what_has_become_restricted_is_told_no_more(desk: Desk) -> None:
    no = desk.register(acceptance=None)
    desk.house.do("lead", ActOnCase("urge", no, {"reason": "请快"}))
    assert kinds(desk, "w1") == ["urged"]
    desk.complete("w1", no, "accept", acceptance="restricted", reason="涉及工作人员")
    assert kinds(desk, "w1") == []


def test_after_thirty_days_it_is_shown_no_more(desk: Desk) -> None:
    desk.dispatched()
    (line,) = told(desk, "unit-SC-SS")
    desk.at("2026-10-23 10:10")
    assert line.id not in [each.id for each in told(desk, "unit-SC-SS")]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_show_every_notice_once_newest_first(either_desk: Desk, limit: int) -> None:
    for _ in range(5):
        either_desk.dispatched()
    found: list[int] = []
    after = None
    while True:
        page = either_desk.ask("unit-SC-SS", notice_list, after, limit)
        found += [line.id for line in page.lines]
        after = page.next
        if after is None:
            break
    assert len(found) == 5 and found == sorted(found, reverse=True)


def test_a_broken_page_mark_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput):
        desk.ask("unit-SC-SS", notice_list, "1.x")
