"""The files of a draft as its editors read and write them: raw content, with the revision it was read at.

What goes wrong is told as JSON: those who ask are scripts of the editors.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request

from engine.cases import policy
from engine.definitions.checked import checked
from engine.definitions.commands import PutFiles
from engine.errors import DiagramRefused, DraftMoved, EngineError
from engine.queries.definition_drafts import draft_file, opened_draft
from webapp.answers import as_json, json_answer
from webapp.errors import failure_of
from webapp.files import takes_file
from webapp.guard import actor, engine, guarded

blueprint = Blueprint("definition_files", __name__, url_prefix="/designer/drafts/<int:id>")

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
_TYPES = {".json": "application/json", ".bpmn": "application/xml", ".dmn": "application/xml"}
_REVISION = re.compile(r'"([0-9]{1,9})"')


@blueprint.get("/files/<path:name>")
@guarded(*policy.DESIGNING)
def read(id: int, name: str) -> Response:
    """One file as it is in the draft; the ETag is the revision of the whole draft."""
    draft, content = engine().read_as(actor(), draft_file, id, name)
    kind = next((kind for ending, kind in _TYPES.items() if name.endswith(ending)), "application/octet-stream")
    headers = {"ETag": f'"{draft.revision}"', "Content-Security-Policy": SANDBOX, "Cache-Control": "no-store"}
    return Response(content, mimetype=kind, headers=headers)


@blueprint.put("/files/<path:name>")
@guarded(*policy.DESIGNING)
@takes_file
def write(id: int, name: str) -> Response:
    """Keep another content; a revision that is no longer the last changes nothing (409)."""
    known = _REVISION.fullmatch(request.headers.get("If-Match", "").strip())
    if known is None:
        return json_answer({"message": '请写明读到的版次，例如 If-Match: "3"。'}, 428)
    command = PutFiles(id, {name: request.get_data(cache=True)}, int(known[1]))
    try:
        draft = engine().execute(command, actor())
    except EngineError as error:
        return _told(error)
    answer = json_answer({"revision": draft.revision})
    answer.headers["ETag"] = f'"{draft.revision}"'
    return answer


@blueprint.get("/check")
@guarded(*policy.DESIGNING)
def check(id: int) -> Response:
    """What the gate would find in the draft as it is kept; `notes` do not block."""
    opened = engine().read_as(actor(), opened_draft, id)
    found = checked(engine(), opened.files)
    said = {"ok": not found.findings, "revision": opened.draft.revision, "findings": [*map(asdict, found.findings)]}
    return json_answer({**said, "notes": [*map(asdict, found.notes)]})


def _told(error: EngineError) -> Response:
    failure = failure_of(error)
    said: dict[str, Any] = {"message": failure.detail}
    if isinstance(error, DraftMoved):
        said |= {"by": error.by, "at": as_json(error.at), "revision": error.revision}
    if isinstance(error, DiagramRefused):
        said["findings"] = [*map(asdict, error.findings)]
    return json_answer(said, failure.status)
