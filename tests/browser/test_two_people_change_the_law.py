"""From five to three working days in a real browser: by table, through the gate, by a second person, and live."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine.queries.case import case
from tests.browser.site import Site
from tests.support.gate import in_this_process
from tests.support.house import instant

LIMITS = "“办理期限”表中等级 一般、第几轮 1：期限 5 个工作日 → 3 个工作日。"


def general(site: Site) -> str:
    no = site.house.register("w1", acceptance="accept")
    site.house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    return no


@pytest.mark.slow
def test_three_days_are_drafted_by_one_and_put_in_force_by_another(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    in_this_process(monkeypatch)
    running = general(site)
    author = site.desk("supervisor").page
    author.goto("/designer")
    author.get_by_label("改什么").fill("一般件三天")
    author.get_by_role("button", name="起草", exact=True).click()
    author.get_by_role("link", name="改表 decisions/time_limits.dmn").click()
    author.get_by_label("第 3 行 期限（工作日）").fill("3")
    author.get_by_role("button", name="保存", exact=True).last.click()
    author.get_by_role("link", name="返回草稿").click()
    author.get_by_label("为什么要改").fill("区政府要求提速")
    author.get_by_role("button", name="提交审核").click()
    author.get_by_label("这些变化为什么是有意的").fill("期限改短，日子自然提前")
    author.get_by_role("button", name="提交审核").click()
    expect(author.get_by_text("要由另一位流程管理员或区政务服务局审核")).to_be_visible()
    expect(author.get_by_role("button", name="通过并发布")).to_have_count(0)

    second = site.desk("supervisor2").page
    second.goto("/designer")
    second.get_by_role("link", name="一般件三天").first.click()
    main = second.locator("main")
    for told in (LIMITS, "1 件迁得过去", "按第 1 版在办的 1 件，留在第 1 版"):
        expect(main).to_contain_text(told)
    expect(main.get_by_role("heading", name="时钟会怎样：改前和改后")).to_be_visible()
    second.get_by_role("button", name="通过并发布").click()
    expect(main).to_contain_text("已作为第 2 版发布。运行中的反映件仍按旧版办理。")

    dues = [site.house.engine.read(case, no).deadline for no in (running, general(site))]
    assert dues == [instant("2026-10-08 17:00"), instant("2026-09-29 17:00")]  # accepted on Wednesday 09-23
    assert [each for each in site.complaints if "409" not in each] == []
