"""However often a case comes back, it stays as small as it was (PERFORMANCE.md: 16 KB, 4 KB more per redo)."""

from __future__ import annotations

import pytest

from engine.bench.rounds import Round, measure


@pytest.fixture(scope="module")
def rounds() -> list[Round]:
    """Sent back, dispatched anew and done over, ten times."""
    return measure(10)


def test_a_case_of_a_lead_and_a_co_unit_is_small(rounds: list[Round]) -> None:
    assert rounds[0].size <= 16 * 1024


def test_ten_rounds_of_redo_and_sending_back_do_not_deepen_the_tree(rounds: list[Round]) -> None:
    assert {each.depth for each in rounds} == {rounds[0].depth}


def test_ten_rounds_do_not_enlarge_the_state(rounds: list[Round]) -> None:
    assert rounds[-1].size - rounds[0].size <= 1024
