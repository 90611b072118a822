"""The stage of a replay that stands on the two HTTP interfaces of a house."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from tests.support.house import House


class Interfaces:
    """Plays through the HTTP interfaces, as another program would."""

    def __init__(self, house: House) -> None:
        self._house = house

    def now(self) -> datetime:
        return datetime.fromisoformat(self._get("w1", "/api/clock")["now"])

    def move_clock(self, to: datetime) -> None:
        done(self._house.person("w1").post("/api/clock", {"now": to.isoformat()}))

    def register(self, who: str, variables: Mapping[str, Any]) -> str:
        no: str = done(self._house.person(who).post("/api/cases", dict(variables)))["no"]
        return no

    def complete(self, who: str, no: str, task: str, unit: str | None, variables: Mapping[str, Any]) -> None:
        query = urlencode({"processInstanceBusinessKey": no, "taskDefinitionKey": task})
        found = [each for each in self._get(who, f"/engine-rest/task?{query}") if unit in (None, each["unit"])]
        typed = {name: {"value": value} for name, value in variables.items()}
        done(self._house.person(who).post(f"/engine-rest/task/{found[0]['id']}/complete", {"variables": typed}))

    def act(self, who: str, no: str, name: str, variables: Mapping[str, Any]) -> None:
        done(self._house.person(who).post(f"/api/cases/{no}/{name}", dict(variables)))

    def case(self, who: str, no: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._get(who, f"/api/cases/{no}")
        return found

    def _get(self, who: str, path: str) -> Any:
        return done(self._house.person(who).get(path))


def done(answer: TestResponse) -> Any:
    """The JSON of an answer that must not be a refusal."""
    assert answer.status_code < 300, answer.text
    return answer.json if answer.data else None
