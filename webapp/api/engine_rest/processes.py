"""/engine-rest/process-definition and /process-instance: what is published, and what runs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from engine.cases.acts.results import Started
from engine.cases.commands import StartProcess
from engine.errors import NotYours
from engine.facade import ReadContext
from engine.queries import processes
from engine.queries.paging import Page
from engine.queries.processes import ProcessDefinition
from engine.queries.tasks import TaskFilter, find_tasks
from engine.queries.variables import instance_variables
from engine.storage.idempotency import StoredAnswer
from webapp import once
from webapp.answers import json_answer
from webapp.api.described import described
from webapp.api.engine_rest import dto
from webapp.api.engine_rest.asking import body, counted, flag, listed, see, text_or_none
from webapp.api.engine_rest.parameters import DEFINITIONS, INSTANCES
from webapp.api.engine_rest.telling import COUNT, ROW, ROWS, VARIABLES, WORD, YES_OR_NO, body_of, parameters_of
from webapp.api.engine_rest.values import typed_all, untyped_all
from webapp.guard import guarded
from webapp.limits import REGISTER, limited

blueprint = Blueprint("engine_rest_processes", __name__, url_prefix="/engine-rest")

_START = body_of({"businessKey": WORD, "variables": VARIABLES, "withVariablesInReturn": YES_OR_NO})


# ------------------------------------------------------------------ definitions
@blueprint.get("/process-definition")
@guarded()
@described(query=parameters_of(DEFINITIONS), answers={200: ROWS})
def definitions() -> Response:
    """列出已发布的流程，每个版本一行。"""
    return listed(DEFINITIONS, processes.definitions, dto.process_definition)


@blueprint.get("/process-definition/count")
@guarded()
@described(query=parameters_of(DEFINITIONS), answers={200: COUNT})
def definition_count() -> Response:
    """同样条件的流程有几个。"""
    return counted(DEFINITIONS, processes.count_definitions)


@blueprint.get("/process-definition/key/<key>")
@guarded()
@described(answers={200: ROW})
def latest_definition(key: str) -> Response:
    """流程正在使用的版本。"""
    return json_answer(dto.process_definition(see(processes.latest_definition, key)))


@blueprint.get("/process-definition/<id>")
@guarded()
@described(answers={200: ROW})
def definition(id: str) -> Response:
    """流程的某个版本。"""
    return json_answer(dto.process_definition(see(processes.definition, id)))


@blueprint.get("/process-definition/key/<key>/xml")
@guarded()
@described(answers={200: ROW})
def latest_xml(key: str) -> Response:
    """正在使用的版本的流程图（BPMN）。"""
    return json_answer(see(lambda ctx: _xml(ctx, processes.latest_definition(ctx, key))))


@blueprint.get("/process-definition/<id>/xml")
@guarded()
@described(answers={200: ROW})
def xml(id: str) -> Response:
    """某个版本的流程图（BPMN）。"""
    return json_answer(see(lambda ctx: _xml(ctx, processes.definition(ctx, id))))


def _xml(ctx: ReadContext, found: ProcessDefinition) -> dict[str, str]:
    return {"id": found.id, "bpmn20Xml": processes.xml_of(ctx, found)}


@blueprint.post("/process-definition/key/<key>/start")
@guarded()
@limited(REGISTER)
@described(body=_START, answers={200: ROW})
def start(key: str) -> Response:
    """用登记表启动流程；反映件的编号由系统分配，在答复的 businessKey 中。"""
    given = body(["businessKey", "variables", "withVariablesInReturn"])
    wanted = flag(given, "withVariablesInReturn")
    see(processes.startable, key)
    command = StartProcess(key, untyped_all(given.get("variables")), text_or_none(given, "businessKey"))

    def answer(ctx: ReadContext, result: Started) -> StoredAnswer:
        begun = processes.acted_on(ctx, result.uid)
        variables = typed_all(instance_variables(ctx, begun)) if wanted else None
        said = {**dto.process_instance(begun), "variables": variables, "receiptCode": result.receipt_code}
        return StoredAnswer(200, said)

    return once.act(command, answer)


# ------------------------------------------------------------------ instances
@blueprint.route("/process-instance", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(INSTANCES), answers={200: ROWS})
def instances() -> Response:
    """列出正在运行的流程实例：您能看到的每一件反映件的。"""
    return listed(INSTANCES, processes.instances, dto.process_instance)


@blueprint.route("/process-instance/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(INSTANCES), answers={200: COUNT})
def instance_count() -> Response:
    """同样条件的流程实例有几个。"""
    return counted(INSTANCES, processes.count_instances)


@blueprint.get("/process-instance/<uid>")
@guarded()
@described(answers={200: ROW})
def instance(uid: str) -> Response:
    """一个正在运行的流程实例；已结束的答复 404。"""
    return json_answer(dto.process_instance(see(processes.instance, uid)))


@blueprint.delete("/process-instance/<uid>")
@guarded()
@described(answers={})
def remove_instance(uid: str) -> Response:
    """一律拒绝：流程实例不能删除，反映件用撤回（withdraw）结束。"""
    see(processes.instance, uid)
    raise NotYours("流程实例不能删除。要结束一件反映件，请用 POST /message 发送 withdraw，写明原因。")


@blueprint.get("/process-instance/<uid>/activity-instances")
@guarded()
@described(answers={200: ROW})
def activity_instances(uid: str) -> Response:
    """流程走到哪里：实例下面是现在打开的每个待办。"""

    def query(ctx: ReadContext) -> dict[str, Any]:
        found = processes.instance(ctx, uid)
        return dto.activity_instances(found, find_tasks(ctx, TaskFilter(uid=uid), Page()))

    return json_answer(see(query))


@blueprint.get("/process-instance/<uid>/variables")
@guarded()
@described(answers={200: VARIABLES})
def variables(uid: str) -> Response:
    """办理中填写过的内容，每项取最近一次；不含反映人的个人信息。"""

    def query(ctx: ReadContext) -> dict[str, Any]:
        return instance_variables(ctx, processes.instance(ctx, uid))

    return json_answer(typed_all(see(query)))
