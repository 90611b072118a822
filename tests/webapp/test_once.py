"""The same request twice has one effect and one answer, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from werkzeug.test import TestResponse

from tests.support.house import REGISTRATION, House


def total(house: House) -> int:
    number: int = house.person("w1").get("/api/cases").json["total"]
    return number


def test_a_repeated_request_gets_its_first_answer(any_house: House) -> None:
    person = any_house.person("w3")
    first, again = (person.post("/api/cases", dict(REGISTRATION), key="k1") for _ in range(2))
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert ["Idempotent-Replay" in answer.headers for answer in (first, again)] == [False, True]
    assert total(any_house) == 1


def test_without_a_key_every_request_counts(house: House) -> None:
    for _ in range(2):
        house.person("w3").post("/api/cases", dict(REGISTRATION))
    assert total(house) == 2


def test_a_key_with_another_body_is_refused(any_house: House) -> None:
    person = any_house.person("w3")
    person.post("/api/cases", dict(REGISTRATION), key="k1")
    answer = person.post("/api/cases", {**REGISTRATION, "title": "别的"}, key="k1")
    assert (answer.status_code, total(any_house)) == (422, 1)


def test_a_key_for_another_address_is_refused(house: House) -> None:
    person, first, second = house.person("w3"), house.register(), house.register()
    person.post(f"/api/cases/{first}/courier", {"carrier": "邮政"}, key="k1")
    assert person.post(f"/api/cases/{second}/courier", {"carrier": "邮政"}, key="k1").status_code == 422


def test_a_key_belongs_to_the_person_who_sent_it(house: House) -> None:
    answers = [house.person(name).post("/api/cases", dict(REGISTRATION), key="k1") for name in ("w1", "w2")]
    assert [answer.json["no"] for answer in answers] == ["BCS-2026-0001", "BCS-2026-0002"]


def test_a_refused_request_may_be_mended_only_under_a_new_key_or_repeated(house: House) -> None:
    person, bad = house.person("w3"), {**REGISTRATION, "channel": "pigeon"}
    assert [person.post("/api/cases", bad, key="k1").status_code for _ in range(2)] == [400, 400]
    assert person.post("/api/cases", dict(REGISTRATION), key="k1").status_code == 201


def test_a_key_is_remembered_for_days(house: House) -> None:
    person = house.person("w3")
    person.post("/api/cases", dict(REGISTRATION), key="k1")
    house.move(house.clock.now() + timedelta(days=29))
    assert person.post("/api/cases", dict(REGISTRATION), key="k1").headers["Idempotent-Replay"] == "true"


def test_ten_at_once_are_one(any_house: House) -> None:
    answers: list[TestResponse] = []

    def send() -> None:
        answers.append(any_house.person("w3").post("/api/cases", dict(REGISTRATION), key="k1"))

    threads = [Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert sum("Idempotent-Replay" in answer.headers for answer in answers) == 9
    assert total(any_house) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "键", "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(house: House, key: str) -> None:
    answer = house.person("w3").post("/api/cases", dict(REGISTRATION), headers={"Idempotency-Key": key})
    assert (answer.status_code, list(answer.json["fields"])) == (400, ["Idempotency-Key"])
    assert total(house) == 0
