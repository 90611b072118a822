"""整改: findings put to units, listed and looked at. They are put, answered and checked by the process API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from engine.cases.commands import SendMessage
from engine.cases.findings import WITHDRAW
from engine.cases.policy import RECTIFY, UNIT_POSTS
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.rectification_list import (
    LIMIT,
    MOST,
    Rectification,
    RectificationFilter,
    RectificationList,
    list_rectifications,
    rectification,
)
from engine.queries.rectification_papers import download
from engine.queries.rectifications import READERS
from engine.storage.idempotency import StoredAnswer
from webapp.answers import as_json, json_answer
from webapp.api.described import FILE, described
from webapp.files import handed_out
from webapp.guard import actor, engine, guarded
from webapp.once import act
from webapp.request import Parameter, json_object, query

blueprint = Blueprint("rectification_api", __name__, url_prefix="/api/rectifications")

TOLD = (*sorted(READERS), *UNIT_POSTS)
REASON = (Parameter("reason", "text", "撤销的理由", most=2000, required=True),)
FILTERS = (
    Parameter("status", "choice", "情况；late 为到期未答复", "finding_kind"),
    Parameter("unit", "text", "由哪个单位答复，写代码", most=20),
    Parameter("rule", "choice", "不符哪条规则", "rule"),
    Parameter("case_no", "text", "所说反映件的编号", most=40),
    Parameter("from", "day", "提出日期起（含）"),
    Parameter("to", "day", "提出日期止（含）"),
    Parameter("limit", "number", "一页几件", most=MOST, default=LIMIT),
    Parameter("after", "text", "上一页给出的 next", most=40),
)


@blueprint.get("")
@guarded(*TOLD)
@described(query=FILTERS, answers={200: RectificationList})
def listed() -> Response:
    """列出整改，最近提出的在前；单位只看到要本单位答复的。"""
    wanted = query(FILTERS)
    since, until, unit = wanted["from"], wanted["to"], wanted["unit"]
    if unit is not None and unit not in engine().directory.units:
        raise BadInput({"unit": "没有这个代码的单位，请核对。"})
    same = {name: wanted[name] for name in ("status", "unit", "rule", "case_no")}
    narrowed = RectificationFilter(**same, since=since, until=until)
    found = engine().read_as(actor(), list_rectifications, narrowed, wanted["after"], wanted["limit"])
    return json_answer(as_json(found))


@blueprint.get("/<no>")
@guarded(*TOLD)
@described(answers={200: Rectification})
def one(no: str) -> Response:
    """一件整改和前后的问题、答复、复核；反映人的个人信息隐去。"""
    return json_answer(as_json(engine().read_as(actor(), rectification, no)))


@blueprint.get("/<no>/attachments/<id>")
@guarded(*TOLD)
@described(answers={200: FILE})
def paper(no: str, id: str) -> Response:
    """下载答复附的一个文件；里面可能有个人信息，权限同反映件的附件。"""
    return handed_out(engine().read_as(actor(), download, no, id))


@blueprint.post("/<no>/withdraw")
@guarded(*sorted(RECTIFY))
@described(body=REASON, answers={200: Rectification})
def withdraw(no: str) -> Response:
    """在单位答复以前撤销问题，须说明理由；单位的待办随之收回。已经答复的在复核时撤销。"""

    def answer(ctx: ReadContext, done: Any) -> StoredAnswer:
        return StoredAnswer(200, as_json(rectification(ctx, no)))

    return act(SendMessage(WITHDRAW, no, json_object()), answer)
