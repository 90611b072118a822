"""Cases: registered, listed, searched, looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from engine.cases.acts.results import Started
from engine.cases.commands import StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.accesses import Accesses, accesses_of
from engine.queries.as_of import AsOf, as_of
from engine.queries.case import Case, case
from engine.queries.cases import LIMIT, MOST, CaseFilter, CaseList, list_cases
from engine.queries.deadline import Explained, deadline
from engine.queries.timeline import TimelineLine, timeline
from engine.storage.idempotency import StoredAnswer
from webapp import limits
from webapp.answers import as_json, json_answer
from webapp.api.described import Form, described
from webapp.guard import actor, engine, guarded
from webapp.once import act, ask
from webapp.request import Parameter, instant_member, json_object, query, taken

blueprint = Blueprint("cases", __name__, url_prefix="/api/cases")

FILTERS = (
    Parameter("status", "choice", "状态", "status"),
    Parameter("light", "choice", "灯色", "light"),
    Parameter("unit", "text", "承办单位代码", most=20),
    Parameter("grade", "choice", "等级", "grade"),
    Parameter("cause", "choice", "原因", "cause"),
    Parameter("channel", "choice", "来源渠道", "channel"),
    Parameter("from", "day", "收到日期起（含）"),
    Parameter("to", "day", "收到日期止（含）"),
    Parameter("limit", "number", "一页几件", most=MOST, default=LIMIT),
    Parameter("after", "text", "上一页给出的 next", most=40),
)
AS_OF = (
    Parameter("seq", "number", "第几行留痕之后，不填为最后一行", most=999_999_999),
    Parameter("at", "text", "或某一时刻，写成 2026-10-08T17:00:00+08:00；灯色、剩余、经手人都按那一刻", most=40),
)
SEARCH = (Parameter("q", "text", "要找的编号、标题或内容中的词、姓名或电话尾号", most=100, required=True), *FILTERS)


@dataclass(frozen=True)
class Registered:
    """A case just registered; `receipt_code` is for the citizen, `deadline` null until classified."""

    no: str
    receipt_code: str
    status: str
    deadline: datetime | None


@dataclass(frozen=True)
class Timeline:
    """The trail of a case, oldest first."""

    items: tuple[TimelineLine, ...]


@blueprint.post("")
@guarded()
@limits.limited(limits.REGISTER)
@described(body=Form(), answers={201: Registered})
def register() -> Response:
    """登记一件反映件，编号由系统分配。"""
    return act(StartProcess(CASE_PROCESS, json_object()), _registered)


def _registered(ctx: ReadContext, started: Started) -> StoredAnswer:
    told = {"no": started.no, "receipt_code": started.receipt_code, "status": started.status}
    return StoredAnswer(201, as_json({**told, "deadline": started.deadline}))


@blueprint.get("")
@guarded()
@described(query=FILTERS, answers={200: CaseList})
def listed() -> Response:
    """列出反映件，最近收到的在前。"""
    return json_answer(_list(query(FILTERS)))


@blueprint.post("/search")
@guarded()
@limits.limited(limits.SEARCH)
@described(body=SEARCH, answers={200: CaseList})
def search() -> Response:
    """按编号、标题或内容中的词、姓名或电话尾号查找；查找的内容不出现在地址中。"""
    wanted = taken(json_object(), SEARCH)
    return ask(lambda: StoredAnswer(200, _list(wanted)))


def _list(wanted: dict[str, Any]) -> Any:
    since, until, unit = wanted["from"], wanted["to"], wanted["unit"]
    if unit is not None and unit not in engine().directory.units:
        raise BadInput({"unit": "没有这个代码的单位，请核对。"})
    narrowed = CaseFilter(
        **{name: wanted[name] for name in ("status", "light", "unit", "grade", "cause", "channel")},
        since=since,
        until=until,
        words=wanted.get("q"),
    )
    return as_json(engine().read_as(actor(), list_cases, narrowed, wanted["after"], wanted["limit"]))


@blueprint.get("/<no>")
@guarded()
@described(answers={200: Case})
def one(no: str) -> Response:
    """一件反映件的全部情况；个人信息只对正在办理的人完整显示。"""
    return json_answer(as_json(engine().read_as(actor(), case, no)))


@blueprint.get("/<no>/accesses")
@guarded("auditor")
@described(answers={200: Accesses})
def seen_by(no: str) -> Response:
    """谁看过这位反映人的个人信息：同一人的全部反映件，最近的在前，最多 1000 条。"""
    return json_answer(as_json(engine().read_as(actor(), accesses_of, no)))


@blueprint.get("/<no>/as-of")
@guarded("auditor", "supervisor")
@described(query=AS_OF, answers={200: AsOf})
def then(no: str) -> Response:
    """一件在某一行留痕之后、或某一时刻的样子：按留痕从头回放得出，并与那一行的摘要对照；个人信息隐去。"""
    wanted = query(AS_OF)
    if wanted["seq"] is not None and wanted["at"] is not None:
        raise BadInput({"at": "seq 和 at 只填一个。"})
    moment = wanted["seq"] if wanted["at"] is None else instant_member(wanted, "at")
    return json_answer(as_json(engine().read_as(actor(), as_of, no, moment)))


@blueprint.get("/<no>/timeline")
@guarded()
@described(answers={200: Timeline})
def trail(no: str) -> Response:
    """办理经过，逐条，按先后。"""
    return json_answer(as_json(Timeline(engine().read_as(actor(), timeline, no))))


@blueprint.get("/<no>/deadline")
@guarded()
@described(answers={200: Explained})
def due(no: str) -> Response:
    """期限为什么是这一天：逐日计数，最后一行是到期日；定级前 to 为空。"""
    return json_answer(as_json(engine().read_as(actor(), deadline, no)))
