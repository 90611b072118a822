"""What is sent is sent by this browser, once, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

import pytest

from engine.cases.commands import CompleteTask, StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import StepFailed
from engine.facade import Engine
from engine.queries.cases import CaseFilter, CaseRow, list_cases
from engine.queries.paging import Page
from engine.queries.tasks import TaskFilter, find_tasks
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from tests.webapp.pages.test_course import REGISTRATION, at_task


def cases(house: House) -> tuple[CaseRow, ...]:
    return house.engine.read(lambda ctx: list_cases(ctx, CaseFilter()).items)


def registered(house: House, **more: Any) -> str:
    """A case of w3, accepted by nobody yet; its number."""
    values: dict[str, Any] = {
        "channel": "window",
        "title": "办证被拒",
        "description": "原话",
        "appeal_type": "undone",
        "applicant": {"kind": "person", "name": "戴建国", "phone": "13800000806"},
    }
    no: str = house.do("w3", StartProcess(CASE_PROCESS, {**values, **more})).no
    return no


# ------------------------------------------------------------------ by this browser
@pytest.mark.parametrize("token", [None, "", "guess", "猜"])
def test_a_form_without_the_token_changes_nothing_and_keeps_the_text(house: House, token: str | None) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open("/register")
    given = {**w3.filled(REGISTRATION), "csrf_token": token}
    answer = w3.client.post("/register", data={name: value for name, value in given.items() if value is not None})
    assert answer.status_code == 403
    assert "网上提交三次都提示数据校验失败" in answer.text
    assert cases(house) == ()


def test_the_token_of_another_person_is_no_good(house: House) -> None:
    w3, w4 = Visitor.of(house.app).sign_in("w3"), Visitor.of(house.app).sign_in("w4")
    w4.open("/register")
    w3.open("/register")
    answer = w3.client.post("/register", data={**w3.filled(REGISTRATION), "csrf_token": w4.hidden()["csrf_token"]})
    assert answer.status_code == 403


def test_a_session_that_has_ended_keeps_the_text_and_says_so(house: House) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open("/register")
    given = w3.filled(REGISTRATION)
    w3.client.delete_cookie("bancheng")
    answer = w3.client.post("/register", data=given)
    assert answer.status_code == 403
    assert "页面已过期" in answer.text and "网上提交三次都提示数据校验失败" in answer.text
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/display", "/register", "/cases/search"])
def test_every_form_needs_the_token(house: House, path: str) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    assert w3.client.post(path, data={"name": "w1", "q": "x"}).status_code == 403


def test_looking_changes_nothing(house: House) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    registered(house)
    task = at_task(w3)
    for action in ("claim", "release"):
        assert w3.client.get(f"{task}/{action}").status_code == 405
    assert w3.client.get("/sign-out").status_code == 405


# ------------------------------------------------------------------ once
def test_the_same_form_sent_twice_registers_once(house: House) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open("/register")
    given = w3.filled(REGISTRATION)
    answers = [w3.client.post("/register", data=given) for _ in range(2)]
    assert answers[0].location == answers[1].location == "/cases/BCS-2026-0001/registered"
    assert len(cases(house)) == 1


def test_a_task_sent_twice_is_taken_once_and_answered_alike(house: House) -> None:
    registered(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    task = at_task(w3)
    given = w3.filled({"acceptance": "accept"})
    answers = [w3.client.post(task, data=given) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location


def test_going_back_and_sending_something_else_is_no_second_act(house: House) -> None:
    registered(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    task = at_task(w3)
    given = w3.filled({"acceptance": "accept"})
    w3.client.post(task, data=given)
    answer = w3.client.post(task, data={**given, "acceptance": "decline", "reason": "不归我们管"})
    assert answer.status_code in (409, 422)
    assert "您已提交过这一步" in answer.text and "不归我们管" in answer.text


# ------------------------------------------------------------------ nothing is lost
def test_what_is_missing_is_named_and_what_was_entered_stays(house: House) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open("/register")
    w3.send("/register", **{**REGISTRATION, "applicant.phone": "12", "appeal_type": ""})
    assert w3.status == 400
    assert "有 2 处需要修改" in w3.text
    assert 'value="戴建国"' in w3.text and 'value="12"' in w3.text
    assert cases(house) == ()


def test_one_more_row_is_given_without_scripts_and_without_registering(house: House) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open("/register")
    w3.send("/register", **REGISTRATION, _add_row="prior_attempts", prior_attempts__0__when="9月1日")
    assert 'name="prior_attempts.1.when"' in w3.text and 'value="9月1日"' in w3.text
    assert cases(house) == ()


def test_a_failure_of_the_system_keeps_the_form_as_it_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    task = at_task(w3)

    def fails(*_: object) -> None:
        raise StepFailed("受理", "没有匹配的规则")

    monkeypatch.setattr(Engine, "execute_once", fails)
    w3.send(task, acceptance="consult", reply_text="请带身份证来")
    assert w3.status == 500
    assert "请带身份证来" in w3.text and "错误编号" in w3.text
    assert w3.hidden()["_key"]


def test_who_may_not_do_the_second_half_keeps_what_they_wrote(house: House) -> None:
    registered(house)
    lead = Visitor.of(house.app).sign_in("lead")
    lead.send(at_task(lead), acceptance="decline", reason="不归我们管")
    [task] = (row.id for row in house.engine.read(find_tasks, TaskFilter(), Page()))
    lead.open(f"/tasks/{task}")
    assert "须由另一位同事办理" in lead.text
    lead.send(f"/tasks/{task}", confirmed="true")
    assert lead.status == 403


def test_an_old_link_says_who_did_the_step(house: House) -> None:
    registered(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    task = at_task(w3)
    house.do("w1", CompleteTask(task.removeprefix("/tasks/"), {"acceptance": "accept"}))
    w3.open(task)
    assert w3.status == 200
    assert "“受理”已由1号窗口工作人员提交" in w3.text
