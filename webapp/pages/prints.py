"""打印: the sheets of a case on A4, as a page for the browser's printer and as PDF; one template for both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, make_response, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine.cases import policy
from engine.errors import NotFound
from engine.queries.case_page import CasePage
from engine.queries.prints import Printed, orders_to_print, printed, was_told
from engine.vocabulary import DISSATISFIED_REASON, SATISFACTION, label
from webapp.guard import actor, engine, guarded
from webapp.labels import date_time
from webapp.pages import words
from webapp.pdf import PdfMissing, pdf_of
from webapp.public_site import OFFICE, office_phone, public_url

blueprint = Blueprint("prints", __name__)

NO_PDF = "这台服务器没有装生成 PDF 的组件，请用网页打印；要 PDF，请系统管理员装 libpango-1.0-0 和 libpangoft2-1.0-0。"


@blueprint.get("/cases/<no>/prints/<any(receipt,order,visit):sheet>")
@guarded()
def show(no: str, sheet: str) -> str:
    """The sheet as a page to print."""
    return _drawn(no, sheet, as_pdf=False)


@blueprint.get("/cases/<no>/prints/<any(receipt,order,visit):sheet>.pdf")
@guarded()
def pdf(no: str, sheet: str) -> Response:
    """The same sheet as PDF; where it cannot be made, how to print without."""
    return sent_as_pdf(
        _drawn(no, sheet, as_pdf=True), f"{SHEETS[sheet].title} {no}.pdf", url_for(".show", no=no, sheet=sheet)
    )


def sent_as_pdf(html: str, name: str, page_href: str) -> Response:
    """A drawn sheet as a PDF download."""
    try:
        content = pdf_of(html)
    except PdfMissing:
        return make_response(render_template("no_pdf.html", text=NO_PDF, href=page_href), 503)
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=name, etag=False)


def links(page: CasePage, step: str | None = None) -> list[dict[str, str]]:
    """What can be printed of a case, for its page or for that of a step, to which the sheets then lead back."""
    return [link(page.case.no, key, step) for key, sheet in SHEETS.items() if sheet.has_content(page)]


def link(no: str, sheet: str, step: str | None = None) -> dict[str, str]:
    """One of SHEETS."""
    return {"label": SHEETS[sheet].title, "href": url_for("prints.show", no=no, sheet=sheet, step=step)}


def way_back(no: str) -> dict[str, str]:
    """To the step that the sheet was asked for at, else to the case."""
    step = request.values.get("step")
    if step:
        return {"href": url_for("task.show", task_id=step), "label": "返回这一步"}
    return {"href": url_for("case.show", no=no), "label": "返回反映件"}


def _drawn(no: str, sheet: str, as_pdf: bool) -> str:
    drawn, told = SHEETS[sheet], engine().read_as(actor(), printed, no)
    if not drawn.has_content(told.page):
        raise NotFound(drawn.without)
    return render_template(
        f"print_{sheet}.html",
        **around(drawn.title, no, as_pdf, url_for(".pdf", no=no, sheet=sheet)),
        **drawn.context(told),
        printed_at=told.printed_at,
    )


def around(title: str, no: str, as_pdf: bool, pdf_href: str | None) -> dict[str, Any]:
    """What print_base.html takes."""
    return {
        "title": title,
        "no": no,
        "as_pdf": as_pdf,
        "pdf_href": pdf_href,
        "back": way_back(no),
        "office_name": OFFICE,
        "phone": office_phone(),
    }


# ------------------------------------------------------------------ the sheets
_NOT_FOR_UNITS = frozenset({"标题", "来源渠道", "受理窗口", "当场决定"})  # said elsewhere, or of no use to them


def _receipt(told: Printed) -> dict[str, Any]:
    case, code = told.page.case, told.receipt_code
    return {
        "person": _person(told),
        "subject": case.title,
        "matter": None if told.matter is None else told.matter.name,
        "received_at": case.received_at,
        "promised": case.deadline,
        "provisional": case.provisional,
        "rule": told.rule,
        "window": told.window,
        "code": None if code is None else [code[at : at + 4] for at in range(0, len(code), 4)],
        "qr": None if code is None else _qr(public_url(url_for("progress.show", _anchor=code))),
        "address": public_url(url_for("progress.show")),
    }


def _qr(address: str) -> Markup:
    """With much to spare, for a bad printer and an old telephone."""
    return Markup(segno.make(address, error="q", micro=False).svg_inline(scale=4, border=2))


def _person(told: Printed) -> str:
    applicant = told.page.case.applicant
    return " ".join(part for part in (applicant.name, applicant.phone) if part) or label(
        "applicant_kind", applicant.kind
    )


def _order(told: Printed) -> dict[str, Any]:
    """One sheet for each unit; a unit's own people print theirs."""
    units = policy.units_of(actor().groups)
    standing, case = orders_to_print(told.page), told.page.case
    mine = [line for line in standing if line.order.unit in units]
    return {
        "orders": mine or standing,
        "person": _person(told),
        "subject": case.title,
        "facts": words.facts([fact for fact in told.page.registered if fact.label not in _NOT_FOR_UNITS], whole=False),
        "grade": label("grade", case.grade),
        "cause": case.cause,
        "promised": case.deadline,
        "note": [fact for line in told.page.history if line.element == "dispatch" for fact in line.facts],
        "order_words": lambda line: label("work_order_status", line.order.status),
    }


def _visit(told: Printed) -> dict[str, Any]:
    case = told.page.case
    return {
        "person": _person(told),
        "subject": case.title,
        "outcome": label("outcome", case.outcome),
        "lead": told.page.lead,
        "answered": told.answered,
        "promised": None if case.deadline is None else date_time(case.deadline),
        "levels": list(SATISFACTION.values()),
        "reasons": list(DISSATISFIED_REASON.values()),
    }


@dataclass(frozen=True)
class _Sheet:
    """`context`: what its template takes; `without`: what is said of a case of which it would be empty."""

    title: str
    context: Callable[[Printed], dict[str, Any]]
    has_content: Callable[[CasePage], bool] = lambda page: True
    without: str = ""


SHEETS = {
    "receipt": _Sheet("受理回执", _receipt),
    "order": _Sheet(
        "工单", _order, lambda page: bool(orders_to_print(page)), "没有工单可以打印：这一件还没有派单，或者不需要派单。"
    ),
    "visit": _Sheet("回访单", _visit, was_told, "没有回访单可以打印：这一件还没有向反映人反馈，反馈以后才回访。"),
}
