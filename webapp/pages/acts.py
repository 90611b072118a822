"""What is done with a case beside its tasks: withdrawing it for the citizen, noting a parcel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases.commands import Command, RecordCourier, SendMessage
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.case_acts import case_act
from engine.storage.idempotency import StoredAnswer
from webapp.errors import failure_of
from webapp.forms import parse_form
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending

blueprint = Blueprint("acts", __name__)

LABELS = {"withdraw": "撤回", "courier": "登记寄递"}
_WARNINGS = {"withdraw": "撤回后各单位停止办理，不能恢复；反映人再来须重新登记。"}


@blueprint.get("/cases/<no>/withdraw")
@guarded()
def withdraw(no: str) -> Response:
    """The form for a citizen who takes the matter back."""
    return _page(no, "withdraw")


@blueprint.post("/cases/<no>/withdraw")
@guarded()
def submit_withdraw(no: str) -> Response:
    """Withdraw the case."""
    return _submit(no, "withdraw", lambda values: SendMessage("withdraw", no, values))


@blueprint.get("/cases/<no>/courier")
@guarded()
def courier(no: str) -> Response:
    """The form for a parcel; what is known already stands in it."""
    return _page(no, "courier")


@blueprint.post("/cases/<no>/courier")
@guarded()
def submit_courier(no: str) -> Response:
    """Note the parcel, or complete what is known of it."""
    return _submit(no, "courier", lambda values: RecordCourier(no, values))


def _submit(no: str, act: str, command: Callable[[Mapping[str, Any]], Command]) -> Response:
    wanted = engine().read_as(actor(), case_act, no, act)
    values = parse_form(wanted.schema, request.form)
    try:
        perform(command(values), _done, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        return _page(no, act, values, sending.problems(failure), failure.status)
    return redirect(url_for("case.show", no=no, _anchor="past"), 303)


def _done(ctx: ReadContext, done: Any) -> StoredAnswer:
    return StoredAnswer(303, None)


def _page(
    no: str,
    act: str,
    values: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wanted = engine().read_as(actor(), case_act, no, act)
    filled = wanted.values if values is None else values
    form = sending.form(wanted.schema, filled, problems or {}, {}, url_for(f"acts.submit_{act}", no=no))
    warning = _WARNINGS.get(act)
    text = render_template(
        "act.html",
        label=LABELS[act],
        no=no,
        title=wanted.title,
        case_href=url_for("case.show", no=no),
        warning=warning,
        form={**form, "confirm": f"{LABELS[act]} {no}？{warning}" if warning else None},
    )
    return make_response(text, status)
