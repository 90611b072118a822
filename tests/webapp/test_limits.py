"""Who asks too often is told when to come again; one person's haste is not another's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.settings import LOOPBACK
from tests.support.house import REGISTRATION, House, Person
from webapp.app import create_app
from webapp.guard import policy_of
from webapp.limits import limit_of

SLOW = 0.05  # of the usual: three searches a minute


def slow(house: House, name: str | None = "w3", **more: Any) -> Person:
    """Somebody at one of several processes of a house with small limits."""
    settings = replace(house.settings, rate_factor=SLOW, **more)
    return Person(create_app(house.engine, settings).test_client(), name)


@pytest.mark.checklist(38)
@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/cases/search", {"q": "社保"}), ("/api/cases", dict(REGISTRATION))],
    ids=["search", "start"],
)
def test_the_fourth_in_a_minute_is_told_to_wait_at_every_process(any_house: House, path: str, body: Any) -> None:
    people = [slow(any_house) for _ in range(2)]
    answers = [people[turn % 2].post(path, body) for turn in range(5)]
    assert [answer.status_code < 300 for answer in answers] == [True] * 3 + [False] * 2
    refused = answers[-1]
    assert refused.status_code == 429 and 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "秒后再试" in refused.json["detail"]


def test_one_persons_haste_is_not_anothers(house: House) -> None:
    hasty, client = slow(house), {"q": "社保"}
    for _ in range(5):
        hasty.post("/api/cases/search", client)
    assert slow(house, "w1").post("/api/cases/search", client).status_code == 200
    assert hasty.get("/api/cases").status_code == 200


@pytest.mark.checklist(52)
def test_whom_a_limit_holds_back_is_told_by_a_trusted_proxy_alone(house: House) -> None:
    def statuses(**more: Any) -> set[int]:
        person = slow(house, None, **more)
        headers = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(40)]
        return {person.get("/sign-in", headers=each).status_code for each in headers}

    assert statuses() == {200, 429}
    assert statuses(trusted_proxies=LOOPBACK) == {200}


def test_monitors_ask_as_often_as_they_like(house: House) -> None:
    person = slow(house, None)
    assert {person.get(path).status_code for path in ("/healthz", "/readyz", "/metrics") for _ in range(40)} == {200}


@pytest.mark.checklist(38)
def test_what_is_dear_and_what_is_open_to_everybody_has_a_limit(house: House) -> None:
    dear = ("search", "start", "register", "attachments", "deployment", "export", "progress")
    free = {"/static/<path:filename>", "/healthz", "/readyz"}
    for rule in house.app.url_map.iter_rules():
        view = house.app.view_functions[rule.endpoint]
        wanted = "POST" in (rule.methods or ()) and rule.rule.split("/")[-1] in dear
        policy = policy_of(view)
        open_to_all = policy is not None and policy.public and rule.rule not in free
        assert limit_of(view) is not None or not (wanted or open_to_all), rule.rule
