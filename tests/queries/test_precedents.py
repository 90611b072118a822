"""How cases alike were solved: same matter, same cause, masked for everybody, never a restricted one."""

from __future__ import annotations

from sqlalchemy import update

from engine.queries.precedents import Precedent, Precedents
from engine.queries.task_page import task_page
from engine.storage.database import WriteTransaction
from engine.storage.models import cases
from tests.queries.desk import Desk

MATTER, CAUSE = "M006", "线上操作类"
SAID = "已替戴建国重新提交，办好打 13812345678。"
BASIS = "京社保发〔2024〕1号，经办人 13987654321"


def solved(desk: Desk, who: str = "w3", matter: str = MATTER, cause: str = CAUSE, reply: str = SAID) -> str:
    """A simple case, solved on the spot."""
    no = desk.register(who, acceptance="accept", matter_code=matter)
    desk.complete(who, no, "classify", grade="simple", cause=cause)
    desk.complete(who, no, "handle_on_site", onsite_result="solved", outcome="done", reply_text=reply)
    return no


def reviewed(desk: Desk, unit: str = "SC-SS", cause: str = CAUSE) -> str:
    """A general case that went to a unit and was reviewed."""
    no = desk.register("w3", acceptance="accept", matter_code=MATTER)
    desk.complete("w3", no, "classify", grade="general", cause=cause, lead_unit=unit)
    desk.complete("w3", no, "dispatch", lead_unit=unit, onsite_attempt="窗口已协调")
    desk.complete(f"unit-{unit}", no, "acknowledge", action="sign")
    desk.complete(f"unit-{unit}", no, "first_contact", action="contact", contact_method="phone")
    desk.complete(f"unit-{unit}", no, "handle", action="reply", reply_text="单位的原话", result="partly")
    desk.complete("group", no, "review", review_result="pass", outcome="partly", reply_text=SAID, policy_basis=BASIS)
    return no


def told(desk: Desk, who: str, no: str, element: str) -> Precedents | None:
    return desk.ask(who, task_page, desk.task(no, element)).precedents


def newest(desk: Desk, who: str, no: str, element: str) -> tuple[Precedent, ...]:
    found = told(desk, who, no, element)
    assert found is not None
    return found.newest


def waiting_for_cause(desk: Desk, matter: str = MATTER) -> str:
    return desk.register("w3", acceptance="accept", matter_code=matter)


def waiting_on_site(desk: Desk, cause: str = CAUSE) -> str:
    no = waiting_for_cause(desk)
    desk.complete("w3", no, "classify", grade="simple", cause=cause)
    return no


def test_what_was_done_on_which_basis_with_which_outcome_is_told_masked(either_desk: Desk) -> None:
    no = reviewed(either_desk)
    (one,) = newest(either_desk, "w3", waiting_on_site(either_desk), "handle_on_site")
    assert (one.no, one.outcome) == (no, "partly")
    assert one.reply == "已替戴某重新提交，办好打 138****5678。"
    assert one.basis == "京社保发〔2024〕1号，经办人 139****4321"


def test_it_is_masked_for_whoever_handles_that_case_too(desk: Desk) -> None:
    solved(desk)  # its feedback lies with the window
    (one,) = newest(desk, "w3", waiting_on_site(desk), "handle_on_site")
    assert one.reply is not None and "戴建国" not in one.reply and "13812345678" not in one.reply


def test_before_classification_the_matter_alone_counts_then_the_cause_too(either_desk: Desk) -> None:
    online, papers = solved(either_desk), solved(either_desk, cause="材料类")
    solved(either_desk, matter="M001")
    no = waiting_for_cause(either_desk)
    assert {one.no for one in newest(either_desk, "w3", no, "classify")} == {online, papers}
    either_desk.complete("w3", no, "classify", grade="simple", cause="材料类")
    found = told(either_desk, "w3", no, "handle_on_site")
    assert found is not None and (found.cause, found.count, found.newest[0].no) == ("材料类", 1, papers)


def test_without_a_matter_there_are_none(desk: Desk) -> None:
    solved(desk)
    assert told(desk, "w3", desk.register(acceptance="accept"), "classify") is None


def test_the_newest_five_are_told_with_the_count_of_all(either_desk: Desk) -> None:
    made = []
    for minute in range(11, 18):
        either_desk.at(f"2026-09-23 10:{minute}")
        made.append(solved(either_desk))
    found = told(either_desk, "w3", waiting_on_site(either_desk), "handle_on_site")
    assert found is not None
    assert (found.count, [one.no for one in found.newest]) == (7, made[:1:-1])


def test_the_number_is_told_to_who_may_see_the_case_alone(either_desk: Desk) -> None:
    no = reviewed(either_desk, "SC-SS")
    for unit, expected in (("SC-SS", no), ("SC-MI", None)):
        other = waiting_for_cause(either_desk)
        either_desk.complete("w3", other, "classify", grade="general", cause=CAUSE, lead_unit=unit)
        either_desk.complete("w3", other, "dispatch", lead_unit=unit, onsite_attempt="试过")
        (one,) = newest(either_desk, f"unit-{unit}", other, "acknowledge")
        assert one.no == expected and one.reply is not None


def test_a_restricted_case_is_no_precedent(either_desk: Desk) -> None:
    no = solved(either_desk)

    def close_off(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(cases).where(cases.c.no == no).values(restricted=True))

    either_desk.engine.db.write(close_off)
    waiting = either_desk.task(waiting_on_site(either_desk), "handle_on_site")
    found = either_desk.ask("w3", task_page, waiting).precedents
    assert found is not None and (found.count, found.newest) == (0, ())


def test_a_case_still_open_or_declined_is_no_precedent(desk: Desk) -> None:
    waiting_on_site(desk)
    declined = desk.register("lead", matter_code=MATTER)
    desk.complete("lead", declined, "accept", acceptance="decline", reason="不属于受理范围")
    desk.complete("lead2", declined, "confirm_exit", confirmed=True)
    found = told(desk, "w3", waiting_for_cause(desk), "classify")
    assert found is not None and found.count == 0


def test_who_may_only_look_is_told_none(desk: Desk) -> None:
    solved(desk)
    assert told(desk, "auditor", waiting_on_site(desk), "handle_on_site") is None
