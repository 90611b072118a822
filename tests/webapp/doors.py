"""Every role at every door: who somebody is, what a request to a route brings, and which kind of answer came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from engine.directory import issue_token
from engine.storage.database import WriteTransaction
from tests.papers.samples import pdf
from tests.support.house import START, House
from tests.webapp.pages.browserless import Visitor

USERS: Mapping[str, str | None] = {
    "stranger": None,
    "window": "w1",
    "window_lead": "lead",
    "callback": "callback",
    "work_group": "group",
    "bureau": "bureau",
    "leading_group": "leading",
    "unit": "unit-SC-SS",
    "unit_head": "head-SC-SS",
    "unit_deputy": "deputy-SC-SS",
    "unit_chief": "chief-SC-SS",
    "other_unit": "unit-SC-MI",
    "restricted": "restricted",
    "supervisor": "supervisor",
    "auditor": "auditor",
    "admin": "admin",
}
OUTSIDE = {"REMOTE_ADDR": "203.0.113.9"}
_API = ("/api/", "/engine-rest/", "/metrics", "/openapi.json", "/healthz", "/readyz", "/csp-report")
_READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Door:
    """One method of one route."""

    rule: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def doors(app: Flask) -> Iterator[Door]:
    """Every door there is; HEAD follows GET, OPTIONS tells methods alone."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Door(rule.rule, method)


@dataclass
class Caller:
    """Somebody of a role, with a token at the interfaces and signed in at the pages."""

    house: House
    role: str

    @cached_property
    def token(self) -> str:
        name = USERS[self.role]
        assert name is not None

        def issue(tx: WriteTransaction) -> str:
            tx.begin_writing()
            return issue_token(tx.conn, name, START)

        return self.house.engine.db.write(issue)

    @cached_property
    def browser(self) -> Visitor:
        visitor, name = Visitor.of(self.house.app), USERS[self.role]
        return visitor if name is None else visitor.sign_in(name)

    @cached_property
    def csrf(self) -> str:
        self.browser.open("/sign-in")
        return self.browser.hidden()["csrf_token"]

    def ask(self, door: Door, path: str, body: Any = None) -> Any:
        """The answer to a request at this door; a body is JSON, or the fields of a form where files are taken."""
        if not door.rule.startswith(_API):
            return self._at_a_page(door.method, path, body)
        headers = {} if USERS[self.role] is None else {"Authorization": f"Bearer {self.token}"}
        client: FlaskClient = self.house.app.test_client()
        sent: dict[str, Any] = {"data": body()} if callable(body) else {"json": body}
        return client.open(
            path,
            method=door.method,
            headers=headers,
            environ_base=OUTSIDE,
            buffered=True,
            **(sent if body is not None else {}),
        )

    def _at_a_page(self, method: str, path: str, body: Any) -> Any:
        if method in _READING:
            return self.browser.client.get(path, environ_base=OUTSIDE, buffered=True)
        if method == "PUT":
            headers = {"X-CSRFToken": self.csrf, "If-Match": '"1"'}
            return self.browser.client.put(path, data=body, headers=headers, environ_base=OUTSIDE, buffered=True)
        data = {"csrf_token": self.csrf, **((body() if callable(body) else body) or {})}
        return self.browser.client.post(path, data=data, environ_base=OUTSIDE, buffered=True)

    def kind(self, answer: Any) -> str:
        """`ok`, `401`, `403` or `404`. A page asks strangers to sign in instead of saying 401."""
        to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=")
        if to_sign_in or (self.role == "stranger" and answer.status_code == 403 and "页面已过期" in answer.text):
            return "401"
        return str(answer.status_code) if answer.status_code in (401, 403, 404) else "ok"


def paper() -> dict[str, Any]:
    """A file as a form sends it, under both names the routes know."""
    return {"file": (BytesIO(pdf()), "a.pdf")}


def content() -> dict[str, Any]:
    """The same for the process API."""
    return {"content": (BytesIO(pdf()), "a.pdf")}
