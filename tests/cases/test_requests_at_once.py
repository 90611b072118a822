"""Two units ask for the same thing before either is answered: what is granted once is granted to one of them."""

from typing import Any

import pytest

from tests.support.play import Play, refused


@pytest.fixture
def two(play: Play) -> Play:
    """SC-MI leads, T05 assists, both handle; due Monday 10-26. It is Tuesday 10-20, 8:00."""
    play.until("first_contact", dispatch={"co_units": ["T05"]})
    play.do("acknowledge", "unit-T05", "T05", action="sign")
    play.at("10-20 08:00")
    return play


def both_ask(play: Play, action: str, **values: Any) -> None:
    for unit in ("SC-MI", "T05"):
        play.do("handle", f"unit-{unit}", unit, action=action, reason="需核验外省数据", **values)


def test_a_case_is_extended_for_one_of_them(two: Play) -> None:
    both_ask(two, "request_extension", days=2)
    two.do("decide_extension", "group", "SC-MI", approved=True)
    with refused("approved"):
        two.do("decide_extension", "group", "T05", approved=True)
    two.do("decide_extension", "group", "T05", approved=False)
    assert two.deadline == "10-28 17:00"


def test_the_extension_that_was_granted_stays_on_record(two: Play) -> None:
    both_ask(two, "request_extension", days=2)
    two.do("decide_extension", "group", "SC-MI", approved=True)
    two.do("decide_extension", "group", "T05", approved=False)
    extension = two.case().extension
    assert extension is not None and extension.approved


def test_a_case_is_re_graded_for_one_of_them(two: Play) -> None:
    both_ask(two, "request_regrade")
    two.do("decide_regrade", "group", "SC-MI", approved=True)
    with refused("approved"):
        two.do("decide_regrade", "group", "T05", approved=True)


def test_together_their_pauses_are_no_longer_than_ten_working_days(two: Play) -> None:
    both_ask(two, "request_pause", waiting_for="外省回函", until="2026-11-03")  # ten working days
    two.do("decide_pause", "group", "SC-MI", approved=True)
    two.at("10-21 10:00")
    two.do("await_resume", "unit-SC-MI")  # one is used
    with refused("approved"):
        two.do("decide_pause", "group", "T05", approved=True)
