"""What a process client does over HTTP, as one of the demo people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.support.house import House

CASE = "process-definition/key/five_step_loop/start"
APPLICANT = {"kind": "person", "name": "戴建国", "phone": "13812345678", "consent_callback": True}
REGISTRATION = {
    "channel": "window",
    "title": "社保转移系统报错无法提交",
    "description": "网上三次提交均提示参保状态异常",
    "appeal_type": "undone",
    "applicant": APPLICANT,
}


def keys(names: str) -> set[str]:
    """The names of a transfer object's keys, as its documentation lists them."""
    return set(names.split())


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Variables as a Java client sends them: lists and objects as JSON text."""
    return {name: _typed(value) for name, value in values.items()}


def _typed(value: Any) -> dict[str, Any]:
    if isinstance(value, list | dict):
        return {"value": json.dumps(value, ensure_ascii=False), "type": "Json"}
    names = {bool: "Boolean", int: "Integer", float: "Double", str: "String", type(None): "Null"}
    return {"value": value, "type": names[type(value)]}


@dataclass(frozen=True)
class Answer:
    """What came back; `json` is None where there is no JSON."""

    status_code: int
    json: Any
    headers: Mapping[str, str]
    mimetype: str
    text: str


def _answer(response: TestResponse) -> Answer:
    return Answer(response.status_code, response.json, dict(response.headers), str(response.mimetype), response.text)


class Client:
    """One house, many people at its process API."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.at("2026-09-23 10:10")

    def at(self, text: str) -> None:
        """Move the clock to a local time."""
        self.house.move(text)

    def get(self, who: str | None, path: str, **query: Any) -> Answer:
        return _answer(self.house.person(who).get(f"/engine-rest/{path}", query_string=query or None))

    def post(self, who: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        return _answer(self.house.person(who).post(f"/engine-rest/{path}", {} if body is None else body, key))

    def delete(self, who: str, path: str) -> Answer:
        return _answer(self.house.person(who).delete(f"/engine-rest/{path}"))

    def send(self, who: str, path: str, body: bytes) -> Answer:
        """POST a body as it is."""
        return _answer(self.house.person(who).post(f"/engine-rest/{path}", data=body))

    def json(self, who: str, path: str, **query: Any) -> Any:
        """The body of an answer that must be 200."""
        answer = self.get(who, path, **query)
        assert answer.status_code == 200, answer.json
        return answer.json

    def tasks(self, who: str, **query: Any) -> set[str]:
        """Task definition keys a list shows."""
        return {row["taskDefinitionKey"] for row in self.json(who, "task", **query)}

    def task(self, no: str, element: str, unit: str | None = None, who: str = "w3") -> str:
        """Id of an open task of a case."""
        found = self.json(who, "task", processInstanceBusinessKey=no, taskDefinitionKey=element)
        return next(str(row["id"]) for row in found if unit in (None, row["unit"]))

    def start(self, who: str = "w3", **more: Any) -> str:
        """Register a case; returns its number."""
        answer = self.post(who, CASE, {"variables": typed({**REGISTRATION, **more})})
        assert answer.status_code == 200, answer.json
        return str(answer.json["businessKey"])

    def complete(self, who: str, task_id: str, **variables: Any) -> Answer:
        return self.post(who, f"task/{task_id}/complete", {"variables": typed(variables)})

    def through(self, who: str, no: str, element: str, unit: str | None = None, **variables: Any) -> None:
        """Complete a task that must be there, and must be taken."""
        answer = self.complete(who, self.task(no, element, unit), **variables)
        assert answer.status_code == 204, answer.json

    def dispatched(self, lead: str = "SC-SS", *co_units: str) -> str:
        """A general case on its way to its units; returns its number."""
        no = self.start(acceptance="accept")
        units: dict[str, Any] = {"lead_unit": lead, "co_units": list(co_units)}
        self.through("w3", no, "classify", None, grade="general", grade_reason="需后台核查", cause="系统类", **units)
        self.through("w3", no, "dispatch", None, onsite_attempt="窗口已协调", **units)
        return no
