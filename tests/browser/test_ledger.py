"""The ledger as it is used: find, put in order, save as a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
from playwright.sync_api import Page

from tests.browser.site import Site


def saved(page: Page, button: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return Path(download.value.path()).read_bytes()


def test_what_was_found_is_ordered_and_saved_as_often_as_one_likes(site: Site) -> None:
    for title, channel in (("社保转移", "window"), ("社保补缴", "phone"), ("食品许可", "box")):
        site.house.register(title=title, channel=channel)
    desk = site.desk("group")
    desk.page.goto("/ledger")
    desk.page.get_by_label("查找", exact=True).fill("社保")
    desk.follow(desk.page.get_by_role("button", name="查找"))
    for _ in range(2):  # the second time the other way round
        desk.follow(desk.page.get_by_role("columnheader", name="渠道").get_by_role("button"))
    assert desk.page.url.endswith("/ledger/search")
    rows = desk.page.get_by_role("row").all_inner_texts()[1:]
    assert [row.split("\t")[3] for row in rows] == ["窗口", "电话"]

    found = ["BCS-2026-0001", "BCS-2026-0002"]
    for _ in range(2):
        lines = csv.DictReader(io.StringIO(saved(desk.page, "导出 csv").decode("utf-8-sig")))
        assert [line["编号"] for line in lines] == found
    book = openpyxl.load_workbook(io.BytesIO(saved(desk.page, "导出 xlsx")))
    assert [
        cell.value for row in book.worksheets[0].iter_rows() for cell in row if str(cell.value).startswith("BCS-")
    ] == found
    assert site.complaints == []
