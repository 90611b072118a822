"""What is done with a case beside its tasks: a form each, and back to the case, or to the list one came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import vocabulary
from engine.cases.beside import ACTS
from engine.cases.commands import ActOnCase, Command, SendMessage
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.case_acts import act_form_of
from engine.storage.idempotency import StoredAnswer
from webapp.errors import failure_of
from webapp.forms import parse_form
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending
from webapp.pages.display import back_or

blueprint = Blueprint("acts", __name__)

LABELS = {**vocabulary.ACT, "courier": "登记寄递"}
_WARNINGS = {"withdraw": "撤回后各单位停止办理，不能恢复；反映人再来须重新登记。"}
_OWN_PAGE = frozenset({"amend", "unmask"})
# Papers have their place on the page of the case; remarks and handing on belong to a task.
OFFERED = frozenset(vocabulary.ACT) - {"attachment", "comment", "hand_on"}
_PLACE = f"/cases/<no>/<any({','.join(sorted(OFFERED - _OWN_PAGE))}):act>"


@blueprint.get(_PLACE)
@guarded()
def show(no: str, act: str) -> Response:
    """The form of an act; what is known already stands in it."""
    return _page(no, act)


@blueprint.post(_PLACE)
@guarded()
def submit(no: str, act: str) -> Response:
    """Do it, or give back what was entered with what to mend."""
    wanted = engine().read_as(actor(), act_form_of, no, act)
    values = parse_form(wanted.schema, request.form, sending.today())
    try:
        perform(_command(act, no, values), done, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        return _page(no, act, values, sending.problems(failure), failure.status)
    return redirect(back_or(url_for("case.show", no=no, _anchor="past")), 303)


def href(act: str, no: str, back: str | None = None) -> str:
    """Where the form of an act is; `back`: the list to return to, the case when none is named."""
    if act in _OWN_PAGE:
        return url_for(f"{act}.show", no=no)
    return url_for("acts.show", no=no, act=act, back=back)


def _command(act: str, no: str, values: Mapping[str, Any]) -> Command:
    return ActOnCase(act, no, values) if act in ACTS else SendMessage(act, no, values)


def done(ctx: ReadContext, result: Any) -> StoredAnswer:
    """The answer is a way back, which the address has."""
    return StoredAnswer(303, None)


def _page(
    no: str,
    act: str,
    values: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wanted = engine().read_as(actor(), act_form_of, no, act)
    filled = wanted.values if values is None else values
    action = url_for("acts.submit", no=no, act=act, back=request.args.get("back"))
    form = sending.form(wanted.schema, filled, problems or {}, {}, action, wanted.closed)
    warning = _WARNINGS.get(act)
    text = render_template(
        "act.html",
        label=LABELS[act],
        no=no,
        title=wanted.title,
        case_href=url_for("case.show", no=no),
        back_href=back_or(url_for("case.show", no=no)),
        warning=warning,
        form={**form, "confirm": f"{LABELS[act]} {no}？{warning}" if warning else None},
    )
    return make_response(text, status)
