"""台账, 接待记录本 and 统计 as their readers see them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from zipfile import BadZipFile, ZipFile

import pytest
from sqlalchemy import update

from engine.cases.commands import ActOnCase
from engine.storage.models import cases
from tests.support.harm import harm
from tests.support.house import House
from tests.support.play import Play, play
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app

__all__ = ["play"]  # a fixture handed on


def reader(house: House, name: str = "group") -> Visitor:
    return Visitor.of(house.app).sign_in(name)


def general(house: House, **changes: Any) -> str:
    no = house.register(acceptance="accept", **changes)
    house.complete("w3", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    return no


def numbers(visitor: Visitor) -> list[str]:
    """The cases of the table, by the last digit of their numbers."""
    return re.findall(r'<th scope="row"[^>]*><a [^>]*>BCS-2026-\d{3}(\d)</a>', visitor.text)


# ------------------------------------------------------------------ who
READERS = ["w1", "lead", "group", "bureau", "leading", "auditor", "supervisor", "unit-SC-SS", "chief-SC-SS"]


@pytest.mark.parametrize("name", READERS)
def test_readers_of_the_ledger_find_it_in_the_navigation(house: House, name: str) -> None:
    visitor = reader(house, name)
    assert {"/ledger", "/statistics"} <= set(re.findall(r'href="([^"]+)"', visitor.text))
    assert (visitor.open("/ledger").status_code, visitor.open("/statistics").status_code) == (200, 200)


@pytest.mark.parametrize("name", ["restricted", "admin"])
@pytest.mark.parametrize("path", ["/ledger", "/reception-book", "/statistics"])
def test_others_are_refused(house: House, name: str, path: str) -> None:
    visitor = reader(house, name)
    assert visitor.open(path).status_code == 403
    assert f'href="{path}"' not in visitor.open("/inbox").text


def test_units_have_no_reception_book(house: House) -> None:
    visitor = reader(house, "unit-SC-SS")
    assert "接待记录本" not in visitor.open("/ledger").text
    assert visitor.open("/reception-book").status_code == 403


def test_who_calls_back_sees_the_rates_and_no_ledger(house: House) -> None:
    visitor = reader(house, "callback")
    assert (visitor.open("/ledger").status_code, visitor.open("/statistics").status_code) == (403, 200)


# ------------------------------------------------------------------ the table
def test_the_newest_receipt_comes_first_and_nobody_is_named(house: House) -> None:
    for hour in (10, 11):
        house.move(f"2026-09-23 {hour}:00")
        house.register()
    visitor = reader(house)
    visitor.open("/ledger")
    assert numbers(visitor) == ["2", "1"]
    assert "戴某" in visitor.text
    assert "戴建国" not in visitor.text and "13812341234" not in visitor.text


def test_a_restricted_case_is_not_in_the_table(house: House) -> None:
    house.register()
    house.register(confidential=True)
    visitor = reader(house)
    visitor.open("/ledger")
    assert numbers(visitor) == ["1"] and "共 1 件" in visitor.text


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("grade=general", ["2"]),
        ("channel=phone", ["3"]),
        ("cause=系统类", ["2"]),
        ("unit=SC-SS", ["2"]),
        ("light=green", ["2"]),
        ("from=2026-09-24", []),
        ("to=2026-09-23", ["3", "2", "1"]),
        ("outcome=done", []),
        ("in_time=yes", []),
    ],
)
def test_a_filter_narrows_the_table(any_house: House, query: str, wanted: list[str]) -> None:
    any_house.register()
    general(any_house)
    any_house.register(channel="phone")
    visitor = reader(any_house)
    visitor.open(f"/ledger?{query}")
    assert numbers(visitor) == wanted


def test_a_filter_that_cannot_be_is_left_out_and_told(house: House) -> None:
    house.register()
    visitor = reader(house)
    visitor.open("/ledger?grade=huge&from=gestern&in_time=perhaps&page=-1&rows=7&sort=drop&cols=nothing")
    assert numbers(visitor) == ["1"]
    assert all(f"“{word}”筛选，请改一下再筛。" in visitor.text for word in ("huge", "gestern", "perhaps"))


def test_several_columns_order_the_table(any_house: House) -> None:
    any_house.register(channel="phone")
    any_house.register(channel="box")
    general(any_house, channel="phone")
    visitor = reader(any_house)
    visitor.open("/ledger?sort=-channel,grade")
    assert numbers(visitor) == ["3", "1", "2"]
    assert re.search(r'class="col-channel" aria-sort="descending"', visitor.text)
    assert marked(visitor) == {"channel": "▼", "grade": "▲2（第 2 排序，升序）"}
    assert visitor.text.count("aria-sort") == 1
    visitor.open(visitor.link(r"sort=channel%2Cgrade"))
    assert numbers(visitor) == ["2", "3", "1"]


def marked(visitor: Visitor) -> dict[str, str]:
    """Column → what its head says of the order."""
    heads = re.findall(r'<th scope="col" class="col-(\w+)"(.*?)</th>', visitor.text, re.DOTALL)
    said = {key: re.sub("<.*?>", "", text.partition("<span")[2].partition(">")[2]).strip() for key, text in heads}
    return {key: text for key, text in said.items() if text}


def test_chosen_columns_stay_in_the_address(house: House) -> None:
    for _ in range(51):
        house.register()
    visitor = reader(house)
    visitor.open("/ledger?cols=pain&cols=remarks")
    heads = re.findall(r'<th scope="col" class="col-(\w+)"', visitor.text)
    assert heads == ["position", "no", "pain", "remarks"]
    visitor.open(visitor.link("page=2"))
    assert re.findall(r'<th scope="col" class="col-(\w+)"', visitor.text) == heads
    assert numbers(visitor) == ["1"]


def test_a_search_stays_out_of_the_address_and_within_the_filter(any_house: House) -> None:
    any_house.register()
    general(any_house)
    visitor = reader(any_house)
    visitor.open("/ledger")
    visitor.send("/ledger/search", q="戴建国")
    assert numbers(visitor) == ["2", "1"]
    visitor.send("/ledger/search", q="戴建国", grade="general")
    assert numbers(visitor) == ["2"]
    assert "戴建国" not in "".join(re.findall(r'href="([^"]+)"', visitor.text))


def test_what_was_found_is_put_in_order_by_its_columns(any_house: House) -> None:
    any_house.register(channel="phone")
    any_house.register(channel="box")
    general(any_house, channel="phone")
    any_house.register(applicant={"kind": "person", "name": "王小明", "phone": "13900000000", "consent_callback": True})
    visitor = reader(any_house)
    visitor.open("/ledger")
    visitor.send("/ledger/search", q="戴建国", cols="channel")
    visitor.press("sort", "channel")
    assert numbers(visitor) == ["2", "3", "1"]
    assert re.search(r'class="col-channel" aria-sort="ascending"', visitor.text)
    visitor.press("sort", "-channel")
    assert numbers(visitor) == ["3", "1", "2"]
    assert re.findall(r'<th scope="col" class="col-(\w+)"', visitor.text) == ["position", "no", "channel"]
    assert visitor.page.request.path == "/ledger/search" and not visitor.page.request.query_string


def test_the_pages_of_what_was_found_turn_in_its_order(house: House) -> None:
    for _ in range(52):
        house.register()
    visitor = reader(house)
    visitor.open("/ledger")
    visitor.send("/ledger/search", q="戴建国")
    assert "找到 52 件" in visitor.text and len(numbers(visitor)) == 50
    visitor.press("sort", "no")
    visitor.press("page", "2")
    assert numbers(visitor) == ["1", "2"] and "第 2 页，共 2 页" in visitor.text
    visitor.press("page", "1")
    assert numbers(visitor)[:2] == ["1", "2"] and len(numbers(visitor)) == 50


def test_what_was_found_can_be_narrowed_and_seen_in_other_columns(any_house: House) -> None:
    any_house.register()
    general(any_house)
    any_house.register(applicant={"kind": "person", "name": "王小明", "phone": "13900000000", "consent_callback": True})
    visitor = reader(any_house)
    visitor.open("/ledger")
    visitor.send("/ledger/search", q="戴建国")
    visitor.fill_in("筛选台账", grade="general")
    assert numbers(visitor) == ["2"]
    visitor.fill_in("按这些列显示", cols="pain")
    assert numbers(visitor) == ["2"]
    assert re.findall(r'<th scope="col" class="col-(\w+)"', visitor.text) == ["position", "no", "pain"]
    assert 'name="q" value="戴建国"' in visitor.text


def test_the_export_of_a_search_holds_what_was_found_within_the_filter(house: House) -> None:
    house.register()
    no = general(house)
    house.register(applicant={"kind": "person", "name": "王小明", "phone": "13900000000", "consent_callback": True})
    visitor = reader(house)
    visitor.open("/ledger")
    visitor.send("/ledger/search", q="戴建国", grade="general")
    with visitor.fill_in("导出 csv") as answer:
        lines = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [line["编号"] for line in lines] == [no]


# ------------------------------------------------------------------ files
def test_an_export_is_what_the_filter_lets_through_for_this_person(house: House) -> None:
    house.register()
    no = general(house)
    visitor = reader(house)
    visitor.open("/ledger")
    with visitor.send("/ledger/export.csv", grade="general") as answer:
        lines = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [line["编号"] for line in lines] == [no]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_xlsx_is_a_workbook_and_another_kind_is_not_there(house: House) -> None:
    visitor = reader(house)
    visitor.open("/inbox")
    with visitor.send("/ledger/export.xlsx") as answer:
        assert answer.get_data().startswith(b"PK")
    visitor.open("/inbox")
    assert visitor.send("/ledger/export.pdf").status_code == 404


def test_a_foreign_page_cannot_have_somebody_export(house: House) -> None:
    visitor = reader(house)
    assert visitor.client.post("/ledger/export.csv").status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_that_breaks_off_in_the_middle_does_not_look_whole(play: Play, kind: str) -> None:
    play.at("10-19 14:00")
    for _ in range(3):
        play.register()
    harm(play, update(cases).where(cases.c.id == 2).values(facts="{"))
    visitor = Visitor.of(create_app(play.engine, play.house.settings)).sign_in("bureau")
    visitor.open("/ledger?sort=no")
    answer = visitor.client.post(f"/ledger/export.{kind}", data=visitor.hidden())
    sent: list[bytes] = []
    with pytest.raises(ValueError, match=r"JSON|unexpected"):  # so that the server cuts the connection
        for piece in answer.response:
            sent.append(piece if isinstance(piece, bytes) else piece.encode())
    assert answer.status_code == 200 and len(sent) > 1
    assert b"".join(sent).rstrip().endswith("导出没有写完，上面的不全，请重新导出。".encode())
    if kind == "xlsx":
        with pytest.raises(BadZipFile):
            ZipFile(io.BytesIO(b"".join(sent)))


def test_what_cannot_be_sent_at_all_is_answered_with_a_page_and_not_with_a_file(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = reader(house)
    visitor.open("/ledger")
    monkeypatch.setattr("engine.exports.ledger.count_ledger", _fails)
    answer = visitor.send("/ledger/export.csv")
    assert answer.status_code == 500 and "attachment" not in answer.headers.get("Content-Disposition", "")


def _fails(*given: Any) -> Any:
    raise LookupError


# ------------------------------------------------------------------ reception book
def test_the_reception_book_keeps_what_was_registered_and_tells_what_was_corrected(any_house: House) -> None:
    any_house.move("2026-09-23 10:00")
    no = any_house.register(title="社保转移")
    any_house.move("2026-09-23 11:00")
    any_house.do("w3", ActOnCase("amend", no, {"field": "title", "value": "社保转移报错", "reason": "写漏了"}))
    any_house.do("w3", ActOnCase("amend", no, {"field": "applicant.name", "value": "代建国", "reason": "同音"}))
    visitor = reader(any_house)
    text = visitor.open("/reception-book?day=2026-09-23").get_data(as_text=True)
    assert f"{no}</a> 社保转移</h2>" in text
    assert "标题 更正为：社保转移报错" in text and "写漏了" in text
    assert "姓名或名称 更正过（个人信息不显示）" in text and "代建国" not in text


def test_the_reception_book_is_in_the_order_of_registration_by_day_or_week(house: House) -> None:
    house.register(title="第一件", received_at="2026-09-20T09:00:00+08:00")
    house.move("2026-09-24 10:00")
    house.register(title="第二件", acceptance="consult", reply_text="可以网上办")
    house.register(title="限密", confidential=True)
    visitor = reader(house)
    week = visitor.open("/reception-book?day=2026-09-24&span=week").get_data(as_text=True)
    day = visitor.open("/reception-book?day=2026-09-24").get_data(as_text=True)
    titles = re.compile(r"</a> (第.件|限密)</h2>")
    assert (titles.findall(week), titles.findall(day)) == (["第一件", "第二件"], ["第二件"])
    assert "咨询，2026-09-24 归档" in day


def test_a_day_that_is_none_is_told(house: House) -> None:
    assert "没有“昨天”这一天" in reader(house).open("/reception-book?day=昨天").get_data(as_text=True)


def test_a_day_without_entries_leads_to_the_last_day_before_it_that_has_some(house: House) -> None:
    house.move("2026-09-23 10:00")
    house.register(title="第一件")
    house.move("2026-09-24 10:00")
    house.register(title="限密", confidential=True)  # it stands in no book, so nobody is led to its day
    house.move("2026-09-28 10:00")
    house.register(title="以后的")
    visitor = reader(house)
    day = visitor.open("/reception-book?day=2026-09-25").get_data(as_text=True)
    week = visitor.open("/reception-book?day=2026-10-07&span=week").get_data(as_text=True)
    assert 'href="/reception-book?day=2026-09-23"' in day and "看 2026-09-23" in day
    assert 'href="/reception-book?day=2026-09-28&amp;span=week"' in week


def test_a_day_before_the_first_entry_leads_nowhere(house: House) -> None:
    house.register()
    text = reader(house).open("/reception-book?day=2020-01-02").get_data(as_text=True)
    assert "这一天没有登记" in text and "有登记的" not in text


# ------------------------------------------------------------------ statistics
def test_a_rate_without_a_denominator_is_a_dash(house: House) -> None:
    text = reader(house).open("/statistics").get_data(as_text=True)
    assert text.count('<p class="value">—</p>') == 5


def test_a_chart_has_its_table_beneath(house: House) -> None:
    house.register(acceptance="consult", reply_text="可以网上办")
    text = reader(house).open("/statistics?from=2026-09-01&to=2026-09-30").get_data(as_text=True)
    assert re.search(r'<svg class="bars"[^>]*aria-label="按渠道条形图，数字见下表"', text)
    assert re.search(r'<th scope="row">窗口</th><td class="number">1</td>', text)
    assert "咨询 1 件" in text


def test_a_period_that_cannot_be_is_told(house: House) -> None:
    visitor = reader(house)
    assert "截止日期早于起始日期" in visitor.open("/statistics?from=2026-10-02&to=2026-10-01").get_data(as_text=True)
    assert "日期没有看懂" in visitor.open("/statistics?from=bald").get_data(as_text=True)


# ------------------------------------------------------------------ the public counter
def test_strangers_read_how_many_were_solved_but_no_small_number(house: House) -> None:
    assert "自 2022 年 1 月以来累计解决 少于 5 件" in Visitor.of(house.app).text
