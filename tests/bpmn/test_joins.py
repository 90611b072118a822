"""Gateways that wait for several tokens count those of their own round, whatever came before."""

from __future__ import annotations

import pytest

from tests.bpmn import drawing as d
from tests.bpmn.plain_host import Play


def parallel_in_a_loop() -> bytes:
    """start → again → split → a, b → join → ask → enough → again or end; `b` may be late and come by another way."""
    return d.document(
        d.process(
            *(d.start(), d.xor("again"), d.node("parallelGateway", "split"), d.user("a"), d.user("b"), d.xor("merge")),
            *(d.node("parallelGateway", "join"), d.user("ask"), d.xor("enough", default="end"), d.end()),
            d.boundary("late", "b", d.timer("minutes(30)")),
            d.flows(
                "start again split a join ask enough end", "split b merge join", "late merge", "enough again: x == 0"
            ),
        )
    )


def test_a_parallel_join_in_a_loop_waits_for_both_in_every_round() -> None:
    play = Play(parallel_in_a_loop(), x=0)
    for first, second in (("a", "b"), ("b", "a"), ("b", "a"), ("a", "b")):
        assert play.do(first).open() == [second]
        assert play.do(second).open() == ["ask"]
        assert play.do("ask", x=0).open() == ["a", "b"]
    play.do("b").do("a").do("ask", x=1)
    assert play.run.ended


def test_a_token_that_takes_another_way_still_arrives() -> None:
    play = Play(parallel_in_a_loop(), x=0).do("a").fire("late")
    assert play.open() == ["ask"]
    assert play.do("ask", x=0).fire("late").do("a").open() == ["ask"]


def test_later_data_wins_and_earlier_rounds_leave_nothing_behind() -> None:
    play = Play(parallel_in_a_loop(), x=0, only=None)
    play.do("a", only="first round", who="a").do("b", who="b")
    assert play.task("ask").data["who"] == "b"
    play.do("ask", x=0, only="asked").do("b", who="b").do("a", who="a")
    assert play.task("ask").data == {"x": 0, "only": "asked", "who": "a"}


def inclusive() -> bytes:
    """start → any → a (x ≤ 1), b (x ≥ 1), else c → gather → after → end; behind `a` there may be `more`."""
    return d.document(
        d.process(
            *(d.start(), d.node("inclusiveGateway", "any", default="any__c"), d.node("inclusiveGateway", "gather")),
            *(d.user(id) for id in ("a", "b", "c", "more", "after")),
            *(d.xor("choice", default="merge"), d.xor("merge"), d.end()),
            d.flows("any a: x <= 1", "any b: x >= 1", "choice more: again"),
            d.flows("start any c gather after end", "a choice merge gather", "b gather", "more merge"),
        )
    )


@pytest.mark.parametrize(("x", "chosen"), [(0, ["a"]), (1, ["a", "b"]), (2, ["b"])])
def test_an_inclusive_gateway_opens_each_branch_that_holds(x: int, chosen: list[str]) -> None:
    assert Play(inclusive(), x=x, again=False).open() == chosen


def test_an_inclusive_join_waits_for_what_may_still_come_by_a_merge() -> None:
    play = Play(inclusive(), x=1, again=True).do("b")
    assert play.open() == ["a"]
    assert play.do("a").open() == ["more"]
    assert play.do("more").open() == ["after"]


def test_an_inclusive_join_does_not_wait_for_what_was_not_chosen() -> None:
    assert Play(inclusive(), x=0, again=False).do("a").open() == ["after"]
    assert Play(inclusive(), x=2, again=False).do("b").open() == ["after"]


def test_an_inclusive_join_in_a_loop_counts_anew_in_each_round() -> None:
    drawn = inclusive().replace(b'targetRef="end"', b'targetRef="back"')
    back = d.xor("back", default="end") + d.flows("back end", "back any: round == 1")
    play = Play(drawn.replace(b"</bpmn:process>", back.encode() + b"</bpmn:process>"), x=1, again=False, round=1)
    play.do("a").do("b").do("after", round=1)
    assert play.do("b").open() == ["a"]
    assert play.do("a").do("after", round=2).run.ended
