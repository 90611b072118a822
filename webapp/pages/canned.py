"""常用答复: the texts that the forms of tasks offer, for those who keep them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.canned import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    PLACEHOLDERS,
    AddCanned,
    CannedCommand,
    ChangeCanned,
    RetireCanned,
    Wording,
    steps_kept,
)
from engine.errors import BadInput
from engine.queries.canned import Canned, canned_book, canned_kept
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import label
from webapp.errors import failure_of
from webapp.forms import parse_form
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending

blueprint = Blueprint("canned", __name__, url_prefix="/canned-answers")


@blueprint.get("")
@guarded()
def show() -> Response:
    """Everything this person keeps, and a form for one more."""
    return _list()


@blueprint.post("")
@guarded()
def add() -> Response:
    """Keep one more, or give back what was entered with what to mend."""
    values = _entered()
    try:
        _perform(AddCanned(_wording(values)))
    except BadInput as error:
        return _list(values, sending.problems(failure_of(error)), 400)
    return redirect(url_for("canned.show"), 303)


@blueprint.get("/<int:id>")
@guarded()
def edit(id: int) -> Response:
    """One of them, to change or to retire."""
    return _page(engine().read_as(actor(), canned_kept, id))


@blueprint.post("/<int:id>")
@guarded()
def change(id: int) -> Response:
    """Say it differently from now on, or give back what was entered with what to mend."""
    found, values = engine().read_as(actor(), canned_kept, id), _entered()
    try:
        _perform(ChangeCanned(id, _revision(), _wording(values)))
    except BadInput as error:
        return _page(found, values, sending.problems(failure_of(error)), 400)
    return redirect(url_for("canned.show"), 303)


@blueprint.post("/<int:id>/retire")
@guarded()
def retire(id: int) -> Response:
    """Offer it no more."""
    _perform(RetireCanned(id, _revision()))
    return redirect(url_for("canned.show"), 303)


def _perform(command: CannedCommand) -> None:
    perform(command, lambda ctx, id: StoredAnswer(303, None), sending.sent_key())


def _revision() -> int:
    """The revision that was read; none was, or something else was sent: that of no answer."""
    given = request.form.get("revision", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


# ------------------------------------------------------------------ the form
def _schema() -> dict[str, Any]:
    known = "、".join(f"{{{name}}}" for name in PLACEHOLDERS)
    return {
        "title": "常用答复",
        "type": "object",
        "required": ["element", "title", "text"],
        "properties": {
            "element": {"type": "string", "title": "用在哪一步", "enum": [*steps_kept(actor())]},
            "matter_code": {"type": "string", "title": "事项", "maxLength": 20},
            "title": {"type": "string", "title": "名称", "maxLength": LONGEST_TITLE},
            "text": {"type": "string", "title": "内容", "maxLength": LONGEST_TEXT},
        },
        "ui": {
            "vocabulary": {"element": "task"},
            "widgets": {"element": "select", "matter_code": "matter", "text": "textarea"},
            "help": {
                "matter_code": "不选就用于所有事项。",
                "title": "给同事看的，不会填进答复。",
                "text": f"不写姓名、手机号和身份证号。随件不同的写 {known}，填入时自动换成这一件的。",
            },
            "submit": "保存",
        },
    }


def _form(values: Mapping[str, Any], problems: Mapping[str, str], action: str) -> dict[str, Any]:
    matters = [(matter.code, matter.name) for matter in engine().directory.matters.values()]
    return sending.form(_schema(), values, problems, {"matter": matters}, action)


def _entered() -> dict[str, Any]:
    return parse_form(_schema(), request.form)


def _wording(values: Mapping[str, Any]) -> Wording:
    element, title, text = (str(values.get(name) or "") for name in ("element", "title", "text"))
    return Wording(element, values.get("matter_code") or None, title, text)


# ------------------------------------------------------------------ the pages
def _list(
    values: Mapping[str, Any] | None = None, problems: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    found = engine().read_as(actor(), canned_book)
    steps = [(label("task", step), [_line(each) for each in found if each.element == step]) for step in _used(found)]
    form = _form(values or {}, problems or {}, url_for("canned.add"))
    return make_response(render_template("canned.html", steps=steps, form=form, opened=bool(problems)), status)


def _used(found: tuple[Canned, ...]) -> list[str]:
    return list(dict.fromkeys(each.element for each in found))


def _line(each: Canned) -> dict[str, Any]:
    matter = engine().directory.matters.get(each.matter_code or "")
    return {
        "title": each.title,
        "text": each.text,
        "matter": "所有事项" if each.matter_code is None else matter.name if matter else each.matter_code,
        "by": each.by,
        "at": each.at,
        "href": url_for("canned.edit", id=each.id),
    }


def _page(
    found: Canned,
    values: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    stored = {name: getattr(found, name) for name in ("element", "matter_code", "title", "text")}
    form = _form(values or stored, problems or {}, url_for("canned.change", id=found.id))
    text = render_template(
        "canned_one.html",
        line=_line(found),
        form={**form, "hidden": {**form["hidden"], "revision": found.revision}},
        retire={"action": url_for("canned.retire", id=found.id), "hidden": {"revision": found.revision}},
        back=url_for("canned.show"),
    )
    return make_response(text, status)
