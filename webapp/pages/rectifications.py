"""整改: findings put to units: open, late, answered, accepted; and one of them with everything said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import policy
from engine.cases.commands import SendMessage
from engine.cases.findings import WITHDRAW
from engine.cases.policy import RECTIFY, UNIT_POSTS
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.paging import Page
from engine.queries.rectification_papers import download
from engine.queries.rectifications import READERS, WHICH, FindingPage, finding_page, findings_put
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import label
from webapp.errors import failure_of
from webapp.files import handed_out
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending, trail, words
from webapp.pages.finding_papers import lines
from webapp.pages.pinned import AUDITING, line, picture, said_at

blueprint = Blueprint("rectifications", __name__)
_ROWS = 50
_LAST = 2000


@blueprint.get("/audit/rectifications")
@guarded(*sorted(READERS))
def show() -> str:
    """The findings of one kind, the newest first."""
    which = request.args.get("which") if request.args.get("which") in WHICH else None
    number = _number(request.args.get("page", ""))
    page = Page((number - 1) * _ROWS, _ROWS + 1)
    found, counts = engine().read_as(actor(), findings_put, which, page)
    first = url_for(".show", which=which) if number > 1 else None
    onward = url_for(".show", which=which, page=number + 1) if len(found) > _ROWS else None
    return render_template(
        "rectifications.html",
        auditing=policy.holds(actor(), AUDITING),
        may_verify=policy.holds(actor(), {trail.READERS}),
        tabs=[
            {
                "label": label("finding_kind", each),
                "count": counts[each],
                "href": url_for(".show", which=each),
                "here": each == which,
            }
            for each in WHICH
        ],
        all_href=url_for(".show"),
        which=None if which is None else label("finding_kind", which),
        items=[line(each) for each in found[:_ROWS]],
        pages=words.pager(f"每页 {_ROWS} 件", first, onward),
    )


@blueprint.get("/audit/rectifications/<no>")
@guarded(*sorted(READERS), *UNIT_POSTS)
def one(no: str) -> str:
    """One finding; for its unit too, which reads here what became of its answer."""
    return _page(no)


@blueprint.post("/audit/rectifications/<no>/withdraw")
@guarded(*sorted(RECTIFY))
def withdraw(no: str) -> Response:
    """Take it back before it is answered, or give back the reason with what to mend."""
    values = {"reason": request.form.get("reason", "").strip()}
    try:
        perform(SendMessage(WITHDRAW, no, values), _withdrawn, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        if failure.status != 400:
            raise
        return make_response(_page(no, values, sending.problems(failure)), failure.status)
    return redirect(url_for(".one", no=no), 303)


@blueprint.get("/audit/rectifications/<no>/attachments/<id>")
@guarded(*sorted(READERS), *UNIT_POSTS)
def paper(no: str, id: str) -> Response:
    """A paper left with an answer, as a download."""
    return handed_out(engine().read_as(actor(), download, no, id))


def _withdrawn(ctx: ReadContext, done: Any) -> StoredAnswer:
    return StoredAnswer(303, None)


def _page(no: str, values: Mapping[str, Any] | None = None, problems: Mapping[str, str] | None = None) -> str:
    found = engine().read_as(actor(), finding_page, no)
    return render_template("rectification.html", **_one(found), withdrawal=_withdrawal(found, values, problems))


def _withdrawal(
    found: FindingPage, values: Mapping[str, Any] | None, problems: Mapping[str, str] | None
) -> dict[str, Any] | None:
    """The form by which it is taken back, for whoever may; open where something in it is to be mended."""
    if found.withdrawal is None:
        return None
    no = found.finding.no
    form = sending.form(found.withdrawal, values or {}, problems or {}, {}, url_for(".withdraw", no=no))
    asked = f"撤销 {no}？单位不用再答复，撤销后不能恢复。"
    return {**form, "confirm": asked, "open": bool(problems)}


def _one(found: FindingPage) -> dict[str, Any]:
    return {
        "it": line(found.finding),
        "picture": picture(found.place),
        "said": [said_at(each) for each in found.said],
        "papers": lines(found.finding.no),
        "waits": found.waits,
        "back": _back(),
    }


def _back() -> dict[str, str]:
    """The list a reader comes from."""
    if policy.holds(actor(), READERS):
        return {"href": url_for("rectifications.show"), "label": "整改"}
    return {"href": url_for("unit_desk.show"), "label": "单位"}


def _tab(which: str) -> dict[str, str]:
    return {"label": label("finding_kind", which), "href": url_for(".show", which=which)}


def _number(text: str) -> int:
    return min(max(int(text), 1), _LAST) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
