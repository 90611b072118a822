"""F5 and F6 in their short forms: many schedulers, some of them killed, fire each timer once and none early."""

from __future__ import annotations

from functools import partial

import pytest

from tests.faults import failover, weakened
from tests.faults.fleet import barrier
from tests.faults.sweeping import Plan, run
from tests.support.house import House

_SEED = 20260923


@pytest.mark.slow
def test_many_schedulers_fire_each_timer_once_though_some_are_killed(any_house: House) -> None:
    report = run(any_house.settings.database_url, Plan(_SEED, schedulers=4, cases=120, kills=6, punctual=20))
    print(report)
    assert report.findings == ()
    assert (report.struck, len(report.late)) == (240, 20)
    assert report.kills > 0


@pytest.mark.slow
def test_a_house_in_which_nothing_is_taken_does_not_pass(any_house: House) -> None:
    """The first case is fired by each of them."""
    weakness = partial(weakened.nothing_taken, barrier(3))
    plan = Plan(_SEED, schedulers=3, cases=8, kills=0, punctual=0, weakness=weakness)
    report = run(any_house.settings.database_url, plan)
    print(report)
    assert report.struck > 16
    assert any("fired 3 times" in each for each in report.findings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("standing", "standby"), list(zip(failover.STANDING, (False, True), strict=True)), ids=["came_after", "stood_by"]
)
def test_when_the_only_scheduler_is_killed_another_fires_what_it_had_taken_five_seconds_later(
    any_house: House, standing: failover.Standing, standby: bool
) -> None:
    """That it takes no more than fifteen in all is for the long form to say, on a machine that is idle."""
    report = failover.fail_over(any_house.settings.database_url, standing, standby)
    print(report)
    assert report.findings == ()
    assert report.held <= 5
