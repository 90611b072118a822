"""Our dialect: own attributes and Camunda's synonyms, lanes, loops over a collection, events that carry no data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.bpmn.runtime import OpenTask
from engine.errors import NobodyWaits, StepFailed
from tests.bpmn import drawing as d
from tests.bpmn.plain_host import NINE, Play


def only(**attributes: str) -> OpenTask:
    """The one open task of a process that draws it with these attributes."""
    play = Play(d.straight(d.user("t", **attributes)), unit="SC-SS", limit=30, group="callback")
    return play.task("t")


# ------------------------------------------------------------------ attributes
@pytest.mark.parametrize(
    ("attributes", "groups"),
    [
        ({"bc_groups": "window, work_group"}, ("window", "work_group")),
        ({"bc_groups": "unit:${unit}"}, ("unit:SC-SS",)),
        ({"camunda_candidateGroups": "window,${group}"}, ("window", "callback")),
        ({"camunda_candidateUsers": "w1,w2"}, ("w1", "w2")),
        ({"camunda_assignee": "${group}"}, ("callback",)),
        ({"camunda_candidateGroups": "window", "camunda_assignee": "w1"}, ("window",)),
        ({"bc_groups": "window", "camunda_candidateGroups": "callback"}, ("window",)),
        ({"bc_groups": ""}, ()),
        ({"bc_groups": "window,window"}, ("window",)),
        ({}, ()),
    ],
)
def test_groups_are_read_from_either_dialect_our_own_first(attributes: dict[str, str], groups: tuple[str, ...]) -> None:
    assert only(**attributes).groups == groups


@pytest.mark.parametrize("attribute", ["bc_due", "camunda_dueDate"])
def test_a_due_is_an_instant_computed_once(attribute: str) -> None:
    assert only(**{attribute: "minutes(limit)"}).due == NINE + timedelta(minutes=30)
    assert only(**{attribute: "${minutes(limit)}"}).due == NINE + timedelta(minutes=30)


def test_a_due_of_null_is_none() -> None:
    assert only(bc_due="null").due is None


def test_a_due_that_is_no_instant_names_the_task() -> None:
    with pytest.raises(StepFailed, match="“t”"):
        only(bc_due="'tomorrow'")


@pytest.mark.parametrize(
    ("attributes", "priority"),
    [({"bc_priority": "80"}, 80), ({"camunda_priority": "20"}, 20), ({"camunda_priority": "${x}"}, 50), ({}, 50)],
)
def test_a_priority_is_a_number_or_fifty(attributes: dict[str, str], priority: int) -> None:
    assert only(**attributes).priority == priority


@pytest.mark.parametrize("attribute", ["bc_form", "camunda_formKey", "camunda_formRef"])
def test_a_form_is_named_in_either_dialect(attribute: str) -> None:
    assert only(**{attribute: "accept"}).element.form == "accept"


def lanes(**names: str) -> str:
    """A lane set: lane name -> ids of its nodes."""
    drawn = "".join(
        d.node(
            "lane", f"lane_{n}", "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ids.split()), name=name
        )
        for n, (name, ids) in enumerate(names.items())
    )
    return d.node("laneSet", "lanes", drawn)


def test_the_lane_is_the_group_of_who_has_none_of_his_own() -> None:
    drawn = d.process(
        lanes(window="a inside", callback="b"),
        *(d.start(), d.user("a"), d.user("b"), d.user("c", bc_groups="bureau"), d.end()),
        d.flows("start a b c end"),
    )
    play = Play(d.document(drawn))
    assert play.task("a").groups == ("window",)
    assert play.do("a").task("b").groups == ("callback",)
    assert play.do("b").task("c").groups == ("bureau",)


def test_a_lane_reaches_into_a_sub_process() -> None:
    inside = d.sub("inside", d.start("s"), d.user("t"), d.end("e"), d.flows("s t e"))
    drawn = d.process(lanes(window="inside"), d.start(), inside, d.end(), d.flows("start inside end"))
    assert Play(d.document(drawn)).task("t").groups == ("window",)


def test_a_phase_is_inherited_from_the_scope_around() -> None:
    inside = d.sub(
        "inside",
        *(d.start("s"), d.user("t"), d.user("u", bc_phase="feedback"), d.end("e"), d.flows("s t u e")),
        bc_phase="dispatch",
    )
    play = Play(d.document(d.process(d.start(), inside, d.end(), d.flows("start inside end"))))
    assert play.task("t").element.phase == "dispatch"
    assert play.do("t").task("u").element.phase == "feedback"


def test_an_unknown_variable_in_groups_names_the_task() -> None:
    with pytest.raises(StepFailed, match=r"“t”.*nowhere"):
        only(bc_groups="unit:${nowhere}")


# ------------------------------------------------------------------ assignments and operations
def test_assignments_see_those_before_them_and_stay_in_the_process() -> None:
    play = Play(d.straight(d.service("s", bc_set="n = 1; m = n + 1"), d.user("t")))
    assert play.task("t").data["m"] == 2
    assert play.host.operated == ["note@s"]


def test_a_call_prepares_its_own_data_and_leaves_the_callers_alone() -> None:
    called = d.process(d.start("s"), d.user("t"), d.end("e"), d.flows("s t e"), id="called")
    main = d.process(
        *(d.start(), d.node("callActivity", "call", calledElement="called", bc_set="tier = tier + 1")),
        *(d.user("after"), d.end(), d.flows("start call after end")),
    )
    play = Play({"p.bpmn": d.document(main), "called.bpmn": d.document(called)}, "p", tier=1)
    assert play.task("t").data["tier"] == 2


def test_an_operation_that_cannot_be_done_names_its_element() -> None:
    with pytest.raises(StepFailed, match=r"“转办”.*做不了"):
        Play(d.straight(d.service("s", "fail", name="转办")))


def test_a_condition_over_an_unknown_variable_names_its_gateway() -> None:
    drawn = d.process(
        *(d.start(), d.xor("g", default="end", name="去向？"), d.user("t"), d.end()),
        d.flows("start g t: missing == 1", "g end", "t end"),
    )
    with pytest.raises(StepFailed, match="missing"):
        Play(d.document(drawn))


# ------------------------------------------------------------------ multi-instance
def loop_with_interruption(kind: str, inside: str = "", **attributes: str) -> bytes:
    """An activity over `items` with an interrupting signal that leads back into itself."""
    return d.document(
        d.process(
            *(d.start(), d.node(kind, "each", d.several("each") + inside, **attributes), d.service("again"), d.end()),
            d.boundary("restart", "each", d.event("signal", "restart")),
            d.flows("start each end", "restart again each"),
        ),
        d.signal("restart"),
    )


def items(play: Play, element: str) -> list[Any]:
    return sorted(t.data["item"] for t in play.run.open_tasks() if t.element.id == element)


def test_a_task_opens_for_each_item_and_the_process_goes_on_after_the_last() -> None:
    play = Play(loop_with_interruption("userTask"), items=["a", "b", "c"])
    assert items(play, "each") == ["a", "b", "c"]
    play.do("each", {"item": "b"}).do("each", {"item": "a"})
    assert items(play, "each") == ["c"]
    assert play.do("each", {"item": "c"}).run.ended


def test_no_item_no_task() -> None:
    assert Play(loop_with_interruption("userTask"), items=[]).run.ended


def test_what_one_instance_answers_stays_with_it() -> None:
    drawn = d.process(
        *(d.start(), d.node("userTask", "each", d.several("each")), d.user("after"), d.end()),
        d.flows("start each after end"),
    )
    play = Play(d.document(drawn), items=["a", "b"], answer=None)
    play.do("each", {"item": "a"}, answer="from a")
    assert play.task("each", item="b").data["answer"] is None
    data = play.do("each", {"item": "b"}, answer="from b").task("after").data
    assert data["answer"] is None
    assert "item" not in data


def test_it_is_entered_again_from_its_own_interrupting_boundary() -> None:
    play = Play(loop_with_interruption("userTask"), items=["a", "b"])
    play.do("each", {"item": "a"}).signal("restart")
    assert items(play, "each") == ["a", "b"]
    play.signal("restart")
    assert items(play, "each") == ["a", "b"]
    assert play.do("each", {"item": "a"}).do("each", {"item": "b"}).run.ended


def test_interrupted_instances_leave_neither_tasks_nor_timers_behind() -> None:
    inside = d.start("s") + d.user("t") + d.end("e") + d.flows("s t e")
    inside += d.boundary("late", "t", d.timer("minutes(30)"), False) + d.end("e2") + d.flows("late e2")
    play = Play(loop_with_interruption("subProcess", inside), items=["a", "b"])
    assert items(play, "t") == ["a", "b"]
    play.run.signal("restart")
    assert len(play.run.open_tasks()) == 2
    assert len(play.run.timers()) == 2


def test_a_called_process_per_item_is_entered_again_too() -> None:
    called = d.process(d.start("s"), d.user("t"), d.end("e"), d.flows("s t e"), id="called")
    files = {"p.bpmn": loop_with_interruption("callActivity", calledElement="called"), "c.bpmn": d.document(called)}
    play = Play(files, "p", items=["a", "b"]).signal("restart")
    assert items(play, "t") == ["a", "b"]
    assert play.do("t", {"item": "b"}).do("t", {"item": "a"}).run.ended


def test_a_loop_that_comes_back_takes_the_items_of_that_time() -> None:
    drawn = d.process(
        *(d.start(), d.node("userTask", "each", d.several("each")), d.user("more"), d.xor("g", default="end"), d.end()),
        d.flows("start each more g end", "g each: again"),
    )
    play = Play(d.document(drawn), items=["a"], again=False)
    play.do("each").do("more", items=["x", "y"], again=True)
    assert items(play, "each") == ["x", "y"]


def test_one_after_the_other_when_sequential() -> None:
    several = (
        d.several("each")
        .replace("<bpmn:multi", "<bpmn:multi", 1)
        .replace(' id="each_mi"', ' id="m" isSequential="true"')
    )
    drawn = d.process(
        *(d.start(), d.node("userTask", "each", several), d.user("more"), d.xor("g", default="end"), d.end()),
        d.flows("start each more g end", "g each: again"),
    )
    play = Play(d.document(drawn), items=["a", "b"], again=False)
    assert items(play, "each") == ["a"]
    assert items(play.do("each"), "each") == ["b"]
    play.do("each").do("more", again=True)
    assert items(play, "each") == ["a"]


def test_a_completion_condition_withdraws_the_rest() -> None:
    condition = "<bpmn:completionCondition>close == true</bpmn:completionCondition>"
    drawn = d.process(
        *(d.start(), d.node("userTask", "each", d.several("each", inner=condition)), d.end()),
        d.flows("start each end"),
    )
    play = Play(d.document(drawn), items=["a", "b", "c"], close=False)
    assert play.do("each", {"item": "a"}, close=False).open() == ["each", "each"]
    assert play.do("each", {"item": "c"}, close=True).run.ended


@pytest.mark.parametrize("items", [None, "abc", 5, list(range(501))])
@pytest.mark.parametrize("sequential", ["", ' isSequential="true"'])
def test_what_is_no_list_of_a_sensible_length_is_a_failure_that_names_the_activity(items: Any, sequential: str) -> None:
    drawn = loop_with_interruption("userTask").replace(b' id="each_mi"', f' id="m"{sequential}'.encode())
    with pytest.raises(StepFailed, match="each"):
        Play(drawn, items=items)


@pytest.mark.parametrize("count", ["1000000000", "-1", "'a'", "true"])
def test_a_number_of_instances_must_be_sensible(count: str) -> None:
    inner = f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{count}</bpmn:loopCardinality>"
    drawn = d.straight(d.node("userTask", "each", inner + "</bpmn:multiInstanceLoopCharacteristics>"))
    with pytest.raises(StepFailed, match="each"):
        Play(drawn)


# ------------------------------------------------------------------ quiet events
def test_a_signal_carries_no_data_to_who_catches_it() -> None:
    drawn = d.process(
        *(
            d.start(),
            d.node("parallelGateway", "split"),
            d.user("a"),
            d.user("b"),
            d.service("told"),
            d.user("c"),
            d.end(),
        ),
        *(d.node("intermediateThrowEvent", "throw", d.event("signal", "news")), d.node("parallelGateway", "join")),
        d.boundary("hear", "b", d.event("signal", "news"), False) + d.end("heard"),
        d.flows("start split a throw join c end", "split b join", "hear told heard"),
    )
    play = Play(d.document(drawn, d.signal("news")), x="before").do("a", x="of a")
    assert play.task("b").data["x"] == "before"
    assert play.host.operated == ["note@told"]


def test_an_escalation_carries_no_data_either() -> None:
    inside = d.sub(
        "inside",
        *(d.start("s"), d.user("a"), d.node("intermediateThrowEvent", "throw", d.event("escalation", "late"))),
        *(d.user("b"), d.end("e"), d.flows("s a throw b e")),
    )
    drawn = d.process(
        *(d.start(), inside, d.boundary("hear", "inside", d.event("escalation", "late"), False), d.user("told")),
        *(d.end("heard"), d.end(), d.flows("start inside end", "hear told heard")),
    )
    play = Play(d.document(drawn, d.escalation("late")), x="before").do("a", x="of a")
    assert play.open() == ["b", "told"]
    assert play.task("told").data["x"] == "before"


def test_a_message_carries_its_variables_and_nobody_waiting_is_an_answer() -> None:
    drawn = d.process(
        *(d.start(), d.user("t"), d.boundary("gone", "t", d.event("message", "withdraw")), d.user("told"), d.end()),
        d.flows("start t end", "gone told end"),
    )
    play = Play(d.document(drawn, d.message("withdraw")))
    assert play.run.waits_for("withdraw")
    assert play.send("withdraw", reason="moved").task("told").data["reason"] == "moved"
    assert not play.run.waits_for("withdraw")
    with pytest.raises(NobodyWaits):
        play.send("withdraw")


def test_a_signal_nobody_waits_for_is_no_error() -> None:
    play = Play(d.straight(d.user("t")))
    assert play.signal("unheard").open() == ["t"]


# ------------------------------------------------------------------ acting
def test_only_an_open_user_task_can_be_completed() -> None:
    play = Play(d.straight(d.user("a"), d.user("b")))
    first = play.task("a").id
    play.do("a")
    for id in (first, "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(KeyError):
            play.run.complete(id, {})


def test_only_a_waiting_timer_can_be_fired() -> None:
    play = Play(d.straight(d.user("a")))
    with pytest.raises(KeyError):
        play.run.fire(play.task("a").id)


def test_an_answer_does_not_reach_back_into_what_a_finished_task_saw() -> None:
    given: dict[str, Any] = {"people": [{"name": "a"}]}
    drawn = d.process(
        *(
            d.start(),
            d.node("parallelGateway", "split"),
            d.user("a"),
            d.user("b"),
            d.node("parallelGateway", "join"),
            d.end(),
        ),
        d.flows("start split a join end", "split b join"),
    )
    play = Play(d.document(drawn), case=given)
    play.run.complete(play.task("a").id, {"case": {"people": [{"name": "changed"}]}})
    assert play.task("b").data["case"] == given


def test_what_a_caller_passes_in_stays_his_own() -> None:
    given = {"list": [1]}
    play = Play(d.straight(d.user("a"), d.user("b")), given=given)
    variables = {"mine": [1]}
    play.run.complete(play.task("a").id, variables)
    variables["mine"].append(2)
    given["list"].append(2)
    assert play.task("b").data["mine"] == [1]
    assert play.task("b").data["given"] == {"list": [1]}
