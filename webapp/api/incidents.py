"""What could not go on by itself: listed, taken, tried again, resolved, repaired; by supervisors alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from engine.cases.commands import OnIncident, RepairCase, ResolveIncident, RetryIncident, TakeIncident
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.incidents import Incident, IncidentFilter, incident, open_incidents
from engine.queries.paging import Page
from engine.storage.idempotency import StoredAnswer
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import actor, engine, guarded
from webapp.once import act
from webapp.request import Parameter, json_object, query, taken

blueprint = Blueprint("incidents", __name__, url_prefix="/api/incidents")

_HIGHEST = 2**31 - 1  # row ids
LIST = (
    Parameter("first", "number", "从第几个起，0 是第一个", least=0, most=_HIGHEST, default=0),
    Parameter("limit", "number", "最多几个", most=1000, default=200),
)
REASON = (Parameter("reason", "text", "怎样处理的", most=2000, required=True),)


@dataclass(frozen=True)
class Incidents:
    """Open incidents, oldest first."""

    items: tuple[Incident, ...]


@blueprint.get("")
@guarded("supervisor")
@described(query=LIST, answers={200: Incidents})
def listed() -> Response:
    """列出需要处理的故障，最早的在前。"""
    wanted = query(LIST)
    page = Page(wanted["first"], wanted["limit"])
    return json_answer(as_json(Incidents(tuple(engine().read_as(actor(), open_incidents, IncidentFilter(), page)))))


@blueprint.get("/<id>")
@guarded("supervisor")
@described(answers={200: Incident})
def one(id: str) -> Response:
    """一个故障，处理完的也可以看。"""
    return json_answer(as_json(engine().read_as(actor(), incident, number(id))))


@blueprint.post("/<id>/take")
@guarded("supervisor")
@described(answers={200: Incident})
def take(id: str) -> Response:
    """由本人负责这个故障。"""
    return _on_incident(TakeIncident, id)


@blueprint.post("/<id>/retry")
@guarded("supervisor")
@described(answers={200: Incident})
def retry(id: str) -> Response:
    """立即再试一次；成功则故障结束，不成答 409，故障保留并计数。"""
    return _on_incident(RetryIncident, id)


@blueprint.post("/<id>/resolve")
@guarded("supervisor")
@described(body=REASON, answers={200: Incident})
def resolve(id: str) -> Response:
    """写明怎样处理的，故障结束；相关的定时器恢复，仍然不成就是新的故障。"""
    reason = taken(json_object(), REASON)["reason"]
    return _on_incident(lambda found: ResolveIncident(found, reason), id)


@blueprint.post("/<id>/repair")
@guarded("supervisor")
@described(answers={200: Incident})
def repair(id: str) -> Response:
    """流程状态损坏的，按留痕从头重建；留痕有一行不符就不修复，答 409。"""
    return _on_incident(RepairCase, id)


def number(id: str) -> int:
    """The id of an incident as the address gives it; raises NotFound for what is none."""
    if id.isascii() and id.isdecimal() and len(id) < 10:
        return int(id)
    raise NotFound


def _on_incident(command: Callable[[int], OnIncident], id: str) -> Response:
    def answer(ctx: ReadContext, done: Any) -> StoredAnswer:
        return StoredAnswer(200, as_json(incident(ctx, number(id))))

    return act(command(number(id)), answer)
