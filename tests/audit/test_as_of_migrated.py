"""A case that went over to another version, after any line: by the diagram then in force, to the digest on the line."""

from __future__ import annotations

from dataclasses import asdict

from engine.queries.as_of import AsOf, as_of
from engine.queries.audit_case import audit_case
from tests.cases.migrations.stands import MI, SIGN_OFF, STRICTER, migrate, reviewing, undo
from tests.support.play import Play, shown
from tests.support.redrawn import put_in_force, redrawn

__all__ = ["reviewing"]


def after_every_line(play: Play) -> list[AsOf]:
    """As a process tells it that has never led the case."""
    found = []
    for seq in range(1, play.engine.read(as_of, play.no).lines + 1):
        play.engine.waypoints.forget()
        found.append(play.engine.read(as_of, play.no, seq))
    return found


def versions(told: list[AsOf]) -> list[int]:
    return [int(each.definition.split(":")[1]) for each in told]


def test_before_the_act_it_is_told_by_the_old_version_and_from_it_on_by_the_new(reviewing: Play) -> None:
    migrate(reviewing, 2)
    act = next(line.seq for line in reviewing.timeline() if line.action == "migrated")
    reviewing.do("review", "group2", review_result="pass", outcome="done")
    told = after_every_line(reviewing)
    assert versions(told) == [1] * (act - 1) + [2] * (len(told) - act + 1)
    assert [each.seq for each in told if not each.holds or each.replayed != each.digest] == []
    assert [task.element for task in told[act - 1].tasks] == ["review"]
    assert [task.element for task in told[-1].tasks] == ["sign_off"]
    assert [shown(task.due) for each in told[act - 2 : act] for task in each.tasks] == ["10-22 17:00", "10-21 16:30"]


def test_taken_back_it_is_told_by_the_old_version_as_it_stood(reviewing: Play) -> None:
    migrate(reviewing, 2)
    undo(reviewing)
    there, told = _there_and_back(reviewing)
    assert [(t.element, t.due) for t in told[-1].tasks] == [(t.element, t.due) for t in told[there - 2].tasks]


def test_so_is_one_that_had_gone_on_in_between(play: Play) -> None:
    play.until("first_contact")
    put_in_force(play.engine, redrawn(SIGN_OFF, *STRICTER))
    migrate(play, 2)
    play.at("10-21 11:00")
    play.do("handle", MI, "SC-MI", action="reply", reply_text="已参保")
    undo(play)
    there, told = _there_and_back(play)
    assert [[task.element for task in each.tasks] for each in (told[there - 1], told[-1])] == [["handle"], ["review"]]


def _there_and_back(play: Play) -> tuple[int, list[AsOf]]:
    """The line of the migration, and what is told after every line: by version 2 from there until it is taken back."""
    lines = play.timeline()
    there, back = (next(n.seq for n in lines if n.action == each) for each in ("migrated", "migration_undone"))
    told = after_every_line(play)
    assert versions(told) == [1] * (there - 1) + [2] * (back - there) + [1] * (len(told) - back + 1)
    assert [each.seq for each in told if not each.holds or each.replayed != each.digest] == []
    return there, told


def test_moving_along_it_tells_the_same_as_from_the_first_line(reviewing: Play) -> None:
    migrate(reviewing, 2)
    undo(reviewing)
    migrate(reviewing, 2)
    fresh = [asdict(each) for each in after_every_line(reviewing)]
    lines = range(len(fresh), 0, -1)
    assert [asdict(reviewing.engine.read(as_of, reviewing.no, seq)) for seq in lines] == fresh[::-1]


def test_the_page_is_of_the_version_of_the_line(reviewing: Play) -> None:
    migrate(reviewing, 2)
    act = next(line.seq for line in reviewing.timeline() if line.action == "migrated")
    pages = [reviewing.engine.read(audit_case, reviewing.no, seq) for seq in (act - 1, act)]
    assert [("five_step_loop", "sign_off") in page.definition.elements for page in pages] == [False, True]
