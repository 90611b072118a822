"""A running case goes over to a new version under the hands of whoever works at it, with what they typed, and back."""

from __future__ import annotations

from engine.cases.commands import ClaimTask
from engine.queries.case import case
from tests.browser.site import Desk, Site
from tests.browser.test_drafts import kept, said
from tests.support.redrawn import given, put_in_force, redrawn, step

TYPED = "请带原件到三号窗口"


def typed(desk: Desk, task: str) -> str:
    """What stands in the form of the task when it is opened anew."""
    desk.page.goto(f"/tasks/{task}")
    return desk.page.locator("#f-reason").input_value()


def test_a_running_case_goes_over_with_its_draft_and_back(site: Site) -> None:
    no = site.house.register()
    task = site.house.task(no, "accept")
    site.house.do("w2", ClaimTask(task, "w2"))
    window = site.desk("w2")
    window.page.goto(f"/tasks/{task}")
    with kept(window, TYPED):
        window.fill({"acceptance": "decline"})
        window.page.locator("#f-reason").fill(TYPED)
    said(window, "已保存草稿 09:00")
    put_in_force(site.house.engine, redrawn(given("accept", name="受理登记"), step("review__review_given")))

    supervisor = site.desk("supervisor", scripts=False)
    supervisor.page.goto("/designer")
    supervisor.follow(supervisor.page.get_by_role("link", name="在办的件迁过来").first)
    main = supervisor.page.locator("main")
    assert main.get_by_text("可以迁移 1").is_visible()
    main.get_by_label("为什么迁移").fill("新规定")
    supervisor.follow(main.get_by_role("button", name="迁移到第 2 版"))
    assert main.get_by_role("heading", name="办完了：共 1 件").is_visible()

    assert typed(window, task) == TYPED
    assert window.page.get_by_role("heading", level=1).inner_text() == "受理登记：社保转移报错"
    window.page.goto(f"/cases/{no}")
    assert window.page.get_by_text("流程由第 1 版迁移到第 2 版").is_visible()

    elsewhere = site.visitor(scripts=False)  # at another browser, signed in anew
    elsewhere.sign_in("w2")
    assert typed(elsewhere, task) == TYPED
    assert elsewhere.page.get_by_role("heading", level=1).inner_text() == "受理登记：社保转移报错"

    main.get_by_label("为什么撤销").fill("换早了")
    supervisor.follow(main.get_by_role("button", name="撤销 1 件"))
    for desk in (window, elsewhere):
        assert typed(desk, task) == TYPED
        assert desk.page.get_by_role("heading", level=1).inner_text() == "受理：社保转移报错"
    assert [each.assignee for each in site.house.engine.read(case, no).open_tasks] == ["w2"]
    assert site.complaints == []
