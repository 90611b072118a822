"""An answer to a finding with its papers: all files are looked at first, then kept, then the form is sent."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from engine.cases.commands import AttachPaper
from engine.errors import EngineError
from engine.queries.task_form import task_form
from webapp.errors import failure_of
from webapp.files import sent_papers, takes_files
from webapp.forms import parse_form
from webapp.guard import actor, engine, guarded
from webapp.limits import UPLOAD, limited
from webapp.pages import drafts, sending, task
from webapp.pages.finding_papers import FIELD, MOST

blueprint = Blueprint("answering", __name__)


@blueprint.post("/tasks/<task_id>/with-papers")
@guarded()
@limited(UPLOAD)
@takes_files(MOST)
def submit(task_id: str) -> Response:
    """Keep the papers and complete the task; where one cannot be taken nothing is done, and every text is kept."""
    asked = engine().read_as(actor(), task_form, task_id)
    try:
        for paper in sent_papers(FIELD, MOST):
            engine().execute(AttachPaper(paper, None, task_id), actor())
    except EngineError as error:
        values = parse_form(asked.schema, request.form, sending.today())
        drafts.rescue(asked.schema, task_id)
        return task.not_taken(task_id, values, failure_of(error))
    return task.submit(task_id)
