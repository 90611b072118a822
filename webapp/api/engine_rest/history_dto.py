"""What is over, with every key of Camunda 7's historic data transfer objects; null where we have nothing to say.

`businessKey`, `unit`, `onBehalfOf` and `outcome` are ours.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.queries.details import PastDetail
from engine.queries.incidents import Incident
from engine.queries.job_log import ARMED, DISARMED, FAILED, STRUCK, JobLine
from engine.queries.operations import Operation
from engine.queries.past import PastInstance, PastTask
from engine.queries.past_activities import PastActivity
from engine.queries.variables import PastVariable
from webapp.api.engine_rest.dto import RETRIES, Dto
from webapp.api.engine_rest.times import time_out
from webapp.api.engine_rest.values import typed

_NO_CASE: Dto = {  # of CMMN, which nobody uses any more
    "caseDefinitionKey": None,
    "caseDefinitionId": None,
    "caseInstanceId": None,
    "caseExecutionId": None,
}
TYPES = {  # what a line of the trail is, by Camunda's names where it has one
    "registered": "Create",
    "completed": "Complete",
    "handed_on": "Assign",
    "delegated": "Delegate",
    "resolved": "Resolve",
    "amended": "ModifyVariable",
    "attached": "AddAttachment",
    "message": "CorrelateMessage",
}
# by Camunda's names, like its job handlers
_WAITING_IN_THE_FLOW, _WAITING_BESIDE = "timer-intermediate-transition", "timer-transition"
_OF_TASKS = frozenset({"completed", "handed_on", "delegated", "resolved"})


def process_instance(row: PastInstance) -> Dto:
    """HistoricProcessInstanceDto."""
    return {
        "id": row.uid,
        "businessKey": row.no,
        "processDefinitionId": row.definition_id,
        "processDefinitionKey": row.key,
        "processDefinitionName": row.name,
        "processDefinitionVersion": row.version,
        "startTime": time_out(row.started_at),
        "endTime": time_out(row.ended_at),
        "removalTime": None,
        "durationInMillis": _milliseconds(row.started_at, row.ended_at),
        "startUserId": row.started_by,
        "startActivityId": row.start_element,
        "deleteReason": None,
        "rootProcessInstanceId": row.uid,
        "superProcessInstanceId": None,
        "superCaseInstanceId": None,
        "caseInstanceId": None,
        "tenantId": None,
        "state": "ACTIVE" if row.ended_at is None else "COMPLETED",
        "restartedProcessInstanceId": None,
        "outcome": row.outcome,
    }


def task(row: PastTask) -> Dto:
    """HistoricTaskInstanceDto; who did it is its assignee."""
    gone = {"completed": "completed", "withdrawn": "deleted"}
    state = {"completed": "Completed", "withdrawn": "Deleted"}
    return {
        **_NO_CASE,
        "id": row.id,
        "processDefinitionKey": row.process,
        "processDefinitionId": row.definition_id,
        "processInstanceId": row.uid,
        "executionId": row.uid,
        "activityInstanceId": f"{row.element}:{row.id}",
        "name": row.name,
        "description": None,
        "deleteReason": gone.get(row.how or ""),
        "owner": row.owner,
        "assignee": row.assignee,
        "startTime": time_out(row.opened_at),
        "endTime": time_out(row.ended_at),
        "duration": _milliseconds(row.opened_at, row.ended_at),
        "taskDefinitionKey": row.element,
        "priority": row.priority,
        "due": time_out(row.due),
        "parentTaskId": None,
        "followUp": None,
        "tenantId": None,
        "removalTime": None,
        "rootProcessInstanceId": row.uid,
        "taskState": state.get(row.how or "", "Created"),
        "businessKey": row.no,
        "unit": row.unit,
        "onBehalfOf": row.on_behalf_of,
    }


def activity_instance(row: PastActivity) -> Dto:
    """HistoricActivityInstanceDto."""
    return {
        "id": row.id,
        "parentActivityInstanceId": row.uid,
        "activityId": row.element,
        "activityName": row.name,
        "activityType": row.kind,
        "processDefinitionKey": row.process,
        "processDefinitionId": row.definition_id,
        "processInstanceId": row.uid,
        "executionId": row.uid,
        "taskId": row.task,
        "assignee": row.assignee,
        "calledProcessInstanceId": None,
        "calledCaseInstanceId": None,
        "startTime": time_out(row.started_at),
        "endTime": time_out(row.ended_at),
        "durationInMillis": _milliseconds(row.started_at, row.ended_at),
        "canceled": row.canceled,
        "completeScope": row.kind == "noneEndEvent",
        "tenantId": None,
        "removalTime": None,
        "rootProcessInstanceId": row.uid,
        "businessKey": row.no,
        "unit": row.unit,
    }


def variable_instance(row: PastVariable) -> Dto:
    """HistoricVariableInstanceDto: the value a field has now, and since when."""
    return {
        **_NO_CASE,
        **typed(row.value),
        "id": f"{row.uid}:{row.name}",
        "name": row.name,
        "processDefinitionKey": row.key,
        "processDefinitionId": row.definition_id,
        "processInstanceId": row.uid,
        "executionId": row.uid,
        "activityInstanceId": row.uid,
        "taskId": None,
        "errorMessage": None,
        "tenantId": None,
        "state": "CREATED",
        "createTime": time_out(row.set_at),
        "removalTime": None,
        "rootProcessInstanceId": row.uid,
        "businessKey": row.no,
    }


def detail(row: PastDetail) -> Dto:
    """HistoricVariableUpdateDto, of a field as it was sent HistoricFormFieldDto."""
    place = f"{row.uid}:{row.seq}:{row.name}"
    common = {
        **_NO_CASE,
        "processDefinitionKey": row.key,
        "processDefinitionId": row.definition_id,
        "processInstanceId": row.uid,
        "activityInstanceId": None if row.task is None else f"{row.element}:{row.task}",
        "executionId": None,
        "taskId": row.task,
        "tenantId": None,
        "userOperationId": None,
        "time": time_out(row.at),
        "removalTime": None,
        "rootProcessInstanceId": row.uid,
        "businessKey": row.no,
    }
    if row.revision is None:
        return {**common, "id": f"{place}:sent", "type": "formField", "fieldId": row.name, "fieldValue": row.value}
    kind = typed(row.value)
    return {
        **common,
        "id": place,
        "type": "variableUpdate",
        "variableName": row.name,
        "variableInstanceId": f"{row.uid}:{row.name}",
        "variableType": kind["type"],
        "value": kind["value"],
        "valueInfo": kind["valueInfo"],
        "initial": row.revision == 0,
        "revision": row.revision,
        "errorMessage": None,
    }


def job_line(row: JobLine) -> Dto:
    """HistoricJobLogDto."""
    several = "" if row.action == STRUCK or row.timer is None else f":{row.timer}:{row.action}"
    return {
        "id": f"{row.uid}:{row.seq}{several}",
        "timestamp": time_out(row.at),
        "removalTime": None,
        "jobId": row.timer,
        "jobDueDate": time_out(row.due),
        "jobRetries": RETRIES,
        "jobPriority": 0,
        "jobExceptionMessage": row.cause,
        "jobDefinitionId": None,
        "jobDefinitionType": _WAITING_IN_THE_FLOW if row.kind == "intermediateCatchEvent" else _WAITING_BESIDE,
        "jobDefinitionConfiguration": None,
        "activityId": row.element,
        "failedActivityId": row.element if row.action == FAILED else None,
        "executionId": row.uid,
        "processInstanceId": row.uid,
        "processDefinitionId": row.definition_id,
        "processDefinitionKey": row.key,
        "deploymentId": None,
        "rootProcessInstanceId": row.uid,
        "tenantId": None,
        "hostname": None,
        "batchId": None,
        "creationLog": row.action == ARMED,
        "failureLog": row.action == FAILED,
        "successLog": row.action == STRUCK,
        "deletionLog": row.action == DISARMED,
        "businessKey": row.no,
    }


def incident(row: Incident) -> Dto:
    """HistoricIncidentDto; `resolvedBy` and `resolution` are ours."""
    return {
        "id": str(row.id),
        "processDefinitionKey": None if row.definition_id is None else row.definition_id.partition(":")[0],
        "processDefinitionId": row.definition_id,
        "processInstanceId": row.uid,
        "executionId": row.uid,
        "rootProcessInstanceId": row.uid,
        "createTime": time_out(row.opened_at),
        "endTime": time_out(row.resolved_at),
        "removalTime": None,
        "incidentType": row.kind,
        "activityId": row.element,
        "failedActivityId": row.element,
        "causeIncidentId": str(row.id),
        "rootCauseIncidentId": str(row.id),
        "configuration": row.timer,
        "historyConfiguration": None,
        "incidentMessage": row.cause,
        "tenantId": None,
        "jobDefinitionId": None,
        "open": row.resolved_at is None,
        "deleted": False,
        "resolved": row.resolved_at is not None,
        "annotation": None,
        "businessKey": row.no,
        "resolvedBy": row.resolved_by,
        "resolution": row.resolution,
    }


def user_operation(row: Operation) -> Dto:
    """UserOperationLogEntryDto; what a line of the trail says before and after is JSON text."""
    of_task = row.action in _OF_TASKS
    return {
        "id": f"{row.uid}:{row.seq}",
        "deploymentId": None,
        "processDefinitionId": row.definition_id,
        "processDefinitionKey": row.key,
        "processInstanceId": row.uid,
        "executionId": row.uid,
        "caseDefinitionId": None,
        "caseInstanceId": None,
        "caseExecutionId": None,
        "taskId": row.task_id,
        "jobId": None,
        "jobDefinitionId": None,
        "batchId": None,
        "userId": row.actor,
        "timestamp": time_out(row.at),
        "operationId": f"{row.uid}:{row.seq}",
        "externalTaskId": None,
        "operationType": TYPES.get(row.action, _camel(row.action)),
        "entityType": "Task" if of_task else "ProcessInstance",
        "category": "TaskWorker" if of_task else "Operator",
        "annotation": None,
        "property": row.element,
        "orgValue": row.before,
        "newValue": row.after,
        "tenantId": None,
        "removalTime": None,
        "rootProcessInstanceId": row.uid,
        "businessKey": row.no,
        "onBehalfOf": row.on_behalf_of,
    }


def actions_of(operation: str) -> tuple[str, ...]:
    """The lines of the trail an operation type stands for."""
    named = {kind: action for action, kind in TYPES.items()}
    plain = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")
    return (named.get(operation, plain),)


def _camel(action: str) -> str:
    return "".join(part.capitalize() for part in action.split("_"))


def _milliseconds(begun: datetime, ended: datetime | None) -> Any:
    return None if ended is None else int((ended - begun).total_seconds() * 1000)
