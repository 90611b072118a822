"""/api/approvals: what waits to go live, and the decision on it; by supervisors and the bureau, auditors may look."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response

from engine.definitions.commands import Decide
from engine.errors import BadInput, NotFound
from engine.facade import ReadContext
from engine.queries.approvals import ApprovalRow, approval_report, approval_row, approval_rows
from engine.storage.idempotency import StoredAnswer
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import actor, engine, guarded
from webapp.once import act
from webapp.request import Parameter, json_object, members, query

blueprint = Blueprint("approvals", __name__, url_prefix="/api/approvals")

LIST = (Parameter("state", "choice", "状态", vocabulary="approval_state"),)
DECISION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["approve"],
    "properties": {
        "approve": {"type": "boolean", "title": "true 通过并发布，false 退回"},
        "comment": {"type": "string", "maxLength": 500, "title": "退回时必填：要改什么"},
    },
}


@dataclass(frozen=True)
class Approvals:
    """Requests, the newest first."""

    items: tuple[ApprovalRow, ...]


@blueprint.get("")
@guarded("supervisor", "bureau", "auditor")
@described(query=LIST, answers={200: Approvals})
def listed() -> Response:
    """列出发布申请，最新的在前。"""
    found = engine().read_as(actor(), approval_rows, query(LIST)["state"])
    return json_answer(as_json(Approvals(tuple(found))))


@blueprint.get("/<id>")
@guarded("supervisor", "bureau", "auditor")
@described(answers={200: {"type": "object"}})
def one(id: str) -> Response:
    """一份发布申请，连同闸口的检查结果（report）。"""
    return json_answer(engine().read_as(actor(), _with_report, number(id)))


@blueprint.post("/<id>")
@guarded("supervisor", "bureau", recent=True)
@described(body=DECISION, answers={200: ApprovalRow})
def decide(id: str) -> Response:
    """通过（随即发布）或退回；起草、修改、提交过的人不能审核（403），已有结果的答 409。"""
    given = members(json_object(), ("approve", "comment"), ("approve",))
    approve, comment = given["approve"], given.get("comment") or ""
    if not isinstance(approve, bool):
        raise BadInput({"approve": "应是 true 或 false。"})
    if not isinstance(comment, str):
        raise BadInput({"comment": "应是文字。"})

    def answer(ctx: ReadContext, done: object) -> StoredAnswer:
        return StoredAnswer(200, as_json(approval_row(ctx, number(id))))

    return act(Decide(number(id), approve, comment), answer)


def number(id: str) -> int:
    """The id of a request as the address gives it; raises NotFound for what is none."""
    if id.isascii() and id.isdecimal() and len(id) < 10:
        return int(id)
    raise NotFound("没有这份审核申请，可能编号有误。")


def _with_report(ctx: ReadContext, id: int) -> dict[str, object]:
    return {**as_json(approval_row(ctx, id)), "report": as_json(approval_report(ctx, id))}
