"""Late by design, by an earlier step, by person: made cases, computed by hand. A day of the office has 390 minutes."""

from __future__ import annotations

import pytest

from engine.heat.lateness import DESIGN, EARLIER, PERSON, Measured, cause

DAY = 390
HOURS = 60


def step(**changes: int | bool | None) -> Measured:
    """A review reached with five days of the promise left, its own limit a day, left after that: late by person."""
    plain = {"allowed": DAY, "needed": DAY, "remained": 5 * DAY, "overran": 0, "past_due": True}
    return Measured(**{**plain, **changes})  # type: ignore[arg-type]


def test_who_had_the_time_and_took_longer_is_late_by_person() -> None:
    assert cause(step()) == PERSON


def test_a_step_reached_with_less_of_the_promise_than_its_own_limit_is_late_by_design() -> None:
    assert cause(step(past_due=False, remained=1 * HOURS)) == DESIGN


def test_it_is_the_doing_of_earlier_steps_when_without_their_overrun_there_had_been_time() -> None:
    missing = DAY - HOURS
    assert cause(step(past_due=False, remained=HOURS, overran=missing)) == EARLIER
    assert cause(step(past_due=False, remained=HOURS, overran=missing - 1)) == DESIGN


def test_whoever_overruns_a_limit_given_in_full_is_late_by_person_also_when_the_promise_was_nearly_gone() -> None:
    assert cause(step(remained=HOURS)) == PERSON


def test_a_limit_that_counts_from_something_earlier_and_was_used_up_on_the_way_is_design() -> None:
    contact = step(allowed=2 * HOURS, needed=DAY)
    assert cause(contact) == DESIGN


@pytest.mark.parametrize(("needed", "why"), [(2 * DAY, PERSON), (0, DESIGN)])
def test_handling_by_the_promise_is_design_when_the_limits_before_it_add_up_to_the_promise(
    needed: int, why: str
) -> None:
    assert cause(step(allowed=3 * DAY, remained=3 * DAY, needed=needed)) == why


def test_handling_reached_late_because_the_steps_before_overran_is_theirs() -> None:
    assert cause(step(allowed=DAY, remained=DAY, needed=3 * DAY, overran=2 * DAY)) == EARLIER


def test_a_step_without_a_limit_of_its_own_has_what_the_promise_leaves() -> None:
    without = {"allowed": None, "needed": None, "past_due": False}
    assert cause(step(**without, remained=HOURS)) == PERSON
    assert cause(step(**without, remained=0)) == DESIGN
