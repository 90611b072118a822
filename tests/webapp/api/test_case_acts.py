"""Acts beside the tasks over HTTP: what they answer, to whom, and twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.house import House

ACTS: Mapping[str, Mapping[str, Any]] = {
    "supplement": {"text": "又送来一份材料"},
    "urge": {"reason": "反映人来电"},
    "amend": {"field": "channel", "value": "电话", "reason": "点错了"},
}
LINE = {"supplement": "supplemented", "urge": "urged", "amend": "amended"}
REQUIRED = {"supplement": {"text"}, "urge": {"reason"}, "amend": {"field", "reason"}}

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
    assert [action for action in actions if action != "notice"] == ["registered", LINE[act]]


@every_act
def test_what_is_missing_or_unknown_is_named(house: House, act: str) -> None:
    no, w3 = house.register(), house.person("w3")
    assert w3.post(f"/api/cases/{no}/{act}", {}).json["fields"].keys() == REQUIRED[act]
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


@pytest.mark.parametrize("act", ["supplement", "urge"])
def test_an_act_that_comes_too_late_is_told_why(house: House, act: str) -> None:
    no = house.register(acceptance="consult", reply_text="已当面答复")  # archived in the act of registering
    answer = house.person("w3").post(f"/api/cases/{no}/{act}", ACTS[act])
    assert answer.status_code == 409
    assert "已归档" in answer.json["detail"]


def test_a_correction_that_decides_the_flow_is_told_the_proper_way(house: House) -> None:
    no = house.register()
    body = {"field": "grade", "value": "complex", "reason": "点错了"}
    answer = house.person("w3").post(f"/api/cases/{no}/amend", body)
    assert (answer.status_code, answer.json["fields"].keys()) == (400, {"field"})


def test_the_variables_of_a_task_are_as_corrected_and_without_personal_data(house: House) -> None:
    no, w3 = house.register(), house.person("w3")
    for field, value in (("description", "系统报错"), ("applicant.phone", "13900001111")):
        w3.post(f"/api/cases/{no}/amend", {"field": field, "value": value, "reason": "记错了"})
    told = w3.get(f"/engine-rest/task/{house.task(no, 'accept')}/variables")
    assert told.json["description"]["value"] == "系统报错"
    assert "13900001111" not in told.text and told.json["reason"]["value"] is None


# ------------------------------------------------------------------ 暂缓提级
HOLD = {"activity": "overdue", "reason": "已约反映人次日来"}


def handled(house: House) -> str:
    """A general case of Wednesday 09-23, due Thursday 10-08 at 17:00."""
    no = house.register(acceptance="accept")
    house.complete("w3", no, "classify", grade="general", cause="系统类")
    return no


def test_the_bureau_holds_back_a_rung(any_house: House) -> None:
    no, bureau = handled(any_house), any_house.person("bureau")
    answer = bureau.post(f"/api/cases/{no}/hold-escalation", HOLD, key="k1")
    assert (answer.status_code, answer.json) == (200, bureau.get(f"/api/cases/{no}").json)
    held = answer.json["held_escalation"]
    assert (held["activity"], held["until"]) == ("overdue", "2026-10-09T17:00:00+08:00")
    assert bureau.post(f"/api/cases/{no}/hold-escalation", HOLD, key="k1").headers["Idempotent-Replay"] == "true"
    due = {job["activityId"]: job["dueDate"] for job in bureau.get("/engine-rest/job").json}
    assert due["overdue"] == "2026-10-09T17:00:00.000+0800"


def test_a_held_rung_fires_a_day_later_by_the_simulated_clock(house: House) -> None:
    no, bureau = handled(house), house.person("bureau")
    bureau.post(f"/api/cases/{no}/hold-escalation", HOLD)
    moved = bureau.post("/api/clock", {"now": "2026-10-09T16:59:00+08:00"}).json["fired"]
    assert "overdue" not in [fired["activity"] for fired in moved]
    moved = bureau.post("/api/clock", {"now": "2026-10-09T17:00:00+08:00"}).json["fired"]
    assert moved == [{"case": no, "activity": "overdue", "due": "2026-10-09T17:00:00+08:00", "tier": 3}]


def test_a_rung_is_held_by_the_bureau_once_while_it_waits(house: House) -> None:
    no, bureau = handled(house), house.person("bureau")
    path = f"/api/cases/{no}/hold-escalation"
    assert house.person("group").post(path, HOLD).status_code == 403
    wrong = bureau.post(path, {"activity": "remind"})
    assert (wrong.status_code, wrong.json["fields"].keys()) == (400, {"activity", "reason"})
    assert bureau.post("/api/cases/BCS-2026-9999/hold-escalation", HOLD).status_code == 404
    assert bureau.post(path, HOLD).status_code == 200
    second = bureau.post(path, {**HOLD, "activity": "overdue_2"})
    assert (second.status_code, "只能暂缓一次" in second.json["detail"]) == (409, True)
