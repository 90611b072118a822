"""画图: the page that opens the drawing board, and what it hands to the script."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html

from tests.support.house import House
from tests.webapp.pages.browserless import Visitor

DRAFT = "/designer/drafts/1"


@pytest.fixture
def supervisor(house: House) -> Visitor:
    """A supervisor with a draft of the first version."""
    visitor = Visitor.of(house.app).sign_in("supervisor")
    visitor.open("/designer")
    visitor.send("/designer/drafts", **{"from": "1", "title": "加签批"})
    return visitor


def data(visitor: Visitor) -> Any:
    (text,) = html.fromstring(visitor.text).xpath("//script[@id='designer-data']/text()")
    return json.loads(text)


def test_the_script_is_told_all_it_needs(supervisor: Visitor) -> None:
    supervisor.open(f"{DRAFT}/diagram/five_step_loop.bpmn")
    told = data(supervisor)
    assert supervisor.client.get(told["fileUrl"]).data.startswith(b"<?xml")
    assert told["checkUrl"] == f"{DRAFT}/check"
    groups = {each["code"]: (each["label"], each["people"]) for each in told["catalogue"]["groups"]}
    assert groups["window_lead"] == ("窗口负责人", 2)
    assert groups["unit:${unit}"] == ("这张工单的承办单位", None)
    assert "admin" not in groups and "unit:SC-SS" in groups
    grade = next(each for each in told["catalogue"]["variables"] if each["name"] == "grade")
    assert grade["choices"] == [["simple", "简单"], ["general", "一般"], ["complex", "复杂"]]


def test_without_scripts_the_page_says_what_can_be_done_instead(supervisor: Visitor) -> None:
    supervisor.open(f"{DRAFT}/diagram/escalation.bpmn")
    assert "画图要用浏览器的脚本" in supervisor.text and "改表" in supervisor.text


def test_what_is_no_diagram_of_the_draft_is_not_found(supervisor: Visitor) -> None:
    assert supervisor.open(f"{DRAFT}/diagram/forms/accept.json").status_code == 404
    assert supervisor.open(f"{DRAFT}/diagram/none.bpmn").status_code == 404


def test_a_draft_that_was_given_up_is_drawn_no_more(supervisor: Visitor) -> None:
    supervisor.send(f"{DRAFT}/discard", revision="1")
    assert supervisor.open(f"{DRAFT}/diagram/escalation.bpmn").status_code == 409
