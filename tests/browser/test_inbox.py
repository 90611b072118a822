"""The inbox by keyboard, and what is new without losing one's place."""

from __future__ import annotations

from playwright.sync_api import expect

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
