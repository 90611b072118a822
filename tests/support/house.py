"""A furnished demo house for a test: copied from one made once per run, with a clock that stands until it is moved."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.cases.commands import Actor, CompleteTask, StartProcess
from engine.clock import ZONE, SimulatedClock
from engine.definitions.shipped import CASE_PROCESS
from engine.directory import find_person
from engine.directory.substitution import acting
from engine.facade import AnyCommand, Engine, ReadContext
from engine.house import open_house
from engine.keys import demo_keys
from engine.queries.case import case
from engine.settings import DEMO_PASSWORD, Settings
from engine.storage.database import Database
from engine.worktime import WorkTime
from tests.support.postgres import Cluster
from webapp.app import create_app

FURNISHING = 2  # lines of the house when it is just furnished: version 1 was published of two processes
START = datetime(2026, 9, 23, 9, 0, tzinfo=ZONE)  # a Wednesday, a week before the National Day holidays
REGISTRATION: Mapping[str, Any] = {
    "channel": "window",
    "title": "社保转移报错",
    "description": "网上三次提交均提示状态异常。",
    "appeal_type": "undone",
    "applicant": {"kind": "person", "name": "戴建国", "phone": "13812341234", "consent_callback": True},
}
_WORKTIME = WorkTime.shipped()


class House:
    """An engine on its own database, and the web application around it. The clock stands at `START`."""

    def __init__(self, url: str) -> None:
        self.settings = Settings(database_url=url, demo=True)
        self.clock = SimulatedClock(START)
        self.engine = Engine(Database(url), self.clock, demo_keys(), _WORKTIME)

    @cached_property
    def app(self) -> Flask:
        """The web application on this engine."""
        return create_app(self.engine, self.settings)

    def person(self, name: str | None) -> Person:
        """Somebody at the HTTP interfaces, signed in by Basic; None: a stranger."""
        return Person(self.app.test_client(), name)

    def actor(self, name: str) -> Actor:
        """A demo user as the engine knows them."""
        return self.engine.read(_acting, name)

    def do(self, name: str, command: AnyCommand) -> Any:
        """Carry out a command as this demo user."""
        return self.engine.execute(command, self.actor(name))

    def register(self, name: str = "w3", **changes: Any) -> str:
        """Register a plain case, with these values changed; returns its number."""
        return str(self.do(name, StartProcess(CASE_PROCESS, {**REGISTRATION, **changes})).no)

    def complete(self, name: str, no: str, task: str, unit: str | None = None, **variables: Any) -> None:
        """Complete the open task of a case, of this unit where one is named."""
        self.do(name, CompleteTask(self.task(no, task, unit), variables))

    def task(self, no: str, task: str, unit: str | None = None) -> str:
        """The id of the open task of a case, of this unit where one is named."""
        found = [each for each in self.engine.read(case, no).open_tasks if each.task == task]
        return next(each.id for each in found if unit in (None, each.unit))

    def move(self, to: str | datetime) -> Any:
        """Move the clock; a text is local time, `2026-10-08 17:00`. What falls due on the way fires."""
        return self.engine.move_clock(instant(to))

    def close(self) -> None:
        """Let go of the database."""
        self.engine.db.close()


def _acting(ctx: ReadContext, name: str) -> Actor:
    found = find_person(ctx.conn, name)
    assert found is not None, name
    return acting(ctx.conn, found, ctx.now)


def instant(text: str | datetime) -> datetime:
    """A local time like `2026-10-08 17:00` as an instant; what has an offset keeps it."""
    at = datetime.fromisoformat(text) if isinstance(text, str) else text
    return at if at.tzinfo is not None else at.replace(tzinfo=ZONE)


@dataclass
class Person:
    """An HTTP client with somebody's password.

    Answers are werkzeug's TestResponse, typed Any: its `json` is optional to the type checker, never to a test.
    """

    client: FlaskClient
    name: str | None
    password: str = DEMO_PASSWORD

    def get(self, path: str, **more: Any) -> Any:
        """GET a path."""
        return self.client.get(path, headers=self._headers(more.pop("headers", {})), **more)

    def delete(self, path: str) -> Any:
        """DELETE a path."""
        return self.client.delete(path, headers=self._headers({}))

    def post(self, path: str, body: Any = None, key: str | None = None, **more: Any) -> Any:
        """POST a JSON body, with an idempotency key if given; `data` in bytes is sent as JSON that may be none."""
        headers = self._headers(more.pop("headers", {}))
        if isinstance(more.get("data"), bytes):
            more.setdefault("content_type", "application/json")
        if key is not None:
            headers["Idempotency-Key"] = key
        if body is not None:
            more["json"] = body
        return self.client.post(path, headers=headers, **more)

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        if self.name is None:
            return dict(more)
        basic = base64.b64encode(f"{self.name}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {basic}", **more}


# ------------------------------------------------------------------ fixtures (tests/conftest.py hands them on)
@pytest.fixture(scope="session")
def furnished_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with directory, diagrams and demo people, to copy from."""
    path = tmp_path_factory.mktemp("house") / "furnished.db"
    _furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def furnished_name(postgres: Cluster) -> str:
    """A PostgreSQL database with the same, to copy from."""
    name = postgres.create()
    _furnish(postgres.url(name))
    return name


@pytest.fixture
def house(tmp_path: Path, furnished_file: Path) -> Iterator[House]:
    """A demo house on SQLite."""
    shutil.copy(furnished_file, tmp_path / "house.db")
    opened = House(f"sqlite:///{tmp_path / 'house.db'}")
    yield opened
    opened.close()


@pytest.fixture
def postgres_house(postgres: Cluster, furnished_name: str) -> Iterator[House]:
    """A demo house on PostgreSQL."""
    name = postgres.create(template=furnished_name)
    opened = House(postgres.url(name))
    yield opened
    opened.close()
    postgres.drop(name)


@pytest.fixture(params=["house", "postgres_house"], ids=["sqlite", "postgresql"])
def any_house(request: pytest.FixtureRequest) -> House:
    """A demo house; the test runs once on each kind of database."""
    opened: House = request.getfixturevalue(request.param)
    return opened


def _furnish(url: str) -> None:
    open_house(Settings(database_url=url, demo=True), START).db.close()
