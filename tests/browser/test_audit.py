"""An auditor at a browser: a case moved through time with the keyboard and the mouse, and what many cases tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.heat.keeping import keep_walked
from engine.queries.timeline import timeline
from tests.browser.site import Site
from tests.browser.test_every_page import UNFOLDED, told_by_axe, too_wide
from tests.support.house import House
from webapp.pages.display import MODES

# PROCESS.md, "Clock": accepted Mon 10-19 14:05, general: Mon 10-26; paused from Tue 10-20 to Thu 10-22: Wed 10-28.
PROMISED, LIFTED = "2026-10-26（周一）17:00", "2026-10-28（周三）17:00"
KNOWN = "[aria-labelledby=known] tbody th"
PAUSE = {"action": "request_pause", "reason": "等市局回函", "waiting_for": "市局", "until": "2026-10-26"}


def paused_for_two_days(house: House) -> str:
    """A case that was paused and goes on; returns its number."""
    house.move("2026-10-19 14:00")
    no = house.register()
    house.move("2026-10-19 14:05")
    house.complete("w3", no, "accept", acceptance="accept")
    house.complete("w3", no, "classify", grade="general", cause="系统类")
    house.complete("group", no, "dispatch", lead_unit="SC-MI", onsite_attempt="窗口已协调")
    house.complete("unit-SC-MI", no, "acknowledge", action="sign")
    house.complete("unit-SC-MI", no, "first_contact", contact_method="phone")
    house.move("2026-10-20 10:00")
    house.complete("unit-SC-MI", no, "handle", **PAUSE)
    house.complete("group", no, "decide_pause", approved=True)
    house.move("2026-10-22 10:00")
    house.complete("unit-SC-MI", no, "await_resume")
    return no


def shows(page: Page, here: str, deadline: str, steps: int) -> None:
    """Where the case stood, until when it was promised, and how many steps had begun."""
    expect(page.locator("#then [data-here]").last).to_have_attribute("data-id", here)
    expect(page.locator("[aria-labelledby=stood]")).to_contain_text(deadline)
    expect(page.locator(".outline > li > strong")).to_have_count(steps)


def found_in_its_parts(page: Page) -> None:
    """What is folded opens by the list of contents and by the number of a line, with the way back in time at hand."""
    row, field = page.locator("#line-1"), page.locator(KNOWN).first
    expect(field).not_to_be_visible()
    page.get_by_role("link", name="填写的内容").click()
    expect(field).to_be_in_viewport()
    expect(row).not_to_be_visible()
    page.locator("[aria-labelledby=known]").get_by_role("link", name="1", exact=True).first.click()
    expect(row).to_be_in_viewport()
    bar = page.locator(".moment-bar")
    expect(bar).to_be_in_viewport()
    under, top = bar.bounding_box(), row.bounding_box()
    assert under and top and top["y"] >= under["y"] + under["height"]  # not behind it


def figure(page: Page, element: str) -> str:
    """What is written on an element of the order, drawn last."""
    page.locator(".diagram").last.scroll_into_view_if_needed()
    return page.locator(f".heat-tag[data-of={element}] text").text_content() or ""


def test_an_auditor_moves_through_time_and_goes_down_from_many_cases_to_one(site: Site) -> None:
    no = paused_for_two_days(site.house)
    engine = site.house.engine
    keep_walked(engine.db, engine.versions, engine.calendars, engine.clock.now())
    lines = engine.read(timeline, no)
    page = site.desk("auditor").page
    page.goto(f"/audit/cases/{no}")
    slider, heading = page.get_by_label("时间轴"), page.locator("#when")
    last = int(slider.get_attribute("max") or 0)

    shows(page, "handle", LIFTED, steps=9)
    slider.focus()
    page.keyboard.press("Home")
    expect(heading).to_contain_text(f"第 1 行之后，共 {last} 行")
    shows(page, "accept", "还没有定", steps=1)
    expect(page.locator(KNOWN)).to_have_text(["来源渠道", "标题", "反映的问题", "诉求类型"])
    page.keyboard.press("ArrowRight")
    expect(heading).to_contain_text("第 2 行之后")
    shows(page, "classify", "还没有定", steps=2)
    expect(page.locator(KNOWN).last).to_have_text("受理决定")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", "第 2 行，2026-10-19（周一）14:05，受理")
    asked = next(n for n, line in enumerate(lines, 1) if line.element == "handle")
    slider.fill(str(asked - 1))  # as the mouse does
    expect(heading).to_contain_text(f"第 {asked - 1} 行之后")
    shows(page, "handle", PROMISED, steps=6)

    plain = site.desk("auditor", scripts=False).page
    plain.goto(f"/audit/cases/{no}?at={asked - 2}")
    plain.get_by_role("link", name="下一行").click()
    shows(plain, "handle", PROMISED, steps=6)
    plain.get_by_label("到哪一行").select_option("1")
    plain.get_by_role("button", name="看那时").click()
    shows(plain, "accept", "还没有定", steps=1)
    found_in_its_parts(plain)
    found_in_its_parts(page)

    page.goto("/audit/processes")
    assert "%" in figure(page, "handle")
    page.get_by_role("link", name="按次数").click()
    assert figure(page, "handle") == "2 次"
    page.get_by_role("row", name="办理").get_by_role("link", name="2", exact=True).click()
    page.get_by_role("link", name=no).first.click()
    expect(heading).to_contain_text("行之后")
    assert site.complaints == []


def test_whose_doing_it_is_stands_on_the_screen_without_being_scrolled_to(site: Site) -> None:
    paused_for_two_days(site.house)
    engine = site.house.engine
    keep_walked(engine.db, engine.versions, engine.calendars, engine.clock.now())
    page = site.desk("auditor").page
    for width, label in ((1440, "本步人为"), (390, "到达")):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/audit/processes")
        table = page.locator(".heat-table")
        expect(table).to_be_visible()
        assert table.evaluate("it => it.scrollWidth <= it.parentElement.clientWidth"), width
        head = (
            table.locator("thead").get_by_text(label) if width == 1440 else table.locator(f"[data-head={label}]").first
        )
        expect(head).to_be_visible()


@pytest.mark.parametrize("mode", ["standard", "large"])
def test_on_a_phone_no_list_of_the_trail_is_one_character_wide_or_scrolled_sideways(site: Site, mode: str) -> None:
    no = site.house.register("w2")
    page = site.desk("auditor").page
    page.goto(f"/audit/cases/{no}")  # that they looked is itself a line of the list
    page.context.add_cookies([{"name": "display", "value": mode, "url": site.url}])
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/audit/house", "/audit/looks"):
        page.goto(path)
        table = page.locator("main table").first
        expect(table).to_be_visible()
        assert table.evaluate("it => it.scrollWidth <= it.parentElement.clientWidth"), path
        cells = table.locator("tbody").locator("th, td").filter(visible=True, has_text=re.compile(r"\S{3}"))
        assert min(cells.evaluate_all("them => them.map((it) => it.clientWidth)")) > 150, path


def test_another_file_is_handed_out_at_once_and_the_same_one_not_twice(site: Site) -> None:
    paused_for_two_days(site.house)
    page = site.desk("auditor").page
    page.goto("/audit/trail")
    page.clock.install()  # the two seconds of the guard pass when the test says so
    asked: list[str | None] = []
    page.on("request", lambda request: asked.append(request.post_data) if "/audit/export" in request.url else None)
    with page.expect_download() as first:
        page.get_by_role("button", name="导出 xes").dblclick()
    assert first.value.suggested_filename.endswith(".xes") and len(asked) == 1
    with page.expect_download() as other:
        page.get_by_role("button", name="导出 csv").click()
    assert other.value.suggested_filename.endswith(".csv")
    page.get_by_label("渠道").select_option("phone")
    with page.expect_download() as narrowed:
        page.get_by_role("button", name="导出 csv").click()
    assert len(Path(narrowed.value.path()).read_text("utf-8-sig").splitlines()) == 1
    expect(page.get_by_role("button", name="导出 csv")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="导出 csv").dispatch_event("click")
    assert len(asked) == 3
    page.clock.run_for(2000)
    with page.expect_download():
        page.get_by_role("button", name="导出 csv").click()
    assert len(asked) == 4 and site.complaints == []


def test_the_heat_with_its_figures_is_for_everybody_in_each_display_mode(site: Site) -> None:
    """tests/browser/test_every_page.py sees it while nothing has been counted yet."""
    paused_for_two_days(site.house)
    engine = site.house.engine
    keep_walked(engine.db, engine.versions, engine.calendars, engine.clock.now())
    page = site.desk("auditor").page
    wrong = {}
    for path in ("", "?columns=all", "?compare=1&channel2=phone", "/steps?element=handle"):
        for mode in MODES:
            page.context.add_cookies([{"name": "display", "value": mode, "url": site.url}])
            page.goto(f"/audit/processes{path}")
            page.evaluate(UNFOLDED)
            wrong[path, mode] = [*told_by_axe(page), *too_wide(page)]
    assert not any(wrong.values()), wrong


def test_what_is_written_on_a_drawing_hides_no_event_no_name_and_no_other_step(site: Site) -> None:
    """On 受理 one timer sits above and one beneath."""
    paused_for_two_days(site.house)
    engine = site.house.engine
    keep_walked(engine.db, engine.versions, engine.calendars, engine.clock.now())
    page = site.desk("auditor").page
    page.goto("/audit/processes")
    page.locator(".diagram").first.scroll_into_view_if_needed()
    page.locator(".heat-tag[data-of=accept] text").wait_for(state="attached")
    assert page.locator(".heat-tag").evaluate_all(_HIDDEN) == []


_HIDDEN = """tags => {
  const box = it => it.getBoundingClientRect();
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return tags.flatMap(tag => [...tag.closest('svg').querySelectorAll('.djs-shape')]
    .filter(shape => shape.dataset.elementId !== tag.dataset.of)
    .filter(shape => box(shape.querySelector('.djs-visual > :first-child')).height < 120)
    .filter(shape => meet(box(tag), box(shape.querySelector('.djs-visual > :first-child'))))
    .map(shape => `${tag.dataset.of} hides ${shape.dataset.elementId}`));
}"""
