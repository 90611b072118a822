"""Who may ask for what."""

from __future__ import annotations

import pytest

from tests.support.house import House
from webapp.guard import policy_of


def test_every_route_says_who_may_use_it(house: House) -> None:
    views = house.app.view_functions
    assert [rule.rule for rule in house.app.url_map.iter_rules() if policy_of(views[rule.endpoint]) is None] == []


def test_a_route_that_says_nothing_answers_nobody(house: House) -> None:
    house.app.add_url_rule("/api/forgotten", "forgotten", lambda: "secret")
    answer = house.person("w1").get("/api/forgotten")
    assert (answer.status_code, "secret" in answer.text) == (500, False)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_monitors_need_no_password(house: House, path: str) -> None:
    assert house.person(None).get(path).status_code == 200
