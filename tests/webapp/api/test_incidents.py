"""What could not go on, as supervisors see and mend it over the domain API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.audit.house import HOUSE
from engine.audit.trail import commitment
from engine.cases import effects
from engine.cases.commands import StartProcess
from engine.errors import StepFailed
from engine.storage.models import audit, cases, incidents, timers
from tests.faults import poison
from tests.support.house import START, House

LATE = START + timedelta(minutes=6)
REASON = {"reason": "流程图里的操作名写错，已发布新版本"}


@pytest.fixture
def failed(house: House) -> House:
    """A timer has failed for good: incident 1."""
    return fail(house)


@pytest.fixture
def either_failed(any_house: House) -> House:
    """The same on either database."""
    return fail(any_house)


def fail(house: House) -> House:
    poison.publish_them(house, "unknown_operation")
    poison.started(house, "unknown_operation")
    house.move(LATE)
    return house


@pytest.fixture
def spoilt(any_house: House) -> str:
    """A case whose state cannot be read back, found by its clock: incident 1."""
    no = any_house.register()
    spoil(any_house, no)
    return no


def spoil(house: House, no: str) -> None:
    def work(tx: Any) -> None:
        tx.begin_writing()
        tx.conn.execute(update(cases).where(cases.c.no == no).values(state=b"BC\1spoilt"))

    house.engine.db.write(work)
    house.move("2026-09-24 17:00")


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operation is there from now on."""
    monkeypatch.setitem(effects.OPERATIONS, "no_such_operation", lambda step, data, element: None)


def rows(house: House, query: Any) -> list[Any]:
    with house.engine.db.read() as conn:
        return [tuple(row) for row in conn.execute(query)]


def told(house: House) -> list[tuple[str, str]]:
    """What the trail of the house tells of incidents: action and actor."""
    lines = select(audit.c.action, audit.c.actor).where(audit.c.case_id == HOUSE, audit.c.action.like("incident%"))
    return rows(house, lines.order_by(audit.c.seq))


def ask(house: House, path: str, body: Any = None, name: str = "supervisor") -> Any:
    return house.person(name).post(f"/api/incidents/{path}", body)


def listed(house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.person("supervisor").get("/api/incidents").json["items"]
    return found


def test_an_incident_is_listed_with_its_cause_and_what_can_be_done(failed: House) -> None:
    (found,) = listed(failed)
    assert (found["kind"], found["owner"], found["retries"]) == ("StepFailed", "supervisor", 0)
    assert "没有名为“no_such_operation”的服务操作" in found["cause"]
    assert found["opened_at"] == "2026-09-23T09:05:17+08:00"
    assert found["acts"] == ["take", "retry", "resolve"]
    assert failed.person("supervisor").get(f"/api/incidents/{found['id']}").json == found


@pytest.mark.parametrize("path", ["1/take", "1/retry", "1/resolve", "1/repair"])
def test_others_than_supervisors_may_not(failed: House, path: str) -> None:
    assert {ask(failed, path, REASON, name).status_code for name in ("w1", "auditor", "admin")} == {403}
    assert failed.person("w1").get("/api/incidents").status_code == 403
    assert told(failed) == []


@pytest.mark.parametrize("act", ["take", "retry", "resolve", "repair"])
def test_an_incident_that_is_not_there_or_of_an_unseen_case_is_not_found(house: House, act: str) -> None:
    no = house.register("restricted", confidential=True)
    spoil(house, no)
    assert listed(house) == []
    for id in ("1", "99", "x", "-1", "9" * 30):
        assert ask(house, f"{id}/{act}", REASON if act == "resolve" else None).status_code == 404


def test_a_colleague_takes_it_over(either_failed: House) -> None:
    owners = [ask(either_failed, "1/take", name=name).json["owner"] for name in ("supervisor", "supervisor2")]
    assert owners == ["supervisor", "supervisor2"]
    assert told(either_failed) == [("incident_taken", "supervisor"), ("incident_taken", "supervisor2")]


def test_a_retry_that_fails_is_counted_and_changes_nothing_else(either_failed: House) -> None:
    for _ in range(2):
        answer = ask(either_failed, "1/retry")
        assert (answer.status_code, "仍然不成" in answer.json["detail"]) == (409, True)
    (found,) = listed(either_failed)
    assert (found["id"], found["retries"]) == (1, 2)
    assert rows(either_failed, select(timers.c.parked)) == [(1,)]
    assert [action for action, _ in told(either_failed)] == ["incident_failed_again"] * 2


def test_a_retry_that_succeeds_fires_the_timer_and_closes_the_incident(
    either_failed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    mend(monkeypatch)
    found = ask(either_failed, "1/retry").json
    assert (found["resolved_by"], found["resolution"], found["acts"]) == ("supervisor", "重试成功", [])
    assert rows(either_failed, select(audit.c.element).where(audit.c.action == "timer_fired")) == [("late",)]
    assert rows(either_failed, select(cases.c.incidents)) == [(0,)]
    assert told(either_failed) == [("incident_retried", "supervisor")]


def test_a_resolved_timer_is_tried_again_and_what_still_fails_is_a_new_incident(either_failed: House) -> None:
    found = ask(either_failed, "1/resolve", REASON).json
    assert (found["resolution"], found["resolved_at"]) == (REASON["reason"], "2026-09-23T09:06:00+08:00")
    either_failed.move(LATE + timedelta(seconds=30))
    assert [each["id"] for each in listed(either_failed)] == [2]


def test_a_resolved_timer_that_can_go_on_does(failed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(failed, "1/resolve", REASON)
    mend(monkeypatch)
    assert [each.activity for each in failed.move(LATE + timedelta(seconds=1))] == ["late"]
    assert listed(failed) == []


def test_what_was_written_is_bound_to_the_trail_and_not_in_it(failed: House) -> None:
    ask(failed, "1/resolve", REASON)
    ((salt,),) = rows(failed, select(incidents.c.salt))
    ((said,),) = rows(failed, select(audit.c.after).where(audit.c.action == "incident_resolved"))
    assert commitment(salt, REASON["reason"]) in said and REASON["reason"] not in said


@pytest.mark.parametrize("body", [{}, {"reason": " "}, {"reason": "长" * 2001}, {"reason": 1}, {"x": "y"}])
def test_without_a_reason_it_is_not_resolved(failed: House, body: Any) -> None:
    assert ask(failed, "1/resolve", body).status_code == 400
    assert len(listed(failed)) == 1


@pytest.mark.parametrize("act", ["take", "retry", "resolve", "repair"])
def test_what_a_colleague_has_closed_is_not_closed_again(failed: House, act: str) -> None:
    ask(failed, "1/resolve", REASON)
    answer = ask(failed, f"1/{act}", REASON if act == "resolve" else None, "supervisor2")
    assert (answer.status_code, answer.json["by"]) == (409, "supervisor")


def test_the_same_request_again_gets_the_same_answer(failed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    mend(monkeypatch)
    first, again = (failed.person("supervisor").post("/api/incidents/1/retry", key="k") for _ in range(2))
    assert (again.json, again.headers["Idempotent-Replay"]) == (first.json, "true")


def test_a_spoilt_case_is_repaired_and_can_be_finished(any_house: House, spoilt: str) -> None:
    (found,) = listed(any_house)
    assert (found["no"], found["kind"], found["acts"]) == (spoilt, "StateCorrupt", ["take", "retry", "repair"])
    mended = ask(any_house, "1/repair").json
    assert (mended["resolved_by"], mended["resolution"]) == ("supervisor", "已按办理经过的 1 行留痕重建")
    any_house.complete("w3", spoilt, "accept", acceptance="consult", reply_text="材料清单已告知。")
    page = any_house.person("w3").get(f"/api/cases/{spoilt}/timeline").json["items"]
    assert "repaired" in [line["action"] for line in page]


def test_words_do_not_make_a_spoilt_case_whole(house: House) -> None:
    spoil(house, house.register())
    assert [ask(house, f"1/{act}", body).status_code for act, body in (("resolve", REASON), ("retry", None))] == [
        409,
        409,
    ]
    assert len(listed(house)) == 1


def test_a_case_restored_by_other_means_goes_on_after_a_retry(any_house: House) -> None:
    no = any_house.register()
    ((whole,),) = rows(any_house, select(cases.c.state))
    spoil(any_house, no)

    def restore(tx: Any) -> None:
        tx.begin_writing()
        tx.conn.execute(update(cases).values(state=whole))

    any_house.engine.db.write(restore)
    assert ask(any_house, "1/retry").status_code == 200
    assert [each.activity for each in any_house.engine.fire_due()] == ["accept_late"]


def test_a_failing_step_needs_no_repair(failed: House) -> None:
    assert ask(failed, "1/repair").status_code == 409


def test_an_act_of_a_person_that_fails_is_an_incident_that_nobody_can_retry_for_them(house: House) -> None:
    poison.publish_them(house, poison.AT_ONCE)
    with pytest.raises(StepFailed):
        house.do("w1", StartProcess(poison.AT_ONCE, {}))
    (found,) = listed(house)
    assert (found["no"], found["acts"]) == (None, ["take", "resolve"])
    assert ask(house, "1/retry").status_code == 409
    assert ask(house, "1/resolve", REASON).status_code == 200
