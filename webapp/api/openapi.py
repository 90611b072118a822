"""/openapi.json: both interfaces as they are registered, with the forms of the running process (OpenAPI 3.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, current_app
from werkzeug.routing import Rule

from engine import vocabulary
from engine.queries.forms import running_forms, start_form_name
from webapp.answers import json_answer
from webapp.api.described import Body, Described, Form, Upload, description_of
from webapp.api.schemas import Schema, schema_of
from webapp.guard import engine, policy_of, public
from webapp.once import HEADER, LONGEST_KEY
from webapp.request import Parameter

blueprint = Blueprint("openapi", __name__)

_TOLD = ("/api/", "/engine-rest/", "/healthz", "/readyz")
_PLACE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_KEY: Schema = {
    "name": HEADER,
    "in": "header",
    "description": "同一个键和同样的内容只生效一次，再次提交得到第一次的答复。",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
_PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "by": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "error_id": {"type": "string"},
    },
}
_EXCEPTION: Schema = {
    "type": "object",
    "required": ["type", "message"],
    "properties": {"type": {"type": "string"}, "message": {"type": "string"}},
}


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """这份说明本身。"""
    return json_answer(document(engine().read(running_forms), engine().read(start_form_name)))


def document(forms: Mapping[str, Mapping[str, Any]], start_form: str) -> dict[str, Any]:
    """The whole description; the forms of the process stand among the schemas as `form_<name>`."""
    schemas: dict[str, Schema] = {"Problem": _PROBLEM, "Exception": _EXCEPTION}
    schemas.update({f"form_{name}": _plain(form) for name, form in sorted(forms.items())})
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, view in _routes():
        told = paths.setdefault(_PLACE.sub(r"{\1}", rule.rule), {})
        told[method.lower()] = _operation(rule, method, view, schemas, start_form)
    return {
        "openapi": "3.1.0",
        "info": {"title": "办成", "version": version("bancheng")},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _plain(form: Mapping[str, Any]) -> Schema:
    """A form without what only screens need."""
    return {name: value for name, value in form.items() if name not in ("ui", "$schema")}


def _routes() -> Iterator[tuple[Rule, str, Callable[..., Any]]]:
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.rule.startswith(_TOLD):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, current_app.view_functions[rule.endpoint]


# ------------------------------------------------------------------ one route
def _operation(
    rule: Rule, method: str, view: Callable[..., Any], schemas: dict[str, Schema], start_form: str
) -> dict[str, Any]:
    declared, policy = description_of(view), policy_of(view)
    summary, _, rest = (view.__doc__ or "").strip().partition("\n")
    found: dict[str, Any] = {
        "operationId": f"{method.lower()}_{rule.endpoint.replace('.', '_')}",
        "tags": [rule.endpoint.partition(".")[0]],
        "summary": summary,
        "parameters": [*_places(rule), *map(_parameter, declared.query), *([_KEY] if method == "POST" else [])],
        "responses": _responses(rule, declared, schemas),
        "security": [] if policy is not None and policy.public else [{"basic": []}, {"bearer": []}],
    }
    if rest.strip():
        found["description"] = " ".join(rest.split())
    if declared.body is not None or method == "POST":
        body = _body(declared.body, start_form)
        found["requestBody"] = {
            "required": declared.body is not None,
            "content": {_content_type(declared.body): {"schema": body}},
        }
    return found


def _places(rule: Rule) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PLACE.findall(rule.rule)
    ]


def _parameter(parameter: Parameter | Mapping[str, Any]) -> Schema:
    if isinstance(parameter, Mapping):
        return dict(parameter)
    told = {"name": parameter.name, "in": "query", "required": parameter.required}
    return {**told, "description": parameter.title, "schema": _value(parameter)}


def _value(parameter: Parameter) -> Schema:
    if parameter.kind == "choice":
        return {"type": "string", "enum": list(vocabulary.VOCABULARIES[parameter.vocabulary])}
    if parameter.kind == "day":
        return {"type": "string", "format": "date"}
    if parameter.kind == "number":
        default = {} if parameter.default is None else {"default": parameter.default}
        return {"type": "integer", "minimum": parameter.least, "maximum": parameter.most, **default}
    return {"type": "string", "maxLength": parameter.most}


def _content_type(body: Body) -> str:
    return "multipart/form-data" if isinstance(body, Upload) else "application/json"


def _body(body: Body, start_form: str) -> Schema:
    if body is None:
        return {"type": "object"}
    if isinstance(body, Upload):
        return {"type": "object", "required": list(body.required), "properties": dict(body.parts)}
    if isinstance(body, Form):
        return {"$ref": f"#/components/schemas/form_{body.name or start_form}"}
    if isinstance(body, Mapping):
        return dict(body)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [parameter.name for parameter in body if parameter.required],
        "properties": {parameter.name: {**_value(parameter), "title": parameter.title} for parameter in body},
    }


def _responses(rule: Rule, declared: Described, schemas: dict[str, Schema]) -> dict[str, Any]:
    """What was declared; a view that declared nothing answers 200 or, without a body, 204."""
    found = {str(status): _answer(wanted, schemas) for status, wanted in declared.answers.items()}
    told = found or {"200": _content({}), "204": {"description": "已办"}}
    camunda = rule.rule.startswith("/engine-rest/")
    name, mimetype = ("Exception", "application/json") if camunda else ("Problem", "application/problem+json")
    refused = {"description": "未办，原因见内容", "content": {mimetype: {"schema": _named(name)}}}
    return {**told, "default": refused}


def _answer(wanted: Any, schemas: dict[str, Schema]) -> dict[str, Any]:
    if wanted is None:
        return {"description": "已办"}
    return _content(dict(wanted) if isinstance(wanted, Mapping) else schema_of(wanted, schemas))


def _content(schema: Schema) -> dict[str, Any]:
    return {"description": "答复", "content": {"application/json": {"schema": schema}}}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
