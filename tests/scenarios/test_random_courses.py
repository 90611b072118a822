"""A few of the random courses at every run; `python -m tests.scenarios.random_courses` plays as many as one likes."""

import pytest

from tests.scenarios.random_courses import drive
from tests.support.play import Play


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_decided_the_house_keeps_its_promises(play: Play, seed: int) -> None:
    assert drive(play, seed) == []


def test_a_seed_is_the_same_course_at_every_run(play: Play, postgres_play: Play) -> None:
    """Also on the other database."""
    told = []
    for house in (play, postgres_play):
        drive(house, 4, turns=25)
        told.append([(line.at, line.actor, line.action, line.element) for line in house.timeline()])
    assert told[0] == told[1]
