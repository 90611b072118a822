"""At the desk of a unit every act is at most two clicks away, and a notice leads straight to its act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.queries.case import case
from tests.browser.site import Site
from tests.support.house import House
from tests.webapp.pages.test_unit_desk import dispatched


class Hand:
    """Somebody's mouse, which counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks: dict[str, int] = {}

    def act(self, name: str, typed: Mapping[str, str] | None = None, chosen: Mapping[str, str] | None = None) -> None:
        """From the desk: press what the act is called, fill in what it asks for, send, and be back at the desk."""
        self.page.goto("/unit")
        self.clicks[name] = 0
        button = self.page.locator(".order-acts").locator("a, button", has_text=name).first
        self._click(name, button)
        for field, text in (typed or {}).items():
            self.page.locator(f'[name="{field}"]:visible').fill(text)
        for field, value in (chosen or {}).items():
            self.page.locator(f'input[name="{field}"][value="{value}"]').check()
        if self.page.url.rpartition("/")[2].partition("?")[0] != "unit":
            self._click(name, self.page.locator("form[novalidate] .actions button").last)
        self.page.get_by_role("heading", name="单位工作台").wait_for()

    def _click(self, name: str, what: Locator) -> None:
        self.clicks[name] += 1
        with self.page.expect_navigation():
            what.click()


def refuse(house: House, no: str, what: str) -> None:
    house.complete("group", no, what, approved=False)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_each_act_takes_at_most_two_clicks(site: Site, scripts: bool) -> None:
    house = site.house
    no = dispatched(house)
    hand = Hand(site.at_inbox("unit-SC-SS", scripts).page)
    hand.act("签收")
    hand.act("登记联系", chosen={"contact_method": "phone"})
    hand.act("申请延期", {"days": "2", "reason": "等市级系统"})
    refuse(house, no, "decide_extension")
    hand.act("申请挂起", {"until": "2026-09-28", "reason": "等反映人寄材料"})
    refuse(house, no, "decide_pause")
    hand.act("申请调级", {"reason": "牵涉两个系统"})
    refuse(house, no, "decide_regrade")
    hand.act("答复", {"reply_text": "系统已修复，参保关系已转入。"})
    returned = dispatched(house)
    hand.act("退单", {"reason": "不属本单位职责"})
    assert hand.clicks == {"签收": 1, "登记联系": 2, "申请延期": 2, "申请挂起": 2, "申请调级": 2, "答复": 2, "退单": 2}
    orders: list[Any] = [house.engine.read(case, each).work_orders[0].status for each in (no, returned)]
    assert orders == ["replied", "returned"]
    assert site.complaints == []


def test_whoever_chose_an_act_at_the_desk_writes_at_once_without_a_click_into_the_form(site: Site) -> None:
    house = site.house
    no = dispatched(house)
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    house.complete("unit-SC-SS", no, "first_contact", action="contact")
    desk = site.desk("unit-SC-SS")
    desk.page.goto("/unit")
    desk.follow(desk.page.locator(".order-acts a", has_text="申请延期"))
    desk.page.keyboard.type("等市级系统")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type("2")
    desk.send()
    desk.page.get_by_text("已申请延期 2 个工作日").wait_for()
    desk.page.goto(f"/cases/{no}")
    desk.page.get_by_text("理由：等市级系统").first.wait_for()
    assert site.complaints == []


def test_the_link_of_a_notice_leads_to_its_act(site: Site) -> None:
    no = dispatched(site.house)
    page = site.at_inbox("unit-SC-SS").page
    page.get_by_role("link", name="通知").click()
    page.get_by_role("link", name="去签收").click()
    page.get_by_role("heading", level=1, name="签收").wait_for()
    page.get_by_role("button", name="提交").click()
    page.get_by_text("已提交：签收").wait_for()
    assert site.house.engine.read(case, no).work_orders[0].status == "signed"
    assert page.get_by_role("link", name="通知").inner_text() == "通知"
    assert site.complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_unit_confirms_its_entry_each_quarter_and_everybody_sees_who_has_not(site: Site, scripts: bool) -> None:
    unit, bureau = site.desk("unit-SC-SS", scripts), site.desk("bureau", scripts)
    own = unit.page.get_by_role("region", name="本单位：社保")
    unit.page.goto("/liaison")
    expect(own).to_contain_text("超期未核对 从未核对")
    unit.follow(own.get_by_role("button", name="我已核对，没有变化"))
    expect(own).to_contain_text("本季度已核对 上次核对 2026-09-23")

    def listed(state: str) -> bool:
        bureau.page.goto("/liaison")
        bureau.follow(bureau.page.get_by_role("link", name=state))
        return bureau.page.get_by_role("rowheader", name="社保分中心").count() == 1

    assert (listed("本季度已核对"), listed("超期未核对")) == (True, False)
    site.move("2026-10-09 09:00")  # a new quarter: asked for in its first month
    assert (listed("本季度待核对"), listed("本季度已核对")) == (True, False)
    site.move("2026-11-02 09:00")
    assert listed("超期未核对")
    unit.page.goto("/liaison")
    unit.follow(own.get_by_role("link", name="有变化，去修改"))
    unit.fill({"a.name": "王一", "a.phone": "13800000000"})
    unit.send()
    expect(unit.page.get_by_role("alert")).to_contain_text("不填个人手机号")
    unit.fill({"a.phone": "010-00002001"})
    unit.send()
    expect(own).to_contain_text("本季度已核对 上次核对 2026-11-02")
    assert listed("本季度已核对")
    assert "010-00002001" in bureau.page.get_by_role("row", name="社保分中心").inner_text()
    assert [each for each in site.complaints if "400" not in each] == []
