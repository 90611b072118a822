"""/engine-rest/history: what ran and what runs, as far as the caller may know of the cases."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from engine.queries import details, incidents, job_log, operations, past, past_activities, variables
from engine.queries.details import PastDetailFilter
from engine.queries.incidents import PastIncidentFilter
from engine.queries.job_log import JobLineFilter
from engine.queries.operations import OperationFilter
from engine.queries.past import PastInstanceFilter, PastTaskFilter
from engine.queries.past_activities import PastActivityFilter
from engine.queries.variables import PastVariableFilter
from webapp.answers import json_answer
from webapp.api.described import described
from webapp.api.engine_rest import history_dto as dto
from webapp.api.engine_rest.asking import counted, listed, see
from webapp.api.engine_rest.parameters import Known, flag, moment, text, texts
from webapp.api.engine_rest.telling import COUNT, ROW, ROWS, parameters_of
from webapp.guard import guarded

blueprint = Blueprint("engine_rest_history", __name__, url_prefix="/engine-rest/history")


def _operation(value: Any, name: str) -> tuple[str, ...]:
    """The type of an operation, as lines of the trail."""
    return dto.actions_of(text(value, name))


_TIMES = {
    "startedBefore": ("started_before", moment),
    "startedAfter": ("started_after", moment),
    "finishedBefore": ("finished_before", moment),
    "finishedAfter": ("finished_after", moment),
}
_OVER = {"finished": ("finished", flag), "unfinished": ("unfinished", flag)}
_INSTANCES = Known(
    PastInstanceFilter,
    {
        "processInstanceId": ("uid", text),
        "processInstanceIds": ("uids", texts),
        "processInstanceBusinessKey": ("no", text),
        "processDefinitionKey": ("key", text),
        **_OVER,
        **_TIMES,
    },
    {"instanceId": "instance", "businessKey": "no", "startTime": "started_at", "endTime": "ended_at"},
)
_TASKS = Known(
    PastTaskFilter,
    {
        "taskId": ("id", text),
        "processInstanceId": ("uid", text),
        "processInstanceBusinessKey": ("no", text),
        "processDefinitionKey": ("key", text),
        "taskDefinitionKey": ("element", text),
        "taskName": ("name", text),
        "taskNameLike": ("name_like", text),
        "taskAssignee": ("assignee", text),
        "taskDueDateBefore": ("due_before", moment),
        "taskDueDateAfter": ("due_after", moment),
        **_OVER,
        **_TIMES,
    },
    {
        "taskId": "id",
        "processInstanceId": "instance",
        "taskName": "name",
        "assignee": "assignee",
        "startTime": "opened_at",
        "endTime": "ended_at",
        "dueDate": "due",
    },
)
_ACTIVITIES = Known(
    PastActivityFilter,
    {
        "processInstanceId": ("uid", text),
        "processDefinitionKey": ("key", text),
        "activityId": ("element", text),
        "activityName": ("name", text),
        "activityType": ("kind", text),
        "taskAssignee": ("assignee", text),
        "canceled": ("canceled", flag),
        **_OVER,
        **_TIMES,
    },
    {"activityId": "element", "activityName": "name", "startTime": "started_at", "endTime": "ended_at"},
)
_VARIABLES = Known(
    PastVariableFilter,
    {
        "processInstanceId": ("uid", text),
        "variableName": ("name", text),
        "variableNameLike": ("name_like", text),
    },
    {"variableName": "name"},
)
_INCIDENTS = Known(
    PastIncidentFilter,
    {
        "processInstanceId": ("uid", text),
        "incidentType": ("kind", text),
        "open": ("open", flag),
        "resolved": ("resolved", flag),
    },
    {},
)
_OPERATIONS = Known(
    OperationFilter,
    {
        "processInstanceId": ("uid", text),
        "processDefinitionKey": ("key", text),
        "userId": ("actor", text),
        "operationType": ("actions", _operation),
        "taskId": ("task_id", text),
        "afterTimestamp": ("after", moment),
        "beforeTimestamp": ("before", moment),
    },
    {"timestamp": "at"},
)
_DETAILS = Known(
    PastDetailFilter,
    {
        "processInstanceId": ("uid", text),
        "taskId": ("task", text),
        "variableUpdates": ("variables", flag),
        "formFields": ("fields", flag),
        "occurredBefore": ("before", moment),
        "occurredAfter": ("after", moment),
    },
    {"time": "at", "variableName": "name"},
)
_JOB_LOG = Known(
    JobLineFilter,
    {
        "processInstanceId": ("uid", text),
        "processInstanceBusinessKey": ("no", text),
        "processDefinitionKey": ("key", text),
        "activityIdIn": ("elements", texts),
        "creationLog": ("armed", flag),
        "successLog": ("struck", flag),
        "deletionLog": ("disarmed", flag),
        "failureLog": ("failed", flag),
    },
    {"timestamp": "at"},
)


# ------------------------------------------------------------------ instances
@blueprint.route("/process-instance", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_INSTANCES), answers={200: ROWS})
def instances() -> Response:
    """列出流程实例，正在运行的和已结束的：您能看到的每一件反映件的。"""
    return listed(_INSTANCES, past.past_instances, dto.process_instance)


@blueprint.route("/process-instance/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_INSTANCES), answers={200: COUNT})
def instance_count() -> Response:
    """同样条件的流程实例有几个。"""
    return counted(_INSTANCES, past.count_past_instances)


@blueprint.get("/process-instance/<uid>")
@guarded()
@described(answers={200: ROW})
def instance(uid: str) -> Response:
    """一个流程实例，已结束的也在。"""
    return json_answer(dto.process_instance(see(past.past_instance, uid)))


# ------------------------------------------------------------------ tasks and activities
@blueprint.route("/task", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_TASKS), answers={200: ROWS})
def tasks() -> Response:
    """列出待办，打开的、办结的和撤回的；assignee 是领取或办结的人。"""
    return listed(_TASKS, past.past_tasks, dto.task)


@blueprint.route("/task/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_TASKS), answers={200: COUNT})
def task_count() -> Response:
    """同样条件的待办有几件。"""
    return counted(_TASKS, past.count_past_tasks)


@blueprint.route("/activity-instance", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_ACTIVITIES), answers={200: ROWS})
def activities() -> Response:
    """一个流程实例（processInstanceId 必填）走过的每个元素：人工步骤的起止，事件、网关经过的时刻。"""
    return listed(_ACTIVITIES, past_activities.past_activities, dto.activity_instance)


@blueprint.route("/activity-instance/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_ACTIVITIES), answers={200: COUNT})
def activity_count() -> Response:
    """同样条件的元素有几个。"""
    return counted(_ACTIVITIES, past_activities.count_past_activities)


# ------------------------------------------------------------------ incidents
@blueprint.route("/incident", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_INCIDENTS), answers={200: ROWS})
def past_incidents() -> Response:
    """列出自动运行受阻的故障，等人处理的和处理过的。"""
    return listed(_INCIDENTS, incidents.past_incidents, dto.incident)


@blueprint.route("/incident/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_INCIDENTS), answers={200: COUNT})
def incident_count() -> Response:
    """同样条件的故障有几个。"""
    return counted(_INCIDENTS, incidents.count_past_incidents)


# ------------------------------------------------------------------ variables
@blueprint.route("/variable-instance", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_VARIABLES), answers={200: ROWS})
def variable_instances() -> Response:
    """一个流程实例（processInstanceId 必填）的变量：最近填写的值，何时填的；不含反映人的个人信息。"""
    return listed(_VARIABLES, variables.past_variables, dto.variable_instance)


@blueprint.route("/variable-instance/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_VARIABLES), answers={200: COUNT})
def variable_count() -> Response:
    """同样条件的变量有几个。"""
    return counted(_VARIABLES, variables.count_past_variables)


@blueprint.route("/detail", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_DETAILS), answers={200: ROWS})
def variable_details() -> Response:
    """一个流程实例（processInstanceId 必填）的变量每次怎样变动，表单每次填了哪些栏目；不含反映人的个人信息。"""
    return listed(_DETAILS, details.past_details, dto.detail)


@blueprint.route("/detail/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_DETAILS), answers={200: COUNT})
def detail_count() -> Response:
    """同样条件的变动有几次。"""
    return counted(_DETAILS, details.count_past_details)


# ------------------------------------------------------------------ timers
@blueprint.route("/job-log", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_JOB_LOG), answers={200: ROWS})
def job_lines() -> Response:
    """列出计时的事：到点的，随迁移新设和撤销的。给出一个实例（或编号）时，还列出每个计时何时设下、何时撤销（按留痕
    回放得出）、哪次没有办成。正在等的在 /job。"""
    return listed(_JOB_LOG, job_log.job_lines, dto.job_line)


@blueprint.route("/job-log/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_JOB_LOG), answers={200: COUNT})
def job_line_count() -> Response:
    """同样条件的计时的事有几件。"""
    return counted(_JOB_LOG, job_log.count_job_lines)


# ------------------------------------------------------------------ operations
@blueprint.route("/user-operation", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_OPERATIONS), answers={200: ROWS})
def user_operations() -> Response:
    """列出人做过的每件事，逐行取自留痕；orgValue、newValue 是留痕里变动前后的内容（JSON）。"""
    return listed(_OPERATIONS, operations.operations, dto.user_operation)


@blueprint.route("/user-operation/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(_OPERATIONS), answers={200: COUNT})
def operation_count() -> Response:
    """同样条件的操作有几次。"""
    return counted(_OPERATIONS, operations.count_operations)
