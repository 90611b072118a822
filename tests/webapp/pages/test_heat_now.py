"""流程分析 of what lies unclaimed now, and of two selections held side by side with all that is told of one."""

from __future__ import annotations

import json
import re
from html import unescape

from engine.cases.commands import ClaimTask
from tests.support.play import Play, any_play, play, postgres_play
from tests.webapp.pages.test_heat import late_review, reader, rows

__all__ = ["any_play", "play", "postgres_play"]

LYING = slice(14, 16)  # the columns: how many, how long the first has waited


def test_a_step_where_work_lies_unclaimed_now_is_seen_though_nothing_was_done_there_yet(any_play: Play) -> None:
    any_play.until("first_contact")
    task = any_play.task("handle")
    any_play.at("10-21 09:00")
    visitor = reader(any_play)
    text = visitor.open("/audit/processes").text
    waited = rows(text, "每一步的次数")["办理"][LYING]
    assert waited == ["1", "8 小时 30 分"]  # 15:00 to 17:00, and the next day of six hours and a half
    assert "办理 1 次</a>，最早的" in text and "已等 8 小时 30 分" in text
    href = next(unescape(each) for each in re.findall(r'href="([^"]+which=unclaimed[^"]*)"', text))
    found = visitor.open(href).text
    assert "办理：现在没人接手的" in found and list(rows(found, "共 1 次")) == [any_play.no]

    any_play.execute(ClaimTask(task.id, "unit-SC-MI"), "unit-SC-MI")
    after = reader(any_play).open("/audit/processes").text
    assert rows(after, "每一步的次数")["办理"][LYING] == ["0", "—"] and "现在压着" not in after


def test_the_wait_of_what_lies_now_is_told_without_the_pauses_of_its_clock(play: Play) -> None:
    play.until("first_contact")
    play.at("10-20 09:00")
    asked = {"reason": "等材料", "waiting_for": "citizen", "until": "2026-10-22"}
    play.do("handle", "unit-SC-MI", action="request_pause", **asked)
    play.at("10-20 10:00")
    play.do("decide_pause", "group", approved=True)
    play.at("10-22 11:00")  # it went on at 9:00 by itself
    assert rows(reader(play).open("/audit/processes").text, "每一步的次数")["办理"][LYING] == ["1", "2 小时"]


def test_two_selections_are_told_with_percentiles_returns_and_whose_doing_it_is(play: Play) -> None:
    late_review(play)
    play.register(acceptance="accept", channel="phone")
    text = reader(play).open("/audit/processes?channel=window&compare=1&channel2=phone").text
    table = rows(text, "每一步，甲")
    took = "33 小时 30 分"  # Mon 15:00 to the Monday after 16:00
    assert table["办理"][:11] == ["1 → 0", *[f"{took} → —"] * 4, *["— → —"] * 4, "0 → 0", "0 → 0"]
    assert table["办理"][11:] == ["0% → —", *["0 → 0"] * 3]
    assert table["审核办结"][-4:] == ["100% → —", "1 → 0", "0 → 0", "0 → 0"]
    heads = re.findall(r"<th scope=\"col\">([^<]+)</th>", text.split("每一步，甲")[1].split("</thead>")[0])
    assert heads[-3:] == ["设计所致", "前步所致", "本步人为"] and heads.count("90%") == 2


def test_both_selections_are_drawn_each_with_its_own_figures(play: Play) -> None:
    late_review(play)
    play.register(acceptance="accept", channel="phone")
    text = reader(play).open("/audit/processes?by=count&channel=window&compare=1&channel2=phone").text
    drawn = dict(zip(re.findall(r'data-label="([^"]+)"', text), re.findall(r'data-heat="([^"]*)"', text), strict=True))
    sides = {title[0] for title in drawn}
    assert sides == {"甲", "乙"}
    of_second = [json.loads(unescape(each)) for title, each in drawn.items() if title.startswith("乙")]
    assert any("classify" in each for each in of_second) and not any("review" in each for each in of_second)
