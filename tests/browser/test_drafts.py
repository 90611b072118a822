"""The life of a draft: typed, left, found again after a reload and a new sign-in, kept when a colleague was faster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

from playwright.sync_api import Response

from engine.cases.commands import CompleteTask
from tests.browser.site import Desk, Site

FIRST, SECOND = "不属于本窗口的事", "请带原件到三号窗口"


@contextmanager
def kept(desk: Desk, text: str) -> Iterator[None]:
    """What is done inside leads to a draft with this text in it; between two fields one without it may be kept."""

    def has_it(answer: Response) -> bool:
        return answer.request.method == "POST" and [text] in parse_qs(answer.request.post_data or "").values()

    with desk.page.expect_response(has_it):
        yield


def said(desk: Desk, text: str) -> None:
    desk.page.locator("[data-draft-state]", has_text=text).wait_for()


def test_a_draft_lives_through_reload_and_sign_in_and_a_faster_colleague(site: Site) -> None:
    task = site.house.task(site.house.register(), "accept")
    desk = site.desk("w2")
    desk.page.goto(f"/tasks/{task}")
    with kept(desk, FIRST):
        desk.fill({"acceptance": "decline", "reason": FIRST})
    said(desk, "已保存草稿 09:00")
    desk.page.reload()
    assert desk.page.locator("[name=reason]").input_value() == FIRST
    assert "存的草稿已填在下面" in desk.page.locator("main").inner_text()

    elsewhere = site.desk("w2")  # another browser, signed in anew
    elsewhere.page.goto(f"/tasks/{task}")
    assert elsewhere.page.locator("[name=reason]").input_value() == FIRST
    with kept(elsewhere, SECOND):
        elsewhere.fill({"acceptance": "consult", "reply_text": SECOND})
        elsewhere.page.get_by_role("button", name="存草稿").click()
    said(elsewhere, "已保存草稿 09:00")

    site.house.do("w1", CompleteTask(task, {"acceptance": "accept"}))
    elsewhere.send()
    main = elsewhere.page.locator("main")
    assert main.get_by_role("heading", level=1).inner_text() == "同事已先办理"
    assert "1号窗口工作人员" in main.inner_text() and main.get_by_text(SECOND).is_visible()
    elsewhere.page.goto("/drafts")
    assert elsewhere.page.get_by_text(SECOND).is_visible()
    assert elsewhere.page.get_by_text(FIRST).is_visible(), "hidden by a condition, kept all the same"
    assert [each for each in site.complaints if "409" not in each] == []


def test_a_look_at_the_matters_is_no_registration_begun_but_a_matter_chosen_is(site: Site) -> None:
    desk, kept_at = site.desk("w2"), "**/register/draft"
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/draft") else None)
    desk.page.clock.install()
    desk.page.goto("/register")
    desk.page.keyboard.type("spjyxkzhf")
    desk.page.clock.run_for(60_000)
    assert asked == []
    with desk.page.expect_response(kept_at):
        desk.page.keyboard.press("Enter")
        desk.page.clock.run_for(60_000)
    desk.page.goto("/register")
    desk.page.get_by_role("link", name="登记：食品经营许可证核发(新办)").wait_for()
    assert site.complaints == []
