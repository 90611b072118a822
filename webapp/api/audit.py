"""For auditors, what belongs to no single case."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.queries.house import LIMIT, MOST, HouseFilter, HouseLines, house_lines
from engine.queries.looks import LookFilter, Looks, looks
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import actor, engine, guarded
from webapp.request import Parameter, query

blueprint = Blueprint("audit", __name__, url_prefix="/api/audit")

HOUSE = (
    Parameter("kind", "choice", "哪一类", "house_kind"),
    Parameter("person", "text", "谁做的或对谁做的：登录名或姓名", most=200),
    Parameter("from", "day", "从哪天起（含）"),
    Parameter("to", "day", "到哪天止（含）"),
    Parameter("limit", "number", "一页几行", most=MOST, default=LIMIT),
    Parameter("after", "text", "上一页给出的 next", most=40),
)
LOOKS = (
    Parameter("person", "text", "谁：登录名或姓名", most=200),
    Parameter("what", "choice", "看了什么", "access"),
    *HOUSE[2:],
)


@blueprint.get("/house")
@guarded("auditor")
@described(query=HOUSE, answers={200: HouseLines})
def house() -> Response:
    """不属于任何一件的留痕：登录、拒绝、导出、保全和清除、发布、人员和岗位；最近的在前，电话和身份证号隐去。"""
    wanted = query(HOUSE)
    narrowed = HouseFilter(wanted["kind"], wanted["person"], wanted["from"], wanted["to"])
    return json_answer(as_json(engine().read_as(actor(), house_lines, narrowed, wanted["after"], wanted["limit"])))


@blueprint.get("/looks")
@guarded("auditor")
@described(query=LOOKS, answers={200: Looks})
def seen() -> Response:
    """谁在什么时候看过哪一件，个人信息完整还是隐去；最近的在前，限密件不写编号。"""
    wanted = query(LOOKS)
    narrowed = LookFilter(wanted["person"], wanted["what"], wanted["from"], wanted["to"])
    return json_answer(as_json(engine().read_as(actor(), looks, narrowed, wanted["after"], wanted["limit"])))
