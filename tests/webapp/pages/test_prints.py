"""Sheets on A4: what stands on them and for whom, as page and as PDF; a list of what is missing stays in the case."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any

import pytest
import segno
from pypdf import PdfReader

import webapp.pdf
from engine.queries.case import case
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app
from webapp.pdf import PdfMissing, pdf_of

A4 = (595, 842)  # points
COUPLE = {
    "title": "食品经营许可证办不下来",
    "description": "老两口开小吃店，不会用电脑。",
    "matter_code": "M006",
    "window": "W2",
    "acceptance": "accept",
}
SHEETS = {"receipt": "受理回执", "order": "工单", "visit": "回访单"}


@pytest.fixture
def no(house: House) -> str:
    return house.register("w3", **COUPLE)


def read_back(content: bytes) -> tuple[str, list[tuple[int, int]]]:
    """All text without white space, and the size of each page."""
    pages = PdfReader(BytesIO(content)).pages
    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages]
    return "".join("".join(page.extract_text().split()) for page in pages), sizes


def dispatched(house: House, no: str) -> None:
    house.complete("w3", no, "classify", grade="general", cause="材料类", lead_unit="SCJG")
    house.complete("w3", no, "dispatch", lead_unit="SCJG", co_units=["WJ"], onsite_attempt="核对了三样材料")


def told(house: House, no: str) -> None:
    """From the orders to the feedback."""
    reply = {"action": "reply", "reply_text": "已办", "result": "done"}
    for unit in ("SCJG", "WJ"):
        house.complete(f"unit-{unit}", no, "acknowledge", unit, action="sign")
    house.complete("unit-SCJG", no, "first_contact", action="contact", contact_method="phone")
    for unit in ("SCJG", "WJ"):
        house.complete(f"unit-{unit}", no, "handle", unit, **reply)
    house.complete("group2", no, "review", review_result="pass", outcome="done", reply_text="已办")
    house.complete("w3", no, "give_feedback", feedback_method="phone", feedback_text="已告知")


def code_of(house: House, no: str) -> str:
    with house.engine.db.read() as conn:
        return str(conn.exec_driver_sql("select receipt_code from cases").scalar())


# ------------------------------------------------------------------ receipt, order, visit
@pytest.mark.parametrize("sheet", SHEETS)
def test_page_and_pdf_of_a_sheet_say_the_same_on_a4(house: House, no: str, sheet: str) -> None:
    dispatched(house, no)
    if sheet == "visit":
        told(house, no)
    w3 = Visitor.of(house.app).sign_in("w3")
    page = w3.open(f"/cases/{no}/prints/{sheet}")
    drawn = w3.client.get(w3.link(r"\.pdf$"))
    assert (page.status_code, drawn.status_code, drawn.mimetype) == (200, 200, "application/pdf")
    text, sizes = read_back(drawn.data)
    assert set(sizes) == {A4} and len(sizes) == (2 if sheet == "order" else 1)  # of the lead and the assisting unit
    for words in (SHEETS[sheet], no, "食品经营许可证办不下来", "2026-10-08（周四）17:00"):
        assert words in text and words in page.text


def test_the_receipt_tells_number_code_telephone_date_and_why(house: House, no: str) -> None:
    house.complete("w3", no, "classify", grade="general", cause="材料类", lead_unit="SCJG")
    w3, code = Visitor.of(house.app).sign_in("w3"), code_of(house, no)
    text, _ = read_back(w3.client.get(f"/cases/{no}/prints/receipt.pdf").data)
    for words in (no, code, "010-00000000", "2026-10-08（周四）17:00前", "从次日起数满5个工作日", "戴建国"):
        assert words in text


def test_the_square_leads_to_the_public_page_with_the_code_behind_the_hash(house: House, no: str) -> None:
    settings = replace(house.settings, public_url="https://bcs.example.gov.cn")
    w3, code = Visitor.of(create_app(house.engine, settings)).sign_in("w3"), code_of(house, no)
    w3.open(f"/cases/{no}/prints/receipt")
    leads_to = f"https://bcs.example.gov.cn/progress#{code}"
    assert segno.make(leads_to, error="q", micro=False).svg_inline(scale=4, border=2) in w3.text


def test_the_code_is_printed_for_nobody_but_those_who_have_the_case(house: House, no: str) -> None:
    dispatched(house, no)
    for name, theirs in {"w3": True, "unit-SCJG": True, "callback": False, "auditor": False}.items():
        page = Visitor.of(house.app).sign_in(name).open(f"/cases/{no}/prints/receipt")
        assert page.status_code == 200
        assert (code_of(house, no)[:4] in page.text, "戴建国" in page.text) == (theirs, name == "unit-SCJG")


def test_a_unit_prints_its_own_order_alone(house: House, no: str) -> None:
    dispatched(house, no)
    unit = Visitor.of(house.app).sign_in("unit-WJ")
    text, sizes = read_back(unit.client.get(f"/cases/{no}/prints/order.pdf").data)
    assert len(sizes) == 1 and "（协办）" in text and "（主办）" not in text


def test_a_sheet_that_would_be_empty_is_not_offered_and_its_address_says_why(house: House, no: str) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    assert _offered(w3, no) == ["receipt"]
    assert "没有工单可以打印：这一件还没有派单" in w3.open(f"/cases/{no}/prints/order").text
    dispatched(house, no)
    assert _offered(w3, no) == ["receipt", "order"]
    assert "没有回访单可以打印：这一件还没有向反映人反馈" in w3.open(f"/cases/{no}/prints/visit").text
    told(house, no)
    assert _offered(w3, no) == [*SHEETS]


def _offered(visitor: Visitor, no: str) -> list[str]:
    """What the page of the case leads to, and nothing else is there."""
    offered = re.findall(r'/prints/(\w+)"', visitor.open(f"/cases/{no}").text)
    kinds = [f"{sheet}{kind}" for sheet in SHEETS for kind in ("", ".pdf")]
    there = [each for each in kinds if visitor.client.get(f"/cases/{no}/prints/{each}").status_code == 200]
    assert there == [f"{sheet}{kind}" for sheet in offered for kind in ("", ".pdf")]
    return offered


# ------------------------------------------------------------------ lists
TICKED: dict[str, Any] = {
    "what.0": "食品经营许可申请书",
    "need.0": "1",
    "where.0": "窗口领取，我们帮您填",
    "what.1": "身份证",
    "what.9": "健康证",  # on a line that was blank
    "where.9": "社区医院",
    "place": "一层企业开办区2号窗口",
    "phone": "010-12345678",
    "basis": "食品安全法第三十五条",
    "route": "补齐后十个工作日办结",
}


@pytest.mark.parametrize(("kind", "title"), [("large", "大字材料清单"), ("notice", "一次性告知书")])
def test_a_list_holds_what_is_missing_alone_and_a_copy_stays_in_the_case(
    any_house: House, kind: str, title: str
) -> None:
    no = any_house.register("w3", **COUPLE)
    w3 = Visitor.of(any_house.app).sign_in("w3")
    form = w3.open(f"/cases/{no}/lists/{kind}").text
    assert "食品经营许可申请书" in form and "一层企业开办区" in form and 'value="010-00000000"' in form
    page = w3.send(f"/cases/{no}/lists/{kind}", **TICKED)
    assert page.status_code == 200 and "还缺" in page.text
    text, sizes = read_back(w3.client.get(w3.link("attachments")).data)
    assert sizes == [A4]
    for words in ("食品经营许可申请书", "健康证", "社区医院", "一层企业开办区2号窗口", "010-12345678", no):
        assert words in text
    assert "身份证" not in text
    assert ("第三十五条" in text, "十个工作日" in text) == (kind == "notice", kind == "notice")
    (kept,) = any_house.engine.read(case, no).attachments
    assert (kept.name, kept.media_type) == (f"{title} 2026-09-23.pdf", "application/pdf")
    assert kept.name in w3.open(f"/cases/{no}").text


def test_papers_are_brought_to_the_officers_own_window_where_the_case_has_none(house: House) -> None:
    no = house.register("group", matter_code="M006", acceptance="accept")
    w1, group = (Visitor.of(house.app).sign_in(name) for name in ("w1", "group"))
    assert "一层综合咨询区" in w1.open(f"/cases/{no}/lists/large").text
    assert "一层综合咨询区" not in group.open(f"/cases/{no}/lists/large").text


def test_the_sheets_are_a_click_from_the_step_at_the_counter(house: House, no: str) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/tasks/{house.task(no, 'classify')}")
    assert w3.open(w3.link(r"/lists/large\b")).status_code == 200


def test_what_is_printed_at_a_step_leads_back_to_that_step(house: House, no: str) -> None:
    w3, step = Visitor.of(house.app).sign_in("w3"), f"/tasks/{house.task(no, 'classify')}"
    for sheet in ("prints/receipt", "lists/large", "lists/notice"):
        w3.open(step)
        w3.open(w3.link(rf"/{sheet}\b"))
        if sheet.startswith("lists"):
            w3.send(f"/cases/{no}/{sheet}", **TICKED)
        assert w3.link(r"^/(tasks|cases/[^/]+$)") == step and "返回这一步" in w3.text


def test_what_is_printed_at_the_case_leads_back_to_the_case(house: House, no: str) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{no}")
    w3.open(w3.link(r"/prints/receipt"))
    assert w3.link(r"^/(tasks|cases/[^/]+$)") == f"/cases/{no}" and "返回反映件" in w3.text


@pytest.mark.parametrize(("kind", "told"), [("large", 1), ("notice", 0)])
def test_a_large_list_is_told_as_a_service_and_a_notice_is_not(house: House, no: str, kind: str, told: int) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    for _ in "ab":
        w3.open(f"/cases/{no}/lists/{kind}")
        w3.send(f"/cases/{no}/lists/{kind}", **TICKED)
    assert w3.open(f"/cases/{no}").text.count("服务举措：大字清单") == told


def test_nothing_on_the_large_list_is_smaller_than_22_points(house: House, no: str) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{no}/lists/large")
    w3.send(f"/cases/{no}/lists/large", **TICKED)
    (page,) = PdfReader(BytesIO(w3.client.get(w3.link("attachments")).data)).pages
    sizes: list[float] = []

    def note(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if text.strip():
            sizes.append(size * abs(tm[3]) * abs(cm[3]))

    page.extract_text(visitor_text=note)
    assert sizes and min(sizes) >= 21.99 and max(sizes) > 40


def whole_list(house: House, matter: str, kind: str) -> list[str]:
    """The text of each page, without white space, of a list with every paper of a matter ticked."""
    no = house.register("w3", matter_code=matter, acceptance="accept")
    w3 = Visitor.of(house.app).sign_in("w3")
    form = w3.open(f"/cases/{no}/lists/{kind}").text
    count = len(house.engine.directory.matter(matter).materials)
    sent = {f"need.{place}": "1" for place in range(count)}
    for kind_of_field in (
        r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<',
        r'type="text"[^>]* name="([^"]+)" value="([^"]*)',
    ):
        sent |= {name: unescape(text) for name, text in re.findall(kind_of_field, form)}
    w3.send(f"/cases/{no}/lists/{kind}", **sent)
    assert re.search(rf"还缺(下面)? {count} 样", w3.text)
    pages = PdfReader(BytesIO(w3.client.get(w3.link("attachments")).data)).pages
    return ["".join(page.extract_text().split()) for page in pages]


@pytest.mark.parametrize("matter", ["M002", "M006", "M026", "M030"])  # six papers each, the most there are
def test_a_notice_is_one_page_to_sign_and_tells_the_limit_in_words(house: House, matter: str) -> None:
    (page,) = whole_list(house, matter, "notice")
    assert "告知人：" in page
    assert "(示例)" not in page and "内办结" not in page


def test_where_nobody_has_typed_where_to_get_a_paper_there_is_room_for_a_pen(house: House) -> None:
    no = house.register("w3", **COUPLE)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{no}/lists/large")
    w3.send(f"/cases/{no}/lists/large", **TICKED, **{"need.1": "1"})
    text, _ = read_back(w3.client.get(w3.link("attachments")).data)
    assert re.findall("在哪里办：(窗口领取|＿{8}|社区医院)", text) == ["窗口领取", "＿" * 8, "社区医院"]


@pytest.mark.parametrize("matter", ["M006", "M026", "M028"])
def test_the_telephone_of_a_large_list_is_never_alone_on_a_page(house: House, matter: str) -> None:
    count = len(house.engine.directory.matter(matter).materials)
    last = whole_list(house, matter, "large")[-1]
    assert "010-00000000" in last and f"{count}." in last


def test_where_a_paper_is_to_be_had_stands_there_as_far_as_the_guide_says_it(house: House) -> None:
    w3, said = Visitor.of(house.app).sign_in("w3"), {}
    for matter in ("M006", "M029", "M038"):
        no = house.register("w3", matter_code=matter, acceptance="accept")
        text = w3.open(f"/cases/{no}/lists/large").text
        said[matter] = re.findall(r'name="where\.\d+" value="([^"]+)"', text)
        assert "去哪里办”是空着的" in text
    assert said == {
        "M006": ["我们来调取，不用您跑"],
        "M029": ["来的时候当场办，不用带"],
        "M038": ["找医院出具"],
    }


def test_a_list_without_anything_missing_is_given_back_with_what_was_written(house: House, no: str) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{no}/lists/large")
    w3.send(f"/cases/{no}/lists/large", **{"what.0": "身份证", "place": "二楼"})
    assert w3.status == 400 and "至少勾一样" in w3.text and 'value="二楼"' in w3.text
    assert house.engine.read(case, no).attachments == ()


def test_the_same_list_sent_twice_is_one_paper(house: House, no: str) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{no}/lists/large")
    sent = w3.filled(TICKED)
    assert [w3.client.post(f"/cases/{no}/lists/large", data=sent).status_code for _ in "ab"] == [200, 200]
    assert len(house.engine.read(case, no).attachments) == 1


def test_what_is_written_on_a_list_is_text(house: House, no: str) -> None:
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{no}/lists/notice")
    w3.send(f"/cases/{no}/lists/notice", **{**TICKED, "what.9": "<script>x</script>", "basis": "<img src=/x>"})
    assert "<script>x" not in w3.text and "<img" not in w3.text
    text, _ = read_back(w3.client.get(w3.link("attachments")).data)
    assert "<script>x</script>" in text


# ------------------------------------------------------------------ without the libraries, without the network
def test_where_no_pdf_can_be_made_the_page_is_printed_and_a_text_is_kept(
    house: House, no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise PdfMissing

    monkeypatch.setattr(webapp.pdf, "_weasyprint", missing)
    w3 = Visitor.of(house.app).sign_in("w3")
    assert w3.open(f"/cases/{no}/prints/receipt").status_code == 200
    answer = w3.open(f"/cases/{no}/prints/receipt.pdf")
    assert answer.status_code == 503 and "libpango-1.0-0" in answer.text
    assert w3.link("prints/receipt$")
    w3.open(f"/cases/{no}/lists/large")
    assert w3.send(f"/cases/{no}/lists/large", **TICKED).status_code == 200
    (kept,) = house.engine.read(case, no).attachments
    assert kept.name == "大字材料清单 2026-09-23.txt"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/hostname", "data:text/css,p{}"])
def test_drawing_a_pdf_fetches_nothing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    pdf_of("<p>先画一张</p>")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    page = f'<link rel=stylesheet href="{address}"><p style="background:url({address})">清单<img src="{address}"></p>'
    text, _ = read_back(pdf_of(page))
    assert text == "清单"
