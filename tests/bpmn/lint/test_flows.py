"""Flows, gateways and loops: what would stop, hang or go round for ever is refused."""

from __future__ import annotations

import pytest

from tests.bpmn import drawing as d
from tests.bpmn.lint.asked import between, codes

TASKS = d.user("a") + d.user("b")


def test_a_condition_on_a_flow_that_leaves_a_task_would_not_be_looked_at() -> None:
    assert codes(d.document(d.process(d.start(), d.user("a"), d.end(), d.flows("start a", "a end: x == 1")))) == [
        ("FLOW_CONDITION", "a__end")
    ]


def test_a_condition_on_the_default_flow_would_not_either() -> None:
    drawn = d.process(
        *(d.start(), d.xor("g", default="b"), TASKS, d.end()),
        d.flows("start g", "g a: x == 1", "g b: x == 2", "a end", "b end"),
    )
    assert codes(d.document(drawn)) == [("FLOW_CONDITION", "g__b")]


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_a_decision_needs_a_default(kind: str) -> None:
    drawn = d.process(
        *(d.start(), d.node(kind, "g"), TASKS, d.end()),
        d.flows("start g", "g a: x == 1", "g b: x == 2", "a end", "b end"),
    )
    assert codes(d.document(drawn)) == [("NO_DEFAULT", "g")]


def test_a_default_must_be_a_flow_of_its_own() -> None:
    drawn = d.process(
        *(d.start(), d.xor("g").replace('id="g"', 'id="g" default="a__end"'), TASKS, d.end()),
        d.flows("start g", "g a: x == 1", "g b: x == 2", "a end", "b end"),
    )
    assert codes(d.document(drawn)) == [("NO_DEFAULT", "g")]


def test_a_single_way_on_with_a_condition_would_stop_when_it_does_not_hold() -> None:
    drawn = d.process(d.start(), d.xor("g"), d.user("a"), d.end(), d.flows("start g", "g a: x == 1", "a end"))
    assert codes(d.document(drawn)) == [("NO_DEFAULT", "g")]


def test_every_other_flow_needs_a_condition() -> None:
    drawn = d.process(*(d.start(), d.xor("g", default="b"), TASKS, d.end()), d.flows("start g a end", "g b end"))
    assert codes(d.document(drawn)) == [("NO_CONDITION", "g__a")]


def test_a_merge_needs_neither() -> None:
    drawn = d.process(
        *(d.start(), d.node("parallelGateway", "s"), TASKS, d.xor("m"), d.terminate()),
        d.flows("start s a m end", "s b m"),
    )
    assert codes(d.document(drawn)) == []


def test_several_flows_out_of_a_task_need_a_gateway() -> None:
    assert codes(
        d.document(d.process(d.start(), TASKS, d.user("c"), d.end(), d.flows("start a b end", "a c end")))
    ) == [("MANY_OUTGOING", "a")]


def test_what_nothing_leads_to_is_refused() -> None:
    drawn = d.process(d.start(), TASKS, d.end(), d.flows("start a end", "b end"))
    assert codes(d.document(drawn)) == [("UNREACHABLE", "b")]


def test_what_leads_nowhere_is_refused() -> None:
    drawn = d.process(d.start(), d.xor("g", default="b"), TASKS, d.end(), d.flows("start g", "g a: x == 1", "g b end"))
    assert codes(d.document(drawn)) == [("DEAD_END", "a")]


def test_a_boundary_event_must_lead_somewhere_and_hang_on_something() -> None:
    dangling = d.boundary("x", "a", d.timer("minutes(1)"))
    assert codes(d.document(d.process(d.start(), d.user("a"), d.end(), dangling, d.flows("start a end")))) == [
        ("DEAD_END", "x")
    ]
    loose = d.boundary("x", "nowhere", d.timer("minutes(1)"))
    drawn = d.process(d.start(), d.user("a"), d.end(), loose, d.flows("start a end", "x end"))
    assert ("BOUNDARY", "x") in codes(d.document(drawn))


@pytest.mark.parametrize("count", [0, 2])
def test_a_scope_has_exactly_one_start(count: int) -> None:
    starts = [d.start(f"s{n}") for n in range(count)]
    lines = [f"s{n} a" for n in range(count)]
    drawn = d.process(*starts, d.user("a"), d.end(), d.flows(*lines, "a end"))
    assert codes(d.document(drawn)) == [("START", "p")]


def test_so_does_a_sub_process() -> None:
    inside = d.sub("inside", d.user("a"), d.end("e"), d.flows("a e"))
    assert codes(d.document(d.process(d.start(), inside, d.end(), d.flows("start inside end")))) == [
        ("START", "inside")
    ]


def test_a_scope_without_an_end_is_refused() -> None:
    drawn = d.process(d.start(), d.user("a"), d.flows("start a"))
    assert codes(d.document(drawn)) == [("END", "p")]


@pytest.mark.parametrize("line", ["end a", "a start", "a nowhere", "nowhere a"])
def test_a_flow_joins_two_nodes_of_one_scope_in_the_right_direction(line: str) -> None:
    drawn = d.process(d.start(), TASKS, d.end(), d.flows("start a b end", line))
    assert ("FLOW", line.replace(" ", "__")) in codes(d.document(drawn))


def test_a_flow_may_not_cross_the_border_of_a_sub_process() -> None:
    inside = d.sub("inside", d.start("s"), d.user("a"), d.end("e"), d.flows("s a e"))
    drawn = d.process(d.start(), inside, d.user("b"), d.end(), d.flows("start inside b end", "a b"))
    assert codes(d.document(drawn)) == [("FLOW", "a__b")]


# ------------------------------------------------------------------ event gateways
def race(*lines: str, more: str = "") -> bytes:
    return d.document(
        d.process(
            *(d.start(), d.node("eventBasedGateway", "g"), d.xor("m"), d.user("t"), d.end()),
            d.node("intermediateCatchEvent", "one", d.timer("minutes(1)")),
            d.node("intermediateCatchEvent", "two", d.timer("minutes(2)")),
            d.node("receiveTask", "told", messageRef="news") + more,
            d.flows("start g", *lines),
        ),
        d.message("news"),
    )


def test_two_timers_behind_an_event_gateway_would_share_one_clock() -> None:
    assert codes(race("g one m t end", "g two m", "g told m")) == [("TWO_TIMERS", "g")]


def test_only_events_stand_behind_an_event_gateway() -> None:
    assert ("EVENT_GATEWAY", "t") in codes(race("g one m", "g two", "g t end", "two m", "told m", "m end"))


def test_an_event_behind_an_event_gateway_has_no_other_way_in() -> None:
    assert ("EVENT_GATEWAY", "one") in codes(race("g one m t end", "g told m", "two one"))


# ------------------------------------------------------------------ loops
def test_a_loop_with_a_waiting_step_and_an_exit_is_sound() -> None:
    drawn = between(d.user("a"), d.xor("g", default="end"), along="start a g end")
    again = d.flows("g a: x == 1").encode()
    assert codes(drawn.replace(b"</bpmn:process>", again + b"</bpmn:process>")) == []


def test_a_loop_without_an_exit_would_overflow_the_library() -> None:
    drawn = d.process(
        d.start(), d.xor("g", default="b"), TASKS, d.xor("m"), d.end(), d.flows("start g b end", "g m: x == 1", "m a m")
    )
    assert codes(d.document(drawn)) == [("LOOP_EXIT", "a")]


def test_a_loop_through_a_parallel_gateway_has_no_exit_either() -> None:
    drawn = d.process(
        *(d.start(), d.xor("m"), d.user("a"), d.node("parallelGateway", "s"), d.end()),
        d.flows("start m a s end", "s m"),
    )
    assert codes(d.document(drawn)) == [("LOOP_EXIT", "m")]


def test_a_loop_behind_an_interruption_needs_an_exit_too() -> None:
    drawn = d.process(
        *(d.start(), d.user("a"), d.end(), d.boundary("late", "a", d.timer("minutes(1)")), d.xor("m"), d.user("b")),
        d.flows("start a end", "late m b m"),
    )
    assert codes(d.document(drawn)) == [("LOOP_EXIT", "m")]


def test_a_loop_beside_its_host_may_go_round_as_long_as_the_host_is_there() -> None:
    inside = d.sub(
        "inside",
        *(d.start("s"), d.user("a"), d.terminate("e"), d.boundary("late", "a", d.timer("minutes(1)"), False)),
        *(d.xor("m"), d.service("remind"), d.node("intermediateCatchEvent", "wait", d.timer("minutes(5)"))),
        d.flows("s a e", "late m remind wait m"),
    )
    assert codes(d.document(d.process(d.start(), inside, d.end(), d.flows("start inside end")))) == []


def automatic_loop(*inside: str, way: str) -> bytes:
    """A loop over the given nodes, with an exit."""
    return d.document(
        d.process(
            *(d.start(), *inside, d.xor("g", default="end"), d.end()),
            d.flows(f"start {way} g end", f"g {way.split()[0]}: x == 1"),
        )
    )


def test_a_loop_without_a_waiting_step_is_refused() -> None:
    assert codes(automatic_loop(d.service("a"), way="a")) == [("ENDLESS", "a")]


@pytest.mark.parametrize(
    "inside",
    [
        d.user("a"),
        d.node("receiveTask", "a", messageRef="news"),
        d.node("intermediateCatchEvent", "a", d.timer("minutes(1)")),
        d.sub("a", d.start("s"), d.user("t"), d.end("e"), d.flows("s t e")),
    ],
)
def test_a_step_that_waits_makes_it_sound(inside: str) -> None:
    drawn = automatic_loop(inside, way="a").replace(
        b"</bpmn:definitions>", d.message("news").encode() + b"</bpmn:definitions>"
    )
    assert codes(drawn) == []


def test_a_sub_process_that_can_be_run_through_without_waiting_does_not() -> None:
    inside = d.sub(
        "a",
        *(d.start("s"), d.xor("h", default="e"), d.user("t"), d.end("e")),
        d.flows("s h", "h t: x == 1", "t e", "h e"),
    )
    assert codes(automatic_loop(inside, way="a")) == [("ENDLESS", "a")]


def test_a_call_that_waits_makes_it_sound_and_one_that_does_not_does_not() -> None:
    loop = automatic_loop(d.node("callActivity", "a", calledElement="called"), way="a")

    def called(step: str) -> bytes:
        return d.document(d.process(d.start("s"), step, d.end("e"), d.flows("s t e"), id="called"))

    assert codes({"p.bpmn": loop, "c.bpmn": called(d.user("t"))}) == []
    assert codes({"p.bpmn": loop, "c.bpmn": called(d.service("t"))}) == [("ENDLESS", "a")]


def calling(id: str, *called: str) -> bytes:
    calls = [d.node("callActivity", f"{id}_{n}", calledElement=other) for n, other in enumerate(called)]
    way = " ".join([f"{id}_s", *(f"{id}_{n}" for n in range(len(called))), f"{id}_e"])
    return d.document(d.process(d.start(f"{id}_s"), *calls, d.end(f"{id}_e"), d.flows(way), id=id))


def test_a_process_that_calls_itself_is_refused() -> None:
    assert codes(calling("p", "p")) == [("RECURSION", "p_0")]


def test_so_are_two_that_call_each_other() -> None:
    files = {"a.bpmn": calling("a", "b"), "b.bpmn": calling("b", "c", "a"), "c.bpmn": calling("c")}
    assert codes(files) == [("RECURSION", "a_0"), ("RECURSION", "b_1")]


def test_many_calls_of_calls_are_judged_at_once() -> None:
    files = {f"p{n}.bpmn": calling(f"p{n}", f"p{n + 1}", f"p{n + 1}") for n in range(40)}
    assert codes({**files, "p40.bpmn": calling("p40")}) == []
