"""What each page shows, to whom, and under which headers."""

from __future__ import annotations

from typing import Any

import pytest

from engine.cases.commands import ClaimTask, CompleteTask
from engine.facade import ReadContext
from engine.queries.paging import Page
from engine.queries.processes import latest_definition
from engine.queries.tasks import TaskFilter, find_tasks
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from tests.webapp.pages.test_course import at_task
from tests.webapp.pages.test_forms import registered

NO = "BCS-2026-0001"


def tasks(house: House) -> list[str]:
    return [task.id for task in house.engine.read(find_tasks, TaskFilter(), Page())]


def complete(house: House, name: str, **values: Any) -> None:
    """Complete the only open task."""
    [task] = tasks(house)
    house.do(name, CompleteTask(task, values))


def dispatched(house: House) -> None:
    """A general case with the social insurance centre."""
    registered(house, acceptance="accept")
    complete(house, "w3", grade="general", cause="系统类", lead_unit="SC-SS")
    complete(house, "w3", lead_unit="SC-SS", onsite_attempt="试过")


# ------------------------------------------------------------------ headers
@pytest.mark.checklist(18, 19)
@pytest.mark.parametrize("path", ["/sign-in", "/inbox", "/cases", "/nothing", "/static/app.css", "/api/cases"])
def test_every_answer_keeps_foreign_content_out(house: House, path: str) -> None:
    headers = Visitor.of(house.app).sign_in("w1").client.get(path, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert not {"unsafe-inline", "unsafe-eval", "data:", "*"} & set(policy.replace("'", " ").split())
    assert "form-action 'self'" in policy and "report-uri /csp-report" in policy
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")


@pytest.mark.checklist(19)
def test_signed_in_pages_are_kept_by_nobody(house: House) -> None:
    headers = Visitor.of(house.app).sign_in("w1").client.get("/inbox").headers
    assert headers["Cache-Control"] == "no-store" and "Cookie" in headers["Vary"]


@pytest.mark.parametrize("path", ["/inbox", "/cases", "/register", f"/cases/{NO}", f"/cases/{NO}/deadline", "/tasks/x"])
def test_strangers_are_asked_to_sign_in(house: House, path: str) -> None:
    answer = house.app.test_client().get(path)
    assert answer.status_code == 302 and answer.location.startswith("/sign-in?next=")


# ------------------------------------------------------------------ who sees what
@pytest.mark.parametrize("path", ["", "/deadline", "/registered"])
def test_a_case_one_may_not_see_is_not_there(house: House, path: str) -> None:
    registered(house)
    unit = Visitor.of(house.app).sign_in("unit-SC-SS")
    unit.open(f"/cases/{NO}{path}")
    assert unit.status == 404 and "办证被拒" not in unit.text


def test_a_task_one_may_not_see_is_not_there(house: House) -> None:
    registered(house)
    [task] = tasks(house)
    unit = Visitor.of(house.app).sign_in("unit-SC-SS")
    for path in (f"/tasks/{task}", "/tasks/x", f"/tasks/{task[:-2]}ff"):
        unit.open(path)
        assert unit.status == 404, path


def test_a_task_of_another_group_may_be_read_but_has_no_form(house: House) -> None:
    registered(house)
    [task] = tasks(house)
    callback = Visitor.of(house.app).sign_in("callback")
    callback.open(f"/tasks/{task}")
    assert callback.status == 200
    assert "不属于您所在的组" in callback.text and 'name="acceptance"' not in callback.text
    answer = callback.client.post(f"/tasks/{task}", data=callback.filled({"acceptance": "accept"}))
    assert answer.status_code == 403


def test_the_receipt_code_is_shown_to_whoever_registered_the_case(house: House) -> None:
    registered(house)
    own, other = Visitor.of(house.app).sign_in("w3"), Visitor.of(house.app).sign_in("w4")
    own.open(f"/cases/{NO}/registered")
    assert "回执码" in own.text
    other.open(f"/cases/{NO}/registered")
    assert other.status == 404


def test_a_name_is_in_clear_for_who_may_act_and_masked_for_who_may_only_look(house: House) -> None:
    dispatched(house)
    seen = {}
    for name in ("unit-SC-SS", "w1"):
        visitor = Visitor.of(house.app).sign_in(name)
        visitor.open(f"/cases/{NO}")
        seen[name] = "13800000806" in visitor.text
    assert seen == {"unit-SC-SS": True, "w1": False}


def test_what_a_confidential_report_says_is_seen_by_nobody_at_the_window(house: House) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    registered(house, confidential=True)
    w3.open(f"/cases/{NO}/registered")
    assert "已转限密专员办理" in w3.text
    for path in (f"/cases/{NO}", f"/cases/{NO}/deadline"):
        w3.open(path)
        assert w3.status == 404


# ------------------------------------------------------------------ inbox
def test_a_claimed_task_leaves_the_queue_of_the_group_and_comes_back_when_released(house: House) -> None:
    registered(house)
    w1, w2 = Visitor.of(house.app).sign_in("w1"), Visitor.of(house.app).sign_in("w2")
    task = at_task(w1)
    w1.send(f"{task}/claim")
    assert "由我办理" in w1.text
    w2.open("/inbox?queue=group")
    assert task not in w2.text
    w2.open(task)
    assert "1号窗口工作人员 已领取这一步" in w2.text and 'name="acceptance"' not in w2.text
    w1.send(f"{task}/release")
    w2.open("/inbox?queue=group")
    assert task in w2.text


def test_a_colleagues_claim_is_not_taken_by_a_click(house: House) -> None:
    registered(house)
    w2 = Visitor.of(house.app).sign_in("w2")
    task = at_task(w2)
    house.do("w1", ClaimTask(task.removeprefix("/tasks/"), "w1"))
    w2.send(f"{task}/claim")
    assert w2.status == 409 and "1号窗口工作人员" in w2.text


def test_the_inbox_goes_on_page_by_page_and_back_to_the_start(house: House) -> None:
    for _ in range(23):
        registered(house)
    w1 = Visitor.of(house.app).sign_in("w1")
    w1.open("/inbox?queue=group")
    assert w1.text.count('<li class="item') == 20
    w1.open(w1.link("after="))
    assert w1.text.count('<li class="item') == 3
    assert "回到第一页" in w1.text


@pytest.mark.parametrize("query", ["queue=nothing", "after=nothing", "queue=mine&after=1.x"])
def test_an_address_that_means_nothing_is_refused_in_words(house: House, query: str) -> None:
    w1 = Visitor.of(house.app).sign_in("w1")
    w1.open(f"/inbox?{query}")
    assert w1.status == 400 and "内容需要修改" in w1.text


# ------------------------------------------------------------------ cases
def test_the_list_is_narrowed_by_filters_and_searched_by_phone_without_the_address_telling(house: House) -> None:
    dispatched(house)
    w1 = Visitor.of(house.app).sign_in("w1")
    for query, hit in (("status=archived", False), ("grade=general&from=2026-9-1", True), ("unit=SC-MI", False)):
        w1.open(f"/cases?{query}")
        assert (NO in w1.text) is hit, query
    for words, hit in (("0806", True), ("戴", True), ("9999", False)):
        w1.send("/cases/search", q=words)
        assert (NO in w1.text) is hit, words
        assert w1.page.request.path == "/cases/search" and not w1.page.request.args


def test_a_search_counts_no_further_than_it_helps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        house.register("w1")
    w1 = Visitor.of(house.app).sign_in("w1")
    for most, said in ((3, "找到 3 件"), (2, "找到 2 件以上")):
        monkeypatch.setattr("webapp.pages.cases.COUNTED", most)
        w1.send("/cases/search", q="戴")
        assert said in w1.text


def test_a_filter_that_cannot_be_says_so_and_the_list_is_shown(house: House) -> None:
    registered(house)
    w1 = Visitor.of(house.app).sign_in("w1")
    w1.open("/cases?from=gestern&status=nothing")
    assert w1.status == 200 and NO in w1.text
    assert "“收到日期从”没有按“gestern”筛选" in w1.text


def test_what_people_wrote_is_text_and_never_markup(house: House) -> None:
    bad = "<script>alert(1)</script>'\"&{{ 7 * 7 }}"
    registered(house, title=bad, description=bad, acceptance="accept")
    w3 = Visitor.of(house.app).sign_in("w3")
    task = at_task(w3)
    for path in ("/inbox?queue=group", "/cases", f"/cases/{NO}", task, f"/cases/{NO}/registered"):
        w3.open(path)
        assert "<script>alert" not in w3.text and "{{ 7 * 7 }}" in w3.text, path


def test_the_diagram_of_a_case_is_the_published_one_and_for_people_who_signed_in(house: House) -> None:
    def wanted(ctx: ReadContext) -> str:
        return latest_definition(ctx, "work_order").id

    path = f"/diagrams/{house.engine.read(wanted)}/work_order.bpmn"
    assert house.app.test_client().get(path).status_code == 302
    w1 = Visitor.of(house.app).sign_in("w1")
    answer = w1.client.get(path)
    assert answer.mimetype == "application/xml" and b'id="work_order"' in answer.data
    assert w1.client.get(path.replace("/work_order.bpmn", "/escalation.bpmn")).status_code == 404


def test_the_way_so_far_is_told_in_words_with_the_units(house: House) -> None:
    dispatched(house)
    house.move("2026-09-24 17:00")
    lead = Visitor.of(house.app).sign_in("lead")
    lead.open(f"/cases/{NO}")
    for words in (
        "登记",
        "转办派单",
        "4小时未签收，到时自动",
        "按时自动签收（社保分中心）",
        "提级到 2 级",
        "首次联系（社保分中心）",
    ):
        assert words in lead.text, words


def test_a_case_that_nobody_has_to_do_says_what_it_waits_for(house: House) -> None:
    spot = {"grade": "simple", "cause": "材料类", "outcome": "done", "feedback_method": "in_person"}
    no = house.register("w3", on_the_spot=spot)
    page = Visitor.of(house.app).sign_in("w3").open(f"/cases/{no}")
    assert "下一个工作日上班时转到回访专员" in page.text


def test_the_display_mode_is_kept_and_leads_back(house: House) -> None:
    w1 = Visitor.of(house.app).sign_in("w1")
    w1.send("/display", mode="large", back="/cases?status=archived")
    assert w1.page.request.path == "/cases" and 'class="mode-large"' in w1.text
    w1.send("/display", mode="nothing", back="//evil.test")
    assert w1.page.request.path == "/inbox" and 'class="mode-large"' in w1.text
