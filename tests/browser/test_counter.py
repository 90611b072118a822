"""At the counter: a couple who cannot use a computer, registered by keyboard alone; their list on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine.directory.matters import matters_named
from engine.queries.case import case
from tests.browser.hand import required
from tests.browser.site import Site
from tests.browser.test_course import REGISTRATION

BEFORE = {"kind": "person", "name": "戴某人", "phone": "13800000806"}
MOST_REQUIRED = 12  # from the greeting to the classification
MOST_ACTS = 6  # to the large list


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field of this name, or the button with this word, has the focus."""
    for _ in range(60):
        if name in page.evaluate("[document.activeElement.name, document.activeElement.textContent]"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


@pytest.mark.parametrize("width", [320, 1440])
def test_what_is_found_covers_nothing_of_what_one_types(site: Site, width: int) -> None:
    page = site.desk("w2").page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/register")
    page.keyboard.type("spjy")
    typed, found = page.locator("#matter-q").bounding_box(), page.locator("#matter-found").bounding_box()
    assert typed is not None and found is not None
    assert typed["y"] + typed["height"] <= found["y"] <= typed["y"] + typed["height"] + 8
    assert (found["x"], found["width"] <= typed["width"]) == (typed["x"], True)


def test_the_paper_somebody_was_asked_for_leads_to_the_matters_that_need_it(site: Site) -> None:
    page = site.desk("w2").page
    page.goto("/register")
    page.keyboard.type("营业执照")
    expect(page.locator(".found [role=option]")).to_have_count(7)
    expect(page.locator(".found [role=option]").first).to_have_text("企业变更登记(经营范围)（要营业执照正副本）")
    page.keyboard.press("Enter")
    page.get_by_text("修改后的公司章程或章程修正案").wait_for()
    assert page.locator("#matter-q").input_value() == "企业变更登记(经营范围)"
    assert site.complaints == []


def test_what_people_call_it_leads_to_the_matter_in_the_page_as_without_scripts(site: Site) -> None:
    page = site.desk("w2").page
    page.goto("/register")
    page.keyboard.type("我要开饭馆")
    expect(page.locator(".found [role=option]")).to_have_text(["食品经营许可证核发(新办)（饭馆）"])
    every = site.house.engine.directory.matters.values()
    for words in ("饭", "理发店", "驾照", "社保", "社保卡", "hz", "sbzy", "营业执照", "公司", "房本", "没有这样的事"):
        page.locator("#matter-q").fill(words)
        expected = [matter.code for matter in matters_named(every, words)][:12]
        found = page.locator(".found [role=option]").evaluate_all("all => all.map((one) => one.dataset.code)")
        assert found == expected, words
    assert site.complaints == []


def test_an_officer_registers_by_keyboard_alone_while_the_couple_talks(site: Site) -> None:
    site.house.register(
        "w1", matter_code="M006", applicant={"kind": "person", "name": "戴某人", "phone": "13800000806"}
    )
    page = site.desk("w3").page
    page.goto("/register")
    page.keyboard.type("spjyxkzhf")
    expect(page.locator(".found [role=option]")).to_have_text(["食品经营许可证核发(新办)"])
    page.keyboard.press("Enter")
    page.get_by_text("食品经营许可申请书").wait_for()
    typed = {
        "title": "食品经营许可证办不下来",
        "description": "老两口不会用电脑，网上填了三次都被退回。",
        "applicant.name": "戴建国",
        "applicant.phone": "13800000806",
    }
    for name, text in typed.items():
        tab_to(page, name)
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.get_by_text("30 天内来过，可能是同一件").wait_for()
    expect(page.locator("[data-before]")).to_contain_text("138****0806")
    tab_to(page, "acceptance")
    page.keyboard.press("ArrowDown")  # 受理
    tab_to(page, "登记")
    asked = required(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("heading", name="已登记").wait_for()
    with page.expect_navigation():
        page.get_by_role("link", name="现在分类定级").press("Enter")
    page.get_by_role("heading", level=1, name="分类定级").wait_for()
    asked += required(page)
    assert 5 < asked <= MOST_REQUIRED
    assert site.complaints == []


def test_the_large_list_is_six_acts_away_and_prints_without_colour(site: Site) -> None:
    no = site.house.register("w3", matter_code="M006", window="W2", acceptance="accept")
    desk = site.desk("w3")
    page = desk.page
    page.goto(f"/cases/{no}")
    acts = 0
    desk.follow(page.get_by_role("link", name="大字材料清单"))
    acts += 1
    for place in (0, 2, 3):
        page.locator(f"#need-{place}").check()
        acts += 1
    desk.follow(page.get_by_role("button", name="生成，存一份在件里"))
    acts += 1
    page.get_by_role("heading", name="还缺 3 样").wait_for()
    assert acts + 1 <= MOST_ACTS  # and to print it
    page.emulate_media(media="print")
    styles = page.evaluate(
        """() => [...document.querySelectorAll('main *')].map(each => getComputedStyle(each)).map(
             style => [style.color, style.backgroundColor, parseFloat(style.fontSize) * 0.75])"""
    )
    assert {color for color, _, _ in styles} == {"rgb(0, 0, 0)"}
    assert {ground for _, ground, _ in styles} == {"rgba(0, 0, 0, 0)"}
    assert min(size for _, _, size in styles) >= 21.99
    assert not page.locator(".bar").is_visible()
    assert site.complaints == []


def test_one_tick_lists_all_the_papers_that_everybody_brings_and_no_blank_line(site: Site) -> None:
    no = site.house.register("w3", matter_code="M006", window="W2", acceptance="accept")
    page = site.desk("w3").page
    page.goto(f"/cases/{no}/lists/large")
    page.get_by_label("全都缺").check()
    assert page.locator(".list-line :checked").count() == 4  # we fetch the licence, and they came themselves
    page.locator("#need-0").uncheck()
    page.locator("#need-5").check()  # somebody else will come for them
    page.get_by_role("button", name="生成，存一份在件里").click()
    page.get_by_role("heading", name="还缺 4 样").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("kind", ["large", "notice"])
def test_an_empty_sheet_is_refused_with_a_sentence_and_nothing_is_kept(site: Site, kind: str, scripts: bool) -> None:
    no = site.house.register("w3", matter_code="M006", window="W2", acceptance="accept")
    desk = site.desk("w3", scripts)
    page = desk.page
    page.goto(f"/cases/{no}/lists/{kind}")
    desk.follow(page.get_by_role("button", name="生成，存一份在件里"))
    expect(page.get_by_role("alert")).to_contain_text("请至少勾一样缺的材料，或者在空行里写上一样。")
    page.goto(f"/cases/{no}")
    page.get_by_text("没有附件").wait_for()
    assert [each for each in site.complaints if "400" not in each] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_is_settled_while_the_person_stands_there_is_one_page_and_one_act(site: Site, scripts: bool) -> None:
    desk = site.desk("w3", scripts)
    page = desk.page
    page.goto("/register")
    page.get_by_label("当场办结", exact=True).check()
    desk.fill(REGISTRATION | {"on_the_spot.outcome": "done", "on_the_spot.feedback_method": "in_person"})
    desk.send()
    expect(page.get_by_role("alert")).to_contain_text("请填写原因。")  # named on top, and nothing is lost
    expect(page.get_by_label("当场办结", exact=True)).to_be_checked()
    expect(page.locator('[name="applicant.name"]')).to_have_value(REGISTRATION["applicant.name"])
    desk.fill({"on_the_spot.cause": "系统类", "on_the_spot.reply_text": "已在窗口补传，当场提交成功。"})
    desk.fill({"on_the_spot.feedback_text": "本人看到已提交。"})
    desk.send()
    page.get_by_role("heading", name="已登记").wait_for()
    page.goto("/cases/BCS-2026-0001")
    steps = page.locator(".progress .done, .progress .current").all_inner_texts()
    assert [re.sub(r"\W", "", step)[:2] for step in steps] == ["受理", "分类", "办结", "反馈"]  # to no unit
    expect(page.locator("main")).to_contain_text("已在窗口补传，当场提交成功。")
    told = site.house.engine.read(case, "BCS-2026-0001")
    assert (told.status, told.outcome, told.open_tasks) == ("fed_back", "done", ())  # the call-back comes in time
    assert [each for each in site.complaints if "400" not in each] == []
