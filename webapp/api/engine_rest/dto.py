"""Answers with every key of Camunda 7's data transfer objects, null where we have nothing to say.

Clients fail on a missing key, not on one too many: `businessKey`, `candidateGroups` and `unit` are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from engine.cases.failing import WAITS
from engine.queries.incidents import Incident
from engine.queries.jobs import Job
from engine.queries.papers import Comment, TaskPaper
from engine.queries.people import Group, UserRow
from engine.queries.processes import Instance, ProcessDefinition
from engine.queries.tasks import TaskRow
from webapp.api.engine_rest.times import time_out

Dto = dict[str, Any]

RETRIES = len(WAITS)  # further tries a timer has after it failed


def process_definition(row: ProcessDefinition) -> Dto:
    """ProcessDefinitionDto."""
    return {
        "id": row.id,
        "key": row.key,
        "category": None,
        "description": None,
        "name": row.name,
        "version": row.version,
        "resource": row.resource,
        "deploymentId": str(row.bundle_id),
        "diagram": None,
        "suspended": False,
        "tenantId": None,
        "versionTag": None,
        "historyTimeToLive": None,
        "startableInTasklist": row.startable,
    }


def process_instance(row: Instance) -> Dto:
    """ProcessInstanceDto."""
    return {
        "links": [],
        "id": row.uid,
        "definitionId": row.definition_id,
        "definitionKey": row.key,
        "businessKey": row.no,
        "caseInstanceId": None,
        "ended": row.ended,
        "suspended": False,
        "tenantId": None,
    }


def activity_instances(row: Instance, open_tasks: Iterable[TaskRow]) -> Dto:
    """ActivityInstanceDto: the instance, and under it every open task."""
    children = [_activity(task.id, task.element, task.name, "userTask", row, [], row.uid) for task in open_tasks]
    return _activity(row.uid, row.definition_id, row.key, "processDefinition", row, children, None)


def _activity(
    id: str, activity: str, name: str, kind: str, of: Instance, children: Sequence[Dto], parent: str | None
) -> Dto:
    return {
        "id": id,
        "parentActivityInstanceId": parent,
        "activityId": activity,
        "activityName": name,
        "name": name,
        "activityType": kind,
        "processInstanceId": of.uid,
        "processDefinitionId": of.definition_id,
        "childActivityInstances": list(children),
        "childTransitionInstances": [],
        "executionIds": [of.uid],
        "incidentIds": [],
        "incidents": [],
    }


def task(row: TaskRow) -> Dto:
    """TaskDto. The definition is that of the process that draws the task, the instance that of its case."""
    return {
        "id": row.id,
        "name": row.name,
        "assignee": row.assignee,
        "created": time_out(row.opened_at),
        "lastUpdated": None,
        "due": time_out(row.due),
        "followUp": None,
        "delegationState": None if row.delegation is None else row.delegation.upper(),
        "description": None,
        "executionId": row.uid,
        "owner": row.owner,
        "parentTaskId": None,
        "priority": row.priority,
        "processDefinitionId": row.definition_id,
        "processInstanceId": row.uid,
        "taskDefinitionKey": row.element,
        "caseExecutionId": None,
        "caseInstanceId": None,
        "caseDefinitionId": None,
        "suspended": False,
        "formKey": row.form,
        "camundaFormRef": None,
        "tenantId": None,
        "taskState": "Created",
        "businessKey": row.no,
        "candidateGroups": list(row.groups),
        "unit": row.unit,
    }


def identity_links(row: TaskRow) -> list[Dto]:
    """IdentityLinkDto: the groups a task is offered to, and who has claimed it."""
    offered = [{"userId": None, "groupId": group, "type": "candidate"} for group in row.groups]
    held = [] if row.assignee is None else [{"userId": row.assignee, "groupId": None, "type": "assignee"}]
    return offered + held


def job(row: Job) -> Dto:
    """JobDto, for a waiting timer."""
    return {
        "id": row.id,
        "jobDefinitionId": None,
        "processInstanceId": row.uid,
        "processDefinitionId": row.definition_id,
        "processDefinitionKey": row.key,
        "executionId": row.uid,
        "exceptionMessage": None,
        "failedActivityId": row.element if row.failures else None,
        "retries": RETRIES - max(0, row.failures - 1) if not row.parked else 0,
        "dueDate": time_out(row.due),
        "suspended": row.suspended,
        "priority": 0,
        "tenantId": None,
        "createTime": None,
        "batchId": None,
        "activityId": row.element,
        "businessKey": row.no,
    }


def incident(row: Incident) -> Dto:
    """IncidentDto."""
    return {
        "id": str(row.id),
        "processDefinitionId": row.definition_id,
        "processInstanceId": row.uid,
        "executionId": row.uid,
        "incidentTimestamp": time_out(row.opened_at),
        "incidentType": row.kind,
        "activityId": row.element,
        "failedActivityId": row.element,
        "causeIncidentId": str(row.id),
        "rootCauseIncidentId": str(row.id),
        "configuration": row.timer,
        "tenantId": None,
        "incidentMessage": row.cause,
        "jobDefinitionId": None,
        "annotation": None,
        "businessKey": row.no,
    }


def comment(row: Comment) -> Dto:
    """CommentDto."""
    return {
        "links": [],
        "id": row.id,
        "userId": row.by,
        "time": time_out(row.at),
        "taskId": row.task_id,
        "processInstanceId": row.uid,
        "message": row.message,
        "removalTime": None,
        "rootProcessInstanceId": row.uid,
    }


def attachment(row: TaskPaper) -> Dto:
    """AttachmentDto; the file itself is at `url`, for those who may know of the case."""
    return {
        "links": [],
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "taskId": row.task_id,
        "type": row.media_type,
        "url": None if row.no is None else f"/api/cases/{quote(row.no)}/attachments/{row.id}",
        "createTime": time_out(row.at),
        "removalTime": None,
        "rootProcessInstanceId": row.uid,
    }


def group(row: Group) -> Dto:
    """GroupDto."""
    return {"id": row.id, "name": row.name, "type": row.kind}


def user(row: UserRow) -> Dto:
    """UserProfileDto; a name here is not split into first and last."""
    return {"id": row.name, "firstName": row.display, "lastName": None, "email": None, "unit": row.unit}
