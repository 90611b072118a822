"""/engine-rest/deployment: what modelers and programs deploy, and what has been."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, request

from engine.definitions.deploying import Deployed, Parcel, deploy
from engine.errors import BadInput, NotFound
from engine.facade import ReadContext
from engine.queries import deployments as query
from engine.queries.approvals import ApprovalRow, approval_row
from engine.queries.definition_drafts import opened_draft
from engine.queries.deployments import Deployment
from engine.queries.paging import Page
from engine.queries.processes import DefinitionFilter, definitions
from engine.storage.idempotency import StoredAnswer
from webapp import once
from webapp.answers import json_answer
from webapp.api.described import FILE, Upload, described
from webapp.api.engine_rest import dto
from webapp.api.engine_rest.asking import counted, listed, see
from webapp.api.engine_rest.parameters import DEPLOYMENTS
from webapp.api.engine_rest.telling import COUNT, ROW, ROWS, WORD, parameters_of
from webapp.api.engine_rest.times import time_out
from webapp.files import takes_file
from webapp.guard import actor, engine, guarded
from webapp.limits import PUBLISH, limited

blueprint = Blueprint("engine_rest_deployments", __name__, url_prefix="/engine-rest/deployment")

WAITS = "approval-"  # an id that begins so is that of a request, not of something live
_FLAGS = ("enable-duplicate-filtering", "deploy-changed-only")  # the same content is never stored twice anyway
_WORDS = {"deployment-name": 500, "deployment-source": 200, "reason": 500, "because": 500}
_NEVER = ("tenant-id", "deployment-activation-time")
_PARTS = {**{name: WORD for name in (*_WORDS, *_FLAGS)}, "data": FILE}
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@blueprint.post("/create")
@guarded("supervisor", recent=True)
@limited(PUBLISH)
@takes_file
@described(body=Upload(_PARTS), answers={200: ROW})
def create() -> Response:
    """部署流程图、决策表和表单；检查不通过的答 400，什么也不存。主流程成为等待审核的草稿，其他流程随即生效。"""
    parcel = _parcel()
    return once.ask(lambda: StoredAnswer(200, see(_answered, deploy(engine(), actor(), parcel))))


@blueprint.get("")
@guarded()
@described(query=parameters_of(DEPLOYMENTS), answers={200: ROWS})
def every() -> Response:
    """列出生效过的部署，最新的在前；每个版本一次。"""
    return listed(DEPLOYMENTS, query.deployments, _row)


@blueprint.get("/count")
@guarded()
@described(query=parameters_of(DEPLOYMENTS), answers={200: COUNT})
def count() -> Response:
    """同样条件的部署有几次。"""
    return counted(DEPLOYMENTS, query.count_deployments)


@blueprint.get("/<id>")
@guarded()
@described(answers={200: ROW})
def one(id: str) -> Response:
    """一次部署。"""
    return json_answer(see(_told, id))


@blueprint.get("/<id>/resources")
@guarded("supervisor", "bureau", "auditor")
@described(answers={200: ROWS})
def resources(id: str) -> Response:
    """一次部署的文件。"""
    files = see(_files, id)
    return json_answer([_resource(id, place, name) for place, name in enumerate(files)])


@blueprint.get("/<id>/resources/<resource>")
@guarded("supervisor", "bureau", "auditor")
@described(answers={200: ROW})
def resource(id: str, resource: str) -> Response:
    """一次部署的一个文件的名称。"""
    place, name, _ = _found(see(_files, id), id, resource)
    return json_answer(_resource(id, place, name))


@blueprint.get("/<id>/resources/<resource>/data")
@guarded("supervisor", "bureau", "auditor")
@described(answers={200: FILE})
def data(id: str, resource: str) -> Response:
    """一次部署的一个文件的内容。"""
    *_, content = _found(see(_files, id), id, resource)
    headers = {"Content-Disposition": "attachment", "Content-Security-Policy": _SANDBOX, "Cache-Control": "no-store"}
    return Response(content, mimetype="application/octet-stream", headers=headers)


# ------------------------------------------------------------------ what is sent
def _parcel() -> Parcel:
    """The files and the words beside them. Raises BadInput."""
    wrong = {name: "没有这个字段，请检查名称。" for name in request.form if name not in {*_WORDS, *_FLAGS, *_NEVER}}
    wrong |= {name: "这里不分租户，也不能预约生效，请留空。" for name in _NEVER if request.form.get(name)}
    wrong |= {
        name: "应是 true 或 false。" for name in _FLAGS if request.form.get(name, "true") not in ("true", "false")
    }
    words = {name: request.form.get(name, "").strip() for name in _WORDS}
    wrong |= {name: f"最多 {_WORDS[name]} 个字。" for name, text in words.items() if len(text) > _WORDS[name]}
    wrong |= {name: "含有无法使用的字符，请删去。" for name, text in words.items() if text and not text.isprintable()}
    sent = [each for _, each in request.files.items(multi=True) if each.filename]
    names = [each.filename or "" for each in sent]
    wrong |= {name[:200]: "同名的文件只能有一个。" for name in names if names.count(name) > 1}
    if wrong:
        raise BadInput(wrong)
    files = {each.filename or "": each.stream.read() for each in sent}
    for each in sent:
        each.stream.seek(0)  # the fingerprint of the request reads it too
    named = (words["deployment-name"] or None, words["deployment-source"] or None, words["reason"] or None)
    return Parcel(files, *named, because=words["because"])


# ------------------------------------------------------------------ what is told
def _answered(ctx: ReadContext, done: Deployed) -> dict[str, Any]:
    """DeploymentWithDefinitionsDto; of what waits, with its `approval`."""
    if done.request is not None:
        return {**_waiting(ctx, done.request.id), **dict.fromkeys(_DEFINED)}
    assert done.bundle is not None
    found = definitions(ctx, DefinitionFilter(), Page()) if done.new else []
    own = {each.id: dto.process_definition(each) for each in found if each.bundle_id == done.bundle}
    return {**_row(query.deployment(ctx, done.bundle)), **dict.fromkeys(_DEFINED), _DEFINED[0]: own or None}


_DEFINED = (
    "deployedProcessDefinitions",
    "deployedCaseDefinitions",
    "deployedDecisionDefinitions",
    "deployedDecisionRequirementsDefinitions",
)


def _told(ctx: ReadContext, id: str) -> dict[str, Any]:
    if id.startswith(WAITS):
        return _waiting(ctx, _number(id.removeprefix(WAITS)))
    return _row(query.deployment(ctx, _number(id)))


def _waiting(ctx: ReadContext, id: int) -> dict[str, Any]:
    """What is not live: DeploymentDto with the request that decides on it."""
    row: ApprovalRow = approval_row(ctx, id)
    approval = {"id": str(row.id), "hash": row.hash, "state": row.state}
    return {**_dto(f"{WAITS}{row.id}", row.title, None, row.asked_at), "approval": approval}


def _row(found: Deployment) -> dict[str, Any]:
    return _dto(str(found.id), found.name, found.source, found.deployed_at)


def _dto(id: str, name: str | None, source: str | None, at: Any) -> dict[str, Any]:
    """DeploymentDto."""
    link = {"method": "GET", "href": f"{request.host_url}engine-rest/deployment/{id}", "rel": "self"}
    return {
        "links": [link],
        "id": id,
        "name": name,
        "source": source,
        "deploymentTime": time_out(at),
        "tenantId": None,
    }


def _files(ctx: ReadContext, id: str) -> Mapping[str, bytes]:
    if id.startswith(WAITS):
        return opened_draft(ctx, approval_row(ctx, _number(id.removeprefix(WAITS))).draft).files
    return query.deployed_files(ctx, _number(id))


def _resource(id: str, place: int, name: str) -> dict[str, Any]:
    """DeploymentResourceDto."""
    return {"links": [], "id": f"{id}.{place}", "name": name, "deploymentId": id}


def _found(files: Mapping[str, bytes], id: str, resource: str) -> tuple[int, str, bytes]:
    every: Iterator[tuple[int, str, bytes]] = ((place, name, files[name]) for place, name in enumerate(files))
    found = next((each for each in every if resource == f"{id}.{each[0]}"), None)
    if found is None:
        raise NotFound("这次部署没有这个文件，请核对编号。")
    return found


def _number(id: str) -> int:
    if id.isascii() and id.isdecimal() and len(id) < 10:
        return int(id)
    raise NotFound("没有这次部署，请核对编号。")
