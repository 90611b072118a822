"""F5 and F6 in their short forms: many schedulers, some of them killed, fire each timer once and none early."""

from __future__ import annotations

import pytest

from tests.faults import failover
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
    plan = Plan(_SEED, schedulers=4, cases=120, kills=0, punctual=0, most_seconds=15, weakness="nothing_taken")
    report = run(any_house.settings.database_url, plan)
    print(report)
    assert report.struck > 240
    assert any("fired 2 times" in each for each in report.findings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("standing", "standby"), list(zip(failover.STANDING, (False, True), strict=True)), ids=["came_after", "stood_by"]
)
def test_when_the_only_scheduler_is_killed_another_fires_within_fifteen_seconds(
    any_house: House, standing: str, standby: bool
) -> None:
    report = failover.fail_over(any_house.settings.database_url, standing, standby)
    print(report)
    assert report.findings == ()
    assert report.seconds <= 15
