"""F1 in its short form: what was acknowledged survives kill -9, what was not is whole or not there."""

from __future__ import annotations

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
@pytest.mark.parametrize(
    ("weakness", "kills", "damage"),
    [("audit_apart", 15, "缺失"), ("no_comparison", 0, "only in the state")],
    ids=["audit_apart", "no_comparison"],
)
def test_a_house_built_worse_does_not_pass(
    weakness: str, kills: int, damage: str, any_house: House, tmp_path: Path
) -> None:
    plan = Plan(_SEED, 100, kills, first=f"tests.faults.weakened:{weakness}", pause=(0.1, 0.3), most_seconds=30)
    report = run(any_house.settings.database_url, tmp_path, plan)
    print(report)
    assert any(damage in found for found in report.findings)
