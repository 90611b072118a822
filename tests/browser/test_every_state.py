"""What opens only when it is touched, in each display mode: axe finds nothing, nothing is wider than a small phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Desk, Site
from tests.browser.test_every_page import IN_MODE, told_by_axe, too_wide
from webapp.pages.display import MODES

MATTER = "M006"
PERSON = {"kind": "person", "name": "戴某人", "phone": "13800000806"}
TWICE = "30 天内来过，可能是同一件"


def in_each_mode(page: Page) -> dict[str, list[str]]:
    """What is wrong with the page as it stands, by mode."""
    found = {}
    for mode in MODES:
        page.evaluate(IN_MODE, mode)
        found[mode] = [*told_by_axe(page), *too_wide(page)]
    page.evaluate(IN_MODE, MODES[0])
    return {mode: told for mode, told in found.items() if told}


# ------------------------------------------------------------------ the registration desk
def _matter_chosen(page: Page) -> None:
    page.locator("#f-matter_code").select_option(MATTER)
    page.get_by_text("食品经营许可申请书").wait_for()


def _matters_listed(page: Page) -> None:
    page.locator("#matter-q").fill("食品")
    expect(page.locator("#matter-found")).to_be_visible()


def _hint_shown(page: Page) -> None:
    for name in ("name", "phone"):
        page.locator(f'[name="applicant.{name}"]').fill(PERSON[name])
    page.keyboard.press("Tab")
    page.get_by_text(TWICE).wait_for()


def _closed_on_the_spot(page: Page) -> None:
    page.get_by_label("当场办结", exact=True).check()
    expect(page.locator('[name="on_the_spot.feedback_method"]').first).to_be_visible()


def _rows_added(page: Page) -> None:
    for button in page.get_by_role("button", name="加一条").all():
        button.click()


@pytest.mark.slow
def test_the_registration_desk_is_for_everybody_whatever_was_chosen(site: Site) -> None:
    site.house.register("w1", matter_code=MATTER, applicant=PERSON)
    page = site.desk("w3").page
    page.goto("/register")
    found = {}
    for touched in (_matter_chosen, _hint_shown, _closed_on_the_spot, _rows_added, _matters_listed):
        touched(page)
        found[touched.__name__] = in_each_mode(page)
    assert {state: told for state, told in found.items() if told} == {}
    assert site.complaints == []


# ------------------------------------------------------------------ everything else
def _opened(desk: Desk, path: str, choices: dict[str, str]) -> Page:
    desk.page.goto(path)
    desk.fill(choices)
    return desk.page


@pytest.mark.slow
def test_a_form_is_for_everybody_whatever_was_chosen(site: Site) -> None:
    house = site.house
    no = house.register("w1", matter_code=MATTER, acceptance="accept")
    window, unit, found = site.desk("w1"), site.desk("unit-SC-SS"), {}

    def seen(desk: Desk, path: str, **choices: str) -> None:
        found[f"{path} {choices}"] = in_each_mode(_opened(desk, path, choices))

    seen(window, f"/tasks/{house.task(no, 'classify')}", grade="complex")
    house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    house.complete("w1", no, "dispatch", lead_unit="SC-SS", onsite_attempt="试过")
    seen(unit, f"/tasks/{house.task(no, 'acknowledge')}", action="return")
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    house.complete("unit-SC-SS", no, "first_contact", action="contact", contact_method="phone")
    for action in ("reply", "return", "request_extension", "request_pause", "request_regrade"):
        seen(unit, f"/tasks/{house.task(no, 'handle')}", action=action)
    for act in ("courier", "supplement", "urge", "withdraw"):
        seen(window, f"/cases/{no}/{act}")
    assert {state: told for state, told in found.items() if told} == {}
    assert site.complaints == []


def _nothing_ticked(page: Page) -> None:
    page.get_by_role("button", name="生成，存一份在件里").click()
    page.get_by_role("alert").wait_for()


def _all_ticked(page: Page) -> None:
    page.get_by_label("全都缺").check()


def _printed(page: Page) -> None:
    page.get_by_role("button", name="生成，存一份在件里").click()
    page.get_by_role("link", name="返回反映件").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["large", "notice"])
def test_a_list_of_papers_is_for_everybody_from_the_empty_form_to_the_sheet(site: Site, kind: str) -> None:
    no = site.house.register("w3", matter_code=MATTER, acceptance="accept")
    page = site.desk("w3").page
    page.goto(f"/cases/{no}/lists/{kind}")
    steps: tuple[Callable[[Page], None], ...] = (_nothing_ticked, _all_ticked, _printed)
    found = {}
    for step in steps:
        step(page)
        found[step.__name__] = in_each_mode(page)
    assert {state: told for state, told in found.items() if told} == {}


@pytest.mark.slow
def test_menus_and_what_is_answered_to_something_wrong_are_for_everybody(site: Site) -> None:
    no = site.house.register("w1", matter_code=MATTER, acceptance="accept")
    desk, found = site.desk("w1"), {}
    page = desk.page
    page.goto("/inbox?queue=group")
    page.locator(".menu summary").click()
    found["own menu"] = in_each_mode(page)
    page.locator(".menu summary").click()
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    found["keys"] = in_each_mode(page)
    page.goto(f"/cases/{no}/attachments")
    page.locator("#paper").set_input_files({"name": "a.exe", "mimeType": "application/pdf", "buffer": b"MZ"})
    desk.follow(page.get_by_role("button", name="上传"))
    page.get_by_role("alert").wait_for()
    found["no such file"] = in_each_mode(page)
    stranger = site.visitor().page
    stranger.goto("/sign-in")
    stranger.get_by_label("用户名").fill("w1")
    stranger.get_by_label("口令").fill("?")
    stranger.locator("main").get_by_role("button", name="登录").click()
    stranger.get_by_role("alert").wait_for()
    found["wrong password"] = in_each_mode(stranger)
    assert {state: told for state, told in found.items() if told} == {}


# ------------------------------------------------------------------ on a telephone
@pytest.mark.parametrize("name", ["w1", "supervisor", "unit-SC-SS"])
@pytest.mark.parametrize("mode", MODES)
def test_the_head_leaves_most_of_a_telephone_to_the_page(site: Site, name: str, mode: str) -> None:
    no = site.house.register("w1", acceptance="accept")
    site.house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    site.house.complete("w1", no, "dispatch", lead_unit="SC-SS", onsite_attempt="试过")  # which the unit is told of
    page = site.desk(name).page
    page.context.add_cookies([{"name": "display", "value": mode, "url": site.url}])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/account")
    last = page.locator(".nav a").last.get_attribute("href")
    assert last is not None
    page.goto(last)
    box = page.locator("header").bounding_box()
    assert box is not None and box["height"] < 844 / 3
    assert page.locator(".nav .count").count() == (name == "unit-SC-SS")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    here = page.locator(".nav [aria-current]").bounding_box()
    assert here is not None and here["x"] >= 0 and here["x"] + here["width"] <= 390.5
    page.locator(".menu summary").click()
    leave = page.get_by_role("button", name="退出登录").bounding_box()
    assert leave is not None and leave["x"] >= 0 and leave["x"] + leave["width"] <= 390
