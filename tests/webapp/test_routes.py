"""Addresses are those werkzeug writes, though nothing is compiled before the first is asked for."""

from __future__ import annotations

import re

from flask import Flask, url_for
from werkzeug.routing import Map, Rule

from engine.settings import Settings
from tests.support.house import House
from webapp.app import create_app
from webapp.routes import Route


def test_every_route_writes_the_addresses_that_a_plain_one_would(house: House) -> None:
    for route in _routes(house.app):
        values = _values(route.rule)
        plain = Rule(route.rule, endpoint=route.endpoint, defaults=route.defaults)
        Map([plain])
        for more in ({}, {"page": 2, "q": "戴 建国"}):
            assert route.build({**values, **more}) == plain.build({**values, **more}) is not None
        assert route.build(values, append_unknown=False) == plain.build(values, append_unknown=False)


def test_an_application_has_no_route_that_compiles_at_once(house: House) -> None:
    app = create_app(house.engine, Settings(demo=True))
    assert [rule.endpoint for rule in app.url_map.iter_rules() if not isinstance(rule, Route)] == []


def test_an_address_is_written_once_and_for_another_root_anew(house: House) -> None:
    app = create_app(house.engine, Settings(demo=True))
    for root, start in (("", ""), ("/office", "/office"), ("", "")):
        with app.test_request_context("/inbox", environ_overrides={"SCRIPT_NAME": root}):
            assert url_for("case.show", no="甲 1") == f"{start}/cases/%E7%94%B2%201"
            assert url_for("case.show", no="B", after="x y") == f"{start}/cases/B?after=x+y"
            assert url_for("inbox.show", queue=None) == f"{start}/inbox"
            assert url_for("inbox.show", _external=True).endswith(f"{start}/inbox")
            assert url_for("inbox.show", _external=True).startswith("http://")
            assert url_for(".live", queue="mine") == f"{start}/inbox/live?queue=mine"


def _values(rule: str) -> dict[str, object]:
    """Something that fits each variable of a rule such as `/<int:id>/<any(enable, disable):act>/<no>`."""
    variables = re.findall(r"<(?:(\w+)(?:\((\w+).*?\))?:)?(\w+)>", rule)
    return {name: 7 if kind == "int" else first or f"甲 {name}" for kind, first, name in variables}


def _routes(app: Flask) -> list[Route]:
    found = [rule for rule in app.url_map.iter_rules() if isinstance(rule, Route)]
    assert len(found) > 100
    return found
