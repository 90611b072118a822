"""GET /task and its kin: what is listed, what one task says, and to whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.webapp.engine_rest.client import Client, keys

TASK_DTO = keys(
    "id name assignee created lastUpdated due followUp delegationState description executionId owner parentTaskId "
    "priority processDefinitionId processInstanceId taskDefinitionKey caseExecutionId caseInstanceId caseDefinitionId "
    "suspended formKey camundaFormRef tenantId taskState"
)


def test_a_task_has_every_key_of_the_transfer_object_and_ours(client: Client) -> None:
    no = client.dispatched()
    (task,) = client.json("w3", "task", processInstanceBusinessKey=no)
    assert task.keys() == TASK_DTO | {"businessKey", "candidateGroups", "unit"}
    assert (task["unit"], task["candidateGroups"], task["businessKey"]) == ("SC-SS", ["unit:SC-SS"], no)


def test_times_go_out_as_these_clients_expect_them(client: Client) -> None:
    client.start()
    (task,) = client.json("w3", "task")
    assert (task["created"], task["due"]) == ("2026-09-23T10:10:00.000+0800", "2026-09-24T17:00:00.000+0800")


# Open are: `accept` (claimed by w2, due next day 17:00), `classify` (due 13:40), `acknowledge` of two units.
FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({"processInstanceBusinessKey": "BCS-2026-0001"}, {"accept"}),
    ({"processInstanceId": "unknown"}, set()),
    ({"taskDefinitionKey": "classify"}, {"classify"}),
    ({"processDefinitionKey": "work_order"}, {"acknowledge"}),
    ({"candidateGroup": "unit:SC-MI"}, {"acknowledge"}),
    ({"candidateGroup": "window"}, {"classify"}),
    ({"candidateGroup": "window", "includeAssignedTasks": "true"}, {"accept", "classify"}),
    ({"candidateGroups": "window,unit:SC-SS"}, {"classify", "acknowledge"}),
    ({"assignee": "w2"}, {"accept"}),
    ({"assignee": "w3"}, set()),
    ({"assigned": "true"}, {"accept"}),
    ({"unassigned": "true"}, {"classify", "acknowledge"}),
    ({"unassigned": "false"}, {"accept", "classify", "acknowledge"}),
    ({"dueBefore": "2026-09-23T14:00:00.000+0800"}, {"classify"}),
    ({"dueAfter": "2026-09-23T06:00:00Z"}, {"accept", "acknowledge"}),
    ({"name": "签收"}, {"acknowledge"}),
    ({"nameLike": "%收"}, {"acknowledge"}),
    ({"overdue": "true"}, set()),
    ({"taskDefinitionKey": "classify", "unassigned": "true", "candidateGroup": "work_group"}, {"classify"}),
]


@pytest.fixture
def busy(either_client: Client) -> Client:
    client = either_client
    first = client.start()
    assert client.post("w2", f"task/{client.task(first, 'accept')}/claim", {"userId": "w2"}).status_code == 204
    client.start(acceptance="accept")
    client.dispatched("SC-SS", "SC-MI")
    return client


def test_each_filter_narrows_the_list(busy: Client) -> None:
    assert [(given, busy.tasks("w3", **given)) for given, _ in FILTERS] == FILTERS


def test_a_filter_in_a_body_is_the_same_as_in_an_address(busy: Client) -> None:
    for given, found in FILTERS:
        answer = busy.post("w3", "task", given)
        assert {row["taskDefinitionKey"] for row in answer.json} == found, given


def test_counting_takes_the_same_filters(busy: Client) -> None:
    given = {"taskDefinitionKey": "acknowledge"}
    assert busy.json("w3", "task/count", **given) == {"count": 2}
    assert busy.post("w3", "task/count", given).json == {"count": 2}


def test_the_list_of_one_instance_is_found_by_its_id(client: Client) -> None:
    client.start()
    (task,) = client.json("w3", "task")
    assert client.tasks("w3", processInstanceId=task["processInstanceId"]) == {"accept"}


def test_what_is_late_is_overdue(client: Client) -> None:
    client.start(acceptance="accept")
    client.at("2026-09-23 15:00")
    assert "classify" in client.tasks("w3", overdue="true")


@pytest.mark.parametrize(("order", "first"), [("asc", "classify"), ("desc", "accept")])
def test_sorting_by_due_goes_both_ways(client: Client, order: str, first: str) -> None:
    client.start()
    client.start(acceptance="accept")
    rows = client.json("w3", "task", sortBy="dueDate", sortOrder=order)
    assert rows[0]["taskDefinitionKey"] == first


def test_pages_do_not_overlap(client: Client) -> None:
    for _ in range(3):
        client.start()
    pages = [client.json("w3", "task", firstResult=first, maxResults=2) for first in (0, 2)]
    assert len({row["id"] for page in pages for row in page}) == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"dueBefore": "2026-10-08T17:00:00"}, "dueBefore"),
        ({"dueAfter": "soon"}, "dueAfter"),
        ({"unassigned": "perhaps"}, "unassigned"),
        ({"maxResults": "-1"}, "maxResults"),
        ({"firstResult": "x"}, "firstResult"),
        ({"sortBy": "shoeSize", "sortOrder": "asc"}, "sortBy"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_filter_that_cannot_be_taken_is_refused_by_name(client: Client, given: dict[str, str], field: str) -> None:
    answer = client.get("w3", "task", **given)
    assert (answer.status_code, list(answer.json["fields"])) == (400, [field])


# ------------------------------------------------------------------ who sees what
def test_a_unit_lists_its_own_cases_alone(client: Client) -> None:
    own, _ = client.dispatched("SC-SS"), client.dispatched("SC-MI")
    assert [row["businessKey"] for row in client.json("unit-SC-SS", "task")] == [own]


def test_the_window_lists_tasks_of_units_too(client: Client) -> None:
    client.dispatched("SC-SS")
    assert client.tasks("w1") == {"acknowledge"}


def test_a_restricted_case_is_listed_to_the_restricted_channel_alone(client: Client) -> None:
    client.start(confidential=True)
    assert client.tasks("restricted") == {"accept"}
    assert [client.tasks(who) for who in ("w3", "lead", "bureau", "auditor", "supervisor", "admin")] == [set()] * 6


@pytest.mark.parametrize("part", ["", "/variables", "/form-variables", "/form", "/identity-links"])
def test_nothing_of_an_unseen_task_is_told(client: Client, part: str) -> None:
    client.start(confidential=True)
    (task,) = client.json("restricted", "task")
    assert client.get("w3", f"task/{task['id']}{part}").status_code == 404
    assert client.get("restricted", f"task/{task['id']}{part}").status_code == 200


@pytest.mark.parametrize("part", ["", "/variables", "/form-variables", "/form", "/identity-links"])
@pytest.mark.parametrize("id", ["x", "00000000-0000-0000-0000-000000000000", "%00"])
def test_a_task_that_is_none_is_not_found(client: Client, id: str, part: str) -> None:
    assert client.get("w3", f"task/{id}{part}").status_code == 404


# ------------------------------------------------------------------ one task
def test_one_task_is_told_like_its_line_in_the_list(client: Client) -> None:
    client.start()
    (line,) = client.json("w3", "task")
    assert client.json("w3", f"task/{line['id']}") == line


def test_the_definition_of_a_task_draws_it(client: Client) -> None:
    client.dispatched()
    (task,) = client.json("w3", "task")
    drawn = client.json("w3", f"process-definition/{task['processDefinitionId']}/xml")
    assert f'id="{task["taskDefinitionKey"]}"' in drawn["bpmn20Xml"]


def test_identity_links_name_groups_and_holder(client: Client) -> None:
    task_id = client.task(client.start(), "accept")
    client.post("w3", f"task/{task_id}/claim", {"userId": "w3"})
    assert client.json("w3", f"task/{task_id}/identity-links") == [
        {"userId": None, "groupId": "window", "type": "candidate"},
        {"userId": None, "groupId": "work_group", "type": "candidate"},
        {"userId": "w3", "groupId": None, "type": "assignee"},
    ]


def test_variables_tell_what_was_entered_with_its_types(client: Client) -> None:
    no = client.dispatched("SC-SS", "SC-MI")
    variables = client.json("unit-SC-MI", f"task/{client.task(no, 'acknowledge', 'SC-MI')}/variables")
    assert variables["title"] == {"type": "String", "value": "社保转移系统报错无法提交", "valueInfo": {}}
    assert (variables["co_units"]["type"], variables["co_units"]["value"]) == ("Object", ["SC-MI"])
    assert variables["reason"] == {"type": "Null", "value": None, "valueInfo": {}}
    assert (variables["unit"]["value"], variables["is_lead"]["value"]) == ("SC-MI", False)


def test_variables_never_tell_personal_data(client: Client) -> None:
    task_id = client.task(client.start(), "accept")
    told = client.get("w3", f"task/{task_id}/variables").text
    assert "戴建国" not in told
    assert "13812345678" not in told
    assert "applicant" not in told


def test_form_variables_are_the_fields_of_the_form(client: Client) -> None:
    no = client.dispatched()
    values = client.json("w3", f"task/{client.task(no, 'acknowledge')}/form-variables")
    assert values.keys() == {"action", "reason", "legal_basis", "suggested_unit"}
    assert values["action"]["type"] == "Null"


def test_the_form_comes_with_its_key_and_schema(client: Client) -> None:
    form = client.json("w3", f"task/{client.task(client.start(), 'accept')}/form")
    assert {"key", "camundaFormRef", "contextPath"} < form.keys()
    assert (form["key"], form["schema"]["required"]) == ("accept", ["acceptance"])
