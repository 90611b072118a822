"""/engine-rest/process-definition and /process-instance: what is published, and what runs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from engine.cases.acts.results import Started
from engine.cases.commands import StartProcess
from engine.facade import ReadContext
from engine.queries import processes
from engine.queries.processes import ProcessDefinition
from engine.queries.variables import instance_variables
from engine.storage.idempotency import StoredAnswer
from webapp import once
from webapp.answers import json_answer
from webapp.api.engine_rest import dto
from webapp.api.engine_rest.asking import body, counted, flag, listed, see, text_or_none
from webapp.api.engine_rest.parameters import DEFINITIONS, INSTANCES
from webapp.api.engine_rest.values import typed_all, untyped_all
from webapp.guard import guarded

blueprint = Blueprint("engine_rest_processes", __name__, url_prefix="/engine-rest")


# ------------------------------------------------------------------ definitions
@blueprint.get("/process-definition")
@guarded()
def definitions() -> Response:
    """Every published process in every version."""
    return listed(DEFINITIONS, processes.definitions, dto.process_definition)


@blueprint.get("/process-definition/count")
@guarded()
def definition_count() -> Response:
    """How many the same filters would list."""
    return counted(DEFINITIONS, processes.count_definitions)


@blueprint.get("/process-definition/key/<key>")
@guarded()
def latest_definition(key: str) -> Response:
    """The running version of a process."""
    return json_answer(dto.process_definition(see(processes.latest_definition, key)))


@blueprint.get("/process-definition/<id>")
@guarded()
def definition(id: str) -> Response:
    """One version of a process."""
    return json_answer(dto.process_definition(see(processes.definition, id)))


@blueprint.get("/process-definition/key/<key>/xml")
@guarded()
def latest_xml(key: str) -> Response:
    """The diagram of the running version."""
    return json_answer(see(lambda ctx: _xml(ctx, processes.latest_definition(ctx, key))))


@blueprint.get("/process-definition/<id>/xml")
@guarded()
def xml(id: str) -> Response:
    """The diagram of one version."""
    return json_answer(see(lambda ctx: _xml(ctx, processes.definition(ctx, id))))


def _xml(ctx: ReadContext, found: ProcessDefinition) -> dict[str, str]:
    return {"id": found.id, "bpmn20Xml": processes.xml_of(ctx, found)}


@blueprint.post("/process-definition/key/<key>/start")
@guarded()
def start(key: str) -> Response:
    """Start an instance with its start form; the number of a case is allotted and comes back as businessKey."""
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
def instances() -> Response:
    """Running instances of every case the caller may see."""
    return listed(INSTANCES, processes.instances, dto.process_instance)


@blueprint.route("/process-instance/count", methods=["GET", "POST"])
@guarded()
def instance_count() -> Response:
    """How many the same filters would list."""
    return counted(INSTANCES, processes.count_instances)


@blueprint.get("/process-instance/<uid>")
@guarded()
def instance(uid: str) -> Response:
    """One running instance; an ended one is 404."""
    return json_answer(dto.process_instance(see(processes.instance, uid)))


@blueprint.get("/process-instance/<uid>/variables")
@guarded()
def variables(uid: str) -> Response:
    """What was entered in an instance, the latest value of each field; no personal data."""

    def query(ctx: ReadContext) -> dict[str, Any]:
        return instance_variables(ctx, processes.instance(ctx, uid))

    return json_answer(typed_all(see(query)))
