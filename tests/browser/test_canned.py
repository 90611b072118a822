"""A click writes a canned answer where the person was writing, and it is kept as if they had typed it."""

from __future__ import annotations

from engine.canned import AddCanned, Wording
from engine.queries.drafts import own_draft
from tests.browser.site import Site


def test_a_click_writes_it_into_the_form_and_the_draft(site: Site) -> None:
    house = site.house
    house.do("lead", AddCanned(Wording("accept", None, "告知", "{编号} 请到别处办。")))
    no = house.register("w1")
    task = house.task(no, "accept")
    page = site.desk("w1").page
    page.goto(f"/tasks/{task}")
    page.get_by_label("不予受理", exact=True).check()
    reason = page.locator("textarea[name=reason]")
    reason.fill("不归我们管。")
    page.get_by_text("告知", exact=True).click()
    page.get_by_role("button", name="填入").click()
    assert reason.input_value() == f"不归我们管。\n{no} 请到别处办。"
    page.get_by_text("已保存草稿").wait_for()
    draft = house.engine.read_as(house.actor("w1"), own_draft, task)
    assert draft is not None and f"{no} 请到别处办。" in next(one.text for one in draft.fields if one.path == "reason")
    assert site.complaints == []
