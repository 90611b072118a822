"""/openapi.json tells every route there is, and nothing that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.support.house import House


@pytest.fixture
def told(house: House) -> Any:
    return house.person(None).get("/openapi.json").json


def operations(told: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from nodes(item)


def schemas(told: Any) -> Iterator[Any]:
    yield from told["components"]["schemas"].values()
    yield from (node["schema"] for node in nodes(told["paths"]) if "schema" in node)


def test_every_route_of_both_interfaces_is_told(house: House, told: Any) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in house.app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/engine-rest/"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes
    assert routes - {(path, method) for path, method, _ in operations(told)} == set()


def test_every_schema_is_a_schema(told: Any) -> None:
    for schema in schemas(told):
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere(told: Any) -> None:
    names = {node["$ref"].removeprefix("#/components/schemas/") for node in nodes(told) if "$ref" in node}
    assert names - told["components"]["schemas"].keys() == set()


def test_every_place_in_a_path_is_a_parameter(told: Any) -> None:
    for path, _, operation in operations(told):
        declared = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))


def test_every_operation_has_its_own_id_a_summary_and_answers(told: Any) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(told)]
    assert len(ids) == len(set(ids))
    assert [path for path, _, operation in operations(told) if not operation["summary"]] == []
    assert all({"default"} < operation["responses"].keys() for _, _, operation in operations(told))


def test_every_post_takes_an_idempotency_key(told: Any) -> None:
    posts = [operation for _, method, operation in operations(told) if method == "post"]
    assert all("Idempotency-Key" in {each["name"] for each in operation["parameters"]} for operation in posts)


def test_only_what_is_public_needs_no_sign_in(told: Any) -> None:
    assert {path for path, _, operation in operations(told) if not operation["security"]} == {
        "/api/progress",
        "/api/public/counter",
        "/healthz",
        "/readyz",
    }


def test_a_case_answers_as_told(house: House, told: Any) -> None:
    case = house.person("w3").get(f"/api/cases/{house.register()}").json
    whole = {"$ref": "#/components/schemas/Case", "components": told["components"]}
    Draft202012Validator(whole).validate(case)
    assert case.keys() == told["components"]["schemas"]["Case"]["properties"].keys()


def test_the_start_form_is_told_as_it_is_published(house: House, told: Any) -> None:
    body = told["paths"]["/api/cases"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/form_start"}
    assert set(told["components"]["schemas"]["form_start"]["required"]) >= {"channel", "title", "applicant"}
