"""The inbox by keyboard, and what is new without losing one's place."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from engine.cases.commands import ClaimTask
from tests.browser.site import Site


def test_the_inbox_is_worked_by_keyboard(site: Site) -> None:
    for _ in range(2):
        site.house.register("w2")
    desk = site.desk("w1")
    page = desk.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/inbox?queue=group")
    first, second = page.locator(".item .meta .number").all_inner_texts()  # both are due at the same instant
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".item.here")).to_contain_text(second)
    expect(page.locator("#preview")).to_contain_text(second)
    page.reload()  # the address keeps which one was selected
    expect(page.locator("#preview")).to_contain_text(second)
    page.locator(".item").first.click(position={"x": 400, "y": 4})
    expect(page.locator("#preview")).to_contain_text(first)
    page.set_viewport_size({"width": 1024, "height": 900})
    expect(page.locator("#preview")).to_be_hidden()
    expect(page.locator(".peek").first).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".item.here")).to_contain_text(first)
    page.keyboard.press("/")
    page.keyboard.type("jjc")  # in a field a key is a letter
    expect(page.get_by_label("查找", exact=True)).to_have_value("jjc")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_role("heading", name="单键操作").wait_for()
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("c")
    page.get_by_text("由我办理").first.wait_for()
    assert first in page.locator("main").inner_text()
    page.goto("/inbox?queue=mine")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="受理").first.wait_for()
    assert site.complaints == []


def test_a_lead_gives_on_what_a_sick_colleague_holds_with_few_keys(site: Site) -> None:
    of_w2 = [_claimed(site, "w2") for _ in range(2)]
    of_w4 = _claimed(site, "w4")
    lead = site.desk("lead")
    page = lead.page
    page.goto("/supervision")
    lead.follow(page.get_by_role("link", name="2号窗口工作人员"))
    assert _numbers(page) == of_w2
    expect(page.locator(".item").first).to_contain_text("2号窗口工作人员 已领取")
    for key in "jxjx":
        page.keyboard.press(key)
    assert page.get_by_role("checkbox", name="勾选：", checked=True).count() == 2
    page.once("dialog", lambda asked: asked.dismiss())
    page.get_by_role("button", name="接管勾选的").click()  # asks, and nothing is taken
    page.get_by_label("转给同事").select_option("w3")
    lead.follow(page.get_by_role("button", name="转出勾选的"))
    expect(page.get_by_role("status", name="一起处理的结果").get_by_text("已转给同事")).to_have_count(2)
    page.goto("/inbox?queue=held&by=w3")
    assert _numbers(page) == of_w2
    page.goto("/inbox?queue=held")
    expect(page.locator(".item")).to_have_count(3)
    expect(page.get_by_role("listitem").filter(has_text=of_w4)).to_contain_text("4号窗口工作人员")
    assert site.complaints == []


def _numbers(page: Page) -> list[str]:
    return sorted(page.locator(".item .meta .step + .number").all_inner_texts())


def _claimed(site: Site, who: str) -> str:
    no = site.house.register("w1")
    site.house.do(who, ClaimTask(site.house.task(no, "accept"), who))
    return no


def test_a_filter_is_saved_for_the_whole_group_and_used_by_a_colleague_without_scripts(site: Site) -> None:
    site.house.register("w1")
    no = site.house.register("w1", acceptance="accept")
    lead, other = site.desk("lead"), site.desk("w2", scripts=False)
    lead.page.goto("/inbox?queue=group")
    lead.page.get_by_text("筛选和排序").click()
    lead.page.get_by_label("步骤").select_option(label="分类定级")
    lead.follow(lead.page.get_by_role("button", name="按这样看"))
    lead.page.get_by_label("存下这个筛选，名字").fill("等分类的")
    lead.page.get_by_label("给谁看").select_option(label="窗口全组")
    lead.follow(lead.page.get_by_role("button", name="存下"))
    lead.page.get_by_text("已存下这个筛选").wait_for()
    other.page.goto("/inbox?queue=group")
    expect(other.page.locator(".item")).to_have_count(2)
    other.page.get_by_text("筛选和排序").click()
    other.follow(other.page.get_by_role("button", name="等分类的 窗口负责人甲 共享"))
    assert other.page.locator(".item .meta .number").all_inner_texts() == [no]
    expect(other.page.get_by_text("全部勾选")).to_be_hidden()
    assert site.complaints == []


def test_several_are_claimed_at_once_and_one_is_put_aside_beyond_its_due(site: Site) -> None:
    """All are due on 09-24 at 17:00, the close of the next working day."""
    for _ in range(2):
        site.house.register("w2")
    desk = site.desk("w1")
    page = desk.page
    page.goto("/inbox?queue=group")
    page.get_by_label("全部勾选").check()
    desk.follow(page.get_by_role("button", name="领取勾选的"))
    expect(page.get_by_role("status", name="一起处理的结果").get_by_text("已领取")).to_have_count(2)
    page.goto("/inbox?queue=mine")
    row = page.locator(".item").first
    row.get_by_text("稍后处理").click()
    row.get_by_label("留到哪天").fill("2026-09-28")
    row.get_by_label("原因").fill("等反映人带材料来")
    desk.follow(row.get_by_role("button", name="留到那天"))
    expect(page.get_by_role("alert")).to_contain_text("2026-09-24（周四）17:00 到期")
    desk.follow(page.get_by_role("button", name="仍留到那天"))
    page.get_by_text("已留到那一天").wait_for()
    expect(page.locator(".item")).to_have_count(1)
    desk.follow(page.get_by_role("link", name="稍后处理"))
    expect(page.locator(".item")).to_contain_text("等反映人带材料来")
    desk.follow(page.get_by_role("button", name="现在就办"))
    expect(page.locator('[data-count="mine"]')).to_have_text("2")
    assert site.complaints == []


def test_what_is_new_is_told_and_nothing_moves(site: Site) -> None:
    site.house.register("w2")
    desk = site.desk("w1")
    page = desk.page
    page.clock.install()
    page.goto("/inbox?queue=group")
    page.keyboard.press("j")
    page.get_by_role("checkbox", name="勾选").first.check()
    site.house.register("w2")
    page.clock.run_for(26_000)
    page.get_by_text("有 1 件新的").wait_for()
    expect(page.locator('[data-count="group"]')).to_have_text("2")
    assert page.locator(".item").count() == 1
    assert page.get_by_role("checkbox", name="勾选").first.is_checked()
    page.get_by_role("link", name="显示").click()
    page.locator(".item").nth(1).wait_for()
    assert site.complaints == []
