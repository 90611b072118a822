"""A case as it was after any line: what it told at that time, by its trail alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.cases.commands import ClaimTask, HandOn, UnclaimTask
from engine.definitions.shipped import SHIPPED, read_folder
from engine.directory.commands import ChangePerson
from engine.errors import NotFound
from engine.queries.as_of import AsOf, as_of
from engine.replay.memory import EngineStage, throw_away_engine
from engine.replay.player import play as play_recorded
from engine.replay.recording import sample_cases
from engine.storage.models import audit
from tests.audit.album import Album
from tests.audit.every_line import unlike
from tests.support.harm import harm
from tests.support.play import Play, refused, when


def then(play: Play, seq: int | None = None) -> AsOf:
    return play.engine.read(as_of, play.no, seq)


def seq_of(play: Play, action: str, element: str | None = None) -> int:
    return next(line.seq for line in play.timeline() if line.action == action and element in (None, line.element))


def value(told: AsOf, name: str) -> Any:
    return next((each.text for each in told.variables if each.name == name), None)


# ------------------------------------------------------------------ every line of many cases
def test_of_every_sample_case_every_line_tells_what_the_case_then_was() -> None:
    recordings, album = sample_cases(), Album()
    with throw_away_engine(read_folder(SHIPPED), min(each.steps[0].at for each in recordings)) as engine:
        play_recorded(recordings, EngineStage(engine), lambda: album.take(engine))
        assert album.unlike(engine) == []
    assert len(album.pictures) > 80


def test_so_does_every_line_of_a_random_course(play: Play) -> None:
    """`python -m tests.audit.every_line` plays as many as one likes."""
    assert unlike(play, 3, turns=20) == []


# ------------------------------------------------------------------ single lines
@pytest.fixture
def answered(play: Play) -> Play:
    play.until("handle")
    return play


def test_what_came_later_is_not_known_yet(answered: Play) -> None:
    told = then(answered, seq_of(answered, "completed", "accept"))
    assert (told.status, told.grade, told.deadline, told.lead_unit) == ("accepted", None, None, None)
    assert (value(told, "acceptance"), value(told, "grade"), told.work_orders) == ("受理", None, ())
    assert "five_step_loop/classify" in told.tokens and "five_step_loop/classify" not in told.path


def test_the_light_is_of_that_instant(answered: Play) -> None:
    told = then(answered, seq_of(answered, "completed", "classify"))
    assert (told.light, told.remaining, told.deadline) == ("green", 5, when("10-26 17:00"))


def test_a_value_that_was_changed_is_told_with_what_it_was_before(play: Play) -> None:
    play.until("classify")
    before = len(play.timeline())
    play.act("amend", "w3", field="cause", value="材料类", reason="看错了")
    told = {each.name: each for each in then(play).variables}["cause"]
    assert (told.text, told.text_before, told.seq, told.actor) == ("材料类", "系统类", before + 1, "w3")
    assert value(then(play, before), "cause") == "系统类"


def test_each_step_keeps_its_own_answer_to_a_field_that_others_have_too(answered: Play) -> None:
    """`action` is asked for by the signature, the contact and the handling; the contact left it out."""
    found = [(each.step, each.unit, each.value, each.seq_before) for each in then(answered).variables]
    mi = ("SC-MI", None)
    assert [(step, value) for step, unit, value, before in found if (unit, before) == mi and value in _ACTIONS] == [
        ("acknowledge", "sign"),
        ("handle", "reply"),
    ]
    assert len({(each.step, each.unit, each.name) for each in then(answered).variables}) == len(found)


_ACTIONS = ("sign", "contact", "reply")


def test_two_units_at_the_same_step_each_keep_their_own_answer(play: Play) -> None:
    play.until("dispatch", dispatch={"co_units": ["SC-SS"]})
    play.do("acknowledge", "unit-SC-SS", "SC-SS", action="sign")
    play.do("acknowledge", "unit-SC-MI", "SC-MI", action="sign")
    found = [(each.unit, each.actor) for each in then(play).variables if each.name == "action"]
    assert found == [("SC-SS", "unit-SC-SS"), ("SC-MI", "unit-SC-MI")]


def test_a_correction_stands_with_the_step_whose_answer_it_puts_right_and_so_does_another_round(play: Play) -> None:
    play.until("handle")
    play.act("amend", "w3", field="cause", value="材料类", reason="看错了")
    play.do("review", "group2", review_result="send_back", send_back_reason="再办")
    play.do("handle", "unit-SC-MI", "SC-MI", action="reply", reply_text="又办了")
    told = {(each.step, each.name): each for each in then(play).variables}
    cause, reply = told["classify", "cause"], told["handle", "reply_text"]
    assert (cause.text, cause.text_before, cause.corrected, cause.element) == ("材料类", "系统类", True, "amend")
    assert (reply.text, reply.text_before, reply.corrected, reply.element_before) == (
        "又办了",
        "已参保",
        False,
        "handle",
    )


def test_who_held_a_task_is_known_of_every_line(play: Play) -> None:
    play.until("classify")
    task = play.task("dispatch").id
    for command, by in ((ClaimTask(task, "group"), "group"), (HandOn(task, "group2", None), "group")):
        play.execute(command, by)
    play.execute(UnclaimTask(task), "group2")
    last = len(play.timeline())
    assert [then(play, seq).tasks[0].holder for seq in range(last - 3, last + 1)] == [None, "group", "group2", None]


def test_of_two_units_at_the_same_step_the_one_that_claimed_holds_its_own(play: Play) -> None:
    play.until("dispatch", dispatch={"co_units": ["SC-SS"]})
    task = play.task("acknowledge", "SC-SS").id
    play.execute(ClaimTask(task, "unit-SC-SS"), "unit-SC-SS")
    claimed = len(play.timeline())
    play.do("acknowledge", "unit-SC-SS", "SC-SS", action="sign")
    assert {task.unit: task.holder for task in then(play, claimed).tasks} == {"SC-SS": "unit-SC-SS", "SC-MI": None}


def test_an_instant_means_the_last_line_by_then(answered: Play) -> None:
    signed = seq_of(answered, "completed", "acknowledge")
    at = answered.timeline()[signed - 1].at
    find = answered.engine.read
    assert find(as_of, answered.no, at).seq == signed
    assert find(as_of, answered.no, at - timedelta(microseconds=1)).seq == signed - 1
    with refused("at"):
        find(as_of, answered.no, when("10-19 13:00"))


def test_at_an_instant_between_two_lines_the_clock_has_gone_on_and_nothing_else(answered: Play) -> None:
    """Due on Monday the 26th: five working days after the 19th, two after Thursday the 22nd."""
    waiting, instant = when("10-19 15:00"), when("10-22 16:30")
    answered.at("10-23 09:00")
    first, by_line = answered.engine.read(as_of, answered.no, waiting), then(answered, then_seq(answered, waiting))
    told = answered.engine.read(as_of, answered.no, instant)
    assert (first.at, first.line_at, first.remaining) == (waiting, waiting, 5) and first == by_line
    assert (told.at, told.light, told.remaining) == (instant, "yellow", 2)
    assert told.line_at == max(line.at for line in answered.timeline() if line.at <= instant) < instant


def then_seq(play: Play, at: datetime) -> int:
    return max(line.seq for line in play.timeline() if line.at <= at)


def test_a_case_is_late_at_an_instant_after_its_deadline_though_no_line_says_so(play: Play) -> None:
    play.until("first_contact")
    play.at("10-27 12:00")
    assert play.timeline()[-1].at == when("10-26 17:00")
    lights = {at: play.engine.read(as_of, play.no, when(at)).light for at in ("10-26 17:00", "10-26 17:01")}
    assert lights == {"10-26 17:00": "yellow", "10-26 17:01": "red"}


def test_people_at_an_instant_are_as_the_directory_then_had_them(play: Play) -> None:
    play.until("first_contact")
    play.at("10-20 10:00")
    play.house.do("admin", ChangePerson("w3", "李新名", None, "W3"))
    play.at("10-20 15:00")
    names = {
        at: next(each.display for each in play.engine.read(as_of, play.no, when(at)).people if each.name == "w3")
        for at in ("10-20 09:59", "10-20 10:00")
    }
    assert names["10-20 10:00"] == "李新名" != names["10-20 09:59"]


def test_an_instant_that_has_not_come_is_told_as_now_and_said_to_lie_ahead(answered: Play) -> None:
    answered.at("10-21 16:00")
    told, now = (answered.engine.read(as_of, answered.no, when(at)) for at in ("12-31 12:00", "10-21 16:00"))
    assert (told.at, told.seq, told.ahead) == (when("10-21 16:00"), told.lines, when("12-31 12:00"))
    assert now.ahead is None and then(answered, 2).ahead is None


# ------------------------------------------------------------------ what does not hold, and what is refused
def test_a_line_that_is_not_as_it_was_written_is_named_and_the_case_told_as_before_it(answered: Play) -> None:
    seq = seq_of(answered, "completed", "dispatch")
    harm(answered, update(audit).where(audit.c.case_id == 1, audit.c.seq == seq).values(actor="w4"))
    told = then(answered)
    assert (told.holds, told.first_bad, told.problem) == (False, seq, "内容与哈希不符")
    assert [task.element for task in told.tasks] == ["dispatch"]
    assert then(answered, seq - 1).holds


def test_a_changed_digest_is_noticed_although_the_chain_was_made_anew(answered: Play) -> None:
    last = len(answered.timeline())
    one = update(audit).where(audit.c.case_id == 1, audit.c.seq == last).values(digest="0" * 64)
    harm(answered, one, rehash=True)
    told = then(answered)
    assert (told.holds, told.first_bad, told.digest) == (False, last, "0" * 64)


def test_a_line_the_case_has_not_got_is_refused(answered: Play) -> None:
    last = len(answered.timeline())
    for seq in (0, last + 1):
        with refused("seq"):
            then(answered, seq)


def test_a_restricted_case_does_not_exist_for_an_auditor(play: Play) -> None:
    play.at("10-19 14:00")
    play.register("restricted", acceptance="restricted", reason="涉密")
    with pytest.raises(NotFound):
        play.engine.read_as(play.house.actor("auditor"), as_of, play.no)
