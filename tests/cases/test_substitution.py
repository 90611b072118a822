"""Standing in for an absent colleague: seen, done and traced on their behalf, and over by itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.cases.commands import ClaimTask, CommentTask, HandOn
from engine.directory.commands import ChangeGroups, EndSubstitution, EnterSubstitution, SetActive
from engine.errors import BadInput, NotFound, NotNow, NotYours, TakenByOther
from engine.queries.case import case
from engine.queries.inbox import Inbox, inbox
from engine.queries.substitutions import SubstitutionRow, absentees, candidates, substitutions_seen
from tests.support.house import FURNISHING
from tests.support.play import Play, when

HEAD = "head-SC-MI"


def away(
    play: Play, absent: str, substitute: str, until: str = "11-01 09:00", by: str | None = None, **more: str
) -> int:
    since = when(more["since"]) if "since" in more else None
    return int(play.execute(EnterSubstitution(absent, substitute, when(until), since, "培训"), by or absent))


def queue(play: Play, who: str, name: str = "mine") -> Inbox:
    return play.engine.read_as(play.house.actor(who), inbox, name)


def traced(play: Play, action: str = "completed") -> list[tuple[str, str | None]]:
    """Who did it, and on whose behalf, line by line."""
    return [(line.actor, line.on_behalf_of) for line in play.timeline() if line.action == action]


@pytest.fixture
def dispatched(any_play: Play) -> Play:
    """An order waits for the health insurance centre."""
    any_play.until("dispatch")
    return any_play


# ------------------------------------------------------------------ seeing and acting
def test_a_substitute_sees_and_acts_on_behalf_traced_as_such(dispatched: Play) -> None:
    play = dispatched
    play.execute(ChangeGroups(HEAD, ("unit_deputy:SC-MI",), ("unit_head:SC-MI",)), "admin")
    with pytest.raises(NotYours):
        play.do("acknowledge", HEAD, action="sign")
    away(play, "unit-SC-MI", HEAD)
    [item] = queue(play, HEAD, "group").items
    assert (item.element, item.may_claim, item.on_behalf_of) == (
        "acknowledge",
        True,
        play.house.actor("unit-SC-MI").display,
    )
    play.do("acknowledge", HEAD, action="sign")
    assert traced(play)[-1] == (HEAD, "unit-SC-MI")
    assert queue(play, HEAD, "done").items[0].on_behalf_of is not None


def test_what_one_may_do_by_ones_own_right_is_ones_own(play: Play) -> None:
    play.until("register")
    away(play, "w1", "w2")
    assert queue(play, "w2", "group").items[0].on_behalf_of is None
    play.do("accept", "w2", acceptance="accept")
    assert traced(play) == [("w2", None)]


def test_what_the_absent_person_holds_is_done_by_the_substitute_alone(play: Play) -> None:
    play.until("register")
    play.execute(ClaimTask(play.task("accept").id, "w1"), "w1")
    away(play, "w1", "w2")
    with pytest.raises(TakenByOther):
        play.do("accept", "w3", acceptance="accept")
    [item] = queue(play, "w2").items
    assert (item.mine, item.on_behalf_of) == (True, "1号窗口工作人员")
    play.do("accept", "w2", acceptance="accept")
    assert traced(play) == [("w2", "w1")]


def test_what_the_absent_person_holds_is_claimed_handed_on_and_given_back(play: Play) -> None:
    play.until("register")
    task = play.task("accept").id
    play.execute(ClaimTask(task, "w1"), "w1")
    away(play, "w1", "w2")
    play.execute(HandOn(task, "w4"), "w2")
    assert play.task("accept").assignee == "w4"
    assert traced(play, "handed_on") == [("w2", "w1")]


@pytest.mark.checklist(48)
def test_before_and_after_the_time_a_substitute_is_a_stranger(dispatched: Play) -> None:
    play = dispatched
    unit, backup = "group", "callback"
    away(play, unit, backup, "10-20 09:00", since="10-19 16:00")
    task = play.task("acknowledge", "SC-MI").id
    play.do("acknowledge", "unit-SC-MI", action="return", reason="不属本单位", legal_basis="三定方案")
    ruling = play.task("adjudicate_return").id
    refused = {"decision": "uphold"}
    with pytest.raises(NotYours):
        play.complete(ruling, backup, **refused)
    play.at("10-19 16:00")
    assert [item.task_id for item in queue(play, backup, "group").items] == [ruling]
    play.at("10-20 09:00")  # nothing had to happen for it to end
    assert queue(play, backup, "group").items == ()
    with pytest.raises(NotYours):
        play.complete(ruling, backup, **refused)
    assert task != ruling


def test_an_ended_substitution_ends_at_the_next_request(dispatched: Play) -> None:
    play = dispatched
    id = away(play, "group", "callback", by="bureau")
    assert "work_group" in play.house.actor("callback").groups
    play.execute(EndSubstitution(id), "callback")
    assert play.house.actor("callback").groups == {"callback"}
    with pytest.raises(NotNow):
        play.execute(EndSubstitution(id), "group")


def test_who_leaves_the_house_lends_nothing(play: Play) -> None:
    away(play, "group", "callback")
    play.execute(SetActive("group", False), "admin")
    assert play.house.actor("callback").groups == {"callback"}


def test_a_held_task_of_somebody_who_left_the_group_is_free(play: Play) -> None:
    play.until("register")
    play.execute(ClaimTask(play.task("accept").id, "w1"), "w1")
    assert queue(play, "w3", "group").items == ()
    play.execute(ChangeGroups("w1", ("callback",), ("window",)), "admin")
    [item] = queue(play, "w3", "group").items
    assert (item.may_claim, item.holder) == (True, None)
    play.do("accept", "w3", acceptance="accept")
    assert play.open() == ["classify"]


def test_what_a_substitute_claimed_is_free_again_when_it_is_over(any_play: Play) -> None:
    play = any_play
    play.until("dispatch")
    away(play, "group", "callback", "10-20 09:00")
    play.do("acknowledge", "unit-SC-MI", action="return", reason="不属本单位", legal_basis="三定方案")
    play.execute(ClaimTask(play.task("adjudicate_return").id, "callback"), "callback")
    assert queue(play, "group2", "group").items == ()
    play.at("10-20 09:00")
    assert [item.element for item in queue(play, "group2", "group").items] == ["adjudicate_return"]


def test_a_substitute_of_two_acts_for_whoever_has_the_right(play: Play) -> None:
    play.until("register")
    away(play, "group", "callback")
    away(play, "lead", "callback")
    play.do("accept", "callback", acceptance="decline", reason="无关")
    assert traced(play) == [("callback", "group")]
    with pytest.raises(NotYours):  # the same person on behalf of another
        play.do("confirm_exit", "callback", confirmed=True)


# ------------------------------------------------------------------ four eyes
def test_the_other_half_is_not_done_on_behalf_of_who_did_the_first(play: Play) -> None:
    play.until("register")
    play.do("accept", "lead", acceptance="decline", reason="无关")
    away(play, "lead", "group")
    with pytest.raises(NotYours, match="代办"):
        play.do("confirm_exit", "group", confirmed=True)


def test_who_was_stood_in_for_in_the_first_half_does_not_do_the_second(play: Play) -> None:
    play.until("register")
    id = away(play, "lead", "callback")
    play.do("accept", "callback", acceptance="decline", reason="无关")
    play.execute(EndSubstitution(id), "lead")
    with pytest.raises(NotYours):
        play.do("confirm_exit", "lead", confirmed=True)
    play.do("confirm_exit", "lead2", confirmed=True)


def test_registering_on_behalf_counts_for_both(play: Play) -> None:
    away(play, "lead", "leading")
    play.register("leading", acceptance="decline", reason="无关")
    assert traced(play, "registered") == [("leading", "lead")]
    for who in ("leading", "lead"):
        with pytest.raises(NotYours):
            play.do("confirm_exit", who, confirmed=True)


# ------------------------------------------------------------------ what is not lent
@pytest.mark.checklist(5, 6)
@pytest.mark.parametrize("who", ["admin", "supervisor", "auditor", "restricted"])
def test_managing_auditing_and_the_restricted_channel_are_not_lent(play: Play, who: str) -> None:
    with pytest.raises(NotYours, match="不能交人代办"):
        away(play, who, "w1")
    assert play.engine.read_as(play.house.actor(who), candidates, who) == ()


def test_a_confidential_report_stays_with_whom_it_was_trusted_to(play: Play) -> None:
    play.execute(ChangeGroups("restricted", ("window",)), "admin")
    no = play.register(confidential=True)
    away(play, "restricted", "callback")
    with pytest.raises(NotFound):
        play.engine.read_as(play.house.actor("callback"), case, no)


@pytest.mark.checklist(6)
@pytest.mark.parametrize("who", ["admin", "supervisor", "auditor"])
def test_who_manages_or_audits_stands_in_for_nobody(play: Play, who: str) -> None:
    with pytest.raises(BadInput) as refused:
        away(play, "w1", who)
    assert "substitute" in refused.value.fields


# ------------------------------------------------------------------ setting it
@pytest.mark.parametrize(
    ("absent", "by"),
    [("w1", "w1"), ("w1", "lead"), ("w1", "admin"), ("unit-SC-MI", HEAD), ("group", "bureau"), ("callback", "bureau")],
)
def test_oneself_ones_lead_or_an_administrator_sets_it(play: Play, absent: str, by: str) -> None:
    substitute = "unit-SC-MI-b" if absent == "unit-SC-MI" else "w4"
    away(play, absent, substitute, by=by)
    assert {one.name for one in play.house.actor(substitute).stands_in} == {absent}


@pytest.mark.parametrize(
    ("absent", "by"),
    [
        ("w1", "w2"),
        ("w1", HEAD),
        ("unit-SC-MI", "lead"),
        ("unit-SC-MI", "head-SC-SS"),
        ("lead", "bureau"),
        ("w1", "auditor"),
    ],
)
def test_nobody_else_does(play: Play, absent: str, by: str) -> None:
    with pytest.raises(NotYours):
        away(play, absent, "w4", by=by)


@pytest.mark.parametrize(
    ("absent", "substitute", "until", "field"),
    [
        ("w1", "w1", "11-01 09:00", "substitute"),
        ("w1", "nobody", "11-01 09:00", "substitute"),
        ("w1", "unit-SC-SS", "11-01 09:00", "substitute"),
        ("unit-SC-SS", "unit-SC-MI", "11-01 09:00", "substitute"),
        ("w1", "w2", "10-01 09:00", "until"),
    ],
)
def test_what_cannot_be_is_refused(play: Play, absent: str, substitute: str, until: str, field: str) -> None:
    play.at("10-19 09:00")
    with pytest.raises(BadInput) as refused:
        away(play, absent, substitute, until)
    assert list(refused.value.fields) == [field]


def test_no_two_at_a_time_and_no_chain(any_play: Play) -> None:
    play = any_play
    play.at("10-19 09:00")
    away(play, "w1", "w2", "10-23 17:00")
    for absent, substitute, field in (("w1", "w3", "since"), ("w3", "w1", "substitute"), ("w2", "w3", "absent")):
        with pytest.raises(BadInput) as refused:
            away(play, absent, substitute, "10-30 17:00")
        assert list(refused.value.fields) == [field]
    away(play, "w1", "w3", "10-30 17:00", since="10-23 17:00")  # one after the other
    away(play, "w4", "w2", "10-30 17:00")  # one may stand in for several


@pytest.mark.checklist(57)
def test_setting_and_ending_are_lines_of_the_house(play: Play) -> None:
    play.execute(EndSubstitution(away(play, "w1", "w2")), "lead")
    query = f"SELECT actor, action, element FROM audit WHERE case_id = 0 AND seq > {FURNISHING} ORDER BY seq"
    rows = play.engine.read(lambda ctx: ctx.conn.exec_driver_sql(query).all())
    assert [tuple(row) for row in rows] == [("w1", "substitution_entered", "w1"), ("lead", "substitution_ended", "w1")]


def test_it_is_told_to_those_it_concerns_alone(play: Play) -> None:
    away(play, "w1", "w2")

    def told(who: str) -> Sequence[SubstitutionRow]:
        return play.engine.read_as(play.house.actor(who), substitutions_seen)

    assert {who: len(told(who)) for who in ("w1", "w2", "lead", "admin", "w3", "auditor")} == {
        "w1": 1, "w2": 1, "lead": 1, "admin": 1, "w3": 0, "auditor": 0
    }  # fmt: skip
    assert [one.name for one in play.engine.read_as(play.house.actor("w1"), absentees)] == ["w1"]


def test_a_remark_on_behalf_is_traced_too(dispatched: Play) -> None:
    dispatched.execute(ChangeGroups(HEAD, ("unit_deputy:SC-MI",), ("unit_head:SC-MI",)), "admin")
    away(dispatched, "unit-SC-MI", HEAD)
    dispatched.execute(CommentTask(dispatched.task("acknowledge", "SC-MI").id, {"message": "在途"}), HEAD)
    assert traced(dispatched, "commented") == [(HEAD, "unit-SC-MI")]
