"""/engine-rest/deployment as Camunda Modeler and clients use it: other processes live at once, the case's approved."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest

from engine.bpmn.definition import content_hash
from engine.definitions.shipped import SHIPPED, read_folder
from engine.queries.versions import published_versions
from tests.bpmn import drawing as d
from tests.support.gate import in_this_process
from tests.support.house import House
from tests.webapp.engine_rest.client import keys
from tests.webapp.test_dear_doors import lines, view
from webapp.guard import policy_of
from webapp.limits import PUBLISH, limit_of

FAMILY = read_folder(SHIPPED)
LEAVE = {"leave.bpmn": d.straight(d.user("t", bc_groups="window"))}
LIMITS = "decisions/time_limits.dmn"
ROW = '<outputEntry id="time_limits_row_3_limit_days"><text>{}<'
THREE = FAMILY[LIMITS].decode().replace(ROW.format(5), ROW.format(3)).encode()
CREATE = "/engine-rest/deployment/create"
DEPLOYMENT = keys("links id name source deploymentTime tenantId")
DEFINED = keys(
    "deployedProcessDefinitions deployedCaseDefinitions deployedDecisionDefinitions "
    "deployedDecisionRequirementsDefinitions"
)


@pytest.fixture(autouse=True)
def _gate(monkeypatch: pytest.MonkeyPatch) -> None:
    in_this_process(monkeypatch)


def deploy(house: House, files: Mapping[str, bytes], who: str | None = "supervisor", **words: str) -> Any:
    """A request as Camunda Modeler sends it: words, then each file in a part named like it."""
    named = {"deployment-name": "leave", "deployment-source": "Camunda Modeler", "enable-duplicate-filtering": "true"}
    parts: dict[str, Any] = {**named, **{name.replace("_", "-"): text for name, text in words.items()}}
    parts |= {name: (BytesIO(content), name) for name, content in files.items()}
    return house.person(who).post(CREATE, data=parts, content_type="multipart/form-data")


def approve(house: House, id: str, who: str = "bureau", **more: Any) -> Any:
    return house.person(who).post(f"/api/approvals/{id}", {"approve": True, **more})


def numbers(house: House) -> list[int]:
    return [each.version for each in house.engine.read(published_versions)]


def test_modeler_asks_for_the_version_and_then_deploys_a_process_that_is_live_at_once(any_house: House) -> None:
    assert any_house.person("supervisor").get("/engine-rest/version").status_code == 200
    answer = deploy(any_house, LEAVE)
    assert answer.status_code == 200
    assert set(answer.json) >= DEPLOYMENT | DEFINED
    assert (answer.json["name"], answer.json["source"]) == ("leave", "Camunda Modeler")
    (definition,) = answer.json["deployedProcessDefinitions"].values()
    assert (definition["key"], definition["version"], definition["deploymentId"]) == ("p", 1, answer.json["id"])
    started = any_house.person("w1").post("/engine-rest/process-definition/key/p/start", {})
    assert (started.status_code, started.json["definitionId"]) == (200, definition["id"])


def test_the_same_content_again_is_the_same_deployment(house: House) -> None:
    first, again = deploy(house, LEAVE), deploy(house, LEAVE)
    assert (again.status_code, again.json["id"]) == (200, first.json["id"])
    assert again.json["deployedProcessDefinitions"] is None


@pytest.mark.checklist(7, 57)
def test_the_case_process_becomes_a_draft_that_somebody_else_approves_at_api_approvals(any_house: House) -> None:
    house = any_house
    answer = deploy(house, {"time_limits.dmn": THREE}, deployment_name="一般件改三天")
    assert (answer.status_code, answer.json["deployedProcessDefinitions"]) == (200, None)
    approval = answer.json["approval"]
    assert approval == {"id": approval["id"], "hash": content_hash({**FAMILY, LIMITS: THREE}), "state": "waiting"}
    assert numbers(house) == [1]
    path = f"/api/approvals/{approval['id']}"
    assert house.person("supervisor").post(path, {"approve": True}).status_code == 403
    decided = approve(house, approval["id"])
    assert (decided.status_code, decided.json["state"], decided.json["version"]) == (200, "approved", 2)
    assert numbers(house) == [2, 1]
    said = {(who, what) for who, what, _ in lines(house)}
    assert {("supervisor", "approval_asked"), ("bureau", "approval_approved"), ("supervisor", "published")} <= said
    again = approve(house, approval["id"], "supervisor2")
    assert (again.status_code, again.json["by"]) == (409, "bureau")


def test_a_whole_family_is_taken_as_it_is_sent_and_waits_once(house: House) -> None:
    whole = {**FAMILY, LIMITS: THREE}
    first, again = deploy(house, whole), deploy(house, whole)
    assert first.json["approval"] == again.json["approval"]
    assert first.json["approval"]["hash"] == content_hash(whole)
    running = deploy(house, FAMILY)
    assert (running.json["id"], "approval" in running.json) == ("1", False)


def test_the_diagram_alone_comes_in_the_place_of_the_one_that_runs(house: House) -> None:
    drawn = FAMILY["five_step_loop.bpmn"].replace('name="分类定级"'.encode(), 'name="定级"'.encode(), 1)
    answer = deploy(house, {"my diagram.bpmn": drawn})
    assert answer.json["approval"]["hash"] == content_hash({**FAMILY, "five_step_loop.bpmn": drawn})


@pytest.mark.checklist(25)
def test_what_is_refused_names_file_and_element(house: House) -> None:
    """At /engine-rest/deployment/create, and nothing outside is read."""
    answer = deploy(house, {"p.bpmn": d.straight(d.service("s", "nobody"))})
    assert (answer.status_code, answer.json["type"]) == (400, "ParseException")
    (error,) = answer.json["details"]["p.bpmn"]["errors"]
    assert (error["mainElementId"], error["code"]) == ("s", "OPERATION")
    assert "nobody" in error["message"]
    doctype = deploy(house, {"p.bpmn": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'})
    assert [each["code"] for each in doctype.json["details"]["p.bpmn"]["errors"]] == ["XML"]
    assert house.person("w1").get("/engine-rest/deployment/count").json == {"count": 2}


def test_a_broken_case_process_is_refused_and_leaves_no_draft(house: House) -> None:
    drawn = FAMILY["five_step_loop.bpmn"].replace(b'bc:operation="set_clock"', b'bc:operation="set_the_clock"', 1)
    answer = deploy(house, {"five_step_loop.bpmn": drawn})
    (error,) = answer.json["details"]["five_step_loop.bpmn"]["errors"]
    assert (answer.status_code, error["mainElementId"]) == (400, "record_grade")
    assert house.person("supervisor").get("/api/approvals").json == {"items": []}


@pytest.mark.parametrize(
    ("words", "files", "field"),
    [
        ({}, {}, "files"),
        ({"colour": "red"}, LEAVE, "colour"),
        ({"tenant_id": "t1"}, LEAVE, "tenant-id"),
        ({"enable_duplicate_filtering": "perhaps"}, LEAVE, "enable-duplicate-filtering"),
        ({"deployment_name": "长" * 501}, LEAVE, "deployment-name"),
    ],
)
def test_a_request_that_is_none_names_its_part(
    house: House, words: dict[str, str], files: dict[str, bytes], field: str
) -> None:
    answer = deploy(house, files, **words)
    assert (answer.status_code, list(answer.json["fields"])) == (400, [field])


def test_deployments_are_listed_with_their_files(house: House) -> None:
    id = deploy(house, LEAVE).json["id"]
    client = house.person("supervisor")
    found = client.get("/engine-rest/deployment?nameLike=lea%25").json
    assert [(each["id"], each["name"]) for each in found] == [(id, "leave")]
    assert [each["id"] for each in client.get("/engine-rest/deployment?sortBy=id&sortOrder=asc").json] == ["1", "2", id]
    assert client.get(f"/engine-rest/deployment/{id}").json == found[0]
    (resource,) = client.get(f"/engine-rest/deployment/{id}/resources").json
    assert (resource["name"], resource["deploymentId"]) == ("leave.bpmn", id)
    data = client.get(f"/engine-rest/deployment/{id}/resources/{resource['id']}/data")
    assert (data.data, data.headers["Content-Disposition"]) == (LEAVE["leave.bpmn"], "attachment")
    for path in ("99", "x", "approval-9", f"{id}/resources/{id}.7"):
        assert client.get(f"/engine-rest/deployment/{path}").status_code == 404


def test_what_waits_is_a_deployment_that_is_asked_for_by_its_approval(house: House) -> None:
    answer = deploy(house, {LIMITS: THREE}).json
    client = house.person("supervisor2")
    assert client.get(f"/engine-rest/deployment/{answer['id']}").json["approval"] == answer["approval"]
    names = [each["name"] for each in client.get(f"/engine-rest/deployment/{answer['id']}/resources").json]
    assert names == sorted(FAMILY)
    told = client.get(f"/api/approvals/{answer['approval']['id']}").json
    assert told["report"]["differences"] == [
        ["决策表", "“办理期限”表中等级 一般、第几轮 1：期限 5 个工作日 → 3 个工作日"]
    ]
    assert (told["report"]["played"], len(told["report"]["otherwise"])) == (1, 1)


def test_an_approval_is_given_back_with_its_comment(house: House) -> None:
    id = deploy(house, {LIMITS: THREE}).json["approval"]["id"]
    path = f"/api/approvals/{id}"
    assert house.person("bureau").post(path, {"approve": False}).json["fields"].keys() == {"comment"}
    assert house.person("bureau").post(path, {"approve": "yes"}).json["fields"].keys() == {"approve"}
    given_back = house.person("bureau").post(path, {"approve": False, "comment": "请同时改复杂件"})
    assert (given_back.json["state"], given_back.json["comment"]) == ("refused", "请同时改复杂件")
    assert [each["id"] for each in house.person("auditor").get("/api/approvals?state=refused").json["items"]] == [
        int(id)
    ]
    assert house.person("bureau").get("/api/approvals/77").status_code == 404


@pytest.mark.checklist(57)
def test_what_goes_live_leaves_a_line_with_who_and_what(house: House) -> None:
    """From /engine-rest/deployment/create."""
    deploy(house, LEAVE)
    who, what, said = lines(house)[-1]
    assert (who, what, said["version"], said["hash"]) == ("supervisor", "published", 1, content_hash(LEAVE))


@pytest.mark.checklist(38, 46)
def test_deployment_create_is_limited_and_wants_the_password_with_it(house: House) -> None:
    create = view(house.app, "/engine-rest/deployment/create")
    policy = policy_of(create)
    assert policy is not None and policy.recent
    assert limit_of(create) == PUBLISH
