"""备注: read by colleagues on the pages of the case and its tasks, by the citizen where a box says so."""

from __future__ import annotations

from typing import Any

import pytest

from engine.cases.commands import CommentTask, StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import BadInput
from tests.support.house import REGISTRATION, House
from tests.webapp.pages.browserless import Visitor

WORDS = "戴建国下午不在家，打 13812341234"
MASKED = "戴某下午不在家，打 138****1234"
PUBLIC = "材料已经收到，周五前给您答复"


def at_desk(house: House, name: str) -> Visitor:
    return Visitor.of(house.app).sign_in(name)


def beside(visitor: Visitor, path: str) -> str:
    """The part of the page that shows remarks."""
    visitor.open(path)
    return visitor.text.partition('id="remarks"')[2].partition("</section>")[0]


def progress_of(house: House, no: str, phone4: str = "1234") -> Any:
    return house.person(None).post("/api/progress", {"no": no, "phone4": phone4}).json


def test_a_remark_left_at_the_task_stands_on_both_pages_with_who_and_when(any_house: House) -> None:
    no = any_house.register("w1")
    task = any_house.task(no, "accept")
    window = at_desk(any_house, "w1")
    assert "没有备注" in beside(window, f"/tasks/{task}")
    window.send(f"/tasks/{task}/comment", message=WORDS)
    assert (window.status, window.page.request.path) == (200, f"/tasks/{task}")
    for path in (f"/tasks/{task}", f"/cases/{no}"):
        shown = beside(window, path)
        assert all(word in shown for word in (WORDS, "1号窗口工作人员", "2026-09-23", "内部"))


def test_one_left_on_the_page_of_the_case_leads_back_to_it(any_house: House) -> None:
    no = any_house.register("w1")
    window = at_desk(any_house, "w2")
    assert 'name="back" value="case"' in beside(window, f"/cases/{no}")
    window.send(window.link_of_form(r"/comment$"), message=WORDS, back="case")
    assert (window.status, window.page.request.path) == (200, f"/cases/{no}")
    assert WORDS in beside(window, f"/cases/{no}")


def test_who_is_not_handling_the_case_reads_it_masked_and_leaves_none(any_house: House) -> None:
    no = any_house.register("w1")
    task = any_house.task(no, "accept")
    any_house.do("w1", CommentTask(task, {"message": WORDS}))
    auditor = at_desk(any_house, "auditor")
    for path in (f"/tasks/{task}", f"/cases/{no}"):
        shown = beside(auditor, path)
        assert MASKED in shown and "添加备注" not in shown
        assert "戴建国下午" not in auditor.text and "13812341234" not in auditor.text
    auditor.send(f"/tasks/{task}/comment", message="看过了")
    assert auditor.status == 403
    stranger = at_desk(any_house, "unit-SC-MI")
    stranger.open("/inbox")
    stranger.send(f"/tasks/{task}/comment", message="看过了")
    assert stranger.status == 404


def test_it_is_internal_unless_the_box_says_otherwise(any_house: House) -> None:
    no = any_house.register("w1")
    task = any_house.task(no, "accept")
    window = at_desk(any_house, "w1")
    shown = beside(window, f"/tasks/{task}")
    assert "勾选以后反映人查进展时能看到这段话，不能收回" in shown
    assert 'name="public" value="true"' in shown and "checked" not in shown
    window.send(f"/tasks/{task}/comment", message="内部的话")
    assert progress_of(any_house, no)["remarks"] == []
    window.open(f"/tasks/{task}")
    window.send(f"/tasks/{task}/comment", message=PUBLIC, public="true")
    assert "反映人看得到" in beside(window, f"/cases/{no}")
    assert progress_of(any_house, no)["remarks"] == [{"at": "2026-09-23T09:00:00+08:00", "text": PUBLIC}]


def test_the_citizen_reads_the_public_ones_masked_and_nobody_is_named(any_house: House) -> None:
    no = any_house.register("w1")
    task = any_house.task(no, "accept")
    any_house.do("w1", CommentTask(task, {"message": "内部的话"}))
    any_house.do("w1", CommentTask(task, {"message": WORDS, "public": True}))
    citizen = Visitor.of(any_house.app, "/progress")
    citizen.send("/progress", no=no, phone4="1234")
    assert "窗口给您的留言" in citizen.text and MASKED in citizen.text
    assert not any(word in citizen.text for word in ("内部的话", "戴建国", "13812341234", "窗口工作人员"))


def test_without_a_public_one_the_citizen_sees_no_heading(house: House) -> None:
    no = house.register("w1")
    citizen = Visitor.of(house.app, "/progress")
    citizen.send("/progress", no=no, phone4="1234")
    assert no in citizen.text and "窗口给您的留言" not in citizen.text


def test_nothing_is_said_in_public_of_a_restricted_case(any_house: House) -> None:
    no = any_house.register("restricted", acceptance="restricted")
    task = any_house.task(no, "handle_restricted")
    with pytest.raises(BadInput) as refused:
        any_house.do("restricted", CommentTask(task, {"message": PUBLIC, "public": True}))
    assert list(refused.value.fields) == ["public"]
    any_house.do("restricted", CommentTask(task, {"message": "内部的话", "public": False}))


def test_a_case_that_becomes_restricted_tells_nothing_more(any_house: House) -> None:
    done = any_house.do("w1", StartProcess(CASE_PROCESS, dict(REGISTRATION)))
    any_house.do("w1", CommentTask(any_house.task(done.no, "accept"), {"message": PUBLIC, "public": True}))
    asked = {"receipt_code": done.receipt_code}
    assert len(any_house.person(None).post("/api/progress", asked).json["remarks"]) == 1
    any_house.complete("w1", done.no, "accept", acceptance="restricted")
    assert any_house.person(None).post("/api/progress", asked).json["remarks"] == []


def test_an_empty_remark_is_given_back_with_what_to_mend(house: House) -> None:
    no = house.register("w1")
    task = house.task(no, "accept")
    window = at_desk(house, "w1")
    window.open(f"/tasks/{task}")
    window.send(f"/tasks/{task}/comment", message=" ", public="true")
    assert window.status == 400 and "备注" in window.text and "checked" in window.text


def test_what_was_written_at_a_task_that_is_over_is_not_lost(any_house: House) -> None:
    no = any_house.register("w1")
    task = any_house.task(no, "accept")
    late = at_desk(any_house, "w2")
    late.open(f"/tasks/{task}")
    any_house.complete("w1", no, "accept", acceptance="accept")
    late.send(f"/tasks/{task}/comment", message=WORDS)
    assert late.status == 409 and WORDS in late.text


def test_a_second_click_leaves_no_second_remark(any_house: House) -> None:
    no = any_house.register("w1")
    task = any_house.task(no, "accept")
    window = at_desk(any_house, "w1")
    window.open(f"/tasks/{task}")
    sent = window.filled({"message": "只说一次"})
    assert [window.client.post(f"/tasks/{task}/comment", data=sent).status_code for _ in range(2)] == [303, 303]
    assert beside(window, f"/cases/{no}").count("只说一次") == 1
