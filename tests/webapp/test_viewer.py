"""The diagram on a page, in a real browser, under the strict content policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from webapp.pages.headers import POLICY

ROOT = Path(__file__).parents[2]
PLACE = "http://office.test"
DIAGRAM = """<!doctype html><html lang="zh-CN"><link rel="stylesheet" href="/static/viewer.css">
<script src="/static/viewer.js" defer></script>
<div class="diagram" data-label="五步闭环" data-xml-url="/five_step_loop.bpmn"
 data-done="dispatch" data-current="orders" data-late="orders"></div>
<div class="diagram" data-compact data-xml-url="/nothing.bpmn"></div>"""


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complains about, a missing file left out."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if "404" not in message.text else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def case_page(page: Page, complaints: list[str]) -> Page:
    """A page with one diagram that is there and one that is not."""
    page.route(f"{PLACE}/**", serve)
    page.goto(f"{PLACE}/case")
    page.locator("[data-drawn]").wait_for()
    return page


def serve(route: Route) -> None:
    path = route.request.url.removeprefix(PLACE)
    policy = {"Content-Security-Policy": POLICY}
    folder = ROOT / ("webapp" if path.startswith("/static/") else "processes")
    if path == "/case":
        route.fulfill(body=DIAGRAM, content_type="text/html; charset=utf-8", headers=policy)
    elif (folder / path[1:]).is_file():
        route.fulfill(path=folder / path[1:], headers=policy)
    else:
        route.fulfill(status=404)


def stroke(page: Page, element: str, what: str) -> str:
    shape = page.locator(f"[data-element-id={element}] > .djs-visual > :first-child").first
    value: str = shape.evaluate("(shape, what) => getComputedStyle(shape)[what]", what)
    return value


def test_the_path_taken_is_solid_and_the_current_step_dashed_and_named(case_page: Page) -> None:
    assert stroke(case_page, "dispatch", "strokeDasharray") == "none"
    assert stroke(case_page, "orders", "strokeDasharray") != "none"
    assert case_page.locator(".diagram-tag").all_inner_texts() == ["✓", "当前·已超期"]
    assert case_page.locator("[data-element-id=review].is-done").count() == 0


@pytest.mark.checklist(18)
def test_the_strict_policy_is_enough(case_page: Page, complaints: list[str]) -> None:
    assert complaints == []


def test_the_makers_mark_is_visible_and_uncovered(case_page: Page) -> None:
    mark = case_page.locator(".bjs-powered-by").first
    assert mark.is_visible()
    assert mark.evaluate(
        "m => { const r = m.getBoundingClientRect();"
        " return m.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); }"
    )


def test_the_drawing_is_moved_and_enlarged_by_keyboard(case_page: Page) -> None:
    drawing = case_page.locator(".djs-container > svg").first
    scale, left, _ = view(case_page)
    drawing.focus()
    drawing.press("ArrowLeft")
    moved = view(case_page)
    drawing.press("+")
    assert moved[0] == scale and moved[1] > left
    assert view(case_page)[0] > scale


def view(page: Page) -> tuple[float, float, float]:
    """Scale and place of the drawing."""
    matrix = page.locator(".viewport").first.evaluate("v => { const m = v.getCTM(); return [m.a, m.e, m.f]; }")
    return matrix[0], matrix[1], matrix[2]


def test_a_diagram_that_cannot_be_had_says_so(case_page: Page) -> None:
    case_page.locator(".diagram-note").wait_for()
    assert "请看文字说明" in case_page.locator(".diagram-note").inner_text()
