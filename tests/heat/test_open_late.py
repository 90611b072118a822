"""Steps that are late and still open: told at any instant as they would be were they left then."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from engine.facade import ReadContext
from engine.heat.keeping import keep_walked
from engine.queries.heat import Selection, heat
from engine.queries.heat_cases import LATE, OVERDUE, steps_behind
from engine.queries.paging import Page
from engine.replay.scenario import FOLDER, Step, read_scenario
from engine.storage.models import cases
from tests.heat.late_oracle import OfCase
from tests.scenarios.playing import Run
from tests.support.play import Play

COURSES = ("every_step_late", "unit_silent", "supervise_reassigned")


def late_now(play: Play) -> Counter[tuple[str, str]]:
    """(element, why) of open steps by the figures, which know of steps that were left too: those are taken off."""
    while keep_walked(play.engine.db, play.engine.versions, play.engine.calendars, play.engine.clock.now()):
        pass
    found: Counter[tuple[str, str]] = Counter()
    for place in play.engine.read(heat, Selection()).places:
        behind = play.engine.read(steps_behind, Selection(), place.element, OVERDUE, Page()) if place.is_task else None
        told = Counter((place.element, each.late) for each in (behind.items if behind else ()))
        assert told.total() == place.overdue
        found += told
    return found


def listed(play: Play, element: str, which: str) -> list[tuple[str | None, str]]:
    found = play.engine.read(steps_behind, Selection(), element, which, Page())
    assert found.total == len(found.items)
    return [(each.how, each.late) for each in found.items]


# ------------------------------------------------------------------ by hand
def test_a_review_reached_in_the_last_hour_is_late_by_design_until_its_own_day_is_over_too(any_play: Play) -> None:
    any_play.until("first_contact")
    any_play.at("10-26 16:00")  # the promise: 10-26 17:00; the day of the review: until 10-27 17:00
    any_play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    for instant, why in (
        ("10-26 17:00", {}),
        ("10-26 17:01", {("review", "design"): 1}),
        ("10-27 17:00", {("review", "design"): 1}),
        ("10-27 17:01", {("review", "person"): 1}),
    ):
        any_play.at(instant)
        assert {key: n for key, n in late_now(any_play).items() if key[0] == "review"} == why


def test_handling_that_has_the_days_is_late_by_person_the_moment_the_promise_has_passed(play: Play) -> None:
    play.until("first_contact")
    play.at("10-26 17:00")
    assert late_now(play) == {}
    play.at("10-26 17:01")
    assert late_now(play) == {("handle", "person"): 1}


def test_handling_got_late_from_a_dispatch_that_lay_is_the_doing_of_the_dispatch_while_it_is_open(play: Play) -> None:
    play.until("classify")
    play.at("10-26 10:10")
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调")
    play.at("10-26 10:20")
    play.do("acknowledge", "unit-SC-MI", action="sign")
    play.at("10-26 10:30")
    play.do("first_contact", "unit-SC-MI", contact_method="phone")
    play.at("10-27 09:00")
    assert late_now(play)["handle", "earlier"] == 1


def test_the_figures_and_the_lists_behind_them_count_the_open_late_ones_with_the_others(play: Play) -> None:
    play.until("first_contact")
    play.at("10-28 11:00")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    play.register(acceptance="accept")
    play.do("classify", "w3", grade="general", cause="系统类")
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调")
    play.do("acknowledge", "unit-SC-MI", action="sign")
    play.do("first_contact", "unit-SC-MI", contact_method="phone")
    play.at("11-06 09:00")
    assert late_now(play)["handle", "person"] == 1
    handle = next(p for p in play.engine.read(heat, Selection()).places if p.element == "handle")
    assert (handle.reached, handle.open, handle.overdue) == (2, 1, 1)
    assert (dict(handle.late), handle.late_share) == ({"person": 2, "earlier": 0, "design": 0}, 1.0)
    both = [("completed", "person"), (None, "person")]
    assert (listed(play, "handle", LATE), listed(play, "handle", "person")) == (both, both)
    assert (listed(play, "handle", OVERDUE), listed(play, "handle", "design")) == (both[1:], [])


def test_an_open_step_in_time_does_not_thin_the_share_of_late_ones(play: Play) -> None:
    play.until("first_contact")
    handle = next(p for p in played(play) if p.element == "handle")
    assert (handle.open, handle.overdue, handle.late_share) == (1, 0, None)


def played(play: Play) -> Any:
    late_now(play)
    return play.engine.read(heat, Selection()).places


# ------------------------------------------------------------------ against the trail
class Stops(Run):
    """A scenario whose figures are looked at after every step."""

    seen = 0

    def _after(self, step: Step) -> dict[str, Any]:
        told = super()._after(step)
        expected = self._play.engine.read(by_trail)
        assert late_now(self._play) == expected, step
        self.seen += expected.total()
        return told


def by_trail(ctx: ReadContext) -> Counter[tuple[str, str]]:
    rows = [dict(row) for row in ctx.conn.execute(select(cases)).mappings()]
    return Counter(each for row in rows for each in OfCase(ctx, row).late())


@pytest.mark.parametrize("course", COURSES)
def test_at_every_stop_of_a_course_it_is_what_the_trail_led_again_says(play: Play, course: str) -> None:
    run = Stops(play, read_scenario(FOLDER / f"{course}.toml"))
    run.to_its_end()
    assert run.seen > 0
