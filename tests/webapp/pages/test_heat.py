"""流程分析 as auditors see it: the figures of played cases, the selections, the way down to the cases."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from engine.heat.keeping import keep_walked
from engine.queries.heat import spread
from tests.support.play import Play, any_play, play, postgres_play
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app
from webapp.pages.heat_words import duration

__all__ = ["any_play", "play", "postgres_play"]


def reader(play: Play, name: str = "auditor") -> Visitor:
    keep_walked(play.engine.db, play.engine.versions, play.engine.calendars, play.engine.clock.now())
    return Visitor.of(create_app(play.engine, play.house.settings)).sign_in(name)


def late_review(play: Play) -> None:
    """A case whose review was reached in the last hour of the promise, and done the next morning."""
    play.until("first_contact")
    play.at("10-26 16:00")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    play.at("10-27 10:00")
    play.do("review", "group2", review_result="pass", outcome="done")


def rows(text: str, caption: str) -> dict[str, list[str]]:
    """A table by its caption: first cell → the others."""
    table = next(each for each in re.findall(r"<table.*?</table>", text, re.S) if caption in each)
    body = table.split("<tbody>")[1]
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)]
    return {cells[0]: [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells[1:]] for cells in map(plain, found)}


def plain(cells: list[str]) -> list[str]:
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


def marks(text: str) -> dict[str, Any]:
    found = [json.loads(unescape(each)) for each in re.findall(r'data-heat="([^"]*)"', text)]
    return {element: said for drawn in found for element, said in drawn.items()}


def test_percentiles_are_by_nearest_rank() -> None:
    found = spread([(1, 1), (2, 1), (3, 1), (10, 1)])
    assert (found.median, found.p75, found.p90, found.most, found.total) == (2, 3, 10, 10, 16)
    assert spread([]).median is None


@pytest.mark.parametrize(("minutes", "words"), [(0, "0 分"), (59, "59 分"), (60, "1 小时"), (630, "10 小时 30 分")])
def test_working_time_is_told_in_hours_and_minutes(minutes: int, words: str) -> None:
    assert duration(minutes) == words


def test_the_step_that_takes_most_working_time_comes_first_and_its_lateness_is_told(any_play: Play) -> None:
    late_review(any_play)
    table = rows(reader(any_play).open("/audit/processes?columns=all").text, "每一步的次数")
    assert next(iter(table)) == "办理"
    waited = table["办理"][6:10]  # Mon 15:00 to the Monday after 16:00
    assert waited == [duration(120 + 4 * 390 + 330)] * 4
    assert table["审核办结"][-5:] == ["100%", "1", "1", "0", "0"]


def test_the_diagram_says_the_same_in_numbers(play: Play) -> None:
    late_review(play)
    visitor = reader(play)
    assert marks(visitor.open("/audit/processes?by=count").text)["review"]["text"] == "1 次"
    by_time = marks(visitor.open("/audit/processes").text)
    spent = 2010 + 120 + 25 + 25 + 4 + 1 + 5
    assert by_time["handle"] == {"level": 5, "text": f"{2010 / spent:.0%}", "more": f" · 平均 {duration(2010)}"}
    assert "review_given" not in by_time


def test_what_was_drawn_without_a_name_is_called_by_its_kind_and_what_stands_around_it(play: Play) -> None:
    late_review(play)
    others = rows(reader(play).open("/audit/processes").text, "不是人办的节点")
    assert {name for name in others if re.search("[a-z_]", name)} == set()
    assert {"并行分支（在“确定期限”与“紧急？”、“派单、办理、审核”之间）", "开始（在“登记时已定？”之前）"} <= set(others)


@pytest.mark.parametrize(
    ("asked", "cases"),
    [
        ("grade=general", 1),
        ("grade=complex", 0),
        ("unit=SC-MI&version=1", 1),
        ("unit=SC-SS", 0),
        ("cause=系统类&channel=window", 1),
        ("from=2026-10-19&to=2026-10-19", 1),
        ("from=2026-10-20", 0),
    ],
)
def test_a_selection_narrows_the_cases(play: Play, asked: str, cases: int) -> None:
    late_review(play)
    assert f"<p>{cases} 件" in reader(play).open(f"/audit/processes?{asked}").text


def test_what_cannot_be_is_told_and_does_not_narrow(play: Play) -> None:
    late_review(play)
    text = reader(play).open("/audit/processes?from=gestern&grade=x&version=9").text
    assert "<p>1 件" in text and text.count("请改一下再筛") == 3


def test_two_selections_stand_side_by_side(play: Play) -> None:
    late_review(play)
    play.register(acceptance="accept", channel="phone")
    play.do("classify", "w3", grade="complex", cause="系统类")
    text = reader(play).open("/audit/processes?columns=all&channel=window&compare=1&channel2=phone").text
    assert "甲：渠道 窗口（1 件）；乙：渠道 电话（1 件）" in text
    table = rows(text, "每一步，甲")
    assert table["分类定级"][:2] == ["1 → 1", "1 分 → 0 分"]
    assert table["办理"][0] == "1 → 0"


def test_from_a_figure_one_comes_to_the_cases(play: Play) -> None:
    late_review(play)
    visitor = reader(play)
    text = visitor.open("/audit/processes?grade=general").text
    href = next(unescape(each) for each in re.findall(r'href="([^"]+which=design[^"]*)"', text))
    found = visitor.open(href).text
    assert "审核办结：设计所致" in found and "等级 一般" in found
    [line] = rows(found, "共 1 次").items()
    assert line[0] == play.no and line[1][-3:] == ["7 小时 30 分", "1 小时", "设计所致"]


def test_a_step_still_open_and_late_now_is_counted_with_its_reason_and_leads_to_its_case(play: Play) -> None:
    play.until("first_contact")
    play.at("10-26 16:00")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    play.at("10-27 10:00")  # past the promise, within the day of the review
    visitor = reader(play)
    text = visitor.open("/audit/processes?columns=all").text
    review = rows(text, "每一步的次数")["审核办结"]
    assert (review[:3], review[-5:]) == (["1", "1", "1"], ["100%", "1", "1", "0", "0"])
    href = next(unescape(each) for each in re.findall(r'href="([^"]+which=design[^"]*)"', text))
    [line] = rows(visitor.open(href).text, "共 1 次").items()
    assert line[0] == play.no and (line[1][3], line[1][-1]) == ("还没办完", "设计所致")


@pytest.mark.parametrize(("by", "words"), [("time", "按工作时间"), ("count", "按次数")])
def test_which_way_the_diagram_is_coloured_is_said_in_words_and_to_screen_readers(
    play: Play, by: str, words: str
) -> None:
    late_review(play)
    text = reader(play).open(f"/audit/processes?by={by}").text
    switch = text.split('aria-label="图上按什么上色"')[1].split("</nav>")[0]
    [(attributes, said)] = re.findall(r'<a [^>]*?(aria-current="true")[^>]*>(.*?)</a>', switch)
    assert attributes and re.sub(r"<[^>]+>", "", said) == f"✓ 正在看：{words}"
    assert switch.count("正在看") == 1 and switch.count("<a ") == 2
    drawn = re.findall(r'<h3 class="after">(.*?)</h3>', text)
    assert drawn and all(title.endswith("（第 1 版）") for title in drawn)


def test_an_unknown_step_is_no_page(play: Play) -> None:
    assert reader(play).open("/audit/processes/steps?element=nichts").status_code == 404


def test_a_restricted_case_is_in_no_figure(play: Play) -> None:
    play.at("10-19 14:00")
    play.register(acceptance="restricted")
    assert "<p>0 件" in reader(play).open("/audit/processes").text


def test_what_has_just_changed_is_told_to_come(play: Play) -> None:
    play.at("10-19 14:00")
    visitor = reader(play, "supervisor")
    play.register()
    assert "另有 1 件" in visitor.open("/audit/processes").text
