"""Every migration of the table: right, or refused with a reason; nothing lost, no clock started anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.cases.commands import CompleteTask
from engine.clock import local
from engine.errors import CannotMigrate, NotNow
from tests.cases.migrations.stands import TYPED, Scenario, hold_and_type, migrate, row_of, runs_on, typed
from tests.cases.migrations.table import SCENARIOS
from tests.support.play import Play, when
from tests.support.redrawn import put_in_force, redrawn
from tests.upgrade.course import ANSWERS, next_timer, open_tasks, person_for, status

_DONE_LIKE = {"second_look": "review"}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.title)
def test_migration(scenario: Scenario, play: Play) -> None:
    _goes_as_written(scenario, play)


def _goes_as_written(scenario: Scenario, play: Play) -> None:
    version = _brought_to(scenario, play)
    held = _held(scenario, play)
    before = row_of(play)
    if scenario.refused is None:
        migrate(play, version, **scenario.instructions)
        assert runs_on(play) == version
        _stands_as_written(scenario, play)
        if scenario.strikes:
            assert play.at(scenario.at) == list(scenario.strikes)
    else:
        with pytest.raises((CannotMigrate, NotNow), match=scenario.refused):
            migrate(play, version, **scenario.instructions)
        assert row_of(play) == before
    _still_held(held, play)
    finish(play)
    assert status(play.engine, play.no) == "archived"


def _brought_to(scenario: Scenario, play: Play) -> int:
    if scenario.base:
        put_in_force(play.engine, redrawn(*scenario.base))
    scenario.stand(play)
    play.at(scenario.at)
    return put_in_force(play.engine, redrawn(*scenario.strokes))


def _held(scenario: Scenario, play: Play) -> tuple[str, str] | None:
    if scenario.holds is None:
        return None
    task, _, by = scenario.holds.rpartition(" ")
    return hold_and_type(play, task, by), by


def _still_held(held: tuple[str, str] | None, play: Play) -> None:
    if held is not None:
        task_id, by = held
        assert {task.id: task.assignee for task in play.case().open_tasks}[task_id] == by
        assert typed(play, task_id, by) == [TYPED]


def _stands_as_written(scenario: Scenario, play: Play) -> None:
    timers = play.timers()
    found = {
        "open": tuple(play.open()),
        "deadline": play.deadline,
        "dues": {task: play.due(*task.split()) for task in scenario.dues},
        "timers": {name: timers.get(name) for name in scenario.timers},
        "gone": tuple(name for name in scenario.gone if name not in timers),
    }
    assert found == {name: getattr(scenario, name) for name in found}


# ------------------------------------------------------------------ to the archive
def finish(play: Play) -> None:
    """Do what is open, by whoever holds it; where nothing is, let the clock run on."""
    while status(play.engine, play.no) != "archived":
        found = open_tasks(play.engine, play.no)
        if found:
            _complete(play, found[0])
        else:
            due = next_timer(play.engine, play.no)
            assert due is not None and due <= when("2027-01-04 09:00"), "it waits for nothing"
            play.engine.move_clock(max(due, play.engine.clock.now()))
    play.at(f"{local(play.engine.clock.now()):%Y-%m-%d %H:%M:%S}")  # holds all rows against the states


def _complete(play: Play, task: Any) -> None:
    holder = next(each.assignee for each in play.case().open_tasks if each.id == task.id)
    answers: Mapping[str, Any] = ANSWERS.get(_DONE_LIKE.get(task.element, task.element), {})
    play.engine.execute(CompleteTask(task.id, answers), play.house.actor(holder or person_for(task.group)))
