"""Every page there is, in each display mode: axe finds nothing, nothing is wider than a small phone, no complaint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from engine.desk.commands import SaveView
from engine.queries.inbox_choice import Choice
from tests.browser.site import Desk, Site, running
from tests.support.house import House
from tests.webapp.doors import USERS, Door, doors
from tests.webapp.role_table import ROLES, TABLE
from tests.webapp.test_role_table import filled, places
from webapp.pages.display import MODES

__all__ = ["places"]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
_RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .flatMap(({id, nodes}) => nodes.map(node => `${id}: ${node.html.slice(0, 200)}`))"""
# What stands out to the right of the window, unless it may be scrolled on its own.
_TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter(it => it.getBoundingClientRect().right > innerWidth + 1
    && !it.closest('.scroll, .visually-hidden')).map(it => it.outerHTML.slice(0, 160)).slice(0, 5)"""
_DRAWING = "script[src]:not([src*='/app.js'])"
IN_MODE = """mode => { document.documentElement.className = `mode-${mode} js`;
  document.querySelectorAll('.modes button').forEach(it => it.setAttribute('aria-pressed', it.value === mode)) }"""
# Folded parts are part of the page; the own menu would lie over it.
UNFOLDED = "() => document.querySelectorAll('details:not(.menu)').forEach(it => { it.open = true })"
_PHONE, _DESK = {"width": 320, "height": 640}, {"width": 1440, "height": 900}
_NO_PAGES = (
    "/inbox/live",
    "/api/",
    "/engine-rest/",
    "/static/",
    "/diagrams/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
)
# What is saved, and what scripts put into a page or read.
_NOT_WHOLE = (
    *("/attachments/<id>", ".pdf", "/register/matters/<code>", "/inbox/preview/<task_id>"),
    *("/archive", "/drafts/<int:id>/check", "/files/<path:name>"),
)


def pages(house: House) -> Iterator[tuple[Door, str]]:
    """Every page, each with the first role that may open it."""
    for door in doors(house.app):
        if door.method == "GET" and not door.rule.startswith(_NO_PAGES) and not door.rule.endswith(_NOT_WHOLE):
            kinds = TABLE[str(door)].kinds
            yield door, next(role for role in reversed(ROLES) if kinds[role] == "ok")


@pytest.fixture
def open_site(house: House, places: Mapping[str, str], browser: Browser) -> Iterator[Site]:
    """A demo with a case at a unit's desk, and whatever else the pages are about."""
    with running(house, browser) as opened:
        yield opened


@pytest.mark.slow
def test_a_page_is_for_everybody(open_site: Site, places: Mapping[str, str]) -> None:
    """In each display mode, unfolded; what opens only when it is touched is in test_every_state.py. A page on which
    scripts draw is opened anew in each, any other is changed as it stands: tests/webapp/pages/test_modes.py shows that
    this is all by which a mode changes it.
    """
    found: dict[str, list[str]] = {}
    desk, at_it = open_site.visitor(), None
    desk.page.set_viewport_size(_DESK)  # type: ignore[arg-type]
    for door, role in sorted(pages(open_site.house), key=lambda page: ROLES.index(page[1])):
        if role != at_it:
            desk.page.context.clear_cookies()
            if (name := USERS[role]) is not None:
                open_site.admit(desk, name)
            at_it = role
        for mode in MODES:
            _show(open_site, desk.page, f"{door} as {role}", filled(door, places), mode)
            wrong = [*told_by_axe(desk.page), *too_wide(desk.page)]
            if wrong:
                found[f"{door} {mode}"] = wrong
    assert found == {}
    assert open_site.complaints == []


def _show(site: Site, page: Page, what: str, path: str, mode: str) -> None:
    if mode == MODES[0] or page.locator(_DRAWING).count():
        page.context.add_cookies([{"name": "display", "value": mode, "url": site.url}])
        answer = page.goto(path, wait_until="load")
        assert answer is not None and answer.status < 400, f"{what}: {answer and answer.status}"
        page.evaluate(UNFOLDED)
    else:
        page.evaluate(IN_MODE, mode)


def _desk(site: Site, role: str, mode: str) -> Desk:
    name = USERS[role]
    desk = site.visitor() if name is None else site.desk(name)
    desk.page.context.add_cookies([{"name": "display", "value": mode, "url": site.url}])
    desk.page.set_viewport_size(_DESK)  # type: ignore[arg-type]
    return desk


def told_by_axe(page: Page) -> list[str]:
    """What axe finds on the page as it is now."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    told: list[str] = page.evaluate(_RUN)
    return told


def too_wide(page: Page) -> list[str]:
    """What stands out of the window of a small phone."""
    page.set_viewport_size(_PHONE)  # type: ignore[arg-type]
    found: list[Any] = page.evaluate(_TOO_WIDE)
    page.set_viewport_size(_DESK)  # type: ignore[arg-type]
    return [f"too wide: {each}" for each in found]


@pytest.mark.slow
def test_an_answer_to_what_was_wrong_is_for_everybody_too(open_site: Site, places: Mapping[str, str]) -> None:
    window, unit = open_site.desk("w1"), open_site.desk("unit-SC-SS")
    found = {}
    for desk, path in (
        (window, "/register"),
        (unit, f"/tasks/{places['<task_id>']}"),
        (window, f"/cases/{places['<no>']}/supplement"),
        (window, f"/cases/{places['<no>']}/amend/title"),
    ):
        desk.page.goto(path)
        desk.send()
        assert desk.page.get_by_role("alert").count(), path
        found[path] = [*told_by_axe(desk.page), *too_wide(desk.page)]
    for path in ("/cases/BCS-2026-9999", "/nowhere"):
        window.page.goto(path)
        found[path] = [*told_by_axe(window.page), *too_wide(window.page)]
    assert {path: told for path, told in found.items() if told} == {}


def test_a_page_that_is_not_for_everybody_is_caught(site: Site) -> None:
    desk = site.at_inbox("w1")
    desk.page.evaluate("""() => { document.querySelector('main').insertAdjacentHTML('beforeend',
      '<img src="data:,"><p class="number">' + '8'.repeat(99) + '</p>') }""")
    assert any(told.startswith("image-alt") for told in told_by_axe(desk.page))
    assert too_wide(desk.page)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_the_inbox_unfolded_and_with_a_task_beside_the_list_is_for_everybody(site: Site, mode: str) -> None:
    task = site.house.task(site.house.register("w2"), "accept")
    site.house.do("w1", SaveView("超期的先办，紧急的在前，后到的在前", Choice(light="red", sorts=("-urgent",)).kept))
    page = _desk(site, "window", mode).page
    page.set_viewport_size({"width": 2000, "height": 900})  # room for the third column in large print too
    page.goto(f"/inbox?queue=group&selected={task}")
    assert page.locator("#preview").get_by_role("link", name="办理").is_visible()
    page.evaluate("() => document.querySelectorAll('details').forEach(it => { it.open = true })")
    assert page.get_by_role("button", name="打开待办时先看").is_visible()
    assert [*told_by_axe(page), *too_wide(page)] == []
    assert site.complaints == []
