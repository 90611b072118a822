"""备注 on the pages of a case and of its tasks: read, and left without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases.commands import CommentTask
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.case_page import CasePage
from engine.queries.entered import Schema
from engine.queries.remarks import remark_form
from engine.queries.task_form import TaskForm, task_form
from webapp.errors import failure_of
from webapp.forms import parse_form, render_form
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending
from webapp.pages.acts import done

blueprint = Blueprint("remarks", __name__)

_FROM_CASE = "case"  # value of `back` of who writes on the page of the case


@blueprint.post("/tasks/<task_id>/comment")
@guarded()
def submit(task_id: str) -> Response:
    """Leave a remark at an open task, or give back what was entered with what to mend."""
    asked, schema = engine().read_as(actor(), _asked, task_id)
    values = parse_form(schema, request.form)
    try:
        perform(CommentTask(task_id, values), done, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        return _again(task_id, asked, _form(task_id, schema, values, sending.problems(failure)), failure.status)
    return redirect(_back(task_id, asked), 303)


def _asked(ctx: ReadContext, task_id: str) -> tuple[TaskForm, Schema]:
    asked = task_form(ctx, task_id)
    return asked, remark_form(ctx, asked.no or "")


def section(page: CasePage, task_id: str | None = None) -> dict[str, Any]:
    """What the page of the case shows, and that of a task: all remarks, and the form to leave another for who may."""
    at = next((id for id in page.remark_at if task_id in (None, id)), None)
    form = None
    if at is not None:
        form = _form(at, engine().read_as(actor(), remark_form, page.case.no), {}, {})
        form["hidden"] |= {} if task_id else {"back": _FROM_CASE}
    return {"lines": page.remarks, "form": form}


def _form(task_id: str, schema: Schema, values: Mapping[str, Any], problems: Mapping[str, str]) -> dict[str, Any]:
    return {
        "html": render_form(schema, values, problems, ids="remark"),
        "action": url_for("remarks.submit", task_id=task_id),
        "submit": schema.get("ui", {}).get("submit", "添加备注"),
        "hidden": sending.fresh_key(),
        "confirm": None,
    }


def _back(task_id: str, asked: TaskForm) -> str:
    if request.form.get("back") == _FROM_CASE and asked.no:
        return url_for("case.show", no=asked.no, _anchor="remarks")
    return url_for("task.show", task_id=task_id, _anchor="remarks")


def _again(task_id: str, asked: TaskForm, form: dict[str, Any], status: int) -> Response:
    text = render_template(
        "act.html",
        label="备注",
        no=asked.no or "",
        title=asked.title or "",
        case_href=_back(task_id, asked),
        warning=None,
        form={**form, "hidden": {**form["hidden"], "back": request.form.get("back", "")}},
    )
    return make_response(text, status)
