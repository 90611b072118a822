"""A case from the counter to the archive, page by page, without scripts."""

from __future__ import annotations

from engine.cases.commands import ClaimTask
from engine.queries.next_step import next_at_window
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor

REGISTRATION = {
    "channel": "window",
    "title": "社保转移系统报错无法提交",
    "description": "网上提交三次都提示数据校验失败，窗口也说不清原因。",
    "appeal_type": "undone",
    "applicant.kind": "person",
    "applicant.name": "戴建国",
    "applicant.phone": "13800000806",
    "applicant.consent_callback": "true",
}


def at_task(visitor: Visitor, queue: str = "group") -> str:
    """Open the first task of a queue; its address."""
    visitor.open(f"/inbox?queue={queue}")
    path = visitor.link(r"^/tasks/")
    visitor.open(path)
    return path


def test_a_case_goes_from_the_counter_to_the_archive(any_house: House) -> None:
    w3 = Visitor.of(any_house.app).sign_in("w3")
    w3.open("/register")
    w3.send("/register", **REGISTRATION)
    assert "BCS-2026-0001" in w3.text
    w3.open(w3.link(r"^/tasks/"))
    w3.send(w3.page.request.path, acceptance="accept")
    assert "已提交：受理（BCS-2026-0001）" in w3.text
    w3.send(at_task(w3), grade="general", cause="系统类", lead_unit="SC-SS")
    w3.send(at_task(w3), lead_unit="SC-SS", onsite_attempt="现场试过两次仍报错")
    unit = Visitor.of(any_house.app).sign_in("unit-SC-SS")
    unit.send(at_task(unit), action="sign")
    contact = {"contact_at": "2026-09-23 09:00", "contact_method": "phone", "contact_note": "已约周四来补材料"}
    unit.send(at_task(unit), action="contact", **contact)
    unit.send(at_task(unit), action="reply", reply_text="系统已修复，参保关系已转入", result="done")
    group = Visitor.of(any_house.app).sign_in("group2")
    group.send(at_task(group), review_result="pass", outcome="done", reply_text="已办成")
    w3.send(at_task(w3), feedback_method="phone", feedback_text="已电话告知结果")
    any_house.move("2026-09-24 10:00")
    callback = Visitor.of(any_house.app).sign_in("callback")
    callback.send(at_task(callback), contacted="true", resolved="true", satisfaction="5", contacted_in_time="true")
    w3.open("/cases/BCS-2026-0001")
    assert "已归档" in w3.text


def test_at_a_window_the_next_step_of_the_same_person_opens_by_itself(house: House) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open("/register")
    w3.send("/register", **REGISTRATION)
    w3.send(at_task(w3), acceptance="accept")
    w3.send(w3.page.request.path, grade="general", cause="系统类", lead_unit="SC-SS")
    assert (w3.page.request.path.startswith("/tasks/"), "已提交：分类定级" in w3.text) == (True, True)
    w3.send(w3.page.request.path, lead_unit="SC-SS", onsite_attempt="现场试过两次仍报错")
    assert w3.page.request.path == "/inbox"  # what comes now is the unit's


def test_a_step_that_a_colleague_holds_does_not_open(house: House) -> None:
    no = house.register("w3", acceptance="accept")
    w3, classify = Visitor.of(house.app).sign_in("w3"), house.task(no, "classify")
    w3.open(f"/tasks/{classify}")
    w3.send(f"/tasks/{classify}", grade="general", cause="系统类", lead_unit="SC-SS")
    ask = house.engine.read_as
    assert ask(house.actor("w3"), next_at_window, classify) == house.task(no, "dispatch")
    house.do("w4", ClaimTask(house.task(no, "dispatch"), "w4"))
    assert ask(house.actor("w3"), next_at_window, classify) is None
    assert ask(house.actor("group"), next_at_window, classify) is None  # sits at no window
