"""/engine-rest/migration: plans, what is wrong with them, and running instances moved by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response

from engine.cases import policy
from engine.cases.commands import MigrateCase
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.migration_plan import Pair, Planned, foretold, planned, reports, same_elements
from engine.storage.idempotency import StoredAnswer
from webapp import once
from webapp.api.described import described
from webapp.api.engine_rest.asking import Body, body, flag, see, text_or_none
from webapp.api.engine_rest.parameters import text, texts
from webapp.api.engine_rest.telling import ROW, WORD, YES_OR_NO, Schema, body_of
from webapp.guard import actor, engine, guarded
from webapp.request import members

blueprint = Blueprint("engine_rest_migration", __name__, url_prefix="/engine-rest/migration")

_MANY: Schema = {"type": "array", "items": WORD}
_IDS = ("sourceProcessDefinitionId", "targetProcessDefinitionId")
_INSTRUCTION = body_of({"sourceActivityIds": _MANY, "targetActivityIds": _MANY, "updateEventTrigger": YES_OR_NO})
_PLAN: Mapping[str, Schema] = {
    **dict.fromkeys(_IDS, WORD),
    "instructions": {"type": "array", "items": _INSTRUCTION},
    "variables": {"type": "object"},
}
_GENERATE = {**dict.fromkeys(_IDS, WORD), "updateEventTriggers": YES_OR_NO, "variables": {"type": "object"}}
_EXECUTE: Mapping[str, Schema] = {
    "migrationPlan": body_of(_PLAN, _IDS),
    "processInstanceIds": _MANY,
    "skipCustomListeners": YES_OR_NO,
    "skipIoMappings": YES_OR_NO,
    "reason": WORD,
}
_REASON = "按迁移计划（接口）"


@blueprint.post("/generate")
@guarded(*policy.DESIGNING)
@described(body=body_of(_GENERATE, _IDS), answers={200: ROW})
def generate() -> Response:
    """起草迁移计划：两版里相同的环节各接各的。"""
    given = body(tuple(_GENERATE), _IDS)
    follow = flag(given, "updateEventTriggers")

    def query(ctx: ReadContext) -> dict[str, Any]:
        plan = _planned(ctx, given)
        told = [_instruction(pair, follow) for pair in same_elements(plan)]
        return {**{name: given[name] for name in _IDS}, "instructions": told, "variables": None}

    return once.ask(lambda: StoredAnswer(200, see(query)))


@blueprint.post("/validate")
@guarded(*policy.DESIGNING)
@described(body=body_of(_PLAN, _IDS), answers={200: ROW})
def validate() -> Response:
    """检查迁移计划，逐条说明有什么问题；没有问题时列表为空。"""
    given = body(tuple(_PLAN), _IDS)
    pairs = _pairs(given)
    return once.ask(lambda: StoredAnswer(200, _report(see(_reports, given, pairs))))


@blueprint.post("/execute")
@guarded(*policy.DESIGNING)
@described(body=body_of(_EXECUTE, ["migrationPlan", "processInstanceIds"]), answers={204: None})
def execute() -> Response:
    """按计划迁移这些实例；有一条计划不对、或有一件迁不过去，就一件也不迁（400）。"""
    given = body((*_EXECUTE, "processInstanceQuery"), ("migrationPlan",))
    if not isinstance(given["migrationPlan"], dict):
        raise BadInput({"migrationPlan": "应是一个迁移计划。"})
    plan_given = members(given["migrationPlan"], tuple(_PLAN), _IDS)
    uids = list(dict.fromkeys(texts(given.get("processInstanceIds") or [], "processInstanceIds")))
    if not uids or given.get("processInstanceQuery") is not None:
        raise BadInput({"processInstanceIds": "请写明迁移哪些实例；不支持按查询条件选。"})
    reason = text_or_none(given, "reason") or _REASON
    return once.ask(lambda: _executed(plan_given, _pairs(plan_given), uids, reason))


def _executed(given: Body, pairs: Sequence[Pair], uids: Sequence[str], reason: str) -> StoredAnswer:
    wrong = _report(see(_reports, given, pairs))
    if wrong["instructionReports"]:
        return _refused("MigrationPlanValidationException", "迁移计划有问题", wrong)
    plan = see(_planned, given)
    looked_at = see(foretold, plan, uids, pairs)
    blocked = [each for each in looked_at if each.verdict == "blocked"]
    if blocked:
        told = [
            {"processInstanceId": each.uid, "failures": [each.reason], "activityId": each.obstacles[0].element or None}
            for each in blocked
        ]
        return _refused("MigratingProcessInstanceValidationException", "有实例迁不过去", {"instanceReports": told})
    instructions = {pair.source: pair.target for pair in pairs if pair.source != pair.target}
    for each in looked_at:
        engine().execute(MigrateCase(each.uid, plan.target.version, reason, instructions), actor())
    return StoredAnswer(204, None)


def _refused(kind: str, message: str, report: Mapping[str, Any]) -> StoredAnswer:
    reasons = "；".join(
        failure
        for each in (*report.get("instructionReports", ()), *report.get("instanceReports", ()))
        for failure in each["failures"]
    )
    return StoredAnswer(
        400, {"type": kind, "message": f"{message}：{reasons}。", "code": None, "validationReport": report}
    )


# ------------------------------------------------------------------ plans
def _planned(ctx: ReadContext, given: Body) -> Planned:
    source, target = (text(given[name], name) for name in _IDS)
    return planned(ctx, source, target)


def _reports(ctx: ReadContext, given: Body, pairs: Sequence[Pair]) -> list[tuple[Pair, list[str]]]:
    return reports(_planned(ctx, given), pairs)


def _report(found: Sequence[tuple[Pair, list[str]]]) -> dict[str, Any]:
    """MigrationPlanReportDto: only what is wrong."""
    wrong = [{"instruction": _instruction(pair, False), "failures": said} for pair, said in found if said]
    return {"instructionReports": wrong, "variableReports": {}}


def _instruction(pair: Pair, follow: bool) -> dict[str, Any]:
    return {"sourceActivityIds": [pair.source], "targetActivityIds": [pair.target], "updateEventTrigger": follow}


def _pairs(given: Body) -> list[Pair]:
    """The instructions of a plan; what is not written goes on at the element of the same id."""
    written = given.get("instructions") or []
    if not isinstance(written, list):
        raise BadInput({"instructions": "应是列表。"})
    return [_pair(each, f"instructions.{place}") for place, each in enumerate(written)]


def _pair(given: Any, name: str) -> Pair:
    if not isinstance(given, dict):
        raise BadInput({name: "应写成 {sourceActivityIds, targetActivityIds}。"})
    known = members(given, ("sourceActivityIds", "targetActivityIds", "updateEventTrigger"), ())
    source, target = (
        texts(known.get(each) or [], f"{name}.{each}") for each in ("sourceActivityIds", "targetActivityIds")
    )
    if len(source) != 1 or len(target) != 1:
        raise BadInput({name: "一条只能从一个环节到一个环节。"})
    return Pair(source[0], target[0])
