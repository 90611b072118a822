"""试算: asked for on a page, made beside it, looked at when it is done; without any script."""

from __future__ import annotations

import re
import threading
from html import unescape

import pytest
from sqlalchemy import insert, update

from engine.definitions.commands import BeginDraft, ChangeFile
from engine.storage.database import WriteTransaction
from engine.storage.models import what_if_runs
from tests.queries.quarter import shortened
from tests.queries.test_what_if import begin, finish, handed_on
from tests.support.house import House
from tests.support.what_if_run import answered_run
from tests.webapp.pages.browserless import Visitor

PAGE = "/designer/whatif"
LIMITS = "decisions/time_limits.dmn"
OCTOBER = {"from": "2026-10-01", "to": "2026-10-31", "over": "v1", "most": "1000", "seed": "1"}


@pytest.fixture
def supervisor(house: House) -> Visitor:
    """A supervisor in a house with two general cases of Monday, done on Friday and on Tuesday."""
    begin(house)
    on_friday, on_tuesday = handed_on(house), handed_on(house)
    finish(house, on_friday, "10-23 09:30")
    finish(house, on_tuesday, "10-27 10:00")
    return Visitor.of(house.app).sign_in("supervisor")


def said(page: Visitor) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def over() -> None:
    """Wait until every run is over."""
    for thread in threading.enumerate():
        if thread.name.startswith("what-if-"):
            thread.join()


def put(house: House, **values: object) -> None:
    def write(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(what_if_runs).values(**values))

    house.engine.db.write(write)


def test_a_draft_is_tried_and_told_before_and_after(house: House, supervisor: Visitor) -> None:
    draft = house.do("supervisor", BeginDraft(1, "缩短期限"))
    house.do("supervisor", ChangeFile(draft.id, LIMITS, shortened()[LIMITS], 1))
    supervisor.open(f"{PAGE}?draft={draft.id}")
    assert 'value="d1" selected' in supervisor.text
    supervisor.send(PAGE, **{**OCTOBER, "over": f"d{draft.id}"})
    assert supervisor.page.request.path == f"{PAGE}/1"
    over()
    supervisor.open(f"{PAGE}/1")
    text = said(supervisor)
    assert "试算：草稿“缩短期限”" in text
    assert "重放与实际一致 2/2" in text
    assert "超期 1 / 2 件（50.0%） 2 / 2 件（100.0%） +1 件" in text
    assert "提到 4 级（区政务服务局和承办单位主要领导） 0 次 1 次 +1 次" in text
    assert re.search(r"BCS-2026-0001 按期与否变了 按期：按期 → 超期", text)
    assert "期限：2026-10-26 17:00 → 2026-10-22 17:00" in text
    assert 'href="/cases/BCS-2026-0001"' in supervisor.text
    assert "每件还在原来的时刻到来" in text
    assert supervisor.text.count('<svg class="bars pairs"') == 2
    supervisor.open(PAGE)
    assert re.search("做过的试算.*草稿“缩短期限”.*2026-10-01 至 2026-10-31.*已算完", said(supervisor))


def test_a_picture_has_two_bars_for_each_line_and_says_which_is_which(house: House, supervisor: Visitor) -> None:
    supervisor.open(PAGE)
    supervisor.send(PAGE, **OCTOBER)
    over()
    supervisor.open(f"{PAGE}/1")
    svg = re.findall(r'<svg class="bars pairs".*?</svg>', supervisor.text, re.S)[0]
    words, sides = (
        re.findall(pattern, svg) for pattern in (r'text-anchor="end">([^<]+)<', r'class="side"[^>]*>([^<]+)<')
    )
    assert words[0] == "超期"
    assert sides == ["当时", "试算"] * len(words)
    assert len(re.findall(r'class="was"', svg)) == len(re.findall(r'class="would"', svg)) == len(words)


def test_a_run_under_way_says_how_far_it_is_and_one_that_fell_silent_that_it_did(
    house: House, supervisor: Visitor
) -> None:
    supervisor.open(PAGE)
    supervisor.send(PAGE, **OCTOBER)
    over()
    put(house, state="running", done=3, steps=4, answer=None)
    supervisor.open(f"{PAGE}/1")
    assert "已重放 3 次，共 4 次" in said(supervisor)
    assert '<progress class="after" max="4" value="3"' in supervisor.text
    put(house, heard_at=house.clock.now())  # long before the machine's clock
    supervisor.open(f"{PAGE}/1")
    assert "没有算完" in said(supervisor)
    put(house, state="failed", failure="decisions/time_limits.dmn：读不出来")
    supervisor.open(f"{PAGE}/1")
    assert "没有算成 decisions/time_limits.dmn：读不出来" in said(supervisor)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"from": "soon"}, "日期没有看懂"),
        ({"to": "2026-09-01"}, "截止日期早于起始日期"),
        ({"over": "x1"}, "请选择在哪一版或哪份草稿上试算"),
        ({"over": "v9"}, "没有第 9 版"),
        ({"over": "d9"}, "没有这份草稿"),
        ({"most": "0"}, "请填 1 到"),
        ({"seed": "-1"}, "请填 0 到"),
    ],
)
def test_what_cannot_be_tried_is_said_at_its_field(supervisor: Visitor, wrong: dict[str, str], sentence: str) -> None:
    supervisor.open(PAGE)
    supervisor.send(PAGE, **{**OCTOBER, **wrong})
    assert supervisor.status == 400
    assert sentence in said(supervisor)
    assert f'id="{next(iter(wrong))}-error"' in supervisor.text


def test_an_answer_tells_what_was_left_out_what_deviates_and_what_was_assumed(
    house: House, supervisor: Visitor
) -> None:
    """Of a row as it may stand in the table, so that every part of an answer is there at once."""

    def keep(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(insert(what_if_runs).values(**answered_run("BCS-2026-0001")))

    house.engine.db.write(keep)
    supervisor.open(f"{PAGE}/1")
    text = said(supervisor)
    assert "这段时间收到 5 件，比较 3 件，走不通的 1 件另列，另有限密 1 件不重放。" in text
    assert "重放与实际一致 3/4 有的件按原来那一版重放和实际不一样" in text
    assert "只是期限或时刻不同的，1 件" in text
    assert "没有比较的件 这些件前后都没有计入。 BCS-2026-0001 走到“办理”走不下去：已过到期时间" in text
    assert "BCS-2026-0001 提级层级、期限" in text
    assert "“签批”（工作小组）有 3 次当时没有人办过：按同一岗位各环节用时的中位数 7.5 分钟 算（12 次办理）。" in text
    assert "表单上新要求填的（sign_off_note）当时没有填：填第一个能填的值。" in text
    assert "有 1 次撤回、催办之类在试算里做不了，没有做。" in text
    assert "社保分中心 6 项 0 项 40 小时 0 小时 -40 小时" in text


def test_a_run_there_is_none_of_is_not_found(supervisor: Visitor) -> None:
    assert supervisor.open(f"{PAGE}/7").status_code == 404
