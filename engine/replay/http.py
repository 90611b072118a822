"""A running demo as a stage, over its two HTTP interfaces."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from engine.replay.memory import no_such_task
from engine.replay.player import StepRefused

_SECONDS = 300  # moving the clock over months fires hundreds of timers

_TYPES: dict[type, str] = {
    bool: "Boolean",
    int: "Integer",
    float: "Double",
    str: "String",
    list: "Object",
    dict: "Object",
    type(None): "Null",
}


class DemoUnreachable(ConnectionError):
    """Nobody answers at the address, or not as a demo does."""


class HttpStage:
    """Plays against the demo at `url`; all its users have the same `password`."""

    def __init__(self, url: str, password: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise DemoUnreachable(f"地址应以 http:// 或 https:// 开头：{url}")
        self._url = url.rstrip("/")
        self._password = password
        self._opener: OpenerDirector = build_opener(ProxyHandler({}))
        clock = self._call("GET", "/api/clock", "w1")
        if not clock["simulated"]:
            raise DemoUnreachable("这个演示用的是真实时间，不能重放；请用 bancheng run --demo --clock 时刻 启动。")
        self._now = datetime.fromisoformat(clock["now"])

    def now(self) -> datetime:
        return self._now

    def move_clock(self, to: datetime) -> None:
        answer = self._call("POST", "/api/clock", "w1", {"now": to.isoformat()})
        self._now = datetime.fromisoformat(answer["now"])

    def register(self, who: str, variables: Mapping[str, Any]) -> str:
        return str(self._call("POST", "/api/cases", who, variables)["no"])

    def complete(self, who: str, no: str, task: str, unit: str | None, variables: Mapping[str, Any]) -> None:
        query = urlencode({"processInstanceBusinessKey": no, "taskDefinitionKey": task})
        found = [t for t in self._call("GET", f"/engine-rest/task?{query}", who) if unit in (None, t["unit"])]
        if not found:
            raise StepRefused(no_such_task(task, unit))
        self._call("POST", f"/engine-rest/task/{found[0]['id']}/complete", who, {"variables": _typed(variables)})

    def act(self, who: str, no: str, name: str, variables: Mapping[str, Any]) -> None:
        self._call("POST", f"/api/cases/{quote(no)}/{name}", who, variables)

    def case(self, who: str, no: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._call("GET", f"/api/cases/{quote(no)}", who)
        return found

    def _call(self, method: str, path: str, who: str, body: Any = None) -> Any:
        """The JSON of the answer, None when it is empty. Raises StepRefused, DemoUnreachable."""
        request = Request(self._url + path, method=method, headers=_headers(who, self._password))
        if body is not None:
            request.data = json.dumps(body).encode()
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                content = answer.read()
            return json.loads(content) if content else None
        except HTTPError as refused:
            raise StepRefused(f"{refused.code} {_said(refused.read())}") from None
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise DemoUnreachable(f"连不上演示 {self._url}，请确认它已启动：{error}") from error


def _headers(who: str, password: str) -> dict[str, str]:
    basic = base64.b64encode(f"{who}:{password}".encode()).decode()
    return {"Authorization": f"Basic {basic}", "Content-Type": "application/json", "Accept": "application/json"}


def _typed(variables: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: {"value": value, "type": _TYPES[type(value)]} for name, value in variables.items()}


def _said(content: bytes) -> str:
    """The sentence of an error answer of either interface, with its fields."""
    try:
        answer = json.loads(content)
        sentence = answer.get("detail") or answer.get("message") or answer.get("title") or ""
        fields = answer.get("fields") or {}
        return " ".join([sentence, *(f"{name}: {said}" for name, said in fields.items())])
    except (ValueError, AttributeError):
        return content[:200].decode("utf-8", "replace")
