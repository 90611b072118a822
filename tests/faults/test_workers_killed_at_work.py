"""F1 in its short form: what was acknowledged survives kill -9, what was not is whole or not there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.killing import Plan, run
from tests.support.house import House

_SEED = 20260923


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled_when_workers_are_killed(any_house: House, tmp_path: Path) -> None:
    report = run(any_house.settings.database_url, tmp_path, Plan(_SEED, operations=400, kills=60))
    print(report)
    assert report.findings == ()
    assert report.kills >= 60
    assert report.tally.acknowledged >= 400


@pytest.mark.slow
def test_a_house_that_writes_its_trail_apart_does_not_pass(any_house: House, tmp_path: Path) -> None:
    """Its one worker dies between an act and its lines: the chain lacks them, and so does what was acknowledged."""
    found = found_in("audit_apart", any_house, tmp_path, Plan(_SEED, 12, kills=0, lanes=2, workers=1, crowd=0))
    assert any(each.startswith("case row ") and each.endswith("缺失") for each in found)
    assert any(" acknowledged, " in each and each.endswith(" on the trail") for each in found)


@pytest.mark.slow
def test_a_house_that_writes_over_does_not_pass(any_house: House, tmp_path: Path) -> None:
    """What one act wrote is gone under the other: from the state, or from all that the trail led to."""
    plan = Plan(_SEED, 3, kills=0, lanes=1, workers=2, crowd=1)
    found = found_in("parcels_and_tasks_written_over", any_house, tmp_path, plan)
    assert any("only in the state" in each or "the trail does not lead to what is stored" in each for each in found)


def found_in(weakness: str, house: House, folder: Path, plan: Plan) -> tuple[str, ...]:
    weakened = replace(plan, first=f"tests.faults.weakened:{weakness}")
    report = run(house.settings.database_url, folder, weakened)
    print(report)
    return report.findings
