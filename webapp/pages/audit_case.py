"""审计一件: for auditors, a case as it was after any line of its trail; on paper, and as an evidence pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO

from flask import Blueprint, make_response, render_template, request, send_file
from werkzeug.wrappers import Response

from engine.clock import ZONE
from engine.errors import BadInput
from engine.evidence.pack import make_pack
from engine.facade import ReadContext
from engine.queries.as_of import Moment
from engine.queries.audit_case import AuditCase, audit_case
from webapp.errors import ANSWERS
from webapp.guard import actor, engine, guarded
from webapp.limits import EXPORT, limited
from webapp.pages import keeping_words, trail
from webapp.pages.audit_case_parts import context
from webapp.pages.audit_links import of_moment
from webapp.pages.audit_sheet import cover, drawn_sheet
from webapp.pages.prints import sent_as_pdf

blueprint = Blueprint("audit_case", __name__)
READERS = ("auditor", "supervisor")
_LONGEST = 40  # characters of what was asked that are shown again


@blueprint.get("/audit/cases/<no>")
@guarded(*READERS)
def show(no: str) -> Response:
    """The case after line `at`, or at the instant `when`; after its last line when nothing is said."""
    return _of_moment(no, "audit", lambda page: make_response(_shown(no, page, {})))


@blueprint.get("/audit/cases/<no>/sheet")
@guarded(*READERS)
def sheet(no: str) -> Response:
    """审计单, as a page to print."""
    return _of_moment(no, "sheet", lambda page: make_response(drawn_sheet(page, as_pdf=False)))


@blueprint.get("/audit/cases/<no>/sheet.pdf")
@guarded(*READERS)
def sheet_pdf(no: str) -> Response:
    """The same as PDF."""

    def sent(page: AuditCase) -> Response:
        href = of_moment("audit_case.sheet", page.told)
        return sent_as_pdf(drawn_sheet(page, as_pdf=True), f"审计单 {no}.pdf", href)

    return _of_moment(no, "sheet", sent)


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


def _of_moment(no: str, what: str, answer: Callable[[AuditCase], Response]) -> Response:
    """What `answer` makes of the moment asked for; for one there is none of, the page after the last line that says so
    at the field."""
    try:
        page = engine().read_as(actor(), _page, no, _asked(), what)
    except BadInput as wrong:
        told = engine().read_as(actor(), _page, no, None, "audit")
        return make_response(_shown(no, told, wrong.fields), ANSWERS[BadInput])
    return answer(page)


def _shown(no: str, page: AuditCase, wrong: Mapping[str, str]) -> str:
    """The page; `wrong`: field of the form → what is wrong with what was asked."""
    given = request.args.get("when", "").strip()[:_LONGEST] if wrong else ""
    told = {"at": wrong.get("at"), "when": wrong.get("when"), "given": given}
    return render_template("audit_case.html", over=keeping_words.notices(no, None), wrong=told, **context(page))


def _page(ctx: ReadContext, no: str, wanted: Moment | None, what: str) -> AuditCase:
    try:
        return audit_case(ctx, no, wanted, what)
    except BadInput as wrong:  # both are of one value, whatever the queries call it
        field = "when" if isinstance(wanted, datetime) else "at"
        raise BadInput({field: "".join(wrong.fields.values())}) from None


def _asked() -> Moment | None:
    """Which line, or which instant; raises BadInput for what is none."""
    when, at = request.args.get("when", "").strip(), request.args.get("at", "").strip()
    if when:
        return _instant(when)
    if not at:
        return None
    if not (at.isascii() and at.isdecimal() and len(at) < 10):
        raise BadInput({"at": f"“{at[:_LONGEST]}”不是行号，请从这里选一行。"})
    return int(at)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace(" ", "T") if "T" not in text else text)
    except ValueError:
        raise BadInput({"when": "时间写成 2026-10-08 17:00。"}) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=ZONE)
