"""补充情况 and 催办: who may, when, and what follows."""

from __future__ import annotations

import json

import pytest

from engine.errors import NotFound, NotNow, NotYours
from tests.support.house import instant
from tests.support.play import Play, refused

TOLD = "反映人又送来出生证明复印件，电话 13300000806。"


@pytest.fixture
def dispatched(any_play: Play) -> Play:
    """A general case at SC-MI, signed, not yet contacted."""
    any_play.until("acknowledge")
    return any_play


def line(play: Play, action: str) -> str:
    """All that the lines of this action say, as text."""
    lines = [each for each in play.timeline() if each.action == action]
    assert lines, action
    return json.dumps([(each.before, each.after, each.element) for each in lines], ensure_ascii=False)


# ------------------------------------------------------------------ supplement
def test_what_is_supplemented_moves_nothing_and_reaches_those_who_have_the_case(dispatched: Play) -> None:
    before = dispatched.case()
    dispatched.act("supplement", "w3", text=TOLD)
    assert dispatched.notices("supplemented") == [["unit:SC-MI"]]
    assert (dispatched.case().open_tasks, dispatched.case().deadline) == (before.open_tasks, before.deadline)


def test_the_text_of_a_supplement_stands_beside_the_trail_not_on_it(dispatched: Play) -> None:
    dispatched.act("supplement", "w3", text=TOLD)
    assert "13300000806" not in line(dispatched, "supplemented")
    assert "commitment" in line(dispatched, "supplemented")


@pytest.mark.parametrize("who", ["w1", "lead", "callback", "group", "unit-SC-MI", "head-SC-MI"])
def test_who_hears_of_more_may_note_it(play: Play, who: str) -> None:
    play.until("acknowledge")
    play.act("supplement", who, text=TOLD)
    assert [each.actor for each in play.timeline() if each.action == "supplemented"] == [who]


@pytest.mark.parametrize("who", ["bureau", "leading", "auditor", "supervisor"])
def test_who_only_watches_notes_nothing(play: Play, who: str) -> None:
    play.until("acknowledge")
    with pytest.raises(NotYours):
        play.act("supplement", who, text=TOLD)


def test_a_unit_notes_more_only_while_it_has_an_open_order(play: Play) -> None:
    play.until("handle")
    with pytest.raises(NotYours):
        play.act("supplement", "unit-SC-MI", text=TOLD)


def test_a_restricted_case_is_supplemented_by_its_own_people_alone(play: Play) -> None:
    play.at("10-19 14:00")
    play.register("restricted", confidential=True)
    play.act("supplement", "restricted", text=TOLD)
    with pytest.raises(NotFound):
        play.act("supplement", "w3", text=TOLD)


def test_papers_that_arrive_do_not_by_themselves_end_the_waiting_for_them(play: Play) -> None:
    play.until("classify", classify={"grade": "simple"})
    play.do("handle_on_site", "w3", onsite_result="waiting_citizen")
    play.act("supplement", "w3", text=TOLD)
    assert play.open() == ["await_citizen"]
    assert play.case().paused


def test_an_archived_case_takes_no_supplement(play: Play) -> None:
    play.until("return_visit")
    with pytest.raises(NotNow, match="已归档"):
        play.act("supplement", "w3", text=TOLD)


def test_an_empty_supplement_is_refused(dispatched: Play) -> None:
    with refused("text"):
        dispatched.act("supplement", "w3", text="  ")
    with refused("text"):
        dispatched.act("supplement", "w3")


# ------------------------------------------------------------------ urge
def test_every_urging_is_counted_and_told_to_those_who_have_the_case(dispatched: Play) -> None:
    dispatched.act("urge", "callback", reason="反映人来电催")
    dispatched.at("10-19 16:00")
    dispatched.act("urge", "w3", reason="反映人又来电催")
    urges = dispatched.case().urges
    assert (urges.count, urges.last_at) == (2, instant("2026-10-19 16:00"))
    assert dispatched.notices("urged") == [["unit:SC-MI"]] * 2


def test_a_case_nobody_pressed_says_so(dispatched: Play) -> None:
    assert (dispatched.case().urges.count, dispatched.case().urges.last_at) == (0, None)


def test_the_line_of_an_urging_says_how_often_and_not_why(dispatched: Play) -> None:
    dispatched.act("urge", "w3", reason="王大爷来电")
    said = line(dispatched, "urged")
    assert '"count": 1' in said
    assert "王大爷" not in said


def test_who_supervises_is_not_urged(play: Play) -> None:
    play.until("dispatch")
    play.at("10-20 17:30")  # nobody made contact in time: tier 2
    assert "supervise" in [name.partition(" ")[0] for name in play.open()]
    play.act("urge", "w3", reason="反映人来电催")
    assert play.notices("urged") == [["unit:SC-MI"]]


@pytest.mark.parametrize("who", ["w1", "lead", "callback", "group", "bureau", "leading"])
def test_who_answers_for_the_loop_may_urge(play: Play, who: str) -> None:
    play.until("acknowledge")
    play.act("urge", who, reason="请尽快办")
    assert play.case().urges.count == 1


@pytest.mark.parametrize("who", ["unit-SC-MI", "auditor", "supervisor"])
def test_who_is_urged_or_only_watches_does_not_urge(play: Play, who: str) -> None:
    play.until("acknowledge")
    with pytest.raises(NotYours):
        play.act("urge", who, reason="请尽快办")


def test_nobody_is_urged_while_nobody_has_the_case(play: Play) -> None:
    play.until("give_feedback")  # the call-back opens next morning
    with pytest.raises(NotNow, match="没有人在办"):
        play.act("urge", "w3", reason="请尽快办")


def test_an_archived_case_is_not_urged(play: Play) -> None:
    play.until("return_visit")
    with pytest.raises(NotNow, match="已归档"):
        play.act("urge", "w3", reason="请尽快办")
