"""Papers of a case: left with it, listed with it, handed out as downloads."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.cases.commands import AttachPaper
from engine.queries.case import Case
from engine.queries.papers import download
from webapp.api.case_acts import on_case
from webapp.api.described import FILE, Upload, described
from webapp.files import handed_out, sent_paper, takes_file
from webapp.guard import actor, engine, guarded
from webapp.limits import UPLOAD, limited

blueprint = Blueprint("attachments", __name__, url_prefix="/api/cases/<no>/attachments")

_PARTS = {
    "file": FILE,
    "task": {"type": "string", "description": "待办的 id：附在哪一步"},
    "description": {"type": "string", "maxLength": 500},
}


@blueprint.post("")
@guarded()
@limited(UPLOAD)
@takes_file
@described(body=Upload(_PARTS, ["file"]), answers={200: Case})
def attach(no: str) -> Response:
    """上传一个附件；同样内容的文件在一件里只保存一份。"""
    paper, beside = sent_paper("file", ["task", "description"])
    return on_case(no, AttachPaper(paper, no, beside.get("task"), beside.get("description")))


@blueprint.get("/<id>")
@guarded()
@described(answers={200: FILE})
def one(no: str, id: str) -> Response:
    """下载一个附件。"""
    return handed_out(engine().read_as(actor(), download, no, id))
