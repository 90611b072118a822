"""Supervision as it is done: see what is late, urge, hold back the next rung, give the task to somebody else."""

from __future__ import annotations

from tests.browser.site import Site


def test_what_is_late_is_seen_urged_held_back_and_taken_over(site: Site) -> None:
    house = site.house
    no = house.register("w1", acceptance="accept")
    house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    house.complete("w1", no, "dispatch", lead_unit="SC-SS", onsite_attempt="试过")
    site.move("2026-10-09 10:00")
    bureau, head = site.at_inbox("bureau"), site.at_inbox("head-SC-SS", scripts=False)

    bureau.follow(bureau.page.get_by_role("link", name="督办", exact=True).first)
    card = bureau.page.get_by_role("article")
    card.get_by_text("超期2个工作日提级").wait_for()
    bureau.follow(card.get_by_role("link", name="催办"))
    bureau.fill({"reason": "反映人明天要用"})
    bureau.send()
    card.get_by_text("反映人明天要用").wait_for()
    bureau.follow(card.get_by_role("link", name="暂缓提级"))
    bureau.fill({"activity": "overdue_2", "reason": "材料今天送到"})
    bureau.send()
    card.get_by_text("材料今天送到").wait_for()
    assert "2026-10-12（周一）17:00" in card.inner_text()
    assert card.get_by_role("link", name="暂缓提级").count() == 0

    head.page.goto("/supervision")
    head.follow(head.page.get_by_role("article").get_by_role("link", name="首次联系"))
    head.page.get_by_text("转给同事").first.click()
    head.fill({"to": "unit-SC-SS-b", "reason": "请接着联系"})
    head.follow(head.page.get_by_role("button", name="转给这位同事"))
    assert head.page.url.split("?")[0].endswith("/supervision")
    assert "社保分中心联络员B" in head.page.get_by_role("article").inner_text().replace(" ", "")
    bureau.page.set_viewport_size({"width": 320, "height": 640})
    bureau.page.goto("/director")
    bureau.page.get_by_role("row", name="3 级").wait_for()
    assert bureau.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert site.complaints == []
