"""How errors are told by each interface."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Busy, NobodyWaits, StateCorrupt, StepFailed, TakenByOther
from engine.facade import Engine
from engine.keys import demo_keys
from engine.storage.database import Database
from tests.support.house import START, House
from webapp.app import create_app
from webapp.guard import public


def failing(house: House, path: str, error: Exception) -> Any:
    """The answer of a route on which this happens."""

    @public
    def fails() -> str:
        raise error

    house.app.add_url_rule(path, "fails", fails)
    return house.person(None).get(path)


def test_a_colleague_who_was_faster_is_named(house: House) -> None:
    answer = failing(house, "/api/x", TakenByOther("已由 w2 办结。", "w2", START))
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert answer.json == {
        "type": "urn:bancheng:taken-by-other",
        "title": "情况已变化",
        "status": 409,
        "detail": "已由 w2 办结。",
        "by": "w2",
        "at": "2026-09-23T09:00:00+08:00",
    }


@pytest.mark.parametrize(("error", "status"), [(NobodyWaits("不能撤回。"), 409), (Busy(), 503)])
def test_what_the_engine_says_is_passed_on(house: House, error: Exception, status: int) -> None:
    answer = failing(house, "/api/x", error)
    assert (answer.status_code, answer.json["detail"]) == (status, str(error))


@pytest.mark.checklist(53)
@pytest.mark.parametrize("path", ["/api/x", "/engine-rest/x", "/x"])
@pytest.mark.parametrize("error", [ValueError("secret"), StateCorrupt("secret"), RecursionError("secret")])
def test_what_nobody_foresaw_is_logged_under_an_id(
    house: House, caplog: pytest.LogCaptureFixture, path: str, error: Exception
) -> None:
    answer = failing(house, path, error)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    [record] = [record for record in caplog.records if record.name == "webapp.errors"]
    assert record.getMessage().rpartition(" ")[2] in answer.text


def test_a_step_that_failed_is_told_by_its_element(house: House) -> None:
    answer = failing(house, "/api/x", StepFailed("review", "没有匹配的规则"))
    assert (answer.status_code, answer.json["detail"]) == (500, "流程在“review”处无法继续：没有匹配的规则")


def test_an_unknown_address_is_told_in_the_way_of_its_interface(house: House) -> None:
    person = house.person("w1")
    assert person.get("/api/nowhere").json["status"] == 404
    assert set(person.get("/engine-rest/nowhere").json) >= {"type", "message"}
    assert person.get("/nowhere").mimetype == "text/html"


def test_without_a_database_a_page_still_says_something(house: House) -> None:
    gone = Database("postgresql+psycopg://nobody@/gone?host=/nowhere")
    client = create_app(Engine(gone, house.clock, demo_keys()), house.settings).test_client()
    client.set_cookie("bancheng", "x")
    answer = client.get("/inbox")
    gone.close()
    assert (answer.status_code, answer.mimetype, "nowhere" in answer.text) == (503, "text/html", False)


def test_a_wrong_method_says_which_are_right(house: House) -> None:
    answer = house.person("w1").client.delete("/api/cases")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (
        405,
        {"GET", "HEAD", "OPTIONS", "POST"},
    )
