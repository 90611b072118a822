"""画图: a diagram of a draft in bpmn-js, with everything it may refer to. The one page that needs scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, make_response, render_template, url_for
from werkzeug.wrappers import Response

from engine.bpmn.editing.forms import written_form
from engine.bpmn.xml import XmlRefused, bpmn, read_xml
from engine.cases import policy
from engine.definitions.catalogue import Catalogue, Thing, catalogue_of
from engine.definitions.difference.spoken import groups as groups_in_words
from engine.definitions.pieces import SIGN_OFF, SIGN_OFF_FORM
from engine.facade import ReadContext
from engine.queries.people import members_of
from engine.vocabulary import GROUP, PHASE
from webapp.guard import actor, engine, guarded
from webapp.pages import draft_editing
from webapp.pages.draft_editing import Edited
from webapp.sessions import visitor

blueprint = Blueprint("diagram_editor", __name__)

_OF_THE_CASE = {
    "unit:${unit}": "这张工单的承办单位",
    "unit_head:${lead}": "主办单位的科室负责人",
    "unit_deputy:${lead}": "主办单位的分管领导",
    "unit_chief:${lead}": "主办单位的主要领导",
}
_NO_HANDS = frozenset({"supervisor", "auditor", "admin"})  # they handle no cases


@blueprint.get("/designer/drafts/<int:id>/diagram/<path:diagram>")
@guarded(*policy.DESIGNING)
def show(id: int, diagram: str) -> Response:
    """The drawing board; the drawing itself is fetched and stored as a file of the draft."""
    found = draft_editing.edited(id, diagram, ".bpmn")
    title = _title(found)
    text = render_template(
        "definition_diagram.html", draft=draft_editing.head(found), title=title, data=_data(found, title)
    )
    return make_response(text)


def _title(found: Edited) -> str:
    try:
        root = read_xml(found.content)
    except XmlRefused:
        return found.name
    return next((name for node in root.iter(bpmn("process")) if (name := node.get("name"))), found.name)


def _data(found: Edited, title: str) -> dict[str, Any]:
    """What the script needs, as JSON in the page."""
    id = found.draft.id
    return {
        "name": found.name,
        "title": title,
        "fileUrl": url_for("definition_files.read", id=id, name=found.name),
        "checkUrl": url_for("definition_files.check", id=id),
        "csrf": visitor().csrf,
        "people": dict(found.hands),
        "catalogue": {**_told(id, catalogue_of(found.files)), "groups": engine().read_as(actor(), _groups)},
        "signOff": {
            "id": SIGN_OFF,
            "title": SIGN_OFF_FORM["title"],
            "url": url_for("definition_files.read", id=id, name=f"forms/{SIGN_OFF}.json"),
            "content": written_form(SIGN_OFF_FORM).decode(),
        },
    }


def _told(id: int, found: Catalogue) -> dict[str, Any]:
    return {
        "forms": [_thing(each, url_for("form_editor.show", id=id, form=each.file)) for each in found.forms],
        "decisions": [_thing(each, url_for("table_editor.show", id=id, table=each.file)) for each in found.decisions],
        "processes": [{"id": each.id, "title": each.title} for each in found.processes],
        "messages": [{"name": each.id, "label": each.title} for each in found.messages],
        "operations": [{"id": each.id, "label": each.title} for each in found.operations],
        "variables": [
            {"name": each.name, "title": each.title, "kind": each.kind, "choices": each.choices}
            for each in found.variables
        ],
        "phases": list(PHASE.items()),
    }


def _thing(each: Thing, href: str) -> dict[str, str]:
    return {"id": each.id, "title": each.title, "href": href}


def _groups(ctx: ReadContext) -> list[dict[str, Any]]:
    """The posts of the house with how many hold them, those that follow the case, then the desks of units."""
    held = members_of(ctx)
    return [
        *({"code": code, "label": groups_in_words(code), "people": count} for code, count in _posts(held)),
        *({"code": code, "label": words, "people": None} for code, words in _OF_THE_CASE.items()),
        *(
            {"code": f"unit:{unit.code}", "label": unit.short, "people": held.get(f"unit:{unit.code}", 0)}
            for unit in ctx.directory.desks()
        ),
    ]


def _posts(held: dict[str, int]) -> Iterator[tuple[str, int]]:
    for code in GROUP:
        if code not in _NO_HANDS and not code.startswith("unit"):
            yield code, held.get(code, 0)
