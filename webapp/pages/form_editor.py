"""改表单: the fields of a form of a draft, with the form as people will see it beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine.bpmn.editing.forms import INNER, KINDS, FormField, read_fields, still_used, with_fields, written_form
from engine.bpmn.lint.forms import wrong_of
from engine.cases import policy
from engine.definitions.difference.spoken import Names, expression, names_of
from engine.definitions.fields import field_problems
from engine.errors import DraftMoved, NotFound
from engine.vocabulary import VOCABULARIES
from webapp.forms import render_form
from webapp.guard import actor, engine, guarded
from webapp.pages import draft_editing
from webapp.pages.draft_editing import Edited
from webapp.pages.form_sent import fields_sent, fields_with, title_sent

blueprint = Blueprint("form_editor", __name__)

_ENDING = ".json"
_PARTS = ("title", "name", "kind", "choices", "most", "help", "show")
Problems = Sequence[tuple[int, str, str]]


@blueprint.get("/designer/drafts/<int:id>/form/<path:form>")
@guarded(*policy.DESIGNING)
def show(id: int, form: str) -> Response:
    """The form as it is stored."""
    found, stored = _opened(id, form)
    saved = request.args.get("saved") == str(found.draft.revision)
    return _page(found, stored, str(stored.get("title", "")), read_fields(stored), saved=saved)


@blueprint.post("/designer/drafts/<int:id>/form/<path:form>")
@guarded(*policy.DESIGNING)
def change(id: int, form: str) -> Response:
    """Move, add and take away fields on the page, look at the form, or store it."""
    found, stored = _opened(id, form)
    title, fields = title_sent(request.form), fields_sent(read_fields(stored), request.form)
    act = request.form.get("act", "save")
    if act != "save":
        return _page(found, stored, title, fields_with(fields, act), unsaved=True)
    wrong, missing = field_problems(fields), still_used(stored, fields)
    if wrong or missing or not title:
        return _page(found, stored, title, fields, wrong=wrong, missing=missing, unsaved=True, status=400)
    content = written_form(with_fields(stored, title, fields)) if _differs(stored, title, fields) else found.content
    moved = draft_editing.store(found, content)
    if moved is not None:
        return _page(found, stored, title, fields, moved=moved, unsaved=True, status=409)
    revision = engine().read_as(actor(), draft_editing.revision_of, id)
    return redirect(url_for("form_editor.show", id=id, form=form, saved=revision), 303)


def _opened(id: int, name: str) -> tuple[Edited, dict[str, Any]]:
    found = draft_editing.edited(id, name, _ENDING)
    wrong = next(wrong_of(found.content), None)
    stored = None if wrong else json.loads(found.content)
    if stored is None or not isinstance(stored.get("properties"), dict):
        raise NotFound(f"“{name}”不能在这里改：{wrong or '没有栏目'}。")
    return found, stored


def _differs(stored: Mapping[str, Any], title: str, fields: Sequence[FormField]) -> bool:
    return title != stored.get("title") or list(fields) != list(read_fields(stored))


# ------------------------------------------------------------------ drawing
def _page(
    found: Edited,
    stored: Mapping[str, Any],
    title: str,
    fields: Sequence[FormField],
    *,
    wrong: Problems = (),
    missing: Sequence[str] = (),
    moved: DraftMoved | None = None,
    unsaved: bool = False,
    saved: bool = False,
    status: int = 200,
) -> Response:
    names = names_of((found.readable,))
    said = {(place, part): sentence for place, part, sentence in wrong}
    broken = bool(field_problems(fields))
    typed = stored if broken else with_fields(stored, title or "表单", fields)
    text = render_template(
        "definition_form.html",
        draft=draft_editing.head(found),
        title=title,
        title_error="" if title or status != 400 else "请填写表单的名称。",
        kinds=list(KINDS.items()),
        fields=[_field(place, field, said, names) for place, field in enumerate(fields)],
        problems=[
            *(_problem(place, part, sentence, fields) for place, part, sentence in wrong),
            *({"target": "form-title", "text": _missing(stored, name)} for name in missing),
        ],
        preview=_preview(typed),
        preview_old=broken,
        revision=draft_editing.known_revision() if unsaved and moved is None else found.draft.revision,
        unsaved=unsaved,
        saved=saved,
        changes=[] if unsaved else draft_editing.sentences(found.base, found.files, found.name),
        conflict=None if moved is None else draft_editing.conflict(found, moved, written_form(typed)),
        action=request.path,
    )
    return make_response(text, status)


def _field(place: int, field: FormField, said: Mapping[tuple[int, str], str], names: Names) -> dict[str, Any]:
    words = VOCABULARIES.get(field.vocabulary.lower(), {}) if field.vocabulary else {}
    return {
        "place": place,
        "number": place + 1,
        "known": field.known,
        "name": field.name,
        "title": field.title,
        "kind": field.kind,
        "inner": INNER.get(field.kind, ""),
        "required": field.required,
        "listed": [(code, label, code in field.choices) for code, label in words.items()],
        "choices": "\n".join(field.choices),
        "most": "" if field.most is None else str(field.most),
        "help": field.help,
        "show": field.show,
        "show_words": expression(field.show, names) if field.show else "",
        "errors": {part: said.get((place, part), "") for part in _PARTS},
    }


def _problem(place: int, part: str, sentence: str, fields: Sequence[FormField]) -> dict[str, str]:
    return {"target": f"f-{place}-{part}", "text": f"第 {place + 1} 栏 {fields[place].title}：{sentence}"}


def _missing(stored: Mapping[str, Any], name: str) -> str:
    title = stored["properties"][name].get("title", name)
    return f"“{title}”还在这张表单按情况必填的规则里，不能拿掉。"


def _preview(form: Mapping[str, Any]) -> Markup:
    """The form with nothing filled in, as the page of a task draws it."""
    directory = engine().directory
    units = [(each.code, each.short) for each in directory.desks()]
    matters = [(each.code, each.name) for each in directory.matters.values()]
    return render_form(form, choices={"unit": units, "units": units, "matter": matters, "case": ()}, ids="p")
