"""Where a diagram cannot go on: it stops with the element's name, and never without end."""

from __future__ import annotations

import itertools

import pytest

from engine.bpmn import budget, state
from engine.bpmn.budget import MAX_STEPS
from engine.errors import StepFailed
from tests.bpmn import drawing as d
from tests.bpmn.plain_host import Play
from tests.bpmn.test_decisions import dmn


def test_a_loop_without_a_waiting_step_is_stopped() -> None:
    drawn = d.process(
        *(d.start(), d.service("count"), d.xor("g", default="count"), d.end()),
        d.flows("start count g end: false", "g count"),
    )
    with pytest.raises(StepFailed, match="绕圈"):
        Play(d.document(drawn))


def test_a_loop_that_ends_in_time_is_not() -> None:
    drawn = d.process(
        *(d.start(), d.service("count", bc_set="n = n + 1"), d.xor("g", default="end"), d.user("t"), d.end()),
        d.flows("start count g end", "g count: n < 20"),
    )
    assert Play(d.document(drawn), n=0).path.count("p/count") == 20


def test_a_way_so_deep_that_the_library_would_lose_tasks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MAX_DEPTH", 50)
    names = [f"s{n}" for n in range(60)]
    flows = d.flows(" ".join(["start", "t", *names, "u", "end"]))
    drawn = d.process(d.start(), d.user("t"), *map(d.service, names), d.user("u"), d.end(), flows)
    with pytest.raises(StepFailed, match="上限"):
        Play(d.document(drawn)).do("t")


def test_a_failing_act_leaves_the_stored_state_as_it_was() -> None:
    drawn = d.straight(d.user("t"), d.service("s", bc_set="y = x + 1"), d.user("u"))
    play = Play(drawn, x=None)
    before = play.state
    with pytest.raises(StepFailed, match="“s”"):
        play.do("t", x="text")
    assert play.state == before


def test_a_step_is_limited_by_what_runs_in_it_not_by_what_ran_before() -> None:
    parts = [d.service(f"s{n}") for n in range(100)]
    drawn = d.process(
        *(d.start(), d.user("t"), *parts, d.xor("g", default="end"), d.end()),
        d.flows(" ".join(["start", "t", *(f"s{n}" for n in range(100)), "g", "end"]), "g t: again"),
    )
    play = Play(d.document(drawn), again=True)
    for _ in range(5):
        play.do("t", again=True)
    assert len(play.host.operated) == 500
    assert MAX_STEPS > 103


def many_inside(many: int, few: int) -> Play:
    """A list of so many, and in each of its instances another."""
    inner = d.sub("inner", d.several("inner", "few", "b"), d.start("s2"), d.user("u"), d.end("e2"), d.flows("s2 u e2"))
    outer = d.sub("outer", d.several("outer", "many", "a"), d.start("s1"), inner, d.end("e1"), d.flows("s1 inner e1"))
    drawn = d.process(d.start(), d.user("t"), outer, d.end(), d.flows("start t outer end"))
    return Play(d.document(drawn), many=list(range(many)), few=list(range(few)))


def test_instances_within_instances_are_counted_together() -> None:
    assert len(many_inside(9, 9).do("t").open()) == 81
    play = many_inside(40, 40)
    before = play.state
    with pytest.raises(StepFailed, match="最多 1000 份"):
        play.do("t")
    assert play.state == before


@pytest.mark.parametrize("items", [["a"] * 501, 10**9, "letters"])
def test_one_activity_goes_through_a_list_of_some_length(items: object) -> None:
    with pytest.raises(StepFailed, match="不超过 500 项"):
        Play(d.straight(d.node("userTask", "t", d.several("t"))), items=items)


def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on each look at the watch is a second later than the one before."""
    seconds = itertools.count()
    monkeypatch.setattr(budget, "thread_time", lambda: next(seconds))


def test_a_table_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = d.node("businessRuleTask", "rule", bc_decision="t")
    files = {"p.bpmn": d.straight(d.user("first"), rule, d.user("last")), "t.dmn": dmn(*[(["-"], ["1"])] * 30)}
    files["t.dmn"] = files["t.dmn"].replace(b"<decisionTable>", b'<decisionTable hitPolicy="COLLECT">')
    assert Play(files, x=1).do("first").open() == ["last"]
    play = Play(files, x=1)
    before = play.state
    slow(monkeypatch)
    with pytest.raises(StepFailed, match="超过 5 秒"):
        play.do("first")
    assert play.state == before


def test_so_is_a_long_way_of_slow_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play(d.straight(d.user("first"), *(d.service(f"s{n}") for n in range(30))))
    slow(monkeypatch)
    with pytest.raises(StepFailed, match="超过 5 秒"):
        play.do("first")


def test_a_script_task_does_not_run() -> None:
    script = d.node("scriptTask", "s", "<bpmn:script>x = 1</bpmn:script>", name="脚本")
    with pytest.raises(StepFailed, match="脚本"):
        Play(d.straight(script))


def test_a_terminate_end_withdraws_what_is_open_in_its_scope_alone() -> None:
    inside = d.sub(
        "inside",
        *(d.start("s"), d.node("parallelGateway", "split"), d.user("a"), d.user("b"), d.terminate("stop")),
        *(d.end("e"), d.flows("s split a stop", "split b e")),
    )
    drawn = d.process(d.start(), inside, d.user("after"), d.end(), d.flows("start inside after end"))
    play = Play(d.document(drawn)).do("a")
    assert play.open() == ["after"]
    assert play.do("after").run.ended


def test_what_ended_one_branch_is_not_run_in_another() -> None:
    drawn = d.process(
        *(d.start(), d.user("t"), d.node("parallelGateway", "split"), d.service("never"), d.terminate("stop"), d.end()),
        d.flows("start t split stop", "split never end"),
    )
    play = Play(d.document(drawn)).do("t")
    assert play.run.ended
    assert play.host.operated == []
