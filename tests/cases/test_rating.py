"""评价: what the citizen says of a case, who may note it, from when to when, and that it moves nothing."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from engine.errors import NotFound, NotNow, NotYours
from engine.queries.case import case
from engine.queries.sight import sight_of
from engine.queries.task_page import task_page
from engine.queries.variables import answers_of, form_variables, open_task
from engine.storage import models
from tests.support.play import Play, Variables, refused, shown

WORDS = "多亏窗口的李老师，电话 13300000806 随时打。"
UNHAPPY: Variables = {"contacted": True, "resolved": False, "satisfaction": 1, "dissatisfied_reason": "result"}


@pytest.fixture
def told(any_play: Play) -> Play:
    """Fed back on Wednesday 10-21 at 11:30; the visit opens on 10-22 at 09:00."""
    any_play.until("give_feedback")
    return any_play


@pytest.fixture
def archived(play: Play) -> Play:
    """Visited and archived on Friday 10-23 at 10:00 with a 5."""
    play.until("return_visit")
    return play


def ratings(play: Play) -> list[tuple[int, str | None, str]]:
    return [(each.satisfaction, shown(each.at), each.by) for each in play.case().ratings]


# ------------------------------------------------------------------ what it does
def test_a_rating_is_kept_with_its_instant_and_moves_nothing(told: Play) -> None:
    before, timers = told.case(), told.timers()
    told.act("rating", "w1", satisfaction=4)
    after = told.case()
    assert (after.satisfaction, ratings(told)) == (4, [(4, "10-21 11:30", "citizen")])
    assert (after.status, after.open_tasks, after.deadline, told.timers()) == (
        "fed_back",
        before.open_tasks,
        before.deadline,
        timers,
    )


def test_a_later_rating_replaces_and_all_stay(told: Play) -> None:
    told.act("rating", "w1", satisfaction=2)
    told.at("10-22 10:00")
    told.message("citizen_rating", "callback", satisfaction=5)
    told.do("return_visit", "callback", contacted=True, resolved=True, satisfaction=3)
    assert told.case().satisfaction == 3
    assert ratings(told) == [
        (2, "10-21 11:30", "citizen"),
        (5, "10-22 10:00", "citizen"),
        (3, "10-22 10:00", "return_visit"),
    ]


def test_a_bad_rating_is_no_redo(told: Play) -> None:
    told.act("rating", "w1", satisfaction=1, comment="没用")
    told.at("10-22 09:00")
    assert told.open() == ["return_visit"]


@pytest.mark.parametrize("name", ["rating", "citizen_rating"])
def test_the_line_says_the_rating_and_never_the_words(told: Play, name: str) -> None:
    if name == "rating":
        told.act(name, "w1", satisfaction=4, comment=WORDS)
    else:
        told.message(name, "w1", satisfaction=4, comment=WORDS)
    line = told.timeline()[-1]
    assert (line.action, line.element, line.actor, line.before) == ("rated", "rating", "w1", {"satisfaction": None})
    assert {"satisfaction": 4, "by": "citizen"}.items() <= (line.after or {}).items()
    assert "李老师" not in json.dumps([line.before, line.after], ensure_ascii=False)


def test_the_words_stand_beside_the_trail_alone(told: Play) -> None:
    told.act("rating", "w1", satisfaction=4, comment=WORDS)
    [row] = told._rows(select(models.cases))
    assert all("李老师" not in str(row[name]) for name in ("facts", "ledger", "state"))
    [entered] = told.entered("rating")
    assert json.loads(entered["variables"]) == {"satisfaction": 4, "comment": WORDS}


# ------------------------------------------------------------------ whose eyes
def test_the_words_are_for_those_who_see_the_person_in_clear(told: Play) -> None:
    told.act("rating", "w1", satisfaction=2)
    told.act("rating", "w1", satisfaction=4, comment=WORDS)
    told.at("10-22 09:00")  # the call-back is open
    seen = {
        who: told.engine.read_as(told.house.actor(who), case, told.no).ratings for who in ("callback", "w1", "auditor")
    }
    assert [each.comment for each in seen["callback"]] == [None, WORDS]
    assert [each.comment for each in (*seen["w1"], *seen["auditor"])] == [None] * 4


def test_a_comment_stays_with_its_own_rating(told: Play) -> None:
    told.at("10-22 09:00")
    told.do("return_visit", "callback", contacted=True, resolved=True, satisfaction=5, verbatim="很好")
    told.act("rating", "w1", satisfaction=4, comment="后来又坏了")
    assert [(each.by, each.comment) for each in told.case().ratings] == [
        ("return_visit", None),
        ("citizen", "后来又坏了"),
    ]


def test_the_words_are_in_no_list_of_what_was_entered(told: Play) -> None:
    told.act("rating", "w1", satisfaction=4, comment=WORDS)

    def entered(ctx):  # type: ignore[no-untyped-def]
        [row] = ctx.conn.execute(select(models.cases)).all()
        return list(
            answers_of(ctx, row.id, ctx.versions.get(ctx.conn, row.bundle_id).definition, sight_of(ctx, row._asdict()))
        )

    assert all("李老师" not in str(answer.values) for answer in told.engine.read(entered))


@pytest.mark.parametrize("who", ["w1", "lead", "callback", "group", "bureau"])
def test_who_speaks_with_citizens_may_note_a_rating(play: Play, who: str) -> None:
    play.until("give_feedback")
    play.act("rating", who, satisfaction=4)
    assert play.case().satisfaction == 4


@pytest.mark.parametrize("who", ["unit-SC-MI", "head-SC-MI", "chief-SC-MI", "leading", "auditor", "supervisor"])
def test_a_unit_does_not_rate_its_own_work_nor_do_those_who_watch(play: Play, who: str) -> None:
    play.until("give_feedback")
    with pytest.raises(NotYours):
        play.act("rating", who, satisfaction=5)
    assert play.case().ratings == ()


def test_a_restricted_case_is_rated_in_its_own_channel_alone(play: Play) -> None:
    play.register("restricted", confidential=True)
    play.do("accept", "restricted", acceptance="consult", reply_text="已当面答复")
    with pytest.raises(NotFound):
        play.act("rating", "w1", satisfaction=5)
    play.act("rating", "restricted", satisfaction=5)
    assert play.case().satisfaction == 5


# ------------------------------------------------------------------ from when to when
@pytest.mark.parametrize("step", ["register", "accept", "dispatch", "handle", "review"])
def test_before_the_first_feedback_there_is_nothing_to_rate(play: Play, step: str) -> None:
    play.until(step)
    with pytest.raises(NotNow, match="还没有反馈"):
        play.act("rating", "w1", satisfaction=5)


def test_an_answer_recorded_at_once_is_a_feedback(play: Play) -> None:
    play.register(acceptance="consult", reply_text="可以网上办")
    play.act("rating", "w1", satisfaction=5)
    assert (play.case().status, play.case().satisfaction) == ("archived", 5)


@pytest.mark.parametrize(("at", "taken"), [("11-22 10:00:00", True), ("11-22 10:00:01", False)])
def test_thirty_days_after_the_archive_it_is_over(archived: Play, at: str, taken: bool) -> None:
    archived.at(at)
    if taken:
        archived.act("rating", "w1", satisfaction=4)
    else:
        with pytest.raises(NotNow, match="30 天"):
            archived.act("rating", "w1", satisfaction=4)
    assert archived.case().satisfaction == (4 if taken else 5)


def test_an_archived_case_stays_archived_as_it_was(archived: Play) -> None:
    [before] = archived._rows(select(models.cases))
    archived.at("10-30 10:00")
    archived.act("rating", "w1", satisfaction=4)
    [after] = archived._rows(select(models.cases))
    same = ("ended_at", "status", "phase", "state", "ledger", "deadline", "completed_at", "outcome", "tier")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert (archived.open(), archived.timers(), archived.light) == ([], {}, "blue")


def test_a_rating_of_an_archived_lead_tells_its_duplicates_nothing(play: Play) -> None:
    play.until("return_visit")
    lead, told = play.no, len(play.notices("lead_closed"))
    play.register(acceptance="duplicate", duplicate_of=lead)
    play.no = lead
    play.act("rating", "w1", satisfaction=4)
    assert len(play.notices("lead_closed")) == told + 1  # the duplicate's own


def test_during_a_redo_a_rating_is_still_taken(told: Play) -> None:
    told.at("10-22 10:00")
    told.do("return_visit", "callback", **UNHAPPY)
    told.do("approve_redo", "group", approved=True, measure="重新核对")
    told.act("rating", "w1", satisfaction=2)
    assert (told.case().status, told.case().satisfaction) == ("redo", 2)


@pytest.mark.parametrize("satisfaction", [0, 6, "很好", None, 4.5, True])
def test_a_rating_is_one_to_five(told: Play, satisfaction: object) -> None:
    with refused("satisfaction"):
        told.act("rating", "w1", satisfaction=satisfaction)


# ------------------------------------------------------------------ the call-back starts from it
def prefilled(play: Play) -> tuple[object, object]:
    """The satisfaction the call-back starts from: on its page, and as a variable of its form."""
    task, callback = play.task("return_visit").id, play.house.actor("callback")
    page = play.engine.read_as(callback, task_page, task)
    variables = play.engine.read_as(callback, lambda ctx: form_variables(ctx, open_task(ctx, task)))
    return page.values.get("satisfaction"), variables["satisfaction"]


def test_the_call_back_starts_from_the_last_rating(told: Play) -> None:
    told.act("rating", "w1", satisfaction=2)
    told.act("rating", "w1", satisfaction=4)
    told.at("10-22 09:00")
    assert prefilled(told) == (4, 4)
    told.do("return_visit", "callback", contacted=False)
    told.at("10-23 09:00")
    assert prefilled(told) == (4, 4)


def test_without_a_rating_the_call_back_starts_empty(told: Play) -> None:
    told.at("10-22 09:00")
    assert prefilled(told) == (None, None)


def test_after_a_redo_the_call_back_starts_from_what_was_said_since(play: Play) -> None:
    play.until("give_feedback")
    play.act("rating", "w1", satisfaction=2)
    play.at("10-22 10:00")
    play.do("return_visit", "callback", **UNHAPPY)
    play.do("approve_redo", "group", approved=True, measure="重新核对")
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="已协调")
    play.do("acknowledge", "unit-SC-MI", action="sign")
    play.do("first_contact", "unit-SC-MI")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已重办")
    play.do("review", "group2", review_result="pass", outcome="done")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("10-23 09:00")
    assert prefilled(play)[0] is None
    play.act("rating", "w1", satisfaction=5)
    assert prefilled(play) == (5, 5)
