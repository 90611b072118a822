"""Where a diagram cannot go on: it stops with the element's name, and never without end."""

from __future__ import annotations

import pytest

from engine.bpmn import state, workflow
from engine.bpmn.workflow import MAX_STEPS
from engine.errors import StepFailed
from tests.bpmn import drawing as d
from tests.bpmn.plain_host import Play


def test_a_loop_without_a_waiting_step_is_stopped() -> None:
    drawn = d.process(
        *(d.start(), d.service("count"), d.xor("g", default="count"), d.end()),
        d.flows("start count g end: false", "g count"),
    )
    with pytest.raises(StepFailed, match="绕圈"):
        Play(d.document(drawn))


def test_what_takes_too_long_is_stopped_and_leaves_the_stored_state_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instances within instances: each list is allowed, and all together they would be a quarter of a million."""
    inner = d.sub("inner", d.several("inner", "few", "b"), d.start("s2"), d.user("u"), d.end("e2"), d.flows("s2 u e2"))
    outer = d.sub("outer", d.several("outer", "many", "a"), d.start("s1"), inner, d.end("e1"), d.flows("s1 inner e1"))
    drawn = d.process(d.start(), d.user("t"), outer, d.end(), d.flows("start t outer end"))
    play = Play(d.document(drawn), many=list(range(500)), few=list(range(500)))
    before = play.state
    monkeypatch.setattr(workflow, "MAX_SECONDS", 0.1)
    with pytest.raises(StepFailed, match=r"超过 0\.1 秒"):
        play.do("t")
    assert play.state == before


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
