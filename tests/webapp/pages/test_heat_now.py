"""流程分析 of what lies where now, of the columns shown, and of two selections held side by side."""

from __future__ import annotations

import json
import re
from html import unescape

from engine.cases.commands import ClaimTask, UnclaimTask
from tests.support.play import Play, any_play, play, postgres_play
from tests.webapp.pages.browserless import Visitor
from tests.webapp.pages.test_heat import late_review, reader, rows

__all__ = ["any_play", "play", "postgres_play"]

EVERY = "/audit/processes?columns=all"
LYING = slice(14, 16)  # the columns: how many, how long the first has waited
HELD = slice(16, 18)  # how many, how long the first has been handled
PAUSED = 18  # how many; of pending cases, that they are
PAUSE = {"reason": "等材料", "waiting_for": "citizen", "until": "2026-10-22"}


def test_a_step_where_work_lies_unclaimed_now_is_seen_though_nothing_was_done_there_yet(any_play: Play) -> None:
    any_play.until("first_contact")
    task = any_play.task("handle")
    any_play.at("10-21 09:00")
    visitor = reader(any_play)
    text = visitor.open(EVERY).text
    waited = rows(text, "每一步的次数")["办理"][LYING]
    assert waited == ["1", "8 小时 30 分"]  # 15:00 to 17:00, and the next day of six hours and a half
    assert "办理 1 次</a>，最早的" in text and "已等 8 小时 30 分" in text
    href = next(unescape(each) for each in re.findall(r'href="([^"]+which=unclaimed[^"]*)"', text))
    found = visitor.open(href).text
    assert "办理：现在没人接手的" in found and list(rows(found, "共 1 次")) == [any_play.no]

    any_play.execute(ClaimTask(task.id, "unit-SC-MI"), "unit-SC-MI")
    after = reader(any_play).open(EVERY).text
    assert rows(after, "每一步的次数")["办理"][LYING] == ["0", "—"] and "现在压着" not in after


def test_the_wait_of_what_lies_now_is_told_without_the_pauses_of_its_clock(play: Play) -> None:
    play.until("first_contact")
    play.at("10-20 09:00")
    play.do("handle", "unit-SC-MI", action="request_pause", **PAUSE)
    play.at("10-20 10:00")
    play.do("decide_pause", "group", approved=True)
    play.at("10-22 11:00")  # it went on at 9:00 by itself
    assert rows(reader(play).open(EVERY).text, "每一步的次数")["办理"][LYING] == ["1", "2 小时"]


def test_what_lies_with_somebody_unfinished_is_ranked_with_how_long_it_has_been_in_hand(any_play: Play) -> None:
    any_play.until("first_contact")
    any_play.at("10-20 09:00")
    any_play.execute(ClaimTask(any_play.task("handle").id, "unit-SC-MI"), "unit-SC-MI")
    any_play.at("10-21 10:00")
    visitor = reader(any_play)
    text = visitor.open(EVERY).text
    assert rows(text, "每一步的次数")["办理"][HELD] == ["1", "7 小时 30 分"]  # a day of six hours and a half, and one
    assert "现在有人在办、还没办完的" in text and "接手，已办 7 小时 30 分" in text
    [line] = rows(behind(visitor, text, "handle", "held"), "共 1 次").items()
    assert line[0] == any_play.no and line[1][3:7] == ["还没办完", "有人在办", "2 小时", "至今 7 小时 30 分"]


def test_what_was_put_back_lies_with_nobody_again(play: Play) -> None:
    play.until("first_contact")
    task = play.task("handle").id
    play.execute(ClaimTask(task, "unit-SC-MI"), "unit-SC-MI")
    play.at("10-19 16:00")
    play.execute(UnclaimTask(task), "unit-SC-MI")
    row = rows(reader(play).open(EVERY).text, "每一步的次数")["办理"]
    assert (row[LYING], row[HELD]) == (["1", "1 小时"], ["0", "—"])


def test_what_is_paused_lies_with_nobody_and_nobody_is_waited_for(play: Play) -> None:
    play.until("first_contact")
    play.at("10-20 09:00")
    play.do("handle", "unit-SC-MI", action="request_pause", **PAUSE)
    play.at("10-20 10:00")
    play.do("decide_pause", "group", approved=True)
    play.at("10-21 10:00")
    visitor = reader(play)
    text = visitor.open(EVERY).text
    row = rows(text, "每一步的次数")["挂起中"]
    assert (row[LYING], row[HELD], row[PAUSED]) == (["0", "—"], ["0", "—"], "1") and "现在压着" not in text
    [line] = rows(behind(visitor, text, "await_resume", "paused"), "共 1 次").items()
    assert line[0] == play.no and line[1][3:6] == ["还没办完", "暂停中", "至今 0 分"]


def test_a_pending_case_whose_month_has_come_is_shown_as_pending_and_not_as_waiting_for_the_leading_group(
    play: Play,
) -> None:
    play.until("review", review={"review_result": "pending"})
    decided = rows(reader(play).open(EVERY).text, "每一步的次数")["挂账审批"]
    assert decided[LYING][0] == "1"  # the clock runs on until they have decided: that does wait for them
    play.do("approve_pending", "leading", approved=True, plan="列入明年改造", owner="市数据局")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已列入计划")
    play.at("11-23 10:00")
    task = play.task("review_pending").id
    visitor = reader(play)
    text = visitor.open(EVERY).text
    row = rows(text, "每一步的次数")["挂账更新"]
    assert (row[LYING], row[HELD], row[PAUSED]) == (["0", "—"], ["0", "—"], "1（挂账）") and "现在压着" not in text
    [line] = rows(behind(visitor, text, "review_pending", "pending"), "共 1 次").items()
    assert line[0] == play.no and line[1][3:5] == ["还没办完", "挂账中"]
    play.execute(ClaimTask(task, "leading"), "leading")
    assert rows(reader(play).open(EVERY).text, "每一步的次数")["挂账更新"][PAUSED] == "1（挂账）"


def test_among_late_ones_a_step_still_open_tells_its_working_time_so_far(play: Play) -> None:
    play.until("first_contact")
    play.at("10-28 11:00")
    visitor = reader(play)
    text = visitor.open(EVERY).text
    [line] = rows(behind(visitor, text, "handle", "late"), "共 1 次").items()
    assert line[1][3:7] == ["还没办完", "没人接手", "至今 43 小时", "—"]  # two hours, six days, two hours


def behind(visitor: Visitor, text: str, element: str, which: str) -> str:
    """The list behind a figure."""
    href = re.findall(rf'href="([^"]+element={element}&amp;which={which}[^"]*)"', text)[0]
    return visitor.open(unescape(href)).text


def test_what_is_wanted_most_is_shown_first_and_the_other_columns_are_one_link_away(play: Play) -> None:
    late_review(play)
    play.at("10-27 15:00")
    visitor = reader(play)
    text = visitor.open("/audit/processes?grade=general").text
    heads = ["占全部时间", "到达", "等待（中位）", "办理（中位）", "超期占比", "设计所致", "前步所致", "本步人为"]
    assert heads_of(text, "每一步的次数") == ["步骤", *heads, "现在没人接手", "现在有人在办", "现在暂停或挂账"]
    table = rows(text, "每一步的次数")
    took = "33 小时 30 分"
    assert table["办理"][1:4] == ["1", f"{took}90% 在 {took}内", "—"]
    assert table["审核办结"][4:8] == ["100%1 次", "1", "0", "0"]
    assert table["反馈"][1] == "1未办完 1" and table["反馈"][8] == "1最早已等 3 小时 30 分"  # 10:00–12:00, 13:30–15:00
    [other] = re.findall(r'<a class="button button-quiet" href="([^"]+)">更多列</a>', text)
    every = visitor.open(unescape(other)).text
    assert "最长" in heads_of(every, "每一步的次数") and "等级" in every and "只看主要的列" in every
    assert rows(every, "每一步的次数")["办理"][6:10] == [took] * 4


def test_two_selections_are_told_in_the_columns_wanted_most_too(play: Play) -> None:
    late_review(play)
    play.register(acceptance="accept", channel="phone")
    text = reader(play).open("/audit/processes?channel=window&compare=1&channel2=phone").text
    heads = ["到达", "等待（中位）", "等待（90%）", "办理（中位）", "办理（90%）", "再次进入", "超期占比"]
    assert heads_of(text, "每一步，甲") == ["步骤", *heads, "设计所致", "前步所致", "本步人为"]
    review = ["1 → 0", *["2 小时 → —"] * 2, *["— → —"] * 2, "0 → 0", "100% → —", "1 → 0", "0 → 0", "0 → 0"]
    assert rows(text, "每一步，甲")["审核办结"] == review
    assert text.count(">更多列</a>") == 1


def heads_of(text: str, caption: str) -> list[str]:
    """What stands above the columns of a table."""
    return re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', text.split(caption)[1].split("</thead>")[0])


def test_two_selections_are_told_with_percentiles_returns_and_whose_doing_it_is(play: Play) -> None:
    late_review(play)
    play.register(acceptance="accept", channel="phone")
    text = reader(play).open(f"{EVERY}&channel=window&compare=1&channel2=phone").text
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
