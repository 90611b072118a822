"""Two clicks, two people, an old page: one effect, nobody's words lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine.facade import ReadContext
from engine.queries.cases import CaseFilter, list_cases
from tests.browser.site import Desk, Site
from tests.browser.test_course import REGISTRATION


def cases(site: Site) -> int:
    def total(ctx: ReadContext) -> int:
        return list_cases(ctx, CaseFilter()).total

    return site.house.engine.read(total)


def registered(site: Site) -> Desk:
    window = site.desk("w3")
    window.page.goto("/register")
    window.fill(REGISTRATION)
    window.send()
    return window


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_double_click_registers_once(site: Site, scripts: bool) -> None:
    window = site.desk("w3", scripts)
    window.page.goto("/register")
    window.fill(REGISTRATION)
    window.page.get_by_role("button", name="登记", exact=True).dblclick()
    window.page.get_by_role("heading", name="已登记").wait_for()
    assert "BCS-2026-0001" in window.page.locator(".receipt").inner_text()
    assert cases(site) == 1


def test_whoever_comes_second_is_told_who_was_first_and_keeps_the_text(site: Site) -> None:
    registered(site)
    first, second = site.desk("w1"), site.desk("w2")
    for desk in (first, second):
        desk.take("受理")
        desk.fill({"acceptance": "decline", "reason": "不属于本窗口的事"})
    first.send()
    second.send()
    assert second.page.get_by_role("heading", level=1).inner_text() == "同事已先办理"
    assert "1号窗口工作人员" in second.page.locator("main").inner_text()
    assert second.page.get_by_text("不属于本窗口的事").is_visible()


def test_a_task_somebody_has_claimed_cannot_be_sent_by_another_and_keeps_the_text(site: Site) -> None:
    registered(site)
    first, second = site.desk("w1"), site.desk("w2")
    second.take("受理")
    second.fill({"acceptance": "consult", "reply_text": "请带身份证到三号窗口"})
    first.page.goto("/inbox?queue=group")
    first.follow(first.page.locator("[data-claim]"))
    first.page.get_by_text("由我办理").first.wait_for()
    second.send()
    assert second.page.get_by_role("heading", level=1).inner_text() == "同事正在办理"
    assert second.page.get_by_text("请带身份证到三号窗口").is_visible()


def test_what_is_missing_is_named_on_top_and_nothing_is_lost(site: Site) -> None:
    window = site.desk("w3")
    window.page.goto("/register")
    window.fill({"title": "办证被拒", "applicant.kind": "person", "applicant.name": "欧阳女士"})
    window.send()
    summary = window.page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="联系电话").click()
    phone = window.page.get_by_label("联系电话")
    expect(phone).to_be_focused()
    assert window.page.get_by_label("姓名或名称").input_value() == "欧阳女士"
    assert window.page.locator('[name="title"]').input_value() == "办证被拒"


def test_the_large_print_stays_from_page_to_page(site: Site) -> None:
    window = site.desk("w3")
    window.page.goto("/cases?status=archived")
    window.follow(window.page.get_by_role("button", name="大字版"))
    assert window.page.url.endswith("/cases?status=archived")
    window.follow(window.page.get_by_role("link", name="登记"))
    assert window.page.locator("html.mode-large").count() == 1
    assert site.complaints == []
