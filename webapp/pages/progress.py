"""查进展: the citizen's own page, without signing in. Codes and numbers go by POST, never in an address.

The QR code of the receipt leads here with the receipt code behind `#`: browsers do not send that part, so it stands in
no log. `static/app.js` puts it into the form; without scripts it is typed from the receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases.commands import CITIZEN, RateOwnCase
from engine.errors import BadInput, EngineError, NotFound
from engine.facade import ReadContext
from engine.queries.forms import running_forms
from engine.queries.progress import (
    OwnProgress,
    Progress,
    progress_by_code,
    progress_by_number,
    progress_on_screen,
    receipt_code_of,
)
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import SATISFACTION, label
from webapp.errors import failure_of
from webapp.forms import parse_form
from webapp.guard import actor, engine, guarded, public
from webapp.limits import PROGRESS, PROGRESS_OF_ONE, limited, pace
from webapp.once import perform_as
from webapp.pages import sending
from webapp.public_site import office_phone

blueprint = Blueprint("progress", __name__)

_LONGEST = 60
_EITHER = "请填回执码，或者填编号和电话后四位。"


@blueprint.get("/progress")
@public
def show() -> str:
    """The form alone."""
    return _page()


@blueprint.post("/progress")
@public
@limited(PROGRESS)
def ask() -> Response:
    """How far the case is; the same sentence for a case that is not there and for a wrong code."""
    given = {name: request.form.get(name, "").strip()[:_LONGEST] for name in ("receipt_code", "no", "phone4")}
    try:
        found = _found(given)
    except EngineError as error:
        failure = failure_of(error)
        return make_response(_page(given, problem=failure.detail), failure.status)
    return make_response(_page(given, found))


@blueprint.post("/progress/rating")
@public
@limited(PROGRESS)
def rate() -> Response:
    """The citizen's own rating, by receipt code; the comment is kept as what the citizen said."""
    code = receipt_code_of(request.form.get("receipt_code", "")[:_LONGEST])
    values = parse_form(engine().read(running_forms)["rating"], request.form)
    try:
        perform_as(CITIZEN, RateOwnCase(code, values), _rated, sending.sent_key())
        found: Progress | OwnProgress | None = engine().read(progress_by_code, code)
    except EngineError as error:
        failure = failure_of(error)
        given = {"receipt_code": code}
        found = None if isinstance(error, NotFound) else engine().read(progress_by_code, code)
        said = "请选一个：非常满意到非常不满意。" if isinstance(error, BadInput) else failure.detail
        return make_response(_page(given, found, said), failure.status)
    return make_response(_page({"receipt_code": code}, found, thanks=True))


@blueprint.get("/cases/<no>/screen")
@guarded()
def screen(no: str) -> str:
    """What the citizen may look at beside the officer: the same as their own page, and no more."""
    found = engine().read_as(actor(), progress_on_screen, no)
    return render_template("screen.html", found=shown(found), phone=office_phone())


@blueprint.get("/progress/rating")
@public
def again() -> Response:
    """Whoever loads the page anew after rating."""
    return redirect(url_for("progress.show"))


def _rated(ctx: ReadContext, done: Any) -> StoredAnswer:
    return StoredAnswer(200, None)


def _found(given: Mapping[str, str]) -> Progress | OwnProgress:
    if given["receipt_code"]:
        return engine().read(progress_by_code, given["receipt_code"])
    if not (given["no"] and given["phone4"]):
        raise BadInput({}, _EITHER)
    pace(PROGRESS_OF_ONE, given["no"].upper())
    return engine().read(progress_by_number, given["no"], given["phone4"])


def _page(
    given: Mapping[str, str] | None = None,
    found: Progress | OwnProgress | None = None,
    problem: str | None = None,
    thanks: bool = False,
) -> str:
    own = found if isinstance(found, OwnProgress) else None
    progress = own.progress if own is not None else found
    return render_template(
        "progress.html",
        action=url_for("progress.ask"),
        given={"receipt_code": "", "no": "", "phone4": "", **(given or {})},
        problem=problem,
        thanks=thanks,
        found=None if progress is None else shown(progress),  # type: ignore[arg-type]
        rating=_rating(own) if own is not None and own.may_rate else None,
        phone=office_phone(),
    )


def shown(progress: Progress) -> dict[str, Any]:
    """Progress in words, for progress_steps.html."""
    return {
        "no": progress.no,
        "steps": progress.steps,
        "promised": progress.promised,
        "outcome": label("outcome", progress.outcome),
        "next": progress.next,
        "remarks": progress.remarks,
    }


def _rating(own: OwnProgress) -> dict[str, Any]:
    return {
        "action": url_for("progress.rate"),
        "hidden": sending.fresh_key(),
        "options": list(SATISFACTION.items()),
        "given": label("satisfaction", own.satisfaction),
    }
