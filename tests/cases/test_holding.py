"""Claiming, giving back, taking over: whose task it is, and who says so."""

import pytest

from engine.cases.commands import ClaimTask, UnclaimTask
from engine.errors import BadInput, NotFound, NotYours, TakenByOther
from tests.support.play import Play


@pytest.fixture
def registered(play: Play) -> Play:
    play.until("register")
    return play


def claim(play: Play, by: str, for_whom: str | None = None) -> None:
    play.execute(ClaimTask(play.task("accept").id, for_whom or by), by)


def test_a_claimed_task_is_done_by_its_holder_alone(registered: Play) -> None:
    claim(registered, "w1")
    with pytest.raises(TakenByOther) as conflict:
        registered.do("accept", "w3", acceptance="accept")
    assert conflict.value.by == "w1"
    registered.do("accept", "w1", acceptance="accept")
    assert registered.open() == ["classify"]


def test_a_task_a_colleague_holds_is_not_claimed(registered: Play) -> None:
    claim(registered, "w1")
    with pytest.raises(TakenByOther):
        claim(registered, "w3")


def test_claiming_twice_is_no_conflict(registered: Play) -> None:
    claim(registered, "w1")
    claim(registered, "w1")
    assert registered.task("accept").assignee == "w1"


def test_given_back_anybody_of_the_group_may_do_it(registered: Play) -> None:
    claim(registered, "w1")
    registered.execute(UnclaimTask(registered.task("accept").id), "w1")
    registered.do("accept", "w3", acceptance="accept")
    assert registered.open() == ["classify"]


def test_nobody_claims_for_a_colleague(registered: Play) -> None:
    with pytest.raises(NotYours):
        claim(registered, "w1", "w3")


def test_the_window_lead_hands_a_task_to_a_colleague(registered: Play) -> None:
    claim(registered, "w1")
    claim(registered, "lead", "w3")
    assert registered.task("accept").assignee == "w3"


def test_the_window_lead_hands_it_to_nobody_outside_the_group(registered: Play) -> None:
    with pytest.raises(BadInput):
        claim(registered, "lead", "callback")


def test_of_another_group_one_claims_nothing(registered: Play) -> None:
    with pytest.raises(NotYours):
        claim(registered, "callback")
    with pytest.raises(NotFound):
        claim(registered, "unit-SC-MI")


def test_a_finished_task_is_not_claimed(registered: Play) -> None:
    task = registered.task("accept").id
    registered.do("accept", "w1", acceptance="accept")
    with pytest.raises(TakenByOther):
        registered.execute(ClaimTask(task, "w3"), "w3")


def test_the_engine_assigns_nobody(registered: Play) -> None:
    assert registered.task("accept").assignee is None


@pytest.mark.parametrize("task", ["nonsense", "00000000-0000-0000-0000-000000000001"])
def test_a_task_that_never_was_is_not_found(registered: Play, task: str) -> None:
    with pytest.raises(NotFound):
        registered.complete(task, "w3")
