"""What is done with a case beside its tasks; each answers the case as GET gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from engine.cases.commands import ActOnCase, Command, SendMessage, Unmask
from engine.facade import ReadContext
from engine.queries.case import Applicant, Case, case
from engine.queries.unmasked import unmasked
from engine.storage.idempotency import StoredAnswer
from webapp.answers import as_json
from webapp.api.described import Form, described
from webapp.guard import guarded
from webapp.once import act
from webapp.request import json_object

blueprint = Blueprint("case_acts", __name__, url_prefix="/api/cases/<no>")


@dataclass(frozen=True)
class Unmasked:
    """Whose case it is, in clear."""

    applicant: Applicant


@blueprint.post("/withdraw")
@guarded()
@described(body=Form("withdraw"), answers={200: Case})
def withdraw(no: str) -> Response:
    """按反映人本人的要求撤回。"""
    return on_case(no, SendMessage("withdraw", no, json_object()))


@blueprint.post("/courier")
@guarded()
@described(body=Form("courier"), answers={200: Case})
def courier(no: str) -> Response:
    """登记或补充寄递情况。"""
    return on_case(no, ActOnCase("courier", no, json_object()))


@blueprint.post("/supplement")
@guarded()
@described(body=Form("supplement"), answers={200: Case})
def supplement(no: str) -> Response:
    """登记反映人补充的情况，并通知正在办的人；待补件仍要另行办结。"""
    return on_case(no, ActOnCase("supplement", no, json_object()))


@blueprint.post("/urge")
@guarded()
@described(body=Form("urge"), answers={200: Case})
def urge(no: str) -> Response:
    """催办：通知正在办的人，每次都计数。"""
    return on_case(no, ActOnCase("urge", no, json_object()))


@blueprint.post("/hold-escalation")
@guarded()
@described(body=Form("hold_escalation"), answers={200: Case})
def hold_escalation(no: str) -> Response:
    """暂缓提级：区政务服务局把等待中的一级推迟到次一工作日下班时，每件一次，须说明原因。"""
    return on_case(no, ActOnCase("hold_escalation", no, json_object()))


@blueprint.post("/amend")
@guarded()
@described(body=Form("amend"), answers={200: Case})
def amend(no: str) -> Response:
    """更正登记或分类时填错的一项，须说明原因；原来的内容留在办理经过里。决定流程的各项不在这里改。"""
    return on_case(no, ActOnCase("amend", no, json_object()))


@blueprint.post("/rating")
@guarded()
@described(body=Form("rating"), answers={200: Case})
def rating(no: str) -> Response:
    """登记反映人的评价：首次反馈之后、归档后 30 天之内，以最后一次为准；不影响办理进程。"""
    return on_case(no, ActOnCase("rating", no, json_object()))


@blueprint.post("/unmask")
@guarded()
@described(body=Form("unmask"), answers={200: Unmasked})
def unmask(no: str) -> Response:
    """查看反映人的姓名和电话，须说明理由；记入办理经过和查看记录。"""

    def answer(ctx: ReadContext, done: Any) -> StoredAnswer:
        return StoredAnswer(200, as_json(Unmasked(unmasked(ctx, no))))

    return act(Unmask(no, json_object()), answer)


def on_case(no: str, command: Command) -> Response:
    """Carry out a command on a case and answer with the case."""

    def answer(ctx: ReadContext, done: Any) -> StoredAnswer:
        return StoredAnswer(200, as_json(case(ctx, no)))

    return act(command, answer)
