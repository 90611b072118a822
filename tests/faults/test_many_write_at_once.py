"""F13 in its short form: of many processes that write at the same time none is told to come again."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.storage.database import WriteTransaction
from tests.faults.weakened import no_patience
from tests.faults.writing import Plan, run
from tests.support.house import House


@pytest.mark.slow
def test_whoever_writes_beside_many_waits_and_is_served(any_house: House, tmp_path: Path) -> None:
    report = run(any_house.settings.database_url, _folder(tmp_path), Plan(writers=8, seconds=3))
    print(report)
    assert report.findings == ()
    assert len(report.times) >= 8 * 4  # every writer has carried a case at least


@pytest.mark.slow
def test_a_house_that_does_not_wait_does_not_pass(house: House, tmp_path: Path) -> None:
    """Somebody holds the database all the time, so that both find it taken."""
    plan = Plan(writers=2, seconds=0, weakness=no_patience)
    with house.engine.db.pool.connect() as conn, conn.begin():
        WriteTransaction(conn).begin_writing()
        report = run(house.settings.database_url, _folder(tmp_path), plan)
    print(report)
    assert len([each for each in report.findings if "系统正忙" in each]) == 2


def _folder(parent: Path) -> Path:
    folder = parent / "journals"
    folder.mkdir()
    return folder
