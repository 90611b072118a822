"""POST /migration/generate, /validate, /execute: plans in the shape of Camunda 7, and instances moved by them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.redrawn import put_in_force, redrawn, step, without
from tests.webapp.engine_rest.client import Client


def definition_ids(client: Client) -> list[str]:
    """Of the case process, oldest version first."""
    found = client.json("supervisor", "process-definition", key="five_step_loop", sortBy="version")
    return [each["id"] for each in found]


def plan(client: Client, *pairs: tuple[str, str]) -> dict[str, Any]:
    source, target = definition_ids(client)[0], definition_ids(client)[-1]
    instructions = [{"sourceActivityIds": [a], "targetActivityIds": [b], "updateEventTrigger": False} for a, b in pairs]
    ids = {"sourceProcessDefinitionId": source, "targetProcessDefinitionId": target}
    return {**ids, "instructions": instructions}


def instance(client: Client, no: str) -> dict[str, Any]:
    found: dict[str, Any] = client.json("supervisor", "process-instance", businessKey=no)[0]
    return found


def test_a_generated_plan_leads_every_like_element_to_itself(client: Client) -> None:
    put_in_force(client.house.engine, redrawn(step("classify__grade_limits", "grading"), without("classify")))
    source, target = definition_ids(client)
    given = {"sourceProcessDefinitionId": source, "targetProcessDefinitionId": target, "updateEventTriggers": True}
    answer = client.post("supervisor", "migration/generate", given)
    assert answer.status_code == 200
    assert answer.json.keys() == {*plan(client), "variables"}
    told = {each["sourceActivityIds"][0]: each for each in answer.json["instructions"]}
    own = ["review"]
    assert told["review"] == {"sourceActivityIds": own, "targetActivityIds": own, "updateEventTrigger": True}
    assert "classify" not in told and "grading" not in told
    validated = client.post("supervisor", "migration/validate", {k: v for k, v in answer.json.items() if v is not None})
    assert (validated.status_code, validated.json) == (200, {"instructionReports": [], "variableReports": {}})


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("nothing", "review"), "原版里没有“nothing”这个环节"),
        (("review", "nothing"), "目标版本里没有“nothing”这个环节"),
        (("review", "orders"), "“审核办结”和“各单位工单”不是同一种环节"),
        (("review", "give_feedback"), "“审核办结”和“反馈”不在同一个子流程里"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_of_each_instruction(
    client: Client, pair: tuple[str, str], said: str
) -> None:
    put_in_force(client.house.engine, redrawn(step("review__review_given")))
    told = client.post("supervisor", "migration/validate", plan(client, pair)).json["instructionReports"]
    assert [(each["instruction"]["sourceActivityIds"], each["failures"]) for each in told] == [([pair[0]], [said])]


def test_an_instance_goes_over_by_a_plan(client: Client) -> None:
    no = client.start()
    client.through("w3", no, "accept", acceptance="accept")
    put_in_force(client.house.engine, redrawn(step("classify__grade_limits", "grading"), without("classify")))
    given = {"migrationPlan": plan(client, ("classify", "grading")), "processInstanceIds": [instance(client, no)["id"]]}
    answer = client.post("supervisor", "migration/execute", {**given, "skipCustomListeners": True})
    assert answer.status_code == 204
    assert instance(client, no)["definitionId"] == definition_ids(client)[-1]
    assert client.tasks("group", processInstanceBusinessKey=no) == {"grading"}


def test_where_one_cannot_go_over_none_does(client: Client) -> None:
    first, second = client.start(), client.start()
    client.through("w3", second, "accept", acceptance="accept")
    put_in_force(client.house.engine, redrawn(without("classify")))
    ids = [instance(client, no)["id"] for no in (first, second)]
    answer = client.post("supervisor", "migration/execute", {"migrationPlan": plan(client), "processInstanceIds": ids})
    assert (answer.status_code, answer.json["type"]) == (400, "MigratingProcessInstanceValidationException")
    report = answer.json["validationReport"]["instanceReports"]
    assert [(each["processInstanceId"], each["activityId"]) for each in report] == [(ids[1], "classify")]
    assert "目标版本里没有这一步" in answer.json["message"]
    assert {instance(client, no)["definitionId"] for no in (first, second)} == {definition_ids(client)[0]}


def test_a_plan_that_is_wrong_moves_nothing(client: Client) -> None:
    no = client.start()
    put_in_force(client.house.engine, redrawn(step("review__review_given")))
    given = {"migrationPlan": plan(client, ("accept", "nothing")), "processInstanceIds": [instance(client, no)["id"]]}
    answer = client.post("supervisor", "migration/execute", given)
    assert (answer.status_code, answer.json["type"]) == (400, "MigrationPlanValidationException")
    assert instance(client, no)["definitionId"] == definition_ids(client)[0]


def test_the_same_request_again_moves_nobody_twice(client: Client) -> None:
    no = client.start()
    put_in_force(client.house.engine, redrawn(step("review__review_given")))
    given = {"migrationPlan": plan(client), "processInstanceIds": [instance(client, no)["id"]]}
    person = client.house.person("supervisor")
    answers = [person.post("/engine-rest/migration/execute", given, key="once") for _ in range(2)]
    assert [each.status_code for each in answers] == [204, 204]
    assert answers[1].headers["Idempotent-Replay"] == "true"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"processInstanceIds": []}, "processInstanceIds"),
        ({"processInstanceIds": ["no such"]}, "processInstanceIds"),
        ({"processInstanceQuery": {}}, "processInstanceIds"),
        ({"migrationPlan": []}, "migrationPlan"),
        ({"unheard_of": 1}, "unheard_of"),
    ],
)
def test_what_cannot_be_taken_is_named(client: Client, changes: dict[str, Any], field: str) -> None:
    no = client.start()
    put_in_force(client.house.engine, redrawn(step("review__review_given")))
    given = {"migrationPlan": plan(client), "processInstanceIds": [instance(client, no)["id"]], **changes}
    answer = client.post("supervisor", "migration/execute", given)
    assert (answer.status_code, list(answer.json["fields"])) == (400, [field])


@pytest.mark.checklist(57)
def test_who_moved_an_instance_why_and_from_where_to_where_stands_on_its_trail(client: Client) -> None:
    no = client.start()
    put_in_force(client.house.engine, redrawn(step("review__review_given")))
    given = {"migrationPlan": plan(client), "processInstanceIds": [instance(client, no)["id"]], "reason": "新规定"}
    person = client.house.person("supervisor")
    assert person.post("/engine-rest/migration/execute", given).status_code == 204
    lines = person.get(f"/api/cases/{no}/timeline").json["items"]
    told = [(line["actor"], line["before"], line["after"]["version"]) for line in lines if line["action"] == "migrated"]
    assert told == [("supervisor", {"version": 1}, 2)]


@pytest.mark.checklist(5)
@pytest.mark.parametrize("who", ["group", "bureau", "auditor", "admin"])
@pytest.mark.parametrize("door", ["generate", "validate", "execute"])
def test_nobody_but_a_supervisor_plans_or_moves(client: Client, who: str, door: str) -> None:
    assert client.house.person(who).post(f"/engine-rest/migration/{door}", {}).status_code == 403
