"""Supervision as it is done: see what is late, urge, hold back the next rung, give the task to somebody else; what
lies with whom, what waits for a signature, what was put off and is looked at every month."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engine.cases.commands import ClaimTask
from tests.browser.site import Site
from tests.webapp.pages.test_supervision import at_unit


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


def test_an_act_beside_the_tasks_is_written_without_a_click_into_its_form(site: Site) -> None:
    no = site.house.register("w1")
    bureau = site.desk("bureau")
    bureau.page.goto(f"/cases/{no}/urge")
    bureau.page.keyboard.type("反映人明天要用")
    bureau.send()
    bureau.page.get_by_text("催办原因：反映人明天要用").wait_for()
    assert site.complaints == []


def busy(page: Page) -> dict[str, str]:
    """Who has anything in hand, and how much, as the page has it."""
    page.goto("/supervision")
    rows = page.get_by_role("region", name="各人").get_by_role("row").all_inner_texts()[1:]
    cells = [[cell.strip() for cell in row.split("\t")] for row in rows]
    return {name.removesuffix("手头的待办").strip(): held for name, held, *_ in cells if held != "0"}


def test_the_load_per_person_is_seen_by_each_as_far_as_they_answer_for_it(site: Site) -> None:
    house = site.house
    waiting, sent = house.register("w1"), at_unit(house)
    for who, no, step in (("w2", waiting, "accept"), ("unit-SC-SS", sent, "acknowledge")):
        house.do(who, ClaimTask(house.task(no, step), who))
    liaison, window = (house.actor(who).display for who in ("unit-SC-SS", "w2"))
    assert busy(site.desk("bureau", scripts=False).page) == {window: "1", liaison: "1"}
    assert busy(site.desk("lead", scripts=False).page) == {window: "1"}
    assert busy(site.desk("group", scripts=False).page) == {}
    officer = site.desk("w1", scripts=False).page
    assert officer.goto("/inbox") and officer.get_by_role("link", name="督办", exact=True).count() == 0
    assert officer.goto("/supervision").status == 403  # type: ignore[union-attr]

    head = site.desk("head-SC-SS")
    assert busy(head.page) == {liaison: "1"}
    head.follow(head.page.get_by_role("link", name=liaison))
    assert head.page.locator(".item .meta .step + .number").all_inner_texts() == [sent]
    assert [each for each in site.complaints if "403" not in each] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_waits_for_a_signature_is_signed_from_the_directors_page_and_looked_at_every_month(
    site: Site, scripts: bool
) -> None:
    house = site.house
    no = at_unit(house)
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    house.complete("unit-SC-SS", no, "first_contact", action="contact", contact_method="phone")
    house.complete("unit-SC-SS", no, "handle", action="reply", reply_text="历史遗留", result="undone")
    house.complete("group2", no, "review", review_result="pending")
    leading = site.desk("leading", scripts)
    page = leading.page
    waiting = page.get_by_role("region", name="等我签办")
    page.goto("/director")
    expect(waiting).to_contain_text(no)
    leading.follow(waiting.get_by_role("link").first)
    leading.fill({"approved": "true", "plan": "分三步补办", "owner": "区人社局"})
    leading.send()
    page.goto("/director")
    expect(waiting).not_to_contain_text(no)
    house.complete("w1", no, "give_feedback", feedback_method="phone", feedback_text="已告知计划")

    site.move("2026-10-23 10:00")  # the same day next month
    page.goto("/supervision")
    leading.follow(page.get_by_role("link", name="挂账"))
    card = page.get_by_role("article")
    expect(card).to_contain_text("分三步补办")
    leading.follow(card.get_by_role("listitem").filter(has_text="等我办").get_by_role("link"))
    leading.fill({"progress": "已补一步"})
    leading.send()
    expect(card).to_contain_text("最近一次挂账进展，2026-10-23")
    expect(card).to_contain_text("已补一步")
    expect(card).to_contain_text("2026-11-23（周一）")
    assert site.complaints == []
