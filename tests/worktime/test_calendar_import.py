from __future__ import annotations

import json
from datetime import date

import pytest

from engine.errors import BadInput
from engine.worktime import Calendar, SpecialDay, read_notice

CSV = "date,kind,name\n2027-01-01,holiday,元旦\n2027-02-20,workday,春节\n"
DAYS = (SpecialDay(date(2027, 1, 1), "holiday", "元旦"), SpecialDay(date(2027, 2, 20), "workday", "春节"))


def _json(*days: object, year: object = 2027) -> bytes:
    return json.dumps({"year": year, "days": days}).encode()


def _refusal(content: bytes) -> BadInput:
    with pytest.raises(BadInput) as refusal:
        read_notice(content, "试")
    return refusal.value


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("gb18030"),
        CSV.replace("\n", "\r\n").encode(),
        CSV.partition("\n")[2].encode(),
        "日期,类型,名称\n2027/2/20,上班,春节\n\n2027/1/1,放假,元旦,\n".encode(),
    ],
)
def test_a_csv_is_read_as_spreadsheets_save_it(content: bytes) -> None:
    notice = read_notice(content, "国办通知")

    assert (notice.year, notice.days, notice.source, notice.official) == (2027, DAYS, "国办通知", True)


def test_the_json_of_holiday_cn_is_read_with_its_december() -> None:
    content = _json(
        {"name": "元旦", "date": "2026-12-31", "isOffDay": True},
        {"name": "春节", "date": "2027-02-20", "isOffDay": False},
    )

    assert read_notice(content, "试").days == (SpecialDay(date(2026, 12, 31), "holiday", "元旦"), DAYS[1])


def test_an_imported_year_is_no_longer_provisional_and_counts_its_make_up_days() -> None:
    calendar = Calendar.shipped().with_notice(read_notice(CSV.encode(), "试"))

    assert not calendar.provisional(date(2027, 6, 1))
    assert calendar.kind(date(2027, 2, 20)) == "makeup"


def test_days_without_a_name_get_one() -> None:
    calendar = Calendar.shipped().with_notice(read_notice(b"2027-01-01,holiday\n2027-02-20,workday\n", "x"))

    assert calendar.name(date(2027, 1, 1)) == "节假日"
    assert calendar.name(date(2027, 2, 20)) == "调休"


def test_every_bad_line_is_told_at_once() -> None:
    refusal = _refusal(
        "date,kind,name\n2027-02-30,holiday,元旦\n2027-01-02,maybe,元旦\n2027-01-03,holiday,元旦\n"
        "2027-01-03,workday,元旦\n2027-01-04,holiday,元旦,多\n".encode()
    )

    assert list(refusal.fields) == ["line.2", "line.3", "line.5", "line.6"]
    assert "出现了两次" in refusal.fields["line.5"]
    assert refusal.message.startswith("放假安排没有导入，共 4 处有误。第 2 行：日期看不懂")


@pytest.mark.parametrize(
    "entry",
    [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": "true"},
        {"name": "元旦", "date": "2027-01-01"},
        {"name": "元旦", "date": 20270101, "isOffDay": True},
        {"name": None, "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-13-01", "isOffDay": True},
        {"name": "元旦", "date": "2026-11-30", "isOffDay": True},
        "2027-01-01",
    ],
)
def test_a_json_entry_that_cannot_be_taken_is_named(entry: object) -> None:
    sound = {"name": "春节", "date": "2027-02-20", "isOffDay": False}

    assert list(_refusal(_json(sound, entry)).fields) == ["days.1"]


def test_two_years_in_one_file_are_refused() -> None:
    refusal = _refusal("2027-10-01,holiday,国庆节\n2028-01-01,holiday,元旦\n".encode())

    assert refusal.fields == {"line.1": "这一天不属于 2028 年的安排（可含上一年12月）；请一年一个文件。"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "没有任何日期"),
        (b"date,kind,name\n", "没有任何日期"),
        (b"\xff\xfe\x00\xd8", "编码不是"),
        (b'{"year": 2027, "days": [', "不是完整的 JSON"),
        (b"[" * 200_000, "不是完整的 JSON"),
        (b'{"year": "2027", "days": []}', "整数 year"),
        (b'{"year": true, "days": []}', "整数 year"),
        (b'["2027"]', "整数 year"),
        (b'{"year": 2027, "days": []}', "没有任何日期"),
        (b"2027-01-01,holiday," + b"x" * 200_000, "不是完整的 CSV"),
    ],
)
def test_a_file_that_is_none_of_both_is_refused_with_what_is_expected(content: bytes, why: str) -> None:
    refusal = _refusal(content)

    assert why in refusal.message
    assert "holiday-cn" in refusal.fields["file"]
