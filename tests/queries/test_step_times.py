"""The steps of one case as its auditor sees them: the same as the figures of many, at every moment of its course."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from engine.facade import ReadContext
from engine.heat.keeping import keep_walked
from engine.queries.as_of import as_of
from engine.queries.audit_case import audit_case
from engine.queries.step_times import StepTime
from engine.replay.scenario import FOLDER, Step, read_scenario
from engine.storage.models import cases, walked_steps
from tests.heat.late_oracle import OfCase
from tests.scenarios.playing import Run
from tests.support.asked import Question, asked_of
from tests.support.play import Play, play

__all__ = ["play"]


def steps_of(play: Play, no: str, seq: int | None = None) -> tuple[StepTime, ...]:
    return play.engine.read(audit_case, no, seq).steps


class Stops(Run):
    """A scenario whose steps are looked at after every act, of every case there is."""

    def __init__(self, play: Play, course: str) -> None:
        super().__init__(play, read_scenario(FOLDER / f"{course}.toml"))
        self.seen: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
        self.late = 0

    def _after(self, step: Step) -> dict[str, Any]:
        told = super()._after(step)
        for no, last in self._play.engine.read(numbers):
            found = steps_of(self._play, no)
            open_late = Counter((each.element, each.late) for each in found if each.late and each.how == "open")
            assert open_late == self._play.engine.read(late_by_trail, no), step
            assert left(found) == self._kept(no), step
            self.late += open_late.total()
            self.seen[no, last] = [tuple(getattr(each, name) for name in ("id", "how", "begun_at")) for each in found]
        return told

    def _kept(self, no: str) -> dict[str, tuple[Any, ...]]:
        engine = self._play.engine
        while keep_walked(engine.db, engine.versions, engine.calendars, engine.clock.now()):
            pass
        return engine.read(rows_of, no)


def left(steps: tuple[StepTime, ...]) -> dict[str, tuple[Any, ...]]:
    return {
        each.id: (each.late, each.begun_at, each.ended_at, minutes(each.waited), minutes(each.handled))
        for each in steps
        if each.how != "open"
    }


def minutes(time: Any) -> int:
    return int(time.total_seconds() // 60)


def rows_of(ctx: ReadContext, no: str) -> dict[str, tuple[Any, ...]]:
    query = select(walked_steps).join(cases, cases.c.id == walked_steps.c.case_id).where(cases.c.no == no)
    return {
        row["task_id"]: (row["late"], row["begun_at"], row["left_at"], row["waited"], row["handled"] or 0)
        for row in ctx.conn.execute(query.where(walked_steps.c.how.is_not(None))).mappings()
    }


def numbers(ctx: ReadContext) -> list[tuple[str, int]]:
    return [(row.no, row.audit_seq) for row in ctx.conn.execute(select(cases.c.no, cases.c.audit_seq))]


def late_by_trail(ctx: ReadContext, no: str) -> Counter[tuple[str, str]]:
    row = dict(ctx.conn.execute(select(cases).where(cases.c.no == no)).mappings().one())
    return Counter(OfCase(ctx, row).late())


@pytest.mark.parametrize("course", ("every_step_late", "unit_silent", "supervise_reassigned"))
def test_at_every_stop_the_steps_of_a_case_are_what_the_figures_and_the_trail_led_again_say(
    play: Play, course: str
) -> None:
    run = Stops(play, course)
    run.to_its_end()
    assert run.late > 0
    for (no, seq), then in run.seen.items():  # asked afterwards for the line it was at
        found = steps_of(play, no, seq)
        assert [tuple(getattr(each, name) for name in ("id", "how", "begun_at")) for each in found] == then


def test_the_times_of_steps_are_told_from_the_lines_the_case_was_led_by(play: Play) -> None:
    """A page asks what lines say once more than leading the case does: to tell them in words."""
    play.until("review")
    assert len(steps_of(play, play.no)) > 5  # and what was changed of people is known from here on
    with asked_of(play.engine.db) as by_page:
        steps_of(play, play.no)
    with asked_of(play.engine.db) as by_leading:
        play.engine.read(as_of, play.no)
    assert _of_lines(by_page) == _of_lines(by_leading) + 1


def _of_lines(asked: list[Question]) -> int:
    """How often it was asked what lines of the trail say."""
    return sum("FROM audit" in sql and 'audit."after"' in sql for sql, _ in asked)
