"""A loop costs the same in every round: earlier passes are forgotten, and nothing else is."""

from __future__ import annotations

import pytest

from engine.bpmn.runtime import ProcessRun
from tests.bpmn import drawing as d
from tests.bpmn.plain_host import BASE, Play


def asked_again() -> bytes:
    """start → t → again? → t or end."""
    drawn = d.process(
        *(d.start(), d.user("t"), d.xor("g", default="end"), d.end()), d.flows("start t g end", "g t: again")
    )
    return d.document(drawn)


def inner_loop_beside_another_branch() -> bytes:
    """split → (a → more? → a) and b → join → after; the whole again while asked."""
    gateways = [d.node("parallelGateway", "split"), d.node("parallelGateway", "join"), d.xor("into"), d.xor("entry")]
    choices = [d.xor("more", default="join"), d.xor("again", default="end")]
    drawn = d.process(
        *(d.start(), *gateways, *choices, d.user("a"), d.user("b"), d.user("after"), d.end()),
        d.flows("start entry split into a more join after again end", "split b join"),
        d.flows("more into: x > 0", "again entry: y > 0"),
    )
    return d.document(drawn)


def size(play: Play) -> int:
    return len(play.state)


def test_a_thousand_rounds_take_the_room_of_two() -> None:
    play = Play(asked_again(), again=True).do("t", again=True).do("t", again=True)
    after_two = size(play)
    for _ in range(998):
        play.do("t", again=True)
    assert size(play) < after_two * 1.15  # numbers have more digits
    assert play.do("t", again=False).run.ended


def test_every_pass_is_told_though_it_is_forgotten() -> None:
    play = Play(asked_again(), again=True).do("t", again=True).do("t", again=True).do("t", again=False)
    assert play.path.count("p/t") == 3


def test_what_was_entered_in_an_earlier_pass_stays_known() -> None:
    play = Play(asked_again(), again=True).do("t", again=True, first="kept").do("t", again=True).do("t", again=True)
    assert play.task("t").data["first"] == "kept"


def test_a_loop_in_one_branch_leaves_the_other_alone() -> None:
    play = Play(inner_loop_beside_another_branch(), x=1, y=1)
    waiting = play.task("b").id
    for _ in range(5):
        play.do("a", x=1)
    assert (play.open(), play.task("b").id) == (["a", "b"], waiting)


def test_a_join_still_needs_every_token_after_inner_and_outer_rounds() -> None:
    play = Play(inner_loop_beside_another_branch(), x=1, y=1)
    for _ in range(3):
        assert play.do("a", x=1).do("a", x=0).open() == ["b"]
        assert play.do("b").open() == ["after"]
        assert play.do("after", y=1).open() == ["a", "b"]
    assert play.do("b").do("a", x=0).do("after", y=0).run.ended


def test_a_task_keeps_its_id_and_its_timer_when_the_pass_before_it_is_forgotten() -> None:
    drawn = d.process(
        *(d.start(), d.user("t"), d.xor("g", default="end"), d.end(), d.end("told")),
        d.boundary("late", "t", d.timer("minutes(30)"), interrupting=False),
        d.flows("start t g end", "g t: again", "late told"),
    )
    play = Play(d.document(drawn), again=True).do("t", again=True)
    again = ProcessRun.loaded(play.definition, play.host, BASE, play.state)
    assert [task.id for task in again.open_tasks()] == [task.id for task in play.run.open_tasks()]
    assert play.waiting() == {"late": 30}


@pytest.mark.parametrize("rounds", [1, 4])
def test_going_on_without_reading_back_gives_the_same_state(rounds: int) -> None:
    read_back = Play(asked_again(), again=True)
    in_memory = ProcessRun.started(read_back.definition, read_back.host, BASE, {"again": True})
    for _ in range(rounds):
        read_back.do("t", again=True)
        in_memory.complete(in_memory.open_tasks()[0].id, {"again": True})
    assert in_memory.dump() == read_back.state
