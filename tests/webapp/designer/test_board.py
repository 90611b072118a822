"""The designer's own parts, in a real browser under the strict content policy: what is built is what is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from engine.bpmn.elements import read_elements, read_flows
from engine.bpmn.xml import bpmn, read_xml
from tests.support.chromium import new_desk
from tests.webapp.designer.board import FAMILY, Board
from tests.webapp.test_saved_by_bpmn_js import said

LOOP = "five_step_loop.bpmn"


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[Board]:
    """The designer with the main diagram of the house, opened once."""
    with new_desk(browser) as context:
        yield Board(context.new_page(), LOOP, FAMILY[LOOP]).open()


@pytest.fixture
def board(opened: Board) -> Iterator[Board]:
    """The same with the diagram as it was; it ends without a complaint of the browser."""
    opened.saved(FAMILY[LOOP])
    yield opened
    assert opened.complaints == []


def panel(board: Board, label: str) -> str:
    value: str = board.page.locator("[data-designer=panel]").get_by_label(label, exact=True).first.input_value()
    return value


def test_the_shipped_diagrams_are_written_as_they_were_read(board: Board) -> None:
    for name in (name for name in FAMILY if name.endswith(".bpmn")):
        again = board.saved(FAMILY[name])
        assert said(again) == said(FAMILY[name])
        processes = (read_xml(content).iter(bpmn("process")) for content in (FAMILY[name], again))
        for one, other in zip(*processes, strict=True):
            assert read_elements(other) == read_elements(one) and read_flows(other) == read_flows(one)


WORDS = {
    "give_feedback": "第 1 个工作日下班",
    "return_visit": "反馈后第 5 个工作日下班",
    "overdue_2": "承诺期限后第 2 个工作日下班",
    "onsite_yellow": "受理后满 30 分钟",
    "external_warn": "来单要求的办结时间前第 1 个工作日上班",
    "remind": "承诺期限前，按表里的提前催办天数",
    "await_month": "下月同日上班",
}


def test_instants_are_said_in_words(board: Board) -> None:
    for element, words in WORDS.items():
        board.choose(element)
        expect(board.page.locator("[data-designer=panel] .words")).to_have_text(words)


def test_what_is_built_from_choices_is_the_expression(board: Board) -> None:
    board.choose("overdue_2")
    board.page.get_by_label("到什么时刻：几个工作日").fill("3")
    board.page.get_by_label("到什么时刻：几个工作日").press("Tab")
    assert panel(board, "表达式") == "case_due(3)"
    board.page.get_by_label("到什么时刻：前还是后").select_option("before")
    assert panel(board, "表达式") == "case_due(-3)"
    board.page.get_by_label("到什么时刻：怎样算").select_option("workdays")
    board.page.get_by_label("到什么时刻：从何时算").select_option("dispatched_at")
    assert panel(board, "表达式") == "workdays(1, since=dispatched_at())"
    board.choose("grade_given__on_site")
    board.page.get_by_label("关系").select_option("in")
    board.page.get_by_label("复杂").check()
    assert panel(board, "表达式") == "grade in ['simple', 'complex']"
    board.page.get_by_role("button", name="加一条").click()
    board.page.get_by_label("几条之间").select_option("or")
    assert panel(board, "表达式").startswith("grade in ['simple', 'complex'] or ")
    board.page.get_by_role("button", name="撤销").click()
    board.page.get_by_role("button", name="撤销").click()
    assert panel(board, "表达式") == "grade in ['simple', 'complex']"


def test_a_piece_is_one_act_and_is_undone_as_one(board: Board) -> None:
    board.choose("review")
    board.page.get_by_role("button", name="升级一级", exact=True).click()
    expect(board.page.locator("[data-designer=panel] .kind")).to_contain_text("review_late_2")
    board.page.get_by_role("button", name="撤销").click()
    expect(board.page.get_by_role("button", name="撤销")).to_be_disabled()
    assert said(board.written()) == said(FAMILY[LOOP])


def test_a_counter_example_is_walked_on_the_drawing(board: Board) -> None:
    run = ["受理（受理决定：受理）", "时钟“受理超时”到了", "分类定级（等级：一般）", "办理"]
    finding = {"file": LOOP, "code": "DEAD", "element": "dispatch", "message": "走不到头", "run": run}
    board.found = {"ok": False, "findings": [finding], "notes": []}
    board.page.get_by_role("button", name="检查").click()
    expect(board.page.locator(".finding-tag")).to_have_text("问题 1：走不到头")
    board.page.get_by_text("怎样走到这里（4 步）").click()
    current = board.page.locator(".djs-element.is-current")
    for element in ("accept", "accept_late", "classify"):
        board.page.get_by_role("button", name="下一步").click()
        assert current.evaluate_all("shapes => shapes.map(it => it.dataset.elementId)") == [element]
    assert board.page.locator(".djs-element.is-done").count() == 2
    assert board.page.locator(".step-said").inner_text() == "第 3 步：分类定级（等级：一般）"
    board.page.get_by_role("button", name="下一步").click()
    assert board.page.locator(".step-said").inner_text() == "第 4 步：办理（在别的图里）"
    board.page.get_by_role("button", name="清除").click()
    assert current.count() == 0


def test_a_token_is_played_without_breaking_the_content_policy(board: Board) -> None:
    board.page.get_by_role("button", name="模拟走一遍").click()
    board.page.locator(".bts-context-pad:not(.hidden)").first.press("Enter")
    expect(board.page.locator(".bts-token-count").first).to_be_visible()
    assert board.page.locator(".bts-token-count").first.evaluate("it => it.style.background") != ""
    board.page.get_by_role("button", name="模拟走一遍").click()
