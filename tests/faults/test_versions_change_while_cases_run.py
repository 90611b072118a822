"""F16 in its short form: versions come, go and are migrated to while cases run; each case ends, none is stuck.

The long form: `python -m tests.faults publishing --on postgresql --cases 200 --versions 20 --people 8`.
"""

from __future__ import annotations

from sqlalchemy import select, update

from engine.definitions.shipped import CASE_PROCESS
from engine.storage.database import WriteTransaction
from engine.storage.models import bundles, cases
from tests.faults.publishing import Plan, on_other_versions, run
from tests.support.house import House


def test_every_case_ends_on_its_version_or_one_it_was_brought_to(house: House) -> None:
    report = run(house, Plan(seed=16, cases=6, versions=6))
    assert report.findings == []
    assert {"completed", "migrated", "undone"} <= report.told.keys()


def test_a_case_that_was_moved_behind_the_back_of_its_trail_is_found(house: House) -> None:
    """The negative control."""
    report = run(house, Plan(seed=16, cases=2, versions=2))

    def move(tx: WriteTransaction) -> None:
        tx.begin_writing()
        other = select(bundles.c.id).where(bundles.c.key == CASE_PROCESS, bundles.c.id != cases.c.bundle_id)
        tx.conn.execute(update(cases).where(cases.c.id == 1).values(bundle_id=other.scalar_subquery()))

    house.engine.db.write(move)
    assert len(list(on_other_versions(house, report.began))) == 1
