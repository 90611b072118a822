"""A process of somebody else's drawing runs through the same interface, with variables of its own."""

from __future__ import annotations

import pytest

from engine.cases.commands import StartProcess
from engine.definitions.gate import publish_files
from engine.errors import BadInput
from tests.webapp.engine_rest.client import Client

LEAVE = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="http://example.org/leave">
  <bpmn:process id="leave" name="Leave" isExecutable="true">
    <bpmn:startEvent id="asked"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="grant" />
    <bpmn:userTask id="grant" name="Grant" camunda:candidateGroups="bureau">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="grant" targetRef="done" />
    <bpmn:endEvent id="done"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>"""


@pytest.fixture
def leave(client: Client) -> Client:
    publish_files(client.house.engine, {"leave.bpmn": LEAVE}, "supervisor")
    return client


def test_it_starts_under_the_key_its_client_gives_and_runs_to_its_end(leave: Client) -> None:
    variables = {"days": {"value": 3, "type": "Integer"}, "why": {"value": ["rest"], "type": "Json"}}
    body = {"businessKey": "leave-7", "variables": variables}
    begun = leave.post("w3", "process-definition/key/leave/start", body).json
    assert (begun["businessKey"], begun["definitionKey"], begun["receiptCode"]) == ("leave-7", "leave", None)
    (task,) = leave.json("bureau", "task", processInstanceBusinessKey="leave-7")
    assert (task["name"], task["candidateGroups"], task["formKey"]) == ("Grant", ["bureau"], None)
    told = leave.json("bureau", f"task/{task['id']}/variables")
    assert (told["days"]["value"], told["why"]["value"]) == (3, ["rest"])
    answer = leave.post("bureau", f"task/{task['id']}/complete", {"variables": {"granted": {"value": True}}})
    assert answer.status_code == 204
    assert leave.json("bureau", "process-instance", businessKey="leave-7") == []


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**30, float("inf"), "\0", "\ud800"])
def test_a_value_that_cannot_be_stored_is_refused(leave: Client, value: object) -> None:
    with pytest.raises(BadInput) as refusal:
        leave.house.do("w3", StartProcess("leave", {"x": {"of": [value]}}))
    assert set(refusal.value.fields) == {"x.of.0"}


def test_its_task_has_a_form_without_fields(leave: Client) -> None:
    leave.post("w3", "process-definition/key/leave/start")
    (task,) = leave.json("bureau", "task")
    assert leave.json("bureau", f"task/{task['id']}/form")["key"] is None
    assert leave.json("bureau", f"task/{task['id']}/form-variables") == {}


def test_its_definition_stands_beside_the_case_family(leave: Client) -> None:
    assert leave.json("w3", "process-definition/count") == {"count": 5}
    assert leave.json("w3", "process-definition/key/leave")["startableInTasklist"] is True
