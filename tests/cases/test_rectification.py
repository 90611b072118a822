"""整改: a finding put to a unit, answered, sent back, accepted; late ones reach the head by the diagram."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.cases.commands import CompleteTask, SendMessage, StartProcess
from engine.definitions.shipped import RECTIFICATION
from engine.errors import BadInput, NobodyWaits, NotFound, NotYours, TakenByOther
from engine.storage import models
from tests.support.play import Play, any_play, play, postgres_play, refused, shown

__all__ = ["any_play", "play", "postgres_play"]

SECRET = "首次联系的记录是事后补的"
FINDING: dict[str, Any] = {
    "element": "first_contact",
    "rule": "order",
    "text": SECRET,
    "ask": "说明原因并改正",
    "unit": "SC-MI",
    "days": 5,
}
ANSWER = {"found": "经办人漏记", "done": "已培训", "done_by": "2026-10-26"}


def put(play: Play, by: str = "supervisor", **changes: Any) -> str:
    """Put a finding about the case last registered; returns its number."""
    given = {"case_no": play.no, **FINDING, **changes}
    started = play.execute(StartProcess(RECTIFICATION, {n: v for n, v in given.items() if v is not None}), by)
    return str(started.no)


def rows(play: Play, query: Any) -> list[Any]:
    return play.engine.read(lambda ctx: list(ctx.conn.execute(query).mappings()))


def stored(play: Play, no: str) -> Any:
    (row,) = rows(play, select(models.cases).where(models.cases.c.no == no))
    return row


def tasks(play: Play, no: str) -> dict[str, Any]:
    """Open tasks of an instance by name."""
    query = select(models.tasks).join(models.cases).where(models.cases.c.no == no)
    return {row["element"]: row for row in rows(play, query)}


def groups(play: Play, task: Any) -> set[str]:
    query = select(models.task_groups.c.group).where(models.task_groups.c.task_id == task["id"])
    return {row["group"] for row in rows(play, query)}


def do(play: Play, no: str, task: str, by: str, **variables: Any) -> None:
    play.execute(CompleteTask(tasks(play, no)[task]["id"], variables), by)


def test_a_finding_is_put_answered_sent_back_answered_and_accepted(any_play: Play) -> None:
    any_play.until("return_visit")  # 10-23 10:00
    before = stored(any_play, any_play.no)
    no = put(any_play)
    assert no == "ZG-2026-0001"
    assert shown(tasks(any_play, no)["answer_finding"]["due"]) == "10-30 17:00"
    assert groups(any_play, tasks(any_play, no)["answer_finding"]) == {"unit:SC-MI"}
    assert any_play.notices("finding_put") == [["unit:SC-MI"]]
    any_play.at("10-26 10:00")
    do(any_play, no, "answer_finding", "unit-SC-MI", **ANSWER)
    assert stored(any_play, no)["status"] == "answered"
    assert groups(any_play, tasks(any_play, no)["check_answer"]) == {"supervisor", "bureau"}
    do(any_play, no, "check_answer", "bureau", verdict="send_back", reason="没有凭据")
    assert any_play.notices("finding_sent_back") == [["unit:SC-MI"]]
    assert stored(any_play, no)["status"] == "asked"
    assert shown(tasks(any_play, no)["answer_finding"]["due"]) == "11-02 17:00"
    do(any_play, no, "answer_finding", "unit-SC-MI-b", **ANSWER, evidence="培训记录在科室")
    do(any_play, no, "check_answer", "supervisor2", verdict="accept")
    ended = stored(any_play, no)
    assert (ended["status"], shown(ended["ended_at"])) == ("accepted", "10-26 10:00")
    assert tasks(any_play, no) == {}
    assert stored(any_play, any_play.no) == before


def test_a_withdrawn_finding_needs_a_reason_and_ends(play: Play) -> None:
    play.until("review")
    no = put(play)
    do(play, no, "answer_finding", "unit-SC-MI", **ANSWER)
    with refused("reason"):
        do(play, no, "check_answer", "bureau", verdict="withdraw")
    do(play, no, "check_answer", "bureau", verdict="withdraw", reason="查明当时有电话记录")
    assert stored(play, no)["status"] == "withdrawn"
    assert play.notices("finding_withdrawn") == [["unit:SC-MI"]]


def take_back(play: Play, no: str, by: str = "supervisor", **values: Any) -> None:
    play.execute(SendMessage("withdraw_finding", no, values), by)


def test_a_finding_is_taken_back_before_it_was_answered_and_the_task_of_the_unit_goes_with_it(any_play: Play) -> None:
    any_play.until("review")
    no = put(any_play)
    with refused("reason"):
        take_back(any_play, no)
    task = tasks(any_play, no)["answer_finding"]["id"]
    take_back(any_play, no, reason="查明当时有电话记录")
    ended = stored(any_play, no)
    assert (ended["status"], shown(ended["ended_at"]), tasks(any_play, no)) == ("withdrawn", "10-21 11:20", {})
    assert any_play.notices("finding_withdrawn") == [["unit:SC-MI"]]
    with pytest.raises(TakenByOther, match="已撤回，无需再办"):
        any_play.execute(CompleteTask(task, ANSWER), "unit-SC-MI")
    any_play.at("10-30 09:00")
    assert any_play.notices("finding_late") == []
    lines = rows(any_play, select(models.audit).where(models.audit.c.case_id == ended["id"]))
    [line] = [each for each in lines if each["action"] == "message"]
    assert (line["actor"], line["element"], "电话记录" in str(dict(line))) == ("supervisor", "withdraw_finding", False)
    assert any_play.entered("withdraw_finding")[-1]["variables"].find("电话记录") > 0


def test_one_that_lies_with_the_head_or_was_sent_back_is_taken_back_too(play: Play) -> None:
    play.until("review")
    late, sent_back = put(play, days=1), put(play, days=30)
    do(play, sent_back, "answer_finding", "unit-SC-MI", **ANSWER)
    do(play, sent_back, "check_answer", "bureau", verdict="send_back", reason="没有凭据")
    play.at("10-23 17:00")
    assert set(tasks(play, late)) == {"answer_finding", "head_answer"}
    for no in (late, sent_back):
        take_back(play, no, "bureau", reason="另案处理")
        assert (stored(play, no)["status"], tasks(play, no)) == ("withdrawn", {})
    assert play.notices("finding_withdrawn") == [["unit:SC-MI", "unit_head:SC-MI"], ["unit:SC-MI"]]


def test_one_that_lay_with_the_head_before_it_was_put_again_is_taken_back_from_the_unit_alone(play: Play) -> None:
    play.until("review")
    no = put(play, days=1)
    play.at("10-23 17:00")
    do(play, no, "head_answer", "head-SC-MI", **ANSWER)
    do(play, no, "check_answer", "bureau", verdict="send_back", reason="没有凭据")
    take_back(play, no, "bureau", reason="另案处理")
    assert play.notices("finding_withdrawn") == [["unit:SC-MI"]]


def test_only_who_may_put_findings_takes_one_back(play: Play) -> None:
    play.until("review")
    no = put(play)
    for by in ("auditor", "w1", "unit-SC-MI", "head-SC-MI"):
        with pytest.raises(NotYours):
            take_back(play, no, by, reason="不想答复")
    with pytest.raises(NotFound):
        take_back(play, no, "unit-SC-SS", reason="不想答复")
    assert set(tasks(play, no)) == {"answer_finding"}


def test_what_is_answered_or_over_is_not_taken_back_beside_its_check(play: Play) -> None:
    play.until("review")
    answered, over = put(play), put(play)
    do(play, answered, "answer_finding", "unit-SC-MI", **ANSWER)
    take_back(play, over, reason="另案处理")
    for no in (answered, over):
        with pytest.raises(NobodyWaits):
            take_back(play, no, reason="再撤一次")
    assert set(tasks(play, answered)) == {"check_answer"}


def test_neither_who_put_it_nor_who_answered_checks_the_answer(play: Play) -> None:
    play.until("review")
    no = put(play)
    do(play, no, "answer_finding", "unit-SC-MI", **ANSWER)
    for by in ("supervisor", "unit-SC-MI"):
        with pytest.raises(NotYours):
            do(play, no, "check_answer", by, verdict="accept")


def test_a_late_one_is_urged_then_lies_with_the_head_too_then_reaches_the_bureau(any_play: Play) -> None:
    any_play.until("review")  # 10-21 11:20
    no = put(any_play, days=1)
    any_play.at("10-22 17:00")
    assert any_play.notices("finding_late") == [["unit:SC-MI"]]
    assert set(tasks(any_play, no)) == {"answer_finding"}
    any_play.at("10-23 17:00")
    assert set(tasks(any_play, no)) == {"answer_finding", "head_answer"}
    assert groups(any_play, tasks(any_play, no)["head_answer"]) == {"unit_head:SC-MI"}
    assert any_play.notices("finding_raised") == [["unit_head:SC-MI"]]
    any_play.at("10-26 17:00")
    assert any_play.notices("finding_silent") == [["bureau", "unit_chief:SC-MI"]]
    do(any_play, no, "head_answer", "head-SC-MI", **ANSWER)
    assert set(tasks(any_play, no)) == {"check_answer"}
    any_play.at("10-29 17:00")
    assert any_play.notices("finding_unchecked") == [["bureau"]]


def test_the_handler_may_still_answer_what_lies_with_the_head(play: Play) -> None:
    play.until("review")
    no = put(play, days=1)
    play.at("10-23 17:00")
    do(play, no, "answer_finding", "unit-SC-MI", **ANSWER)
    assert set(tasks(play, no)) == {"check_answer"}


def test_only_supervisors_and_the_bureau_put_findings(play: Play) -> None:
    play.until("review")
    for by in ("auditor", "w1", "group", "unit-SC-MI", "admin"):
        with pytest.raises(NotYours):
            put(play, by)
    assert put(play, "bureau") == "ZG-2026-0001"


def test_what_cannot_be_put_is_refused_with_the_field(play: Play) -> None:
    play.until("review")
    unfit: dict[str, Any] = {"case_no": "BCS-2026-0099", "element": "nowhere", "unit": "SC-SS", "days": 31}
    for field, wrong in unfit.items():
        with refused(field):
            put(play, **{field: wrong})
    with refused("text"):
        put(play, text=" ")
    with pytest.raises(BadInput):
        play.execute(StartProcess(RECTIFICATION, {"case_no": play.no, **FINDING}, "ZG-2026-0007"), "supervisor")


def test_a_restricted_case_can_have_no_finding(play: Play) -> None:
    play.at("10-19 14:00")
    play.register(confidential=True)
    with refused("case_no"):
        put(play, element="accept", unit="ZX")


def test_what_the_window_did_is_put_to_the_centre(play: Play) -> None:
    play.until("accept")
    no = put(play, element="accept", unit="ZX")
    assert groups(play, tasks(play, no)["answer_finding"]) == {"unit:ZX"}


def test_numbers_are_their_own_without_gaps_and_leave_those_of_cases_alone(play: Play) -> None:
    play.until("review")
    assert [put(play), put(play)] == ["ZG-2026-0001", "ZG-2026-0002"]
    with refused("unit"):
        put(play, unit="SC-SS")
    assert put(play) == "ZG-2026-0003"
    assert play.register() == "BCS-2026-0002"
    play.at("2027-01-04 09:30")
    play.no = "BCS-2026-0001"
    assert put(play) == "ZG-2027-0001"


def test_what_was_written_is_nowhere_but_sealed_beside_the_trail(play: Play) -> None:
    play.until("review")
    no = put(play)
    do(play, no, "answer_finding", "unit-SC-MI", **ANSWER)
    row = stored(play, no)
    lines = rows(play, select(models.audit).where(models.audit.c.case_id == row["id"]))
    kept = "".join(str(dict(each)) for each in [row, *lines, *rows(play, select(models.outbox))])
    for text in (SECRET, "经办人漏记"):
        assert text not in kept
        assert text.encode() not in bytes(row["state"])
    assert play.entered("start")[-1]["variables"].find(SECRET) > 0


def test_it_exists_for_the_unit_that_is_asked_and_for_no_other(play: Play) -> None:
    play.until("review")
    no = put(play)
    with pytest.raises(NotFound):
        do(play, no, "answer_finding", "unit-SC-SS", **ANSWER)
    with pytest.raises(NotYours):
        do(play, no, "answer_finding", "head-SC-MI", **ANSWER)
