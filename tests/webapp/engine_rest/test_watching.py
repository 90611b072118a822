"""Jobs, incidents, groups, people, version."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from engine.storage.models import incidents
from tests.webapp.engine_rest.client import Client, keys
from webapp.api.engine_rest.parameters import TASKS

JOB_DTO = keys(
    "id jobDefinitionId processInstanceId processDefinitionId processDefinitionKey executionId exceptionMessage "
    "failedActivityId retries dueDate suspended priority tenantId createTime batchId"
)
INCIDENT_DTO = keys(
    "id processDefinitionId processInstanceId executionId incidentTimestamp incidentType activityId failedActivityId "
    "causeIncidentId rootCauseIncidentId configuration tenantId incidentMessage jobDefinitionId annotation"
)


def test_a_waiting_timer_is_a_job_with_its_instant(client: Client) -> None:
    no = client.dispatched()
    jobs = client.json("w3", "job")
    assert all(job.keys() == JOB_DTO | {"activityId", "businessKey"} for job in jobs)
    dues = {job["activityId"]: job["dueDate"] for job in jobs}
    assert dues["overdue"] == "2026-10-08T17:00:00.000+0800"
    assert {job["businessKey"] for job in jobs} == {no}
    assert [job["dueDate"] for job in jobs] == sorted(job["dueDate"] for job in jobs)


# Waiting of a general case dispatched on 09-23 at 10:10, due on 10-08 after the holidays.
FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({"activityId": "overdue"}, {"overdue"}),
    ({"processInstanceBusinessKey": "BCS-1999-0001"}, set()),
    ({"processInstanceId": "x"}, set()),
    ({"dueAfter": "2026-10-08T18:00:00+08:00"}, {"overdue_2", "overdue_5"}),
    ({"dueBefore": "2026-09-23T16:00:00+08:00"}, {"unsigned"}),
    ({"suspended": "true"}, set()),
    ({"active": "true", "activityId": "remind"}, {"remind"}),
]


def test_jobs_are_narrowed_and_counted(either_client: Client) -> None:
    either_client.dispatched()
    shown = [(given, {j["activityId"] for j in either_client.json("w3", "job", **given)}) for given, _ in FILTERS]
    assert shown == FILTERS
    assert either_client.json("w3", "job/count", activityId="overdue") == {"count": 1}
    assert either_client.post("w3", "job/count", {"activityId": "overdue"}).json == {"count": 1}


def test_a_paused_case_has_suspended_timers(client: Client) -> None:
    no = client.start(acceptance="accept")
    client.through("w3", no, "classify", grade="simple", grade_reason="当场可办", cause="材料类")
    client.through("w3", no, "handle_on_site", onsite_result="waiting_citizen")
    assert "onsite_red" in {job["activityId"] for job in client.json("w3", "job", suspended="true")}


def test_timers_of_an_unseen_case_are_not_told(client: Client) -> None:
    client.start(confidential=True)
    assert client.json("w3", "job") == []
    assert client.json("restricted", "job") != []


def incident(client: Client, case_id: int | None) -> None:
    row = {"kind": "StepFailed", "cause": "表里没有这一行", "element": "tiers", "opened_at": client.house.clock.now()}

    def write(tx: Any) -> None:
        tx.begin_writing()
        tx.conn.execute(insert(incidents).values(case_id=case_id, **row))

    client.house.engine.db.write(write)


def test_an_incident_is_told_to_who_sees_its_case(client: Client) -> None:
    no = client.start()
    incident(client, 1)
    (row,) = client.json("w3", "incident")
    assert row.keys() == INCIDENT_DTO | {"businessKey"}
    assert (row["businessKey"], row["activityId"], row["incidentMessage"]) == (no, "tiers", "表里没有这一行")
    assert client.json("w3", "incident", processInstanceId="x") == []
    assert client.json("admin", "incident") == []


def test_an_incident_of_no_case_is_for_supervisors(client: Client) -> None:
    incident(client, None)
    assert len(client.json("supervisor", "incident")) == 1
    assert client.json("w3", "incident") == []


def test_groups_are_offices_and_the_posts_of_units(client: Client) -> None:
    rows = {row["id"]: row for row in client.json("w3", "group")}
    assert rows["window"] == {"id": "window", "name": "窗口", "type": "office"}
    assert rows["unit_head:SC-SS"]["type"] == "unit"
    assert [row["id"] for row in client.json("w3", "group", member="lead")] == ["window", "window_lead"]
    assert [row["id"] for row in client.json("w3", "group", id="bureau")] == ["bureau"]


def test_people_are_found_by_group_and_name(client: Client) -> None:
    rows = client.json("w3", "user", memberOfGroup="unit:SC-SS")
    assert [row["id"] for row in rows] == ["unit-SC-SS", "unit-SC-SS-b"]
    assert {"id", "firstName", "lastName", "email"} < rows[0].keys()
    assert [row["id"] for row in client.json("w3", "user", id="w3")] == ["w3"]
    assert len(client.json("w3", "user", maxResults=2)) == 2


def test_the_version_is_that_of_the_shape(client: Client) -> None:
    assert client.json("w3", "version")["version"].startswith("7.")


@pytest.mark.parametrize("path", ["job", "incident", "group", "user"])
def test_an_unknown_parameter_is_refused(client: Client, path: str) -> None:
    assert list(client.get("w3", path, colour="red").json["fields"]) == ["colour"]


def test_the_description_tells_every_parameter_of_a_list(client: Client) -> None:
    told = client.house.person(None).get("/openapi.json").json
    assert told is not None
    parameters = told["paths"]["/engine-rest/task"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == {*TASKS.filters, "firstResult", "maxResults"} | {
        "sortBy",
        "sortOrder",
    }
