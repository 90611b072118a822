"""查看联系方式: a reason first, then the page of the case with the person in clear, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases.commands import Unmask
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.case_acts import act_form_of
from engine.queries.case_page import CasePage, case_page
from engine.queries.unmasked import unmasked
from webapp.errors import failure_of
from webapp.forms import parse_form
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import case, sending
from webapp.pages.acts import LABELS, done

blueprint = Blueprint("unmask", __name__)


@blueprint.get("/cases/<no>/unmask")
@guarded()
def show(no: str) -> Response:
    """The form for the reason."""
    return _page(no, {})


@blueprint.post("/cases/<no>/unmask")
@guarded()
def submit(no: str) -> Response:
    """The case with the person in clear; loaded again, the page masks the person again."""
    values = parse_form(engine().read_as(actor(), act_form_of, no, "unmask").schema, request.form)
    try:
        answered = perform(Unmask(no, values), done, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        return _page(no, values, sending.problems(failure), failure.status)
    if answered.replayed:
        return redirect(url_for("case.show", no=no), 303)
    return make_response(case.drawn(engine().read_as(actor(), _in_clear, no)))


def _in_clear(ctx: ReadContext, no: str) -> CasePage:
    page = case_page(ctx, no)
    return replace(page, case=replace(page.case, applicant=unmasked(ctx, no)))


def _page(no: str, values: Mapping[str, Any], problems: Mapping[str, str] | None = None, status: int = 200) -> Response:
    wanted = engine().read_as(actor(), act_form_of, no, "unmask")
    form = sending.form(wanted.schema, values, problems or {}, {}, url_for("unmask.submit", no=no))
    text = render_template(
        "act.html",
        label=LABELS["unmask"],
        no=no,
        title=wanted.title,
        case_href=url_for("case.show", no=no),
        warning=None,
        form=form,
    )
    return make_response(text, status)
