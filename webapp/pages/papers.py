"""附件: left with a case and handed out again, without scripts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases.commands import AttachPaper
from engine.errors import EngineError
from engine.papers import ALLOWED, EXTENSIONS
from engine.queries.case_page import CasePage
from engine.queries.papers import download
from engine.queries.seen_case import seen_case
from webapp.errors import failure_of
from webapp.files import handed_out, sent_paper, takes_file
from webapp.guard import actor, engine, guarded
from webapp.limits import UPLOAD, limited
from webapp.once import perform
from webapp.pages import sending
from webapp.pages.acts import done
from webapp.pages.display import back_or
from webapp.sessions import TOKEN

blueprint = Blueprint("papers", __name__)


@blueprint.get("/cases/<no>/attachments")
@guarded()
def show(no: str) -> Response:
    """The form to leave a paper with the case."""
    return _page(no)


@blueprint.post("/cases/<no>/attachments")
@guarded()
@limited(UPLOAD)
@takes_file
def submit(no: str) -> Response:
    """Keep the paper, or say why not."""
    try:
        paper, beside = sent_paper("file", ["description", TOKEN, sending.KEY])
        perform(AttachPaper(paper, no, description=beside.get("description")), done, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        return _page(no, next(iter(failure.fields.values()), failure.detail), failure.status)
    return redirect(back_or(url_for("case.show", no=no, _anchor="papers")), 303)


@blueprint.get("/cases/<no>/attachments/<id>")
@guarded()
def one(no: str, id: str) -> Response:
    """The paper, as a download."""
    return handed_out(engine().read_as(actor(), download, no, id))


def section(page: CasePage, task_id: str | None = None) -> dict[str, Any]:
    """What the page of the case shows, and that of a task: the papers, and the form to leave another for who may."""
    lines = [
        {
            "name": line.paper.name,
            "href": url_for("papers.one", no=page.case.no, id=line.paper.id),
            "size": size(line.paper.size),
            "at": line.paper.at,
            "by": line.by,
        }
        for line in page.papers
    ]
    back = None if task_id is None else url_for("task.show", task_id=task_id, _anchor="papers")
    return {"lines": lines, "form": _form(page.case.no, back) if "attachment" in page.acts else None}


def size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} KB"


def _page(no: str, problem: str | None = None, status: int = 200) -> Response:
    found = engine().read_as(actor(), seen_case, no)
    text = render_template(
        "papers.html",
        no=no,
        title=found.row["title"],
        case_href=url_for("case.show", no=no),
        back_href=back_or(url_for("case.show", no=no)),
        form={**_form(no, request.args.get("back")), "problem": problem},
    )
    return make_response(text, status)


def _form(no: str, back: str | None) -> dict[str, Any]:
    most = current_app.extensions["settings"].max_attachment_bytes
    return {
        "action": url_for("papers.submit", no=no, back=back),
        "hidden": sending.fresh_key(),
        "problem": None,
        "accept": ",".join(EXTENSIONS),
        "allowed": f"{ALLOWED}；每个不超过 {most / 1_000_000:.0f} MB。",
    }
