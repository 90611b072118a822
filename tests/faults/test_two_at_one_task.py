"""F3 in its short form: of many who submit a task at the same instant one succeeds, the others hear who it was."""

from __future__ import annotations

from threading import Barrier

import pytest

from engine.cases import merging, saving
from engine.storage import database
from tests.faults import weakened
from tests.faults.racing import race, statuses, wrongs
from tests.support.house import House

_WINDOW = ("w1", "w2", "w3", "w4", "w5")


def test_one_completes_a_task_and_everybody_else_hears_who(any_house: House) -> None:
    races = race(any_house, [*_WINDOW, "lead", "lead2"] * 2, 15, "complete")
    assert wrongs(races) == []
    assert statuses(races) == {204: 15, 409: 15 * 13}


@pytest.mark.checklist(50)
def test_one_claims_a_task_and_everybody_else_hears_who(any_house: House) -> None:
    races = race(any_house, _WINDOW, 15, "claim")
    assert wrongs(races) == []
    assert statuses(races) == {204: 15, 409: 15 * 4}


def test_a_house_that_writes_over_does_not_pass(any_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "write_back", saving.write_back)  # taken back after the test
    monkeypatch.setattr(database, "_LOCK_BY", dict(database._LOCK_BY))
    monkeypatch.setattr(merging, "tell_merged", merging.tell_merged)
    together = Barrier(len(_WINDOW))
    weakened.no_comparison()
    weakened.before_writing(lambda conn, live: together.wait(300))
    (wrong, *others) = wrongs(race(any_house, _WINDOW, 1, "complete"))
    assert "was answered 500" in wrong and len(others) == len(_WINDOW) - 2, "the tables catch what nobody compared"
