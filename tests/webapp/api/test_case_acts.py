"""Acts beside the tasks over HTTP: what they answer, to whom, and twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.house import House

ACTS: Mapping[str, Mapping[str, Any]] = {
    "supplement": {"text": "又送来一份材料"},
    "urge": {"reason": "反映人来电"},
}
MISSING = {"supplement": "text", "urge": "reason"}

every_act = pytest.mark.parametrize("act", sorted(ACTS))


@every_act
def test_an_act_answers_with_the_case_as_it_then_stands(any_house: House, act: str) -> None:
    no, w3 = any_house.register(), any_house.person("w3")
    answer = w3.post(f"/api/cases/{no}/{act}", ACTS[act])
    assert (answer.status_code, answer.json) == (200, w3.get(f"/api/cases/{no}").json)


@every_act
def test_the_same_request_again_is_one_act(house: House, act: str) -> None:
    no, w3 = house.register(), house.person("w3")
    first, again = (w3.post(f"/api/cases/{no}/{act}", ACTS[act], key="k1") for _ in range(2))
    assert (again.json, again.headers["Idempotent-Replay"]) == (first.json, "true")
    actions = [line["action"] for line in w3.get(f"/api/cases/{no}/timeline").json["items"]]
    assert len(actions) == len(set(actions) - {"notice"}) + 1


@every_act
def test_what_is_missing_or_unknown_is_named(house: House, act: str) -> None:
    no, w3 = house.register(), house.person("w3")
    assert w3.post(f"/api/cases/{no}/{act}", {}).json["fields"].keys() == {MISSING[act]}
    answer = w3.post(f"/api/cases/{no}/{act}", {**ACTS[act], "colour": "red"})
    assert (answer.status_code, answer.json["fields"].keys()) == (400, {"colour"})


@every_act
def test_a_case_one_may_not_know_of_is_not_found(house: House, act: str) -> None:
    no = house.register(confidential=True)
    assert house.person("w3").post(f"/api/cases/{no}/{act}", ACTS[act]).status_code == 404
    assert house.person("w3").post(f"/api/cases/BCS-2026-9999/{act}", ACTS[act]).status_code == 404


@every_act
def test_who_only_reads_is_refused(house: House, act: str) -> None:
    no = house.register()
    assert house.person("auditor").post(f"/api/cases/{no}/{act}", ACTS[act]).status_code == 403


@every_act
def test_an_act_that_comes_too_late_is_told_why(house: House, act: str) -> None:
    no = house.register(acceptance="consult", reply_text="已当面答复")  # archived in the act of registering
    answer = house.person("w3").post(f"/api/cases/{no}/{act}", ACTS[act])
    assert answer.status_code == 409
    assert "已归档" in answer.json["detail"]
