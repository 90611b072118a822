"""/engine-rest/task/{id}/comment and /attachment: what people leave at a task."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.cases.acts.results import Attached, Done
from engine.cases.commands import AttachPaper, CommentTask
from engine.facade import ReadContext
from engine.papers import renamed
from engine.queries.papers import comments, download_at, paper, task_papers
from engine.storage.idempotency import StoredAnswer
from webapp import once
from webapp.answers import json_answer
from webapp.api.described import FILE, Form, Upload, described
from webapp.api.engine_rest import dto
from webapp.api.engine_rest.asking import see
from webapp.api.engine_rest.telling import ROW, ROWS, WORD
from webapp.files import handed_out, sent_paper, takes_file
from webapp.guard import guarded
from webapp.limits import UPLOAD, limited
from webapp.request import json_object

blueprint = Blueprint("engine_rest_task_notes", __name__, url_prefix="/engine-rest/task/<task_id>")

_BESIDE = ("attachment-name", "attachment-description", "attachment-type")


@blueprint.get("/comment")
@guarded()
@described(answers={200: ROWS})
def listed_comments(task_id: str) -> Response:
    """待办的备注，按先后。"""
    return json_answer([dto.comment(each) for each in see(comments, task_id)])


@blueprint.post("/comment/create")
@guarded()
@described(body=Form("comment"), answers={200: ROW})
def comment(task_id: str) -> Response:
    """给待办加一条备注，记入办理经过。"""

    def answer(ctx: ReadContext, done: Done) -> StoredAnswer:
        return StoredAnswer(200, dto.comment(comments(ctx, task_id)[-1]))

    return once.act(CommentTask(task_id, json_object()), answer)


@blueprint.get("/attachment")
@guarded()
@described(answers={200: ROWS})
def listed_attachments(task_id: str) -> Response:
    """附在这件待办上的附件，按先后。"""
    return json_answer([dto.attachment(each) for each in see(task_papers, task_id)])


@blueprint.get("/attachment/<id>/data")
@guarded()
@described(answers={200: FILE})
def content(task_id: str, id: str) -> Response:
    """下载附在这件待办上的一个附件。"""
    return handed_out(see(download_at, task_id, id))


@blueprint.post("/attachment/create")
@guarded()
@limited(UPLOAD)
@takes_file
@described(body=Upload({"content": FILE, **dict.fromkeys(_BESIDE, WORD)}, ["content"]), answers={200: ROW})
def attachment(task_id: str) -> Response:
    """给待办上传一个附件（content）；只收文件，不收网址；attachment-type 以检查所得为准。"""
    sent, beside = sent_paper("content", _BESIDE)
    given = renamed(sent, beside["attachment-name"]) if "attachment-name" in beside else sent

    def answer(ctx: ReadContext, done: Attached) -> StoredAnswer:
        return StoredAnswer(200, dto.attachment(paper(ctx, done.id)))

    return once.act(AttachPaper(given, None, task_id, beside.get("attachment-description")), answer)
