"""A migration is taken back, and who may do what."""

from __future__ import annotations

import pytest

from engine.cases.commands import ClaimTask
from engine.errors import BadInput, CannotMigrate, NotFound, NotNow, NotYours
from tests.cases.migrations.stands import (
    MI,
    SIGN_OFF,
    STRICTER,
    TYPED,
    hold_and_type,
    migrate,
    reviewing,
    row_of,
    runs_on,
    typed,
    undo,
)
from tests.support.play import Play, any_play, play, postgres_play
from tests.support.redrawn import given, put_in_force, redrawn, strikes, timer

__all__ = ["any_play", "play", "postgres_play", "reviewing"]


def test_taken_back_at_once_a_case_is_to_the_last_bit_what_it_was(reviewing: Play) -> None:
    before, held = row_of(reviewing), hold_and_type(reviewing, "review", "group2")
    migrate(reviewing, 2)
    assert reviewing.due("review") == "10-21 16:30"
    undo(reviewing)
    assert {n: row_of(reviewing)[n] for n in ("state", "bundle_id")} == {n: before[n] for n in ("state", "bundle_id")}
    assert reviewing.due("review") == "10-22 17:00"
    assert reviewing.timers()["review_late"] == "10-22 17:00"
    assert reviewing.task("review").assignee == "group2"
    assert typed(reviewing, held, "group2") == [TYPED]


def test_a_claim_in_between_is_kept(reviewing: Play) -> None:
    before = row_of(reviewing)["state"]
    migrate(reviewing, 2)
    reviewing.execute(ClaimTask(reviewing.task("review").id, "group"), "group")
    undo(reviewing)
    assert (row_of(reviewing)["state"], reviewing.task("review").assignee) == (before, "group")


def test_a_case_that_has_gone_on_goes_back_from_where_it_stands(play: Play) -> None:
    play.until("first_contact")
    put_in_force(play.engine, redrawn(SIGN_OFF, *STRICTER))
    migrate(play, 2)
    play.at("10-21 11:00")
    play.do("handle", MI, "SC-MI", action="reply", reply_text="已参保")
    assert play.due("review") == "10-21 16:30"
    undo(play)
    assert (runs_on(play), play.due("review"), play.timers()["review_late"]) == (1, "10-22 17:00", "10-22 17:00")
    play.do("review", "group2", review_result="pass", outcome="done")
    assert play.open() == ["give_feedback"]


def test_a_step_the_version_before_has_not_keeps_the_case_where_it_is(reviewing: Play) -> None:
    migrate(reviewing, 2)
    reviewing.do("review", "group2", review_result="pass", outcome="done")
    with pytest.raises(CannotMigrate, match="正在“会签”，目标版本里没有这一步"):
        undo(reviewing)
    assert (runs_on(reviewing), reviewing.open()) == (2, ["sign_off"])


def test_a_migration_is_taken_back_once(reviewing: Play) -> None:
    with pytest.raises(NotNow, match="没有可以撤销的迁移"):
        undo(reviewing)
    migrate(reviewing, 2)
    undo(reviewing)
    with pytest.raises(NotNow, match="没有可以撤销的迁移"):
        undo(reviewing)


def test_taken_back_and_done_again(reviewing: Play) -> None:
    migrate(reviewing, 2)
    undo(reviewing)
    migrate(reviewing, 2)
    assert (runs_on(reviewing), reviewing.due("review")) == (2, "10-21 16:30")
    undo(reviewing)
    assert runs_on(reviewing) == 1


def test_from_version_to_version_the_earliest_promise_is_kept(reviewing: Play) -> None:
    put_in_force(reviewing.engine, redrawn(strikes("review_late", "workdays(3)"), given("review", due="workdays(3)")))
    migrate(reviewing, 2)
    migrate(reviewing, 3)
    assert (reviewing.due("review"), reviewing.timers()["review_late"]) == ("10-21 16:30", "10-21 16:30")


def test_a_promise_follows_the_deadline_it_hangs_on(play: Play) -> None:
    """A rung 2 working days after the deadline is 2 working days after the lifted one when that is lifted."""
    play.until("first_contact")
    put_in_force(play.engine, redrawn(strikes("overdue_2", "case_due(3)")))
    migrate(play, 2)
    assert play.timers()["overdue_2"] == "10-28 17:00"
    play.at("10-20 10:00")
    play.do("handle", MI, "SC-MI", action="request_extension", days=2, reason="等回函")
    play.do("decide_extension", "group", approved=True)
    assert (play.deadline, play.timers()["overdue_2"]) == ("10-28 17:00", "10-30 17:00")


def test_its_line_names_both_versions_and_what_became_of_the_clocks(reviewing: Play) -> None:
    put_in_force(reviewing.engine, redrawn(timer("review", "look", "workdays(2)"), *STRICTER))
    migrate(reviewing, 3)
    lines = [line for line in reviewing.timeline() if line.action in ("migrated", "moved", "armed", "disarmed")]
    told = [(line.actor, line.action, line.element, line.before, line.after) for line in lines]
    assert told[0][:4] == ("supervisor", "migrated", "migration", {"version": 1})
    assert told[0][4] is not None and told[0][4]["version"] == 3
    assert {line[1:3] for line in told[1:]} == {("moved", "review_late"), ("moved", "review"), ("armed", "look")}


@pytest.mark.parametrize("by", ["group", "bureau", "auditor", "admin", "w3"])
def test_nobody_but_a_supervisor_migrates(reviewing: Play, by: str) -> None:
    with pytest.raises(NotYours):
        migrate(reviewing, 2, by=by)
    with pytest.raises(NotYours):
        undo(reviewing, by=by)


def test_it_wants_a_reason_a_version_there_is_and_another_than_it_has(reviewing: Play) -> None:
    with pytest.raises(BadInput):
        migrate(reviewing, 2, reason=" ")
    with pytest.raises(NotFound):
        migrate(reviewing, 9)
    with pytest.raises(NotNow, match="已经在第 1 版上"):
        migrate(reviewing, 1)


def test_a_restricted_case_is_none_for_a_supervisor(play: Play) -> None:
    play.at("10-19 14:00")
    play.register("w3", confidential=True)
    put_in_force(play.engine, redrawn(SIGN_OFF))
    with pytest.raises(NotFound):
        migrate(play, 2)


def test_the_same_on_either_database(any_play: Play) -> None:
    any_play.until("handle")
    any_play.at("10-21 11:10")
    put_in_force(any_play.engine, redrawn(SIGN_OFF, *STRICTER, given("review", groups="bureau")))
    held = hold_and_type(any_play, "review", "group2")
    migrate(any_play, 2)
    assert (any_play.due("review"), any_play.groups("review")) == ("10-21 16:30", {"bureau"})
    assert (any_play.task("review").assignee, typed(any_play, held, "group2")) == ("group2", [TYPED])
    undo(any_play)
    assert (any_play.due("review"), any_play.groups("review")) == ("10-22 17:00", {"work_group"})
