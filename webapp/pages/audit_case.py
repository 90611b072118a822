"""审计一件: for auditors, a case as it was after any line of its trail; on paper, and as an evidence pack."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from flask import Blueprint, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from engine.clock import ZONE
from engine.errors import BadInput
from engine.evidence.pack import make_pack
from engine.facade import ReadContext
from engine.queries.as_of import seq_at
from engine.queries.audit_case import AuditCase, audit_case
from webapp.guard import actor, engine, guarded
from webapp.limits import EXPORT, limited
from webapp.pages import keeping_words, trail
from webapp.pages.audit_case_parts import context
from webapp.pages.audit_sheet import cover, drawn_sheet
from webapp.pages.prints import sent_as_pdf

blueprint = Blueprint("audit_case", __name__)
READERS = ("auditor", "supervisor")


@blueprint.get("/audit/cases/<no>")
@guarded(*READERS)
def show(no: str) -> str:
    """The case after line `at`, or by the instant `when`; after its last line when nothing is said."""
    page = context(engine().read_as(actor(), _page, no, _asked(), "audit"))
    return render_template("audit_case.html", over=keeping_words.notices(no, None), **page)


@blueprint.get("/audit/cases/<no>/sheet")
@guarded(*READERS)
def sheet(no: str) -> str:
    """审计单, as a page to print."""
    return drawn_sheet(engine().read_as(actor(), _page, no, _asked(), "sheet"), as_pdf=False)


@blueprint.get("/audit/cases/<no>/sheet.pdf")
@guarded(*READERS)
def sheet_pdf(no: str) -> Response:
    """The same as PDF."""
    page = engine().read_as(actor(), _page, no, _asked(), "sheet")
    href = url_for(".sheet", no=no, at=page.told.seq)
    return sent_as_pdf(drawn_sheet(page, as_pdf=True), f"审计单 {no}.pdf", href)


@blueprint.post("/audit/cases/<no>/pack")
@guarded(trail.READERS, recent=True)
@limited(EXPORT)
def pack(no: str) -> Response:
    """The evidence pack of a case, signed; that it was made stands on the trail. Papers do not go with it: an auditor
    may not see them."""
    content = make_pack(engine(), actor(), no, cover)
    name = f"证据包 {no}.zip"
    answer = send_file(BytesIO(content), "application/zip", as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(ctx: ReadContext, no: str, wanted: int | datetime | None, what: str) -> AuditCase:
    seq = seq_at(ctx, no, wanted) if isinstance(wanted, datetime) else wanted
    return audit_case(ctx, no, seq, what)


def _asked() -> int | datetime | None:
    """Which line; raises BadInput for what is none."""
    when, at = request.args.get("when", "").strip(), request.args.get("at", "").strip()
    if when:
        return _instant(when)
    if not at:
        return None
    if not (at.isascii() and at.isdecimal() and len(at) < 10):
        raise BadInput({"at": "行号应是整数。"})
    return int(at)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace(" ", "T") if "T" not in text else text)
    except ValueError:
        raise BadInput({"when": "时间写成 2026-10-08 17:00。"}) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=ZONE)
