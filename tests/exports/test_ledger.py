"""The ledger as a file: everything in it, nothing that runs, and on the trail who took it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from sqlalchemy import select

from engine.cases.commands import SYSTEM, AttachPaper
from engine.cases.services import LARGE_PRINT
from engine.errors import BadInput
from engine.exports.keeping import keep_ledger
from engine.exports.ledger import export_ledger, stream_ledger
from engine.exports.xlsx_file import MOST_ROWS, xlsx_file
from engine.papers import checked
from engine.queries.ledger import BATCH, LedgerFilter
from engine.queries.ledger_columns import COLUMNS, PAPER
from engine.queries.ledger_rows import ledger_cells
from engine.queries.paging import Sort
from engine.storage.models import audit
from tests.papers.samples import pdf
from tests.support.house import House
from tests.support.play import APPLICANT, Play, any_play, play, postgres_play

__all__ = ["any_play", "play", "postgres_play"]  # fixtures handed on

HEADINGS = [
    "序号",
    "编号",
    "受理日期",
    "渠道",
    "窗口/受理人",
    "反映人(脱敏)",
    "联系电话(脱敏)",
    "个人/企业",
    "事项",
    "问题描述",
    "原因",
    "等级",
    "主办",
    "协办",
    "派单时间",
    "签收时间",
    "到期日",
    "办理过程摘要",
    "办理结果",
    "办结日期",
    "用时(工作日)",
    "是否按期",
    "延期/退单/提级",
    "反馈方式/日期",
    "回访日期/结果",
    "满意度",
    "服务举措",
    "痛点及建议",
    "备注",
]


def lines(play: Play | House, folder: Path, who: str | None = None, **wanted: Any) -> list[dict[str, str]]:
    path = folder / "ledger.csv"
    export_ledger(play.engine, SYSTEM if who is None else actor(play, who), LedgerFilter(**wanted), path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def actor(play: Play | House, name: str) -> Any:
    return (play.house if isinstance(play, Play) else play).actor(name)


def test_the_first_columns_are_those_of_the_paper_ledger() -> None:
    assert [column.heading for column in PAPER] == HEADINGS


def test_a_line_tells_the_whole_case(any_play: Play, tmp_path: Path) -> None:
    tried = [{"where": "网上", "count": 3, "result": "提示异常"}]
    any_play.until(
        "return_visit",
        register={"matter_code": "M002", "port": "web", "prior_attempts": tried, "window": "W3"},
        classify={"grade": "general", "cause": "系统类", "cause_detail": "数据共享"},
        review={"review_result": "pass", "outcome": "done", "reply_text": "已办好参保"},
    )
    (line,) = lines(any_play, tmp_path)
    told = {heading: line[heading] for heading in HEADINGS}
    assert told == {
        "序号": "1",
        "编号": "BCS-2026-0001",
        "受理日期": "2026-10-19",
        "渠道": "窗口",
        "窗口/受理人": f"W3 {any_play.house.actor('w3').display}",
        "反映人(脱敏)": "赵女士",
        "联系电话(脱敏)": "133****0806",
        "个人/企业": "个人",
        "事项": any_play.engine.directory.matters["M002"].name,
        "问题描述": "新生儿医保参保：出生医学证明查询不到，无法参保。",
        "原因": "系统类（数据共享）",
        "等级": "一般",
        "主办": "医保分中心",
        "协办": "",
        "派单时间": "2026-10-19 14:10:00",
        "签收时间": "2026-10-19 14:35:00",
        "到期日": "2026-10-26",
        "办理过程摘要": "医保分中心 10-19 14:10派单，10-19 14:35签收，10-19 15:00联系，10-21 11:00答复；已参保",
        "办理结果": "办成：已办好参保",
        "办结日期": "2026-10-21",
        "用时(工作日)": "2",
        "是否按期": "是",
        "延期/退单/提级": "",
        "反馈方式/日期": "电话 2026-10-21",
        "回访日期/结果": "2026-10-23 已联系上，已解决",
        "满意度": "非常满意",
        "服务举措": "",
        "痛点及建议": "网页没办成；网上 3 次 提示异常",
        "备注": "",
    }


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        ([], "大字清单"),
        ([{"kind": "bangban"}], "帮办；大字清单"),
        ([{"kind": "large_print", "staff": "w1"}], "大字清单（w1）"),
    ],
)
def test_a_large_list_that_was_printed_is_a_service_and_stands_there_once(
    play: Play, tmp_path: Path, entered: list[Any], told: str
) -> None:
    play.until("classify", classify={"grade": "simple", "cause": "适老助残"})
    play.execute(AttachPaper(checked("大字材料清单.pdf", pdf(), 10_000), play.no, service=LARGE_PRINT), "w3")
    play.do("handle_on_site", "w3", onsite_result="solved", outcome="done", services=entered)
    [line] = lines(play, tmp_path)
    assert line["服务举措"] == told


def test_nobody_is_named_and_no_number_of_anybody_stands_in_free_text(play: Play, tmp_path: Path) -> None:
    play.at("10-19 14:00")
    told = "请回电 13912345678，身份证 11010119900101123X。"
    play.register(title="参保 13912345678", description=told, applicant={**APPLICANT, "name": "戴建国"})
    path = tmp_path / "ledger.csv"
    export_ledger(play.engine, SYSTEM, LedgerFilter(), path)
    text = path.read_text("utf-8-sig")
    assert "139****5678" in text
    assert [word for word in ("13912345678", "11010119900101123X", "戴建国", "13300000806") if word in text] == []


def test_restricted_cases_have_no_line_for_anybody(play: Play, tmp_path: Path) -> None:
    play.at("10-19 14:00")
    play.register(title="平常")
    play.register(title="反映工作人员", confidential=True)
    for who in ("restricted", "bureau", None):
        assert "反映工作人员" not in {line["问题描述"].partition("：")[0] for line in lines(play, tmp_path, who)}


def test_a_unit_takes_its_own_cases_alone(play: Play, tmp_path: Path) -> None:
    play.until("dispatch")
    play.register()
    assert [line["编号"] for line in lines(play, tmp_path, "unit-SC-MI")] == ["BCS-2026-0001"]
    assert lines(play, tmp_path, "unit-SC-SS") == []


def test_corrections_are_in(play: Play, tmp_path: Path) -> None:
    play.at("10-19 14:00")
    play.register()
    play.act("amend", "w3", field="description", value="说错了，是转移。", reason="听错")
    assert lines(play, tmp_path)[0]["问题描述"] == "新生儿医保参保：说错了，是转移。"


# ------------------------------------------------------------------ filters and length
def test_a_filter_narrows_the_file_to_closed_in_time_or_not(any_play: Play, tmp_path: Path) -> None:
    any_play.until("review")
    in_time, any_play.no = any_play.no, ""
    any_play.no = in_time
    any_play.register(acceptance="accept")
    any_play.do("classify", "w3", grade="general", cause="系统类")
    late = any_play.no
    any_play.at("10-30 10:00")
    assert [line["编号"] for line in lines(any_play, tmp_path, in_time=True)] == [in_time]
    assert [line["编号"] for line in lines(any_play, tmp_path, in_time=False)] == [late]
    assert [line["编号"] for line in lines(any_play, tmp_path, outcome="done")] == [in_time]
    assert lines(any_play, tmp_path, until=date(2026, 10, 18)) == []


def test_more_cases_than_a_batch_are_all_there_once_in_the_order_of_receipt(
    any_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BATCH > 3
    monkeypatch.setattr("engine.queries.ledger.BATCH", 3)
    numbers = [any_house.register() for _ in range(7)]
    oldest = any_house.register(received_at="2026-09-01T09:00:00+08:00")
    found = lines(any_house, tmp_path)
    assert [line["编号"] for line in found] == [oldest, *numbers]
    assert [line["序号"] for line in found] == [str(number) for number in range(1, 9)]


# ------------------------------------------------------------------ files


@pytest.fixture
def with_formulas(play: Play) -> Iterator[Play]:
    play.at("10-19 14:00")
    for text in ("=1+1", "+1", "-1", "@SUM(A1)"):
        play.register(title=text, description="https://example.org")
    yield play


def test_no_formula_runs_in_a_csv(with_formulas: Play, tmp_path: Path) -> None:
    assert {line["问题描述"][:2] for line in lines(with_formulas, tmp_path)} == {"'=", "'+", "'-", "'@"}


def test_no_formula_and_no_link_runs_in_an_xlsx(with_formulas: Play, tmp_path: Path) -> None:
    sheet = exported_sheet(with_formulas, tmp_path)
    problems = [row[9] for row in sheet.iter_rows(min_row=2)]
    assert {(cell.data_type, cell.value[:2], cell.hyperlink) for cell in problems} == {
        ("s", first, None) for first in ("'=", "'+", "'-", "'@")
    }


def exported_sheet(play: Play, folder: Path) -> Any:
    path = folder / "ledger.xlsx"
    export_ledger(play.engine, SYSTEM, LedgerFilter(), path)
    return openpyxl.load_workbook(path).active


def test_days_instants_and_numbers_are_such_in_an_xlsx(play: Play, tmp_path: Path) -> None:
    play.until("review")
    sheet = exported_sheet(play, tmp_path)
    cells = dict(zip([column.key for column in COLUMNS], sheet[2], strict=True))
    assert cells["accepted"].value == datetime(2026, 10, 19)
    assert cells["dispatched"].value == datetime(2026, 10, 19, 14, 10)
    assert (cells["position"].value, cells["days"].value) == (1, 2)
    assert (sheet.freeze_panes, sheet["A1"].value, sheet.title) == ("C2", "序号", "工作台账")


def test_text_of_any_signs_is_the_same_text_in_an_xlsx(tmp_path: Path) -> None:
    path, column = tmp_path / "signs.xlsx", next(column for column in COLUMNS if column.kind is str)
    texts = ["<b> & </b>", " 前后有空格 ", "两\n行", "]]>", "a" * 40_000]
    with path.open("wb") as file, xlsx_file(file, "字", [column]) as write_row:
        for text in texts:
            write_row([text], True)
    read = [str(cell.value) for (cell,) in openpyxl.load_workbook(path)["字"].iter_rows(min_row=2)]
    assert read[:-1] == texts[:-1]
    assert (len(read[-1]), read[-1][-2:]) == (32_767, "a…")  # no cell holds more


def test_a_sign_that_a_file_cannot_hold_is_spelt_in_an_xlsx(tmp_path: Path) -> None:
    path, column = tmp_path / "signs.xlsx", next(column for column in COLUMNS if column.kind is str)
    with path.open("wb") as file, xlsx_file(file, "字", [column]) as write_row:
        write_row(["响\x07铃 \ud800 _x0041_"], True)
    with ZipFile(path) as book:
        assert "响_x0007_铃 _xD800_ _x005F_x0041_" in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_csv_opens_in_a_spreadsheet_as_utf_8(play: Play, tmp_path: Path) -> None:
    lines(play, tmp_path)
    assert (tmp_path / "ledger.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_another_ending_is_refused_and_nothing_is_written(play: Play, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        export_ledger(play.engine, SYSTEM, LedgerFilter(), tmp_path / "ledger.pdf")
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize("rows", [2, 3])
def test_more_lines_than_a_sheet_holds_are_refused_as_xlsx_and_written_as_csv(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    assert MOST_ROWS == 1_048_575  # of 1,048,576 the first holds the headings
    monkeypatch.setattr("engine.exports.ledger.MOST_ROWS", rows)
    many(play, 3)
    assert len(lines(play, tmp_path)) == 3
    if rows == 3:
        assert exported_sheet(play, tmp_path).max_row == 4
        return
    with pytest.raises(BadInput) as refused:
        next(sent(play, "xlsx"))
    assert refused.value.fields["file"].endswith("这里有 3 件：请筛选一下再导出，或者导出 csv。")
    with pytest.raises(BadInput):
        export_ledger(play.engine, SYSTEM, LedgerFilter(), tmp_path / "ledger.xlsx")
    assert not (tmp_path / "ledger.xlsx").exists()
    assert [said["format"] for said in exports_noted(play)] == ["csv"]


# ------------------------------------------------------------------ the trail
def test_who_took_how_much_by_which_filter_stands_on_the_trail_but_not_what_they_typed(
    any_play: Play, tmp_path: Path
) -> None:
    any_play.at("10-19 14:00")
    any_play.register()
    lines(any_play, tmp_path, "bureau", channel="window", since=date(2026, 10, 1), words="赵女士")
    wanted = select(audit.c.actor, audit.c.after).where(audit.c.action == "ledger_exported")
    ((who, after),) = any_play.engine.read(lambda ctx: ctx.conn.execute(wanted).all())
    narrowed = {"channel": "window", "since": "2026-10-01", "words": True}
    assert (who, json.loads(after)) == ("bureau", {"filter": narrowed, "format": "csv", "rows": 1})


def test_progress_is_told_row_by_row(play: Play, tmp_path: Path) -> None:
    play.at("10-19 14:00")
    play.register()
    play.register()
    heard: list[tuple[int, int]] = []
    export_ledger(play.engine, SYSTEM, LedgerFilter(), tmp_path / "l.csv", lambda done, of: heard.append((done, of)))
    assert heard == [(1, 2), (2, 2)]


# ------------------------------------------------------------------ sent while it is read
@pytest.mark.parametrize("kept", [False, True], ids=["worked out", "as kept"])
def test_a_file_is_in_the_order_that_was_chosen_and_numbered_in_it(
    any_play: Play, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    monkeypatch.setattr("engine.queries.ledger.BATCH", 2)
    any_play.at("10-19 14:00")
    for channel in ("window", "phone", "box", "phone", "window"):
        any_play.register(channel=channel)
    if kept:
        keep_ledger(any_play.engine)
    by_channel = (Sort("channel", descending=True), Sort("no"))
    file = b"".join(stream_ledger(any_play.engine, SYSTEM, LedgerFilter(), "csv", by_channel))
    told = [(line["序号"], line["编号"][-1]) for line in csv.DictReader(file.decode("utf-8-sig").splitlines())]
    assert told == [("1", "1"), ("2", "5"), ("3", "2"), ("4", "4"), ("5", "3")]  # window, phone, box


def sent(play: Play, kind: str) -> Iterator[bytes]:
    return stream_ledger(play.engine, actor(play, "bureau"), LedgerFilter(channel="window"), kind)


def exports_noted(play: Play) -> list[Any]:
    wanted = select(audit.c.after).where(audit.c.action == "ledger_exported")
    return [json.loads(after) for after in play.engine.read(lambda ctx: ctx.conn.scalars(wanted).all())]


def never_read(*given: Any) -> Iterator[Any]:
    yield pytest.fail("a line was read")


def many(play: Play, count: int = 60) -> None:
    play.at("10-19 14:00")
    for _ in range(count):
        play.register(description="网上办不了，要本人到场，来了两次都没有办成。" * 8)


def test_a_csv_sent_piece_by_piece_is_the_file_to_the_byte(any_play: Play, tmp_path: Path) -> None:
    many(any_play)
    lines(any_play, tmp_path, channel="window")
    pieces = list(sent(any_play, "csv"))
    assert b"".join(pieces) == (tmp_path / "ledger.csv").read_bytes()
    assert len(pieces) > 2 and max(map(len, pieces)) < 40_000


def test_an_xlsx_sent_piece_by_piece_is_the_same_workbook(play: Play, tmp_path: Path) -> None:
    many(play)
    play.register(title="=1+1")
    pieces = list(sent(play, "xlsx"))
    (tmp_path / "sent.xlsx").write_bytes(b"".join(pieces))
    written = exported_sheet(play, tmp_path)
    read: Any = openpyxl.load_workbook(tmp_path / "sent.xlsx").active
    assert [[cell.value for cell in row] for row in read] == [[cell.value for cell in row] for row in written]
    assert (read.max_row, {cell.data_type for row in read for cell in row} - {"n", "s", "d"}) == (62, set())


def test_every_part_of_an_xlsx_that_was_sent_tells_its_length_behind_itself_as_spreadsheets_know_it(
    play: Play, tmp_path: Path
) -> None:
    """Version 2.0 with a data descriptor (APPNOTE 4.3.9); Excel offers to repair whatever has a 64-bit field there."""
    many(play, 1)
    (tmp_path / "sent.xlsx").write_bytes(b"".join(sent(play, "xlsx")))
    with ZipFile(tmp_path / "sent.xlsx") as book:
        assert book.testzip() is None
        assert {(part.extract_version, part.flag_bits & 0x08, part.extra) for part in book.infolist()} == {(20, 8, b"")}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_head_leaves_the_house_before_a_line_is_read_and_that_it_was_taken_is_noted_first(
    play: Play, kind: str
) -> None:
    many(play, 3)
    pieces = sent(play, kind)
    assert exports_noted(play) == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.exports.ledger.ledger_cells", never_read)
        first = next(pieces)
    assert first.startswith("\ufeff序号,编号".encode() if kind == "csv" else b"PK\x03\x04")
    assert exports_noted(play) == [{"filter": {"channel": "window"}, "format": kind, "rows": 3}]


def test_no_more_lines_are_read_than_a_piece_needs(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    many(play)
    read: list[int] = []
    worked_out = ledger_cells

    def counted(*given: Any) -> Iterator[Any]:
        for row in worked_out(*given):
            read.append(1)
            yield row

    monkeypatch.setattr("engine.exports.ledger.ledger_cells", counted)
    pieces = sent(play, "csv")
    next(pieces)
    piece = next(pieces)
    assert len(read) == len(list(csv.reader(piece.decode().splitlines()))) < 30
    pieces.close()  # type: ignore[attr-defined]
