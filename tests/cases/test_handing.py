"""Forwarding inside a group: who gives a task to whom, what is told, and that one has it."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from engine.cases.commands import ClaimTask, Command, DelegateTask, HandOn, ResolveTask
from engine.directory.commands import SetActive
from engine.errors import BadInput, EngineError, NotFound, NotNow, NotYours, TakenByOther
from engine.facade import ReadContext
from engine.queries.colleagues import Colleague, colleagues
from engine.queries.inbox import inbox
from engine.storage.models import outbox
from tests.support.play import Play


@pytest.fixture
def held(any_play: Play) -> Play:
    """w1 has claimed the acceptance of a new case."""
    any_play.until("register")
    any_play.execute(ClaimTask(any_play.task("accept").id, "w1"), "w1")
    return any_play


def hand(play: Play, by: str, to: str, reason: str | None = None) -> None:
    play.execute(HandOn(play.task("accept").id, to, reason), by)


def told(play: Play) -> list[tuple[str, list[str]]]:
    def read(ctx: ReadContext) -> list[tuple[str, list[str]]]:
        rows = ctx.conn.execute(select(outbox.c.kind, outbox.c.recipients).order_by(outbox.c.id))
        return [(kind, json.loads(recipients)) for kind, recipients in rows]

    return play.engine.read(read)


def test_the_holder_hands_a_task_to_a_colleague_who_has_it_at_once(held: Play) -> None:
    hand(held, "w1", "w2", "去开会")
    seen = held.engine.read_as(held.house.actor("w2"), inbox)
    assert [item.mine for item in seen.items] == [True]
    line = held.timeline()[-1]
    assert (line.action, line.actor, line.reason) == ("handed_on", "w1", "去开会")
    assert line.before == {"assignee": "w1"}
    assert line.after is not None and (line.after["assignee"], line.after["task"]) == ("w2", "accept")
    assert told(held)[-1] == ("handed_on", ["person:w2"])
    with pytest.raises(TakenByOther):
        held.do("accept", "w1", acceptance="accept")
    held.do("accept", "w2", acceptance="accept")


def test_a_lead_hands_over_any_task_of_the_group_claimed_or_not(held: Play) -> None:
    hand(held, "lead", "w3")
    assert held.task("accept").assignee == "w3"
    hand(held, "bureau", "group")
    assert held.task("accept").assignee == "group"


def test_what_was_to_be_given_while_free_is_taken_from_nobody_who_was_faster(held: Play) -> None:
    task = held.task("accept").id
    with pytest.raises(TakenByOther, match="1号窗口工作人员") as refused:
        held.execute(HandOn(task, "w3", free=True), "lead")
    assert refused.value.by == "w1"
    assert held.task("accept").assignee == "w1"


def test_who_holds_a_task_gives_it_on_as_if_it_were_free(held: Play) -> None:
    held.execute(HandOn(held.task("accept").id, "w3", free=True), "w1")
    assert held.task("accept").assignee == "w3"


@pytest.mark.checklist(48)
@pytest.mark.parametrize("who", ["w3", "callback", "supervisor", "auditor", "head-SC-MI"])
def test_nobody_else_hands_it_on(held: Play, who: str) -> None:
    with pytest.raises((NotYours, NotFound)) as refused:
        hand(held, who, "w2")
    assert isinstance(refused.value, NotFound) == (who == "head-SC-MI")
    assert held.task("accept").assignee == "w1"


@pytest.mark.parametrize("to", ["callback", "nobody", "", "unit-SC-MI"])
def test_it_goes_to_the_group_alone(held: Play, to: str) -> None:
    with pytest.raises(BadInput) as refused:
        hand(held, "w1", to)
    assert list(refused.value.fields) == ["userId"]


@pytest.mark.checklist(9)
def test_it_goes_to_nobody_who_was_shut_off(held: Play) -> None:
    held.execute(SetActive("w2", False), "admin")
    with pytest.raises(BadInput):
        hand(held, "w1", "w2")


def test_the_other_half_is_not_handed_to_who_did_the_first(play: Play) -> None:
    play.until("register")
    play.do("accept", "lead", acceptance="decline", reason="无关")
    task = play.task("confirm_exit").id
    play.execute(ClaimTask(task, "lead2"), "lead2")
    with pytest.raises(BadInput, match="修改") as refused:
        play.execute(HandOn(task, "lead"), "lead2")
    assert "另一位" in refused.value.fields["userId"]


def test_a_reason_too_long_is_refused_and_nothing_is_handed(held: Play) -> None:
    with pytest.raises(BadInput):
        hand(held, "w1", "w2", "长" * 501)
    assert held.task("accept").assignee == "w1"


@pytest.mark.checklist(48)
def test_a_finished_task_is_handed_to_nobody(held: Play) -> None:
    task = held.task("accept").id
    held.do("accept", "w1", acceptance="accept")
    commands: list[Command] = [HandOn(task, "w2"), DelegateTask(task, "w2"), ResolveTask(task)]
    for command in commands:
        with pytest.raises(TakenByOther):
            held.execute(command, "w1")


@pytest.mark.checklist(50)
def test_of_two_who_hand_it_on_at_once_one_does(held: Play) -> None:
    task, together = held.task("accept").id, threading.Barrier(2)
    w1 = held.house.actor("w1")

    def hand_to(name: str) -> bool:
        together.wait()
        try:
            held.engine.execute(HandOn(task, name), w1)
        except EngineError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(hand_to, ["w2", "w3"]))
    assert sorted(done) == [False, True]
    assert held.task("accept").assignee == ("w2" if done[0] else "w3")


@pytest.mark.checklist(50)
def test_a_task_a_substitute_took_has_one_holder(held: Play) -> None:
    with pytest.raises(TakenByOther):
        held.execute(ClaimTask(held.task("accept").id, "w2"), "w2")


# ------------------------------------------------------------------ lent and given back
def test_a_colleague_is_asked_and_gives_it_back(held: Play) -> None:
    task = held.task("accept").id
    held.execute(DelegateTask(task, "w2"), "w1")
    with pytest.raises(NotNow):
        held.do("accept", "w2", acceptance="accept")
    with pytest.raises(NotYours):
        held.execute(ResolveTask(task), "w1")
    held.execute(ResolveTask(task), "w2")
    assert held.task("accept").assignee == "w1"
    held.do("accept", "w1", acceptance="accept")
    assert [kind for kind, _ in told(held)][-2:] == ["delegated", "resolved"]
    assert [line.action for line in held.timeline() if line.element == "accept"][-3:] == [
        "delegated",
        "resolved",
        "completed",
    ]


def test_what_nobody_asked_for_is_not_given_back(held: Play) -> None:
    with pytest.raises(NotNow):
        held.execute(ResolveTask(held.task("accept").id), "w1")


def test_given_back_to_who_has_left_it_waits_for_the_group(held: Play) -> None:
    task = held.task("accept").id
    held.execute(DelegateTask(task, "w2"), "w1")
    held.execute(SetActive("w1", False), "admin")
    held.execute(ResolveTask(task), "w2")
    assert held.task("accept").assignee is None


@pytest.mark.parametrize("to", ["w1", "callback"])
def test_nobody_is_asked_who_has_it_or_is_outside_the_group(held: Play, to: str) -> None:
    with pytest.raises(BadInput):
        held.execute(DelegateTask(held.task("accept").id, to), "w1")


# ------------------------------------------------------------------ to whom
def test_colleagues_are_offered_with_what_they_have_in_hand(held: Play) -> None:
    found = held.engine.read(colleagues, ("window",), "w2")
    loads = {one.name: one.load for one in found}
    assert loads == {"lead": 0, "lead2": 0, "w1": 1, "w3": 0, "w4": 0, "w5": 0}
    assert found[-1] == Colleague("w1", "1号窗口工作人员", 1, False)
