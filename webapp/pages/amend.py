"""更正: the fields of a case one by one, and the form for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases.commands import ActOnCase
from engine.errors import EngineError
from engine.queries.corrections import correction, corrections
from webapp.errors import failure_of
from webapp.forms import parse_form
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending
from webapp.pages.acts import done

blueprint = Blueprint("amend", __name__)


@blueprint.get("/cases/<no>/amend")
@guarded()
def show(no: str) -> str:
    """What may be corrected, each with a link to its form."""
    found = engine().read_as(actor(), corrections, no)
    return render_template(
        "amend.html",
        no=no,
        title=found.title,
        case_href=url_for("case.show", no=no),
        fields=[
            {"label": each.title, "text": each.text, "href": url_for("amend.field", no=no, name=each.field)}
            for each in found.fields
        ],
    )


@blueprint.get("/cases/<no>/amend/<name>")
@guarded()
def field(no: str, name: str) -> Response:
    """The form of one correction, with what stands there now."""
    return _page(no, name)


@blueprint.post("/cases/<no>/amend/<name>")
@guarded()
def submit(no: str, name: str) -> Response:
    """Correct it, or give back what was entered with what to mend."""
    wanted = engine().read_as(actor(), correction, no, name)
    values = parse_form(wanted.schema, request.form, sending.today())
    try:
        perform(ActOnCase("amend", no, {"field": name, **values}), done, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        return _page(no, name, values, sending.problems(failure), failure.status)
    return redirect(url_for("case.show", no=no, _anchor="past"), 303)


def _page(
    no: str,
    name: str,
    values: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wanted = engine().read_as(actor(), correction, no, name)
    filled = wanted.values if values is None else values
    action = url_for("amend.submit", no=no, name=name)
    text = render_template(
        "act.html",
        label=f"更正{wanted.heading}",
        no=no,
        title=wanted.title,
        case_href=url_for("case.show", no=no),
        warning=None,
        form=sending.form(wanted.schema, filled, problems or {}, wanted.choices, action),
    )
    return make_response(text, status)
