"""Definitions, starting, and what runs."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from tests.webapp.engine_rest.client import APPLICANT, CASE, REGISTRATION, Client, keys, typed

DEFINITION_DTO = keys(
    "id key category description name version resource deploymentId diagram suspended tenantId versionTag "
    "historyTimeToLive startableInTasklist"
)
INSTANCE_DTO = keys("links id definitionId definitionKey businessKey caseInstanceId ended suspended tenantId")
FAMILY = ["escalation", "five_step_loop", "work_order"]
SHIPPED = sorted([*FAMILY, "rectification"])


# ------------------------------------------------------------------ definitions
def test_the_case_family_is_published(client: Client) -> None:
    rows = client.json("w3", "process-definition")
    assert [(row["key"], row["version"]) for row in rows] == [(key, 1) for key in SHIPPED]
    assert all(row.keys() == DEFINITION_DTO for row in rows)
    assert [row["key"] for row in rows if row["startableInTasklist"]] == ["five_step_loop", "rectification"]


def test_definitions_are_narrowed_sorted_and_counted(client: Client) -> None:
    assert client.json("w3", "process-definition/count") == {"count": 4}
    assert client.json("w3", "process-definition/count", latestVersion="true", version=1) == {"count": 4}
    assert client.json("w3", "process-definition/count", version=2) == {"count": 0}
    (row,) = client.json("w3", "process-definition", key="work_order")
    assert row["name"] == "工单"
    rows = client.json("w3", "process-definition", sortBy="key", sortOrder="desc", firstResult=1, maxResults=1)
    assert [row["key"] for row in rows] == ["rectification"]


@pytest.mark.parametrize("key", FAMILY)
def test_a_definition_is_found_by_key_and_by_id_with_its_diagram(client: Client, key: str) -> None:
    row = client.json("w3", f"process-definition/key/{key}")
    assert client.json("w3", f"process-definition/{row['id']}") == row
    drawn = client.json("w3", f"process-definition/{row['id']}/xml")
    assert drawn == client.json("w3", f"process-definition/key/{key}/xml")
    assert drawn["id"] == row["id"]
    assert etree.fromstring(drawn["bpmn20Xml"].encode()).xpath(f"//*[@id='{key}']")


@pytest.mark.parametrize(
    "path", ["key/nothing", "key/nothing/xml", "five_step_loop:9:0", "five_step_loop:1:0/xml", "%00", "key/%00"]
)
def test_an_unknown_definition_is_not_found(client: Client, path: str) -> None:
    assert client.get("w3", f"process-definition/{path}").status_code == 404


# ------------------------------------------------------------------ start
def test_starting_registers_a_case_under_the_next_number(client: Client) -> None:
    answers = [client.post("w3", CASE, {"variables": typed(REGISTRATION)}).json for _ in range(2)]
    assert [answer["businessKey"] for answer in answers] == ["BCS-2026-0001", "BCS-2026-0002"]
    assert answers[0].keys() == INSTANCE_DTO | {"variables", "receiptCode"}
    assert (answers[0]["ended"], answers[0]["variables"]) == (False, None)
    assert answers[0]["definitionId"] == client.json("w3", "process-definition/key/five_step_loop")["id"]


def test_an_object_is_taken_as_native_json_and_as_text(client: Client) -> None:
    for applicant in ({"value": APPLICANT, "type": "Object"}, {"value": APPLICANT}, typed({"a": APPLICANT})["a"]):
        body = {"variables": {**typed(REGISTRATION), "applicant": applicant}}
        assert client.post("w3", CASE, body).status_code == 200


def test_what_was_entered_comes_back_on_demand_without_personal_data(client: Client) -> None:
    body = {"variables": typed(REGISTRATION), "withVariablesInReturn": True}
    variables = client.post("w3", CASE, body).json["variables"]
    assert variables["channel"]["value"] == "window"
    assert "applicant" not in variables


def test_a_restricted_registration_is_answered_although_its_author_sees_it_no_more(client: Client) -> None:
    body = {"variables": typed({**REGISTRATION, "confidential": True}), "withVariablesInReturn": True}
    assert client.post("w3", CASE, body).status_code == 200
    assert client.json("w3", "process-instance") == []


def test_the_date_of_receipt_is_taken_in_the_form_of_these_clients(client: Client) -> None:
    received = {"value": "2026-09-22T16:00:00.000+0800", "type": "Date"}
    assert client.post("w3", CASE, {"variables": {**typed(REGISTRATION), "received_at": received}}).status_code == 200
    naive = {"value": "2026-09-22T16:00:00", "type": "Date"}
    answer = client.post("w3", CASE, {"variables": {**typed(REGISTRATION), "received_at": naive}})
    assert (answer.status_code, list(answer.json["fields"])) == (400, ["received_at"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"businessKey": "BCS-2026-0099", "variables": typed(REGISTRATION)}, "businessKey"),
        ({"businessKey": 5, "variables": typed(REGISTRATION)}, "businessKey"),
        ({"variables": typed({**REGISTRATION, "appeal_type": "wish"})}, "appeal_type"),
        ({"variables": typed({**REGISTRATION, "colour": "red"})}, "colour"),
        ({"variables": typed({**REGISTRATION, "applicant": {"kind": "person", "name": "戴"}})}, "applicant.phone"),
        ({"variables": typed(REGISTRATION), "startInstructions": []}, "startInstructions"),
        ({"variables": typed(REGISTRATION), "withVariablesInReturn": "yes"}, "withVariablesInReturn"),
        ({"variables": []}, "variables"),
    ],
)
def test_a_registration_that_cannot_be_taken_is_named_and_not_stored(
    client: Client, body: dict[str, Any], field: str
) -> None:
    answer = client.post("w3", CASE, body)
    assert (answer.status_code, list(answer.json["fields"])) == (400, [field])
    assert client.json("w3", "process-instance/count") == {"count": 0}


@pytest.mark.parametrize("key", ["work_order", "escalation"])
def test_called_processes_do_not_start_by_themselves(client: Client, key: str) -> None:
    answer = client.post("w3", f"process-definition/key/{key}/start", {"variables": {}})
    assert answer.status_code == 400
    assert "五步闭环" in answer.json["message"] or "five_step_loop" in answer.json["message"]


@pytest.mark.parametrize("who", ["auditor", "supervisor", "admin", "leading", "chief-SC-SS"])
def test_who_has_no_part_in_registering_may_not(client: Client, who: str) -> None:
    assert client.post(who, CASE, {"variables": typed(REGISTRATION)}).status_code == 403
    assert client.json("w3", "process-instance/count") == {"count": 0}


@pytest.mark.parametrize("who", ["w3", "lead", "callback", "group", "bureau", "restricted", "unit-T06", "head-T06"])
def test_who_meets_citizens_may_register(client: Client, who: str) -> None:
    assert client.post(who, CASE, {"variables": typed(REGISTRATION)}).status_code == 200


def test_an_unknown_process_does_not_start(client: Client) -> None:
    assert client.post("w3", "process-definition/key/nothing/start").status_code == 404


def test_a_repeated_start_registers_one_case(client: Client) -> None:
    body = {"variables": typed(REGISTRATION)}
    first, again = (client.post("w3", CASE, body, key="registration-1") for _ in range(2))
    assert first.json == again.json
    assert client.json("w3", "process-instance/count") == {"count": 1}


# ------------------------------------------------------------------ instances
def test_running_instances_are_listed_and_found(client: Client) -> None:
    no, _ = client.start(), client.start()
    (row,) = client.json("w3", "process-instance", businessKey=no)
    assert row.keys() == INSTANCE_DTO
    assert client.json("w3", f"process-instance/{row['id']}") == row
    assert client.json("w3", "process-instance/count", processInstanceIds=row["id"]) == {"count": 1}
    assert client.json("w3", "process-instance/count", processDefinitionKey="other") == {"count": 0}
    assert len(client.post("w3", "process-instance", {"processInstanceIds": [row["id"]]}).json) == 1


def test_variables_of_an_instance_are_the_latest_of_each_field(client: Client) -> None:
    no = client.dispatched("SC-SS", "SC-MI")
    (row,) = client.json("w3", "process-instance", businessKey=no)
    variables = client.json("w3", f"process-instance/{row['id']}/variables")
    assert (variables["grade"]["value"], variables["co_units"]["value"]) == ("general", ["SC-MI"])
    assert "applicant" not in variables


def test_an_ended_instance_runs_no_more(client: Client) -> None:
    no = client.start()
    (row,) = client.json("w3", "process-instance", businessKey=no)
    client.through("w3", no, "accept", acceptance="consult", reply_text="请到医保窗口办理")
    assert client.get("w3", f"process-instance/{row['id']}").status_code == 404
    assert client.json("w3", "process-instance") == []


@pytest.mark.parametrize("part", ["", "/variables"])
def test_an_unseen_instance_does_not_exist(client: Client, part: str) -> None:
    client.start(confidential=True)
    (row,) = client.json("restricted", "process-instance")
    assert client.get("w3", f"process-instance/{row['id']}{part}").status_code == 404
    assert client.get("restricted", f"process-instance/{row['id']}{part}").status_code == 200
    assert client.get("w3", f"process-instance/%00{part}").status_code == 404


# ------------------------------------------------------------------ where an instance stands
def test_an_instance_tells_the_tasks_it_stands_at(client: Client) -> None:
    begun = client.post("w3", CASE, {"variables": typed(REGISTRATION)}).json
    tree = client.json("w3", f"process-instance/{begun['id']}/activity-instances")
    assert (tree["id"], tree["activityType"]) == (begun["id"], "processDefinition")
    (child,) = tree["childActivityInstances"]
    assert (child["activityId"], child["activityType"], child["name"]) == ("accept", "userTask", "受理")
    assert child["parentActivityInstanceId"] == begun["id"] and child.keys() == tree.keys()


def test_an_instance_is_not_deleted_and_says_how_to_end_it(client: Client) -> None:
    begun = client.post("w3", CASE, {"variables": typed(REGISTRATION)}).json
    refused = client.delete("w3", f"process-instance/{begun['id']}")
    assert (refused.status_code, "withdraw" in refused.json["message"]) == (403, True)
    assert client.delete("unit-SC-MI", f"process-instance/{begun['id']}").status_code == 404
    assert client.json("w3", f"process-instance/{begun['id']}")["ended"] is False
