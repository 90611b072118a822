"""A draft of the process: what is in it, who has changed it, and what can be done with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import policy
from engine.definitions.commands import BeginDraft, DefinitionCommand, DiscardDraft
from engine.definitions.drafts import Draft
from engine.facade import ReadContext
from engine.queries.definition_drafts import OpenedDraft, opened_draft
from engine.queries.people import displays
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import label
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending

blueprint = Blueprint("definition_drafts", __name__, url_prefix="/designer/drafts")

EDITORS = {".bpmn": ("diagram", "画图"), ".dmn": ("table", "改表"), ".json": ("form", "改表单")}


@blueprint.post("")
@guarded(*policy.DESIGNING)
def begin() -> Response:
    """Begin a draft from a version, and go there."""
    command = BeginDraft(number("from"), request.form.get("title", ""))
    answered = perform(command, _told, sending.sent_key())
    return redirect(url_for("definition_drafts.show", id=answered.answer.body["id"]), 303)


@blueprint.get("/<int:id>")
@guarded(*policy.DESIGNING)
def show(id: int) -> Response:
    """The draft and its files."""
    return make_response(engine().read_as(actor(), _page, id))


@blueprint.post("/<int:id>/discard")
@guarded(*policy.DESIGNING)
def discard(id: int) -> Response:
    """Give the draft up."""
    do(DiscardDraft(id, number("revision")))
    return redirect(url_for("designer.show"), 303)


def do(command: DefinitionCommand) -> None:
    """Carry out a command of a form, once however often it is sent."""
    perform(command, _told, sending.sent_key())


def number(name: str) -> int:
    """A number of the form; 0, which is nobody's, for anything else."""
    given = request.form.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _told(ctx: ReadContext, draft: Draft) -> StoredAnswer:
    return StoredAnswer(303, {"id": draft.id})


def _page(ctx: ReadContext, id: int) -> str:
    opened = opened_draft(ctx, id)
    draft = opened.draft
    names = displays(ctx.conn, [draft.author, draft.changed_by])
    return render_template(
        "definition_draft.html",
        draft={
            "title": draft.title,
            "base": draft.base,
            "revision": draft.revision,
            "author": names[draft.author],
            "changed_by": names[draft.changed_by],
            "changed_at": draft.changed_at,
            "state": label("draft_state", draft.state),
            "ended": draft.ended,
        },
        files=[_file(opened, name) for name in opened.files],
        discard={"action": url_for("definition_drafts.discard", id=id), "hidden": sending.fresh_key()},
        versions_href=url_for("designer.show"),
    )


def _file(opened: OpenedDraft, name: str) -> dict[str, Any]:
    """One file, with the way to its editor where there is one."""
    raw = url_for("definition_files.read", id=opened.draft.id, name=name)
    editor, words = next((each for ending, each in EDITORS.items() if name.endswith(ending)), ("", ""))
    href = f"{url_for('definition_drafts.show', id=opened.draft.id)}/{editor}/{name}"
    reached = editor and not opened.draft.ended and current_app.url_map.bind("").test(href, "GET")
    return {"name": name, "href": raw, "editor": {"href": href, "words": words} if reached else None}
