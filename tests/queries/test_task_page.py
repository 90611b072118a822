"""The task page is told everything in one read: the task, its case, the form, what came before, and who may act."""

from __future__ import annotations

import pytest

from engine.cases.commands import AttachPaper
from engine.cases.services import LARGE_PRINT
from engine.errors import NotFound
from engine.papers import checked
from engine.queries.task_page import TaskPage, task_page
from tests.papers.samples import pdf
from tests.queries.desk import Desk


def page(desk: Desk, who: str, no: str, element: str) -> TaskPage:
    return desk.ask(who, task_page, desk.task(no, element))


def test_a_member_of_the_group_may_act_and_claim(either_desk: Desk) -> None:
    no = either_desk.register()
    told = page(either_desk, "w3", no, "accept")
    assert (told.may_act, told.may_claim, told.may_release) == (True, True, False)
    assert (told.task.name, told.task.place, told.case.no) == ("受理", "窗口、工作小组", no)
    assert told.schema["required"] == ["acceptance"]


def test_somebody_else_reads_why_they_may_not(desk: Desk) -> None:
    told = page(desk, "w3", desk.dispatched("SC-SS"), "acknowledge")
    assert not told.may_act
    assert told.why_not == "这件待办不属于您所在的组，请联系对应岗位的同事。"


def test_the_holder_is_named_and_may_give_it_back_as_may_the_lead(desk: Desk) -> None:
    no = desk.register()
    desk.claim("w2", no, "accept")
    told = {who: page(desk, who, no, "accept") for who in ("w2", "w3", "lead")}
    assert {one.task.holder for one in told.values()} == {"2号窗口工作人员"}
    assert [told[who].may_act for who in told] == [True, False, False]
    assert [told[who].may_release for who in told] == [True, False, True]
    assert [told[who].task.mine for who in told] == [True, False, False]


def test_four_eyes_are_said_before_the_form_is_filled(desk: Desk) -> None:
    no = desk.register("lead")
    desk.complete("lead", no, "accept", acceptance="decline", reason="不属于受理范围")
    assert not page(desk, "lead", no, "confirm_exit").may_act
    assert page(desk, "lead2", no, "confirm_exit").may_act


def test_earlier_answers_are_told_in_words_newest_first(desk: Desk) -> None:
    no = desk.dispatched("SC-SS", ("SC-MI",))
    earlier = page(desk, "unit-SC-SS", no, "acknowledge").earlier
    assert [(one.element, one.by) for one in earlier] == [
        ("dispatch", "3号窗口工作人员"),
        ("classify", "3号窗口工作人员"),
        ("start", "3号窗口工作人员"),
    ]
    said = {fact.label: fact.text for fact in earlier[1].facts}
    assert (said["等级"], said["主办单位"], said["协办单位"]) == ("一般", "昌平区社保分中心", "昌平区医保分中心")


def test_earlier_answers_hold_no_personal_data(desk: Desk) -> None:
    told = page(desk, "w3", desk.register(), "accept")
    assert "戴建国" not in str(told)
    assert "13812345678" not in str(told)


def test_a_field_that_goes_on_is_offered_again(desk: Desk) -> None:
    no = desk.register(acceptance="accept")
    units = {"lead_unit": "SC-SS", "co_units": ["SC-MI"]}
    desk.complete("w3", no, "classify", None, grade="general", grade_reason="需核查", cause="系统类", **units)
    assert page(desk, "w3", no, "dispatch").values == {"co_units": ["SC-MI"], "lead_unit": "SC-SS"}


def test_a_large_list_that_was_printed_stands_among_the_services_already(desk: Desk) -> None:
    no = desk.register("w1", acceptance="accept")
    desk.house.do("w1", AttachPaper(checked("大字材料清单.pdf", pdf(), 10_000), no, service=LARGE_PRINT))
    desk.complete("w1", no, "classify", None, grade="simple", cause="适老助残")
    assert page(desk, "w1", no, "handle_on_site").values["services"] == [{"kind": "large_print"}]


def test_the_unit_a_matter_is_routed_to_is_proposed(desk: Desk) -> None:
    no = desk.register(acceptance="accept", matter_code="M006")
    assert page(desk, "w3", no, "classify").values["lead_unit"] == "SCJG"


def test_what_was_replied_is_offered_to_whoever_reviews_it_and_tells_it(desk: Desk) -> None:
    no = desk.dispatched("SC-SS", ("SC-MI",))
    for unit in ("SC-SS", "SC-MI"):
        desk.complete(f"unit-{unit}", no, "acknowledge", unit, action="sign")
    desk.complete("unit-SC-SS", no, "first_contact", contact_method="phone")
    desk.complete("unit-SC-SS", no, "handle", "SC-SS", action="reply", reply_text="参保关系已转入。")
    desk.complete("unit-SC-MI", no, "handle", "SC-MI", action="reply", reply_text="医保没有问题。")
    assert page(desk, "group2", no, "review").values == {"reply_text": "参保关系已转入。"}
    desk.complete("group2", no, "review", review_result="pass", outcome="done", reply_text="已转入，可以缴费。")
    assert page(desk, "w3", no, "give_feedback").values == {"feedback_text": "已转入，可以缴费。"}


def test_choices_are_given_for_the_fields_that_need_them(desk: Desk) -> None:
    first = desk.register()
    told = page(desk, "w3", first, "accept")
    assert told.choices == {"case": [(first, f"{first} 社保转移系统报错无法提交")]}
    no = desk.register(acceptance="accept")
    units = dict(page(desk, "w3", no, "classify").choices["unit"])
    assert units["SC-SS"] == "昌平区社保分中心"
    assert "YC-XX" not in units


def test_the_case_stands_beside_the_form_with_its_deadline(desk: Desk) -> None:
    told = page(desk, "w3", desk.dispatched("SC-SS"), "acknowledge").case
    assert (told.status, told.grade, told.lead_unit, told.light.colour) == (
        "awaiting_signature",
        "general",
        "SC-SS",
        "green",
    )
    assert told.deadline is not None
    assert told.deadline.isoformat() == "2026-10-08T09:00:00+00:00"
    assert not told.provisional


def test_the_page_of_a_finished_or_unseen_task_is_not_there(desk: Desk) -> None:
    no, secret = desk.register(), desk.register(confidential=True)
    finished, hidden = desk.task(no, "accept"), desk.task(secret, "accept")
    desk.complete("w3", no, "accept", acceptance="accept")
    for task_id in (finished, hidden, "nonsense"):
        with pytest.raises(NotFound):
            desk.ask("w3", task_page, task_id)
