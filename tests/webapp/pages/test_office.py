"""The pages of administrators, of absence, and of handing a task to a colleague; all without scripts."""

from __future__ import annotations

import re

import pytest

from engine.cases.commands import ClaimTask, DelegateTask, HandOn
from engine.directory.commands import ChangePerson, EnterSubstitution
from engine.spreadsheet import read_csv
from tests.support.house import House, instant
from tests.webapp.pages.browserless import Visitor

NEW = {"name": "zhang", "display": "张三", "password": "correct horse battery", "groups": ["window"]}


def visit(house: House, who: str, path: str) -> Visitor:
    visitor = Visitor.of(house.app).sign_in(who)
    visitor.open(path)
    return visitor


# ------------------------------------------------------------------ people
def test_an_administrator_enters_somebody_and_gives_them_another_post(house: House) -> None:
    admin = visit(house, "admin", "/admin/people")
    admin.open(admin.link("/admin/new-person$"))
    admin.send("/admin/new-person", **NEW)
    assert admin.page.request.path == "/admin/people/zhang"
    assert 'value="window" checked' in admin.text and "添加用户" in admin.text
    admin.send("/admin/people/zhang/groups", groups=["callback"])
    assert "窗口 → 回访专员" in admin.text
    admin.send("/admin/people/zhang/details", display="张三丰", window="W4")
    assert "张三 → 张三丰" in admin.text
    admin.send("/admin/people/zhang/disable")
    assert "已停用" in admin.text and "重新启用" in admin.text
    assert visit(house, "zhang", "/inbox").page.request.path == "/sign-in"


def test_the_past_of_a_person_is_told_in_words(house: House) -> None:
    wrong = Visitor.of(house.app)
    wrong.open("/sign-in")
    wrong.send("/sign-in", name="w1", password="nobody's")
    Visitor.of(house.app).sign_in("w1").open("/account")
    past = visit(house, "admin", "/admin/people/w1").text.partition("经过</h2>")[2].partition("</section>")[0]
    assert "登录没有成功" in past and "<strong>登录</strong>" in past and "来自 127.0.0.1" in past
    assert re.findall(r"[a-z]+_[a-z]+", past) == []


def test_what_was_typed_stays_but_the_password(house: House) -> None:
    admin = visit(house, "admin", "/admin/new-person")
    admin.send("/admin/new-person", **{**NEW, "name": "w1", "password": "short pw"})
    assert admin.status == 400 and "已有人使用" in admin.text
    assert 'value="张三"' in admin.text and "short pw" not in admin.text and 'value="window" checked' in admin.text


@pytest.mark.checklist(6)
def test_a_second_administrator_grants_on_the_page(house: House) -> None:
    first, second = visit(house, "admin", "/admin/people/w1"), visit(house, "admin2", "/admin/people")
    assert "等批准的岗位" not in second.text
    first.send("/admin/people/w1/groups", groups=["auditor"])
    assert "须由另一位系统管理员批准" in first.text and 'value="grant"' not in first.text
    second.open("/admin/people")
    assert 'value="grant"' in second.text
    first.send("/admin/grants/1", decision="grant")
    assert first.status == 403
    second.send("/admin/grants/1", decision="grant")
    assert second.status == 200 and "等批准的岗位" not in second.text
    assert house.actor("w1").groups == {"auditor"}


def test_posts_that_do_not_go_together_are_refused_with_a_sentence(house: House) -> None:
    admin = visit(house, "admin", "/admin/people/w1")
    admin.send("/admin/people/w1/groups", groups=["window", "auditor"])
    assert admin.status == 400 and "办件的人不管理、不审计" in admin.text
    assert 'value="auditor" checked' in admin.text


def test_people_are_found_by_name_group_and_unit(house: House) -> None:
    admin = visit(house, "admin", "/admin/people?q=head-SC-SS")
    assert "共 1 人" in admin.text
    admin.open("/admin/people?group=window_lead&active=yes")
    assert "共 2 人" in admin.text
    admin.open("/admin/people?unit=SC-SS&active=no")
    assert "没有符合条件的用户" in admin.text
    admin.open("/admin/people")
    admin.open(admin.link("after="))
    assert admin.status == 200 and "回到第一页" in admin.text


def test_administrators_do_not_change_themselves(house: House) -> None:
    admin = visit(house, "admin", "/admin/people/admin")
    assert "不能改自己的岗位" in admin.text and "/admin/people/admin/disable" not in admin.text
    admin.send("/admin/people/admin/disable")
    assert admin.status == 403


@pytest.mark.checklist(28)
def test_the_list_is_taken_out_as_a_table_in_which_nothing_runs(house: House) -> None:
    house.do("admin", ChangePerson("w1", "=cmd()", None, "W1"))
    admin = visit(house, "admin", "/admin/people")
    answer = admin.send("/admin/people/export")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"'=cmd()" in answer.data
    rows = list(read_csv(answer.data))
    assert len(rows) == 1 + 334
    assert ["w1", "=cmd()", "窗口", "window", "", "W1", "在用"] in rows


@pytest.mark.checklist(6)
@pytest.mark.parametrize("who", ["w1", "supervisor", "auditor", "bureau"])
def test_the_pages_of_administrators_open_for_nobody_else(house: House, who: str) -> None:
    person = visit(house, who, "/inbox")
    assert "/admin/" not in person.text
    for path in ("/admin/people", "/admin/people/w1", "/admin/new-person"):
        person.open(path)
        assert person.status == 403, path
    for path in ("/admin/people/export", "/admin/people/w2/disable", "/admin/people/w2/groups", "/admin/grants/1"):
        assert person.client.post(path, data=person.filled({})).status_code == 403, path


# ------------------------------------------------------------------ absence
def test_who_goes_away_sets_a_substitute_and_the_substitute_knows(house: House) -> None:
    w1 = visit(house, "w1", "/absence")
    w1.send("/absence", absent="w1", substitute="w2", until_day="2026/10/8", until_time="17:00", reason="培训")
    assert w1.status == 200 and "正在代办" in w1.text and "培训" in w1.text
    house.do("w1", ClaimTask(house.task(house.register(), "accept"), "w1"))
    w2 = visit(house, "w2", "/inbox?queue=mine")
    assert w2.text.count("代 1号窗口工作人员") >= 2  # beside the name, and on the task
    w2.open(w2.link("/tasks/"))
    assert 'name="acceptance"' in w2.text and "代 1号窗口工作人员" in w2.text
    w2.send(w2.page.request.path, acceptance="accept")
    w2.open("/cases/BCS-2026-0001")
    assert "2号窗口工作人员（代 1号窗口工作人员）" in w2.text


def test_an_absence_that_cannot_be_keeps_what_was_typed(house: House) -> None:
    w1 = visit(house, "w1", "/absence")
    w1.send("/absence", absent="w1", substitute="w2", until_day="bald", until_time="17:00", reason="培训")
    assert w1.status == 400 and 'value="bald"' in w1.text and 'value="培训"' in w1.text
    w1.send("/absence", absent="w1", substitute="", until_day="2026-10-08", until_time="17:00")
    assert w1.status == 400 and "请选由谁代办" in w1.text


def test_a_lead_sets_it_for_a_colleague_and_ends_it(house: House) -> None:
    lead = visit(house, "lead", "/absence?absent=w4")
    assert '<option value="w4" selected>' in lead.text
    lead.send("/absence", absent="w4", choose="1")
    assert lead.status == 200 and "没有设置成功" not in lead.text
    lead.send("/absence", absent="w4", substitute="w5", until_day="2026-10-08", until_time="17:00")
    lead.send("/absence/1/end")
    assert "已结束" in lead.text and house.actor("w5").stands_in == ()


@pytest.mark.checklist(5)
def test_who_has_nothing_to_lend_finds_no_form(house: House) -> None:
    auditor = visit(house, "auditor", "/absence")
    assert auditor.status == 200 and "设置代办</button>" not in auditor.text
    auditor.send("/absence", substitute="w2", until_day="2026-10-08", until_time="17:00")
    assert auditor.status == 403


def test_an_administrator_sets_it_from_the_page_of_the_person(house: House) -> None:
    admin = visit(house, "admin", "/admin/people/w1")
    admin.open(admin.link("/absence"))
    admin.send("/absence", absent="w1", substitute="w2", until_day="2026-10-08", until_time="17:00")
    assert "正在代办" in admin.text
    admin.open("/admin/people/w1")
    assert "由 w2 代办" in admin.text


# ------------------------------------------------------------------ handing on
def test_a_task_is_handed_to_a_colleague_with_their_load_beside_the_name(house: House) -> None:
    task = house.task(house.register(), "accept")
    house.do("w1", ClaimTask(task, "w1"))
    until = instant("2026-10-08 17:00")
    house.do("w5", EnterSubstitution("w5", "w4", until))
    w1 = visit(house, "w1", f"/tasks/{task}")
    assert "2号窗口工作人员（手头 0 件）" in w1.text and "5号窗口工作人员（手头 0 件，外出）" in w1.text
    w1.send(f"/tasks/{task}/hand-on", to="", reason="")
    assert w1.status == 400 and "请选一位同事" in w1.text
    w1.send(f"/tasks/{task}/hand-on", to="w2", reason="去开会")
    assert w1.status == 200 and "已转给同事" in w1.text
    w2 = visit(house, "w2", "/inbox?queue=mine")
    assert f"/tasks/{task}" in w2.text
    w2.open("/cases/BCS-2026-0001")
    assert "受理：转给同事" in w2.text and "原因：去开会" in w2.text
    assert "交给：2号窗口工作人员" in w2.text
    w2.open(f"/tasks/{task}")
    assert re.search("由我办理，[^<]*起</span>", w2.text)  # given, not claimed


def test_who_does_not_have_the_task_is_not_offered_colleagues(house: House) -> None:
    task = house.task(house.register(), "accept")
    house.do("w1", ClaimTask(task, "w1"))
    w3 = visit(house, "w3", f"/tasks/{task}")
    assert "hand-on" not in w3.text
    w3.send(f"/tasks/{task}/hand-on", to="w2")
    assert w3.status == 403
    assert "hand-on" in visit(house, "lead", f"/tasks/{task}").text


def test_what_a_colleague_claimed_since_the_page_was_opened_is_handed_on_only_when_asked_again(house: House) -> None:
    """The lead opens a free task; w3 claims it; nothing moves until the lead has read whose it is now."""
    task = house.task(house.register(), "accept")
    lead = visit(house, "lead", f"/tasks/{task}")
    house.move("2026-09-23 10:20")
    house.do("w3", ClaimTask(task, "w3"))
    lead.send(f"/tasks/{task}/hand-on", to="w2", reason="w2 熟悉社保")
    assert lead.status == 409
    assert "您打开页面以后，3号窗口工作人员 在 2026-09-23（周三）10:20 领取了这一步" in lead.text
    assert 'value="w2 熟悉社保"' in lead.text and '<option value="w2" selected>' in lead.text
    assert f"/tasks/{task}" in visit(house, "w3", "/inbox?queue=mine").text
    assert "从 3号窗口工作人员 手里转给这位同事" in lead.text
    lead.send(lead.link_of_form(r"/tasks/.*/hand-on"), to="w2", reason="w2 熟悉社保", held="w3")
    assert lead.status == 200 and "已转给同事" in lead.text
    assert f"/tasks/{task}" in visit(house, "w2", "/inbox?queue=mine").text


def test_whoever_is_seen_to_hold_a_task_it_is_handed_on_by_a_lead_at_once_but_not_from_the_next(house: House) -> None:
    task = house.task(house.register(), "accept")
    house.do("w1", ClaimTask(task, "w1"))
    lead = visit(house, "lead", f"/tasks/{task}")
    assert '<input type="hidden" name="held" value="w1">' in lead.text
    house.do("lead2", HandOn(task, "w3"))
    lead.send(f"/tasks/{task}/hand-on", to="w2", held="w1")
    assert lead.status == 409 and "3号窗口工作人员" in lead.text
    lead.send(f"/tasks/{task}/hand-on", to="w2", held="w3")
    assert lead.status == 200 and "已转给同事" in lead.text


def test_what_a_colleague_claimed_meanwhile_a_lead_takes_over_only_knowing_from_whom(house: House) -> None:
    task = house.task(house.register(), "accept")
    lead = visit(house, "lead", f"/tasks/{task}")
    house.do("w3", ClaimTask(task, "w3"))
    lead.send(f"/tasks/{task}/claim")
    assert lead.status == 409 and "3号窗口工作人员" in lead.text
    assert "从 3号窗口工作人员 手里接管" in lead.text
    lead.send(lead.link_of_form(r"/tasks/.*/claim"), held="w3")
    assert lead.status == 200 and "由我办理" in lead.text


def test_what_a_colleague_asked_for_is_given_back_with_a_button(house: House) -> None:
    task = house.task(house.register(), "accept")
    house.do("w1", ClaimTask(task, "w1"))
    house.do("w1", DelegateTask(task, "w2"))
    w2 = visit(house, "w2", f"/tasks/{task}")
    assert "请您协助" in w2.text and 'name="acceptance"' not in w2.text
    w2.send(f"/tasks/{task}/resolve")
    assert 'name="acceptance"' in visit(house, "w1", f"/tasks/{task}").text
