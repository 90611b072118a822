"""The ledger as it is used: find, put in order, save as a file, print."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.test_prints import late_at_many_units, on_paper


def saved(page: Page, button: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return Path(download.value.path()).read_bytes()


def numbers(file: bytes) -> list[str]:
    """Of the cases in a csv, in its order."""
    return [line["编号"] for line in csv.DictReader(io.StringIO(file.decode("utf-8-sig")))]


def numbers_in_a_workbook(file: bytes) -> list[str]:
    cells = (cell.value for row in openpyxl.load_workbook(io.BytesIO(file)).worksheets[0].iter_rows() for cell in row)
    return [str(cell) for cell in cells if str(cell).startswith("BCS-")]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_was_found_is_saved_in_the_order_it_is_shown_in_and_printed(site: Site, scripts: bool) -> None:
    for title, channel in (("社保转移", "window"), ("社保补缴", "phone"), ("食品许可", "box")):
        site.house.register(title=title, channel=channel)
    desk = site.desk("group", scripts)
    page = desk.page
    page.goto("/ledger")
    page.get_by_label("查找", exact=True).fill("社保")
    desk.follow(page.get_by_role("button", name="查找"))
    for found in (["BCS-2026-0002", "BCS-2026-0001"], ["BCS-2026-0001", "BCS-2026-0002"]):  # then the other way round
        desk.follow(page.get_by_role("columnheader", name="渠道").get_by_role("button"))
        assert page.url.endswith("/ledger/search")
        rows = [row.split("\t") for row in page.get_by_role("row").all_inner_texts()[1:]]
        assert [row[1].strip() for row in rows] == found
        assert [row[3] for row in rows] == (["电话", "窗口"] if found[0].endswith("2") else ["窗口", "电话"])
        for _ in range(2):
            assert numbers(saved(page, "导出 csv")) == found
        assert numbers_in_a_workbook(saved(page, "导出 xlsx")) == found
        (sheet,) = on_paper(page)
        assert re.findall(r"BCS-2026-\d{4}", sheet) == found and "导出" not in sheet and "食品许可" not in sheet
    assert site.complaints == []


@pytest.mark.parametrize("mode", ["standard", "large"])
def test_on_a_phone_the_liaison_directory_is_not_scrolled_sideways(site: Site, mode: str) -> None:
    page = site.desk("lead").page
    page.context.add_cookies([{"name": "display", "value": mode, "url": site.url}])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/liaison")
    table = page.locator("main table")
    expect(table).to_be_visible()
    assert table.evaluate("it => it.scrollWidth <= it.parentElement.clientWidth")


def test_on_a_phone_the_statistics_are_told_by_tables_alone(site: Site) -> None:
    late_at_many_units(site.house)
    page = site.desk("group").page
    page.goto("/statistics")
    charts, tables = page.locator(".charts svg"), page.locator(".charts table")
    assert charts.count() > 0
    assert all(chart.is_visible() for chart in charts.all())
    page.set_viewport_size({"width": 390, "height": 844})
    assert not any(chart.is_visible() for chart in charts.all())
    assert all(table.is_visible() for table in tables.all())
