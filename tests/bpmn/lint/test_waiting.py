"""The waiting places with their clocks and the ends with their answers, as the drawings say."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.lint import waiting_of
from engine.bpmn.lint.endings import Ending
from engine.bpmn.lint.waiting import Clock, Place
from engine.definitions.shipped import SHIPPED, read_folder
from tests.bpmn import drawing as d
from tests.bpmn.lint.asked import between

FAMILY = read_folder(SHIPPED)
TASKS = {  # every user task of PROCESS.md
    *("accept", "confirm_exit", "classify", "handle_on_site", "await_citizen", "dispatch", "review", "approve_pending"),
    *("give_feedback", "return_visit", "approve_redo", "chief_review", "review_pending", "handle_restricted"),
    *("acknowledge", "first_contact", "handle", "adjudicate_return", "decide_extension", "decide_pause"),
    *("decide_regrade", "await_resume", "supervise"),
}


def places(files: Mapping[str, bytes] | bytes) -> dict[str, Place]:
    bundle = {"p.bpmn": files} if isinstance(files, bytes) else files
    return {place.element: place for place in waiting_of(bundle)[0]}


def endings(files: Mapping[str, bytes] | bytes) -> dict[str, Ending]:
    bundle = {"p.bpmn": files} if isinstance(files, bytes) else files
    return {ending.element: ending for ending in waiting_of(bundle)[1]}


# ------------------------------------------------------------------ the case family
def test_every_task_of_the_contract_is_listed_with_a_due_instant_of_its_own() -> None:
    found = {place.element: place for place in waiting_of(FAMILY)[0] if place.kind == "userTask"}
    assert set(found) == TASKS
    assert [id for id, place in found.items() if not any(clock.by == "bc:due" for clock in place.clocks)] == []


def test_beside_the_tasks_it_waits_for_messages_months_signals_and_called_processes() -> None:
    found = {place.element: place.calls for place in waiting_of(FAMILY)[0] if place.element not in TASKS}
    assert {id for id, calls in found.items() if calls is None} == {
        *("await_lead", "await_visit", "await_month", "deadline_lifted", "remind_again")
    }
    assert [id for id, calls in found.items() if calls == "work_order"] == ["orders"]
    assert {calls for calls in found.values() if calls} == {"work_order", "escalation"}


def test_no_place_of_it_is_without_a_clock() -> None:
    assert [place.element for place in waiting_of(FAMILY)[0] if place.without_clock] == []


def test_the_ladder_of_the_case_runs_around_every_place_of_a_work_order() -> None:
    ladder = ("remind", "overdue", "overdue_2", "overdue_5", "external_warn")
    found = [place for place in waiting_of(FAMILY)[0] if place.process == "work_order"]
    assert {tuple(clock.by for clock in place.outer) for place in found} == {ladder}


def test_a_supervision_may_be_called_from_anywhere_so_its_own_due_alone_counts() -> None:
    supervise = places(FAMILY)["supervise"]
    assert (supervise.clocks, supervise.outer) == ((Clock("bc:due", "workdays(1)"),), ())


def test_with_its_timer_gone_a_place_stands_without_a_clock() -> None:
    text = FAMILY["five_step_loop.bpmn"].decode()
    moved = text.replace('attachedToRef="await_lead"', 'attachedToRef="accept"')
    assert moved != text
    found = waiting_of({**FAMILY, "five_step_loop.bpmn": moved.encode()})[0]
    assert [place.element for place in found if place.without_clock] == ["await_lead"]


def test_the_case_ends_in_one_place_and_every_way_there_answers() -> None:
    ends = [ending for ending in waiting_of(FAMILY)[1] if not (ending.back_to or ending.beside)]
    assert [ending.element for ending in ends] == ["archived"]
    assert set(ends[0].answers) == {"record_feedback", "feedback_given", "await_lead", "handle_restricted"}


# ------------------------------------------------------------------ small diagrams
def test_a_place_has_the_clocks_of_the_scopes_around_it_from_the_inside_out() -> None:
    inner = d.sub("inner", d.start("s2"), d.user("t", bc_due="workdays(1)"), d.end("e2"), d.flows("s2 t e2"))
    outer = d.sub("outer", d.start("s1"), inner, d.end("e1"), d.flows("s1 inner e1"))
    late = d.boundary("late", "outer", d.timer("minutes(5)"), False) + d.end("told") + d.flows("late told")
    drawn = places(d.document(d.process(d.start(), outer, late, d.end(), d.flows("start outer end"))))
    assert drawn["t"].scopes == ("outer", "inner")
    assert drawn["t"].clocks == (Clock("bc:due", "workdays(1)"), Clock("late", "minutes(5)"))


def test_beside_its_host_a_signal_may_be_awaited_without_a_clock_but_no_person() -> None:
    news = d.boundary("news", "t", d.event("message", "m"), False)
    caught = d.node("intermediateCatchEvent", "caught", d.event("signal", "s"))
    drawn = places(
        between(
            *(
                d.user("t", bc_due="workdays(1)"),
                news,
                caught,
                d.user("u"),
                d.end("told"),
                d.flows("news caught u told"),
            ),
            along="start t end",
            rest=d.message("m") + d.signal("s"),
        )
    )
    assert [(drawn[id].beside, drawn[id].without_clock) for id in ("caught", "u")] == [
        (("t",), False),
        (("t",), True),
    ]


def test_an_end_hands_back_to_its_scope_or_ends_a_course_beside_or_all() -> None:
    inside = d.sub("inside", d.start("s"), d.user("t"), d.end("e"), d.flows("s t e"))
    late = d.boundary("late", "inside", d.timer("minutes(5)"), False) + d.end("told") + d.flows("late told")
    found = endings(d.document(d.process(d.start(), inside, late, d.end(), d.flows("start inside end"))))
    assert {id: (ending.back_to, ending.beside) for id, ending in found.items()} == {
        "e": ("inside", ()),
        "told": (None, ("inside",)),
        "end": (None, ()),
    }


def test_only_the_nearest_answers_on_the_ways_to_an_end_are_told() -> None:
    drawn = between(
        *(d.service("first", "feedback"), d.service("second", "feedback"), d.xor("g", "g_end"), d.service("other")),
        along="start first g second other end",
    )
    assert endings(drawn)["end"].answers == ("second",)


def test_an_end_nobody_answered_before_has_no_answers() -> None:
    assert endings(d.straight(d.user("t")))["end"].answers == ()
