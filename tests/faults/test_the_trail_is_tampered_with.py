"""Ten kinds of tampering in their short form: every trial is found and named, and nobody is blamed for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit.places import Folder
from engine.queries.trail import verified
from tests.faults.tampering import KINDS, grow, tamper
from tests.support.house import House

SEED = 20261128


@pytest.fixture
def outside(house: House, tmp_path: Path) -> list[Folder]:
    """Two places outside of a house with some cases."""
    places = [Folder(str(tmp_path / "disk")), Folder(str(tmp_path / "machine"))]
    grow(house, places)
    return places


@pytest.mark.checklist(58)
def test_whoever_owns_the_database_and_not_the_keys_is_found_whatever_they_do(
    house: House, outside: list[Folder]
) -> None:
    tally = tamper(house, outside, SEED, 60)
    assert (tally.wrong, dict(tally.trials)) == ([], dict.fromkeys(KINDS, 6))


def test_without_keys_and_places_some_of_it_is_not_found(house: House, outside: list[Folder]) -> None:
    """The trials tell something apart: a chain alone does not find what was chained anew."""
    house.engine.keys.trail = None
    missed = {wrong.partition(" of ")[0] for wrong in tamper(house, [], SEED, 60).wrong}
    assert {"forged append", "deleted tail", "rewritten and chained anew", "replaced checkpoint"} <= missed
    assert "changed field" not in missed


def test_checkpoints_outside_find_what_was_taken_away_here(house: House, outside: list[Folder]) -> None:
    with house.engine.db.read() as conn:
        found = verified(conn, house.engine.keys.trail, outside)
    assert (found.whole, found.checked, found.remarks) == (True, 4, ())
