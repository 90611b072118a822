"""A case from the counter to the archive, page by page, without scripts."""

from __future__ import annotations

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
    unit.send(at_task(unit), action="contact", contact_method="phone", contact_note="已约周四来补材料")
    unit.send(at_task(unit), action="reply", reply_text="系统已修复，参保关系已转入", result="done")
    group = Visitor.of(any_house.app).sign_in("group2")
    group.send(at_task(group), review_result="pass", outcome="done", reply_text="已办成")
    w3.send(at_task(w3), feedback_method="phone", feedback_text="已电话告知结果")
    any_house.move("2026-09-24 10:00")
    callback = Visitor.of(any_house.app).sign_in("callback")
    callback.send(at_task(callback), contacted="true", resolved="true", satisfaction="5", contacted_in_time="true")
    w3.open("/cases/BCS-2026-0001")
    assert "已归档" in w3.text
