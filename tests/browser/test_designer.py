"""A supervisor changes the law of the office in a draft: a number by table, a sign-off by drawing, without a mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.definitions.commands import BeginDraft, ChangeFile
from engine.definitions.difference import differences
from engine.definitions.drafts import Draft
from engine.definitions.shipped import SHIPPED, read_folder
from engine.queries.definition_drafts import opened_draft
from tests.browser.site import Site
from tests.browser.test_every_page import told_by_axe, too_wide

FAMILY = read_folder(SHIPPED)
LOOP = "five_step_loop.bpmn"
ON_TOP = """mark => { const it = mark.getBoundingClientRect();
  return mark.contains(document.elementFromPoint(it.x + it.width / 2, it.y + it.height / 2)); }"""


def stored(site: Site) -> tuple[Draft, dict[str, bytes]]:
    house = site.house
    opened = house.engine.read_as(house.actor("supervisor"), opened_draft, 1)
    return opened.draft, opened.files


def told(site: Site) -> list[str]:
    """What a case would meet otherwise by the draft."""
    return [each.sentence for each in differences(FAMILY, stored(site)[1])]


def choose(page: Page, element: str) -> None:
    """As somebody does who has no mouse: by the list."""
    page.locator("[data-designer=elements]").select_option(element)
    expect(page.locator("[data-designer=panel] .kind")).to_contain_text(element)


def saved(page: Page) -> None:
    expect(page.locator("[data-designer=status]")).to_contain_text("已存进草稿")


@pytest.mark.slow
def test_three_days_by_table_a_sign_off_by_drawing_and_nobody_overwritten(site: Site, tmp_path: Path) -> None:
    site.house.do("supervisor", BeginDraft(1, "三天，加签批"))
    page = site.desk("supervisor").page
    page.goto("/designer/drafts/1/table/decisions/time_limits.dmn")
    page.get_by_label("第 3 行 期限（工作日）").fill("3")
    page.get_by_role("button", name="保存", exact=True).last.click()
    limits = "“办理期限”表中等级 一般、第几轮 1：期限 5 个工作日 → 3 个工作日"
    expect(page.locator(".sentences")).to_have_text(f"{limits}。")

    page.goto(f"/designer/drafts/1/diagram/{LOOP}")
    page.locator("[data-ready]").wait_for()
    choose(page, "give_feedback")
    page.get_by_role("button", name="加一道签批", exact=True).press("Enter")
    expect(page.locator("[data-designer=panel] .kind")).to_contain_text("sign_off")
    page.get_by_label("时限：数目").fill("2")
    page.get_by_label("时限：数目").press("Tab")
    expect(page.locator("[data-designer=panel] .words")).to_have_text("第 2 个工作日下班")
    saved(page)
    sentences = told(site)
    assert limits in sentences and "新增表单“签批”" in sentences
    drawn = next(each for each in sentences if "新增用户任务“签批”" in each)
    assert "办理岗位：窗口负责人" in drawn and "时限：第 2 个工作日下班" in drawn and "表单：“签批”" in drawn
    assert page.locator(".bjs-powered-by").evaluate(ON_TOP)
    assert told_by_axe(page) == [] and too_wide(page) == []

    choose(page, "record_grade")
    page.get_by_label("自动做什么").select_option("")
    expect(page.locator(".finding-tag")).to_contain_text("问题 1：服务任务")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_label("自动做什么")).to_have_value("set_clock")
    saved(page)

    draft, files = stored(site)
    theirs = files[LOOP].replace("反馈超时".encode(), "反馈晚了".encode())
    site.house.do("supervisor2", ChangeFile(1, LOOP, theirs, draft.revision))
    choose(page, "archive")
    page.locator("[data-designer=panel] textarea").first.fill("存档")
    page.locator("[data-designer=panel] textarea").first.press("Tab")
    banner = page.get_by_role("alert")
    expect(banner).to_contain_text("先改了这张图，您的没有存进去")
    expect(banner).to_contain_text("流程管理员乙")
    with page.expect_download() as mine:
        banner.get_by_role("link", name="下载我画的").click()
    mine.value.save_as(tmp_path / LOOP)
    assert 'name="存档"' in (tmp_path / LOOP).read_text("utf-8")
    assert stored(site)[1][LOOP] == theirs
    assert [each for each in site.complaints if "409" not in each] == []
