"""POST /api/cases/{no}/rating."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.house import House
from tests.webapp.api.test_register import SPOT


def rated(house: House, no: str, name: str = "w3", **body: Any) -> Any:
    return house.person(name).post(f"/api/cases/{no}/rating", body)


@pytest.fixture
def no(house: House) -> str:
    """A case fed back on the spot with a 5."""
    return house.register(on_the_spot=SPOT)


def test_a_rating_is_answered_with_the_case(any_house: House) -> None:
    no = any_house.register(on_the_spot=SPOT)
    answer = rated(any_house, no, satisfaction=3, comment="还行")
    assert (answer.status_code, answer.json) == (200, any_house.person("w3").get(f"/api/cases/{no}").json)
    assert [(each["satisfaction"], each["by"]) for each in answer.json["ratings"]] == [(5, "counter"), (3, "citizen")]


def test_the_same_request_again_is_one_rating(house: House, no: str) -> None:
    path = f"/api/cases/{no}/rating"
    answers = [house.person("w3").post(path, {"satisfaction": 3}, key="r1") for _ in range(2)]
    assert [len(answer.json["ratings"]) for answer in answers] == [2, 2]
    assert answers[1].headers["Idempotent-Replay"] == "true"


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "satisfaction"), ({"satisfaction": 9}, "satisfaction"), ({"satisfaction": 3, "colour": "red"}, "colour")],
)
def test_a_bad_rating_names_its_field(house: House, no: str, body: dict[str, Any], field: str) -> None:
    answer = rated(house, no, **body)
    assert (answer.status_code, list(answer.json["fields"])) == (400, [field])


def test_too_early_is_409_with_a_sentence(house: House) -> None:
    answer = rated(house, house.register(), satisfaction=3)
    assert (answer.status_code, "还没有反馈" in answer.json["detail"]) == (409, True)


@pytest.mark.parametrize(("name", "status"), [("auditor", 403), ("leading", 403), ("unit-SC-SS", 404)])
def test_who_does_not_speak_with_citizens_notes_no_rating(house: House, no: str, name: str, status: int) -> None:
    assert rated(house, no, name, satisfaction=3).status_code == status
