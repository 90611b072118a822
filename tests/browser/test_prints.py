"""What the browser makes of the pages that are printed: how many sheets, and that the button asks for them."""

from __future__ import annotations

import io
import re
from unicodedata import normalize

from playwright.sync_api import Page
from pypdf import PdfReader

from engine.facade import ReadContext
from engine.queries.director import MOST_WAITING
from tests.browser.site import Desk, Site
from tests.support.house import House
from webapp.pages.display import MODES

_NOT_ASKED = "() => { window.print = () => { document.title = '要打印' } }"


def on_paper(page: Page) -> list[str]:
    """The text of every sheet; a font may hold one glyph for a character and for the radical that looks like it."""
    file = page.pdf(prefer_css_page_size=True, print_background=True)
    return [normalize("NFKC", sheet.extract_text()) for sheet in PdfReader(io.BytesIO(file)).pages]


def pressed(desk: Desk) -> bool:
    """Whether the button asks the browser to print."""
    desk.page.evaluate(_NOT_ASKED)
    desk.page.get_by_role("button", name="打印").click()
    return desk.page.title() == "要打印"


def late_at_many_units(house: House) -> int:
    """More late cases than the page of a director has lines for, with titles as long as they may be."""
    units = house.engine.read(_units)[:11]
    for number, unit in enumerate(units):
        no = house.register("w1", title=f"第{number}件" + "很长的标题" * 39, acceptance="accept")
        house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit=unit)
        house.complete("w1", no, "dispatch", lead_unit=unit, onsite_attempt="试过")
    house.move("2026-10-12 10:00")
    return len(units)


def _units(ctx: ReadContext) -> list[str]:
    return [unit.code for unit in ctx.directory.desks() if unit.kind in ("subcenter", "bureau")]


def test_the_page_of_a_director_is_one_sheet_however_much_is_late(site: Site) -> None:
    desk = site.desk("bureau")
    desk.page.goto("/director")
    assert len(on_paper(desk.page)) == 1
    number = late_at_many_units(site.house)
    for mode in MODES:
        desk.page.context.add_cookies([{"name": "display", "value": mode, "url": site.url}])
        desk.page.goto("/director")
        (sheet,) = on_paper(desk.page)
        assert f"其余 {number - 8} 个单位" in sheet and "满意率" in sheet
        assert len(set(re.findall(r"第\d+件", sheet))) == MOST_WAITING  # all fall due at one moment: any of them
    assert pressed(desk) and site.complaints == []


def test_books_charts_and_statistics_are_printed_by_a_button(site: Site) -> None:
    site.house.register(title="社保转移报错")
    desk, plain = site.desk("group"), site.desk("group", scripts=False)
    sheets = {}
    for path in (
        "/ledger",
        "/reception-book",
        "/statistics",
        "/liaison",
        "/liaison/network",
        "/liaison/network?paper=a3",
    ):
        desk.page.goto(path)
        sheets[path] = on_paper(desk.page)
        assert pressed(desk), path
    plain.page.goto("/ledger")
    assert plain.page.get_by_role("button", name="打印").is_hidden()

    (ledger,) = sheets["/ledger"]
    assert "社保转移报错" in ledger and "打印于 2026-09-23" in ledger and "筛选" not in ledger
    (book,) = sheets["/reception-book"]
    assert "BCS-2026-0001" in book
    chart, *table = sheets["/liaison/network"]
    assert "镇街中心" in chart and "粗虚框" in chart and len(table) == len(sheets["/liaison"])
    assert "延寿镇联络员A" in table[-1]
    assert len(sheets["/liaison/network?paper=a3"]) > 1
    assert site.complaints == []
