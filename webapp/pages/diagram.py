"""The published diagrams, for the drawing on case and task pages."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.processes import definition, xml_of
from webapp.guard import actor, engine, guarded

blueprint = Blueprint("diagram", __name__)


@blueprint.get("/diagrams/<definition_id>/<process>.bpmn")
@guarded()
def show(definition_id: str, process: str) -> Response:
    """One process as it was published: the same for ever, so the browser may keep it."""
    xml = engine().read_as(actor(), _published, definition_id, process)
    return Response(xml, mimetype="application/xml", headers={"Cache-Control": "private, max-age=86400, immutable"})


def _published(ctx: ReadContext, definition_id: str, process: str) -> str:
    found = definition(ctx, definition_id)
    if found.key != process:
        raise NotFound
    return xml_of(ctx, found)
