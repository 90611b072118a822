"""/engine-rest/history in the shapes of Camunda 7, narrowed to the cases the caller may know of."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from engine.storage.database import WriteTransaction
from engine.storage.models import incidents
from tests.support.house import START
from tests.support.redrawn import put_in_force, redrawn, step, without
from tests.webapp.engine_rest.client import Client, keys

# The keys as Camunda 7.24 documents them.
INSTANCE_DTO = keys(
    "id businessKey processDefinitionId processDefinitionKey processDefinitionName processDefinitionVersion startTime "
    "endTime removalTime durationInMillis startUserId startActivityId deleteReason rootProcessInstanceId "
    "superProcessInstanceId superCaseInstanceId caseInstanceId tenantId state restartedProcessInstanceId"
)
TASK_DTO = keys(
    "id processDefinitionKey processDefinitionId processInstanceId executionId caseDefinitionKey caseDefinitionId "
    "caseInstanceId caseExecutionId activityInstanceId name description deleteReason owner assignee startTime endTime "
    "duration taskDefinitionKey priority due parentTaskId followUp tenantId removalTime rootProcessInstanceId taskState"
)
ACTIVITY_DTO = keys(
    "id parentActivityInstanceId activityId activityName activityType processDefinitionKey processDefinitionId "
    "processInstanceId executionId taskId assignee calledProcessInstanceId calledCaseInstanceId startTime endTime "
    "durationInMillis canceled completeScope tenantId removalTime rootProcessInstanceId"
)
VARIABLE_DTO = keys(
    "id name type value valueInfo processDefinitionKey processDefinitionId processInstanceId executionId "
    "activityInstanceId caseDefinitionKey caseDefinitionId caseInstanceId caseExecutionId taskId errorMessage tenantId "
    "state createTime removalTime rootProcessInstanceId"
)
_DETAIL_DTO = keys(
    "id type processDefinitionKey processDefinitionId processInstanceId activityInstanceId executionId "
    "caseDefinitionKey caseDefinitionId caseInstanceId caseExecutionId taskId tenantId userOperationId time "
    "removalTime rootProcessInstanceId"
)
UPDATE_DTO = _DETAIL_DTO | keys(
    "variableName variableInstanceId variableType value valueInfo initial revision errorMessage"
)
FIELD_DTO = _DETAIL_DTO | keys("fieldId fieldValue")
JOB_LOG_DTO = keys(
    "id timestamp removalTime jobId jobDueDate jobRetries jobPriority jobExceptionMessage jobDefinitionId "
    "jobDefinitionType jobDefinitionConfiguration activityId failedActivityId executionId processInstanceId "
    "processDefinitionId processDefinitionKey deploymentId rootProcessInstanceId tenantId hostname batchId "
    "creationLog failureLog successLog deletionLog"
)
OPERATION_DTO = keys(
    "id userId timestamp operationId operationType entityType category annotation property orgValue newValue "
    "deploymentId processDefinitionId processDefinitionKey processInstanceId executionId caseDefinitionId "
    "caseInstanceId caseExecutionId taskId externalTaskId jobId jobDefinitionId batchId tenantId removalTime "
    "rootProcessInstanceId"
)


def uid(client: Client, no: str, who: str = "auditor") -> str:
    (found,) = client.json(who, "history/process-instance", processInstanceBusinessKey=no)
    return str(found["id"])


def consulted(client: Client) -> str:
    """A case that is over at once; returns its number."""
    no = client.start()
    client.at("2026-09-23 10:40")
    client.through("w3", no, "accept", acceptance="consult", reply_text="材料清单已告知。")
    return no


def test_instances_running_and_over_are_listed(either_client: Client) -> None:
    over, running = consulted(either_client), either_client.start()
    rows = either_client.json("auditor", "history/process-instance")
    assert all(row.keys() == INSTANCE_DTO | {"outcome"} for row in rows)
    told = {row["businessKey"]: row for row in rows}
    assert (told[running]["state"], told[running]["endTime"], told[running]["durationInMillis"]) == (
        "ACTIVE",
        None,
        None,
    )
    assert (told[over]["state"], told[over]["outcome"], told[over]["durationInMillis"]) == (
        "COMPLETED",
        "consulted",
        30 * 60 * 1000,
    )
    assert (told[over]["startTime"], told[over]["startUserId"]) == ("2026-09-23T10:10:00.000+0800", "w3")


INSTANCES: list[tuple[dict[str, Any], list[int]]] = [
    ({"finished": "true"}, [0]),
    ({"unfinished": "true"}, [1]),
    ({"finishedAfter": "2026-09-23T10:40:00.000+0800"}, [0]),
    ({"finishedBefore": "2026-09-23T10:39:00.000+0800"}, []),
    ({"startedAfter": "2026-09-23T10:30:00.000+0800"}, [1]),
    ({"sortBy": "startTime", "sortOrder": "desc"}, [1, 0]),
    ({"processDefinitionKey": "work_order"}, []),
    ({"firstResult": 1, "maxResults": 1}, [1]),
]


def test_instances_are_narrowed_sorted_and_counted(either_client: Client) -> None:
    numbers = [consulted(either_client), either_client.start()]
    shown = []
    for asked, _ in INSTANCES:
        rows = either_client.json("auditor", "history/process-instance", **asked)
        shown.append((asked, [numbers.index(row["businessKey"]) for row in rows]))
    assert shown == INSTANCES
    assert either_client.post("auditor", "history/process-instance/count", {"finished": True}).json == {"count": 1}


def test_one_instance_that_is_over_is_found_and_none_of_a_stranger(client: Client) -> None:
    over = uid(client, consulted(client))
    assert client.json("auditor", f"history/process-instance/{over}")["state"] == "COMPLETED"
    assert client.get("unit-SC-SS", f"history/process-instance/{over}").status_code == 404
    assert client.get("auditor", "history/process-instance/x").status_code == 404
    assert client.get(None, "history/process-instance").status_code == 401


def test_tasks_open_done_and_withdrawn_are_listed(either_client: Client) -> None:
    no = either_client.dispatched()
    either_client.at("2026-09-23 11:10")
    either_client.through("unit-SC-SS", no, "acknowledge", action="sign")
    rows = either_client.json("auditor", "history/task", processInstanceBusinessKey=no)
    assert all(row.keys() == TASK_DTO | {"businessKey", "unit", "onBehalfOf"} for row in rows)
    told = {row["taskDefinitionKey"]: row for row in rows}
    signed = told["acknowledge"]
    assert (signed["assignee"], signed["taskState"], signed["deleteReason"]) == ("unit-SC-SS", "Completed", "completed")
    assert (signed["duration"], signed["unit"]) == (60 * 60 * 1000, "SC-SS")
    assert signed["processDefinitionKey"] == "work_order"
    assert (told["first_contact"]["taskState"], told["first_contact"]["endTime"]) == ("Created", None)
    either_client.post(
        "w3",
        "message",
        {
            "messageName": "withdraw",
            "businessKey": no,
            "processVariables": {
                "reason": {"value": "自行办成", "type": "String"},
                "confirmed_by": {"value": "phone_record", "type": "String"},
            },
        },
    )
    gone = either_client.json("auditor", "history/task", taskDefinitionKey="first_contact")
    assert [(row["taskState"], row["deleteReason"], row["assignee"]) for row in gone] == [("Deleted", "deleted", None)]


TASKS: list[tuple[dict[str, Any], set[str]]] = [
    ({"finished": "true"}, {"classify", "dispatch"}),
    ({"unfinished": "true"}, {"acknowledge"}),
    ({"taskAssignee": "group"}, set()),
    ({"taskAssignee": "w3", "finished": "true"}, {"classify", "dispatch"}),
    ({"taskNameLike": "分类%"}, {"classify"}),
    ({"taskDefinitionKey": "acknowledge"}, {"acknowledge"}),
    ({"finishedBefore": "2026-09-22T10:00:00.000+0800"}, set()),
]


def test_tasks_are_narrowed_and_counted(either_client: Client) -> None:
    no = either_client.dispatched()
    asked = [{**given, "processInstanceBusinessKey": no} for given, _ in TASKS]
    rows = [either_client.json("auditor", "history/task", **each) for each in asked]
    assert [{row["taskDefinitionKey"] for row in found} for found in rows] == [wanted for _, wanted in TASKS]
    assert either_client.json("auditor", "history/task/count", processInstanceBusinessKey=no) == {"count": 3}


def test_what_an_instance_passed_is_listed_in_its_order(either_client: Client) -> None:
    no = either_client.dispatched()
    rows = either_client.json("auditor", "history/activity-instance", processInstanceId=uid(either_client, no))
    assert all(row.keys() == ACTIVITY_DTO | {"businessKey", "unit"} for row in rows)
    assert rows[0]["startTime"] <= rows[-1]["startTime"]
    kinds = {row["activityType"] for row in rows}
    assert {"startEvent", "exclusiveGateway", "userTask"} <= kinds
    tasks = {row["activityId"]: row for row in rows if row["activityType"] == "userTask"}
    assert set(tasks) == {"classify", "dispatch", "acknowledge"}
    assert (tasks["dispatch"]["assignee"], tasks["acknowledge"]["endTime"]) == ("w3", None)
    assert len({row["id"] for row in rows}) == len(rows)


def test_activities_are_narrowed_and_need_their_instance(client: Client) -> None:
    of = uid(client, client.dispatched())
    path = "history/activity-instance"
    late = client.json("auditor", path, processInstanceId=of, activityType="userTask", unfinished="true")
    assert [row["activityId"] for row in late] == ["acknowledge"]
    newest = client.json("auditor", path, processInstanceId=of, sortBy="endTime", sortOrder="desc")
    assert newest[-1]["endTime"] is None
    count = client.json("auditor", f"{path}/count", processInstanceId=of, activityId="classify")
    assert count == {"count": 1}
    refused = client.get("auditor", path)
    assert (refused.status_code, "processInstanceId" in refused.text) == (400, True)


def test_variables_have_the_value_of_today_and_since_when(either_client: Client) -> None:
    no = either_client.dispatched()
    of = uid(either_client, no)
    rows = either_client.json("auditor", "history/variable-instance", processInstanceId=of)
    assert all(row.keys() == VARIABLE_DTO | {"businessKey"} for row in rows)
    told = {row["name"]: row for row in rows}
    assert (told["grade"]["value"], told["grade"]["type"]) == ("general", "String")
    assert told["grade"]["createTime"] == "2026-09-23T10:10:00.000+0800"
    assert (told["co_units"]["value"], told["co_units"]["type"]) == ([], "Object")
    assert [row["name"] for row in rows] == sorted(told)
    only = either_client.json("auditor", "history/variable-instance", processInstanceId=of, variableNameLike="grade%")
    assert [row["name"] for row in only] == ["grade", "grade_reason"]


def test_personal_data_is_in_no_variable_and_numbers_are_masked_for_auditors(client: Client) -> None:
    no = client.start(description="回电 13912345678")
    of = uid(client, no)
    text = client.get("auditor", "history/variable-instance", processInstanceId=of).text
    assert ("139****5678" in text, "13912345678" in text, "戴建国" in text, "13812345678" in text) == (
        True,
        False,
        False,
        False,
    )


def test_a_variable_has_a_row_for_each_change_of_it_and_none_for_the_same_again(either_client: Client) -> None:
    no = either_client.dispatched()
    either_client.at("2026-09-23 11:10")
    corrected = {"field": "channel", "value": "hotline", "reason": "点错了"}
    assert either_client.house.person("w3").post(f"/api/cases/{no}/amend", corrected).status_code == 200
    of = uid(either_client, no)
    rows = either_client.json("auditor", "history/detail", processInstanceId=of, variableUpdates="true")
    assert all(row.keys() == UPDATE_DTO | {"businessKey"} and row["type"] == "variableUpdate" for row in rows)
    changes = [
        (row["variableName"], row["value"], row["variableType"], row["revision"], row["initial"], row["time"])
        for row in rows
        if row["variableName"] in ("channel", "lead_unit")
    ]
    assert changes == [
        ("channel", "window", "String", 0, True, "2026-09-23T10:10:00.000+0800"),
        ("lead_unit", "SC-SS", "String", 0, True, "2026-09-23T10:10:00.000+0800"),  # dispatched as it was classified
        ("channel", "hotline", "String", 1, False, "2026-09-23T11:10:00.000+0800"),
    ]
    assert len({row["id"] for row in rows}) == len(rows)
    today = either_client.json("auditor", "history/variable-instance", processInstanceId=of)
    assert {row["variableName"]: row["value"] for row in rows} == {row["name"]: row["value"] for row in today}


def test_each_form_that_was_sent_has_a_row_for_each_field(either_client: Client) -> None:
    of = uid(either_client, either_client.dispatched())
    path = "history/detail"
    rows = either_client.json("auditor", path, processInstanceId=of, formFields="true")
    assert all(row.keys() == FIELD_DTO | {"businessKey"} and row["type"] == "formField" for row in rows)
    sent = [row for row in rows if row["fieldId"] == "lead_unit"]
    assert [row["fieldValue"] for row in sent] == ["SC-SS", "SC-SS"]
    done = either_client.json("auditor", "history/task", processInstanceId=of, finished="true")
    steps = {row["id"]: row["activityInstanceId"] for row in done}
    assert {row["taskId"]: row["activityInstanceId"] for row in sent} == steps
    by_step = [either_client.json("auditor", f"{path}/count", processInstanceId=of, taskId=task) for task in steps]
    beginning = [row for row in either_client.json("auditor", path, processInstanceId=of) if row["taskId"] is None]
    whole = either_client.json("auditor", f"{path}/count", processInstanceId=of)
    assert sum(each["count"] for each in by_step) + len(beginning) == whole["count"]


def test_details_are_narrowed_sorted_and_need_their_instance(client: Client) -> None:
    of = uid(client, client.dispatched())
    path = "history/detail"
    assert client.json("auditor", path, processInstanceId=of, occurredAfter="2026-09-23T10:11:00.000+0800") == []
    assert client.json("auditor", path, processInstanceId=of, occurredBefore="2026-09-23T10:09:00.000+0800") == []
    first = client.json(
        "auditor", path, processInstanceId=of, variableUpdates="true", sortBy="variableName", maxResults=2
    )
    assert [row["variableName"] for row in first] == sorted(row["variableName"] for row in first) and len(first) == 2
    for door in (path, f"{path}/count"):
        refused = client.get("auditor", door)
        assert (refused.status_code, "processInstanceId" in refused.text) == (400, True)
    assert client.get("unit-SC-MI", path, processInstanceId=of).status_code == 404
    assert client.get(None, path, processInstanceId=of).status_code == 401


def test_personal_data_is_in_no_detail_and_numbers_are_masked_for_auditors(client: Client) -> None:
    of = uid(client, client.start(description="回电 13912345678"))
    for who in ("auditor", "w3"):
        text = client.get(who, "history/detail", processInstanceId=of).text
        assert ("戴建国" in text, "13812345678" in text, "applicant" in text) == (False, False, False)
    text = client.get("auditor", "history/detail", processInstanceId=of).text
    assert ("139****5678" in text, "13912345678" in text) == (True, False)


# Dispatched at 10:10 and not signed: four office hours later, lunch from 12:00 to 13:30 left out.
UNSIGNED = "2026-09-23T15:40:00.000+0800"


def test_a_timer_that_struck_is_logged_with_its_instant(either_client: Client) -> None:
    no = either_client.dispatched()
    (job,) = either_client.json("w3", "job", activityId="unsigned")
    assert either_client.json("auditor", "history/job-log") == []
    either_client.at("2026-09-23 15:40")
    (row,) = either_client.json("auditor", "history/job-log", processInstanceBusinessKey=no, successLog="true")
    assert row.keys() == JOB_LOG_DTO | {"businessKey"}
    assert (row["activityId"], row["jobId"], row["jobDefinitionType"]) == ("unsigned", job["id"], "timer-transition")
    assert (row["timestamp"], row["jobDueDate"]) == (UNSIGNED, UNSIGNED)
    logs = [row[f"{each}Log"] for each in ("success", "creation", "deletion", "failure")]
    assert logs == [True, False, False, False]


LOGGED: list[tuple[dict[str, Any], int]] = [
    ({}, 1),
    ({"successLog": "true"}, 1),
    ({"creationLog": "true"}, 0),
    ({"deletionLog": "true"}, 0),
    ({"failureLog": "true"}, 0),
    ({"activityIdIn": "overdue,unsigned"}, 1),
    ({"activityIdIn": "overdue"}, 0),
    ({"processDefinitionKey": "work_order"}, 0),
    ({"processInstanceId": "x"}, 0),
    ({"sortBy": "timestamp", "sortOrder": "desc"}, 1),
]


def waiting(client: Client) -> dict[str, str]:
    """The timers that wait, with their elements."""
    return {job["id"]: job["activityId"] for job in client.json("auditor", "job")}


def test_of_one_instance_every_timer_is_logged_from_its_arming_to_its_end(either_client: Client) -> None:
    client = either_client
    seen: dict[str, str] = {}
    no = client.start()
    of = uid(client, no)
    for who, task, values in (
        ("w3", "accept", {"acceptance": "accept"}),
        ("w3", "classify", {"grade": "general", "cause": "系统类"}),
        ("w3", "dispatch", {"lead_unit": "SC-SS", "onsite_attempt": "窗口已协调"}),
    ):
        seen |= waiting(client)
        client.through(who, no, task, **values)
    seen |= waiting(client)
    client.at("2026-09-23 15:40")
    seen |= waiting(client)
    client.through("unit-SC-SS", no, "first_contact", contact_method="phone")
    seen |= waiting(client)
    rows = client.json("auditor", "history/job-log", processInstanceId=of)
    told = {each: [row["jobId"] for row in rows if row[f"{each}Log"]] for each in ("creation", "success", "deletion")}
    assert set(told["creation"]) >= seen.keys() and len(set(told["creation"])) == len(told["creation"])
    assert sorted(told["success"] + told["deletion"] + list(waiting(client))) == sorted(told["creation"])
    assert [row["activityId"] for row in rows if row["successLog"]] == ["unsigned"]
    assert (
        len({row["id"] for row in rows})
        == len(rows)
        == client.json("auditor", "history/job-log/count", processInstanceId=of)["count"]
    )


def test_an_armed_timer_is_logged_with_the_instant_it_waits_for(either_client: Client) -> None:
    """Accepted on Wednesday 09-23: due on 10-08 at 17:00, reminded at the opening of the second working day before."""
    of = uid(either_client, either_client.dispatched())
    rows = either_client.json(
        "auditor", "history/job-log", processInstanceId=of, activityIdIn="remind,overdue,classify_late"
    )
    told = {(row["activityId"], row["creationLog"]): row for row in rows}
    assert told["overdue", True]["jobDueDate"] == "2026-10-08T17:00:00.000+0800"
    assert told["remind", True]["jobDueDate"] == "2026-09-29T09:00:00.000+0800"
    assert told["overdue", True]["timestamp"] == "2026-09-23T10:10:00.000+0800"
    gone = told["classify_late", False]
    assert (gone["deletionLog"], gone["successLog"], gone["failureLog"]) == (True, False, False)
    assert [key for key in told if key[0] == "overdue"] == [("overdue", True)]


def test_a_timer_that_could_not_strike_is_logged_with_why(client: Client) -> None:
    of = uid(client, client.dispatched())
    (job,) = client.json("w3", "job", activityId="unsigned")

    def fail(tx: WriteTransaction) -> None:
        tx.begin_writing()
        said = {"case_id": 1, "element": "unsigned", "timer_id": job["id"], "kind": "StepFailed", "cause": "算不出来"}
        tx.conn.execute(insert(incidents).values(**said, opened_at=client.house.clock.now()))

    client.house.engine.db.write(fail)
    (row,) = client.json("auditor", "history/job-log", processInstanceId=of, failureLog="true")
    assert (row["jobId"], row["jobExceptionMessage"], row["failedActivityId"]) == (job["id"], "算不出来", "unsigned")
    logs = [row[f"{each}Log"] for each in ("success", "creation", "deletion", "failure")]
    assert logs == [False, False, False, True]


def test_the_timers_of_an_instance_one_may_not_know_of_are_not_logged(client: Client) -> None:
    hidden = uid(client, client.start("restricted", confidential=True), "restricted")
    found = {
        who: len(client.json(who, "history/job-log", processInstanceId=hidden)) for who in ("auditor", "restricted")
    }
    assert (found["auditor"], found["restricted"] > 0) == (0, True)


def test_the_log_of_timers_is_narrowed_and_counted(either_client: Client) -> None:
    either_client.dispatched()
    either_client.at("2026-09-23 15:40")
    path = "history/job-log"
    assert [(asked, len(either_client.json("auditor", path, **asked))) for asked, _ in LOGGED] == LOGGED
    counts = {who: either_client.json(who, f"{path}/count")["count"] for who in ("auditor", "unit-SC-SS", "unit-SC-MI")}
    assert counts == {"auditor": 1, "unit-SC-SS": 1, "unit-SC-MI": 0}
    sorted_by_time = {who: len(either_client.json(who, path, sortBy="timestamp")) for who in (*counts, "admin")}
    assert sorted_by_time == {**counts, "admin": 0}


def test_a_timer_that_another_version_draws_no_more_is_logged_as_gone(client: Client) -> None:
    no = client.start()
    client.through("w3", no, "accept", acceptance="accept")
    put_in_force(client.house.engine, redrawn(step("classify__grade_limits", "grading"), without("classify")))
    old, new = (
        row["id"] for row in client.json("supervisor", "process-definition", key="five_step_loop", sortBy="version")
    )
    way = {"sourceActivityIds": ["classify"], "targetActivityIds": ["grading"], "updateEventTrigger": False}
    plan = {"sourceProcessDefinitionId": old, "targetProcessDefinitionId": new, "instructions": [way]}
    moved = client.post(
        "supervisor", "migration/execute", {"migrationPlan": plan, "processInstanceIds": [uid(client, no)]}
    )
    assert moved.status_code == 204
    rows = client.json("auditor", "history/job-log", deletionLog="true")
    # Two office hours after 10:10, lunch left out.
    told = [(row["activityId"], row["jobDueDate"], row["deletionLog"], row["successLog"]) for row in rows]
    assert told == [("classify_late", "2026-09-23T13:40:00.000+0800", True, False)]
    client.at("2026-09-23 14:00")
    assert client.json("auditor", "history/job-log/count", successLog="true") == {"count": 0}


def test_what_struck_in_a_restricted_case_is_logged_for_few(client: Client) -> None:
    hidden = client.start("restricted", confidential=True)
    client.at("2026-09-29 16:00")
    rows = {who: client.json(who, "history/job-log") for who in ("auditor", "supervisor", "unit-SC-SS", "restricted")}
    told = {who: {row["businessKey"] for row in found} for who, found in rows.items()}
    assert told == {"auditor": set(), "supervisor": set(), "unit-SC-SS": set(), "restricted": {hidden}}


def test_what_people_did_is_listed_and_what_the_clock_did_is_not(either_client: Client) -> None:
    no = either_client.dispatched()
    of = uid(either_client, no)
    rows = either_client.json("auditor", "history/user-operation", processInstanceId=of)
    assert all(row.keys() == OPERATION_DTO | {"businessKey", "onBehalfOf"} for row in rows)
    people = [(row["userId"], row["operationType"], row["property"]) for row in rows if row["entityType"] == "Task"]
    assert people == [("w3", "Complete", "classify"), ("w3", "Complete", "dispatch")]
    assert "system" not in {row["userId"] for row in rows}
    assert rows[0]["operationType"] == "Create"
    done = either_client.json("auditor", "history/user-operation", operationType="Complete", userId="w3")
    assert {row["property"] for row in done} >= {"classify", "dispatch"} and all(row["taskId"] for row in done)


def test_operations_are_narrowed_by_time_and_counted(either_client: Client) -> None:
    either_client.dispatched()
    path = "history/user-operation"
    early = either_client.json("auditor", path, beforeTimestamp="2026-09-23T10:00:00.000+0800")
    all_of = either_client.json("auditor", f"{path}/count", afterTimestamp="2026-09-23T10:00:00.000+0800")
    assert (early, all_of["count"] > 2) == ([], True)
    newest = either_client.json("auditor", path, sortBy="timestamp", sortOrder="desc", maxResults=1)
    assert len(newest) == 1


LISTS = ["process-instance", "task", "user-operation"]


@pytest.mark.parametrize("path", LISTS)
def test_a_restricted_case_and_a_strange_one_are_in_no_list(client: Client, path: str) -> None:
    hidden = client.start("restricted", confidential=True)
    no = client.dispatched("SC-MI")
    seen = {
        who: {row["businessKey"] for row in client.json(who, f"history/{path}")}
        for who in ("auditor", "restricted", "unit-SC-MI", "unit-SC-SS", "admin")
    }
    wanted = {"auditor": {no}, "restricted": {hidden}, "unit-SC-MI": {no}, "unit-SC-SS": set(), "admin": set()}
    assert seen == wanted


@pytest.mark.parametrize("path", ["activity-instance", "variable-instance", "detail"])
def test_nor_can_what_belongs_to_one_be_asked_for(client: Client, path: str) -> None:
    no = client.start("restricted", confidential=True)
    (found,) = client.json("restricted", "history/process-instance", processInstanceBusinessKey=no)
    assert client.get("restricted", f"history/{path}", processInstanceId=found["id"]).status_code == 200
    assert client.get("auditor", f"history/{path}", processInstanceId=found["id"]).status_code == 404


@pytest.mark.parametrize("path", [*LISTS, "activity-instance", "variable-instance", "detail", "job-log"])
def test_an_unknown_parameter_is_refused(client: Client, path: str) -> None:
    refused = client.get("auditor", f"history/{path}", nobodyKnows="1")
    assert (refused.status_code, "nobodyKnows" in refused.text) == (400, True)


INCIDENT_DTO = keys(
    "id processDefinitionKey processDefinitionId processInstanceId executionId rootProcessInstanceId createTime "
    "endTime removalTime incidentType activityId failedActivityId causeIncidentId rootCauseIncidentId configuration "
    "historyConfiguration incidentMessage tenantId jobDefinitionId open deleted resolved annotation"
)


def test_incidents_open_and_dealt_with_are_listed(either_client: Client) -> None:
    no = either_client.start()
    found = {"case_id": 1, "kind": "StepFailed", "cause": "?", "opened_at": START}
    dealt_with = {**found, "resolved_at": START, "resolved_by": "supervisor", "resolution": "已查明"}

    def fail(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(insert(incidents).values(**found))
        tx.conn.execute(insert(incidents).values(**dealt_with))

    either_client.house.engine.db.write(fail)
    rows = either_client.json("auditor", "history/incident")
    assert all(row.keys() == INCIDENT_DTO | {"businessKey", "resolvedBy", "resolution"} for row in rows)
    assert [(row["businessKey"], row["open"], row["resolved"]) for row in rows] == [
        (no, True, False),
        (no, False, True),
    ]
    assert [row["id"] for row in either_client.json("auditor", "history/incident", resolved="true")] == ["2"]
    assert either_client.json("auditor", "history/incident/count", open="true") == {"count": 1}
    assert either_client.json("unit-SC-SS", "history/incident") == []
