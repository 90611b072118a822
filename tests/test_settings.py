"""What the surroundings decide, and what they cannot."""

from __future__ import annotations

from datetime import date

import pytest

from engine.settings import read_settings


def test_the_counter_and_the_weights_can_be_set() -> None:
    given = {"BANCHENG_COUNTER_SINCE": "2024-05", "BANCHENG_COUNTER_OFFSET": "260", "BANCHENG_RATE_WEIGHTS": "30/30/40"}
    read = read_settings(given)
    assert (read.counter_since, read.counter_offset, read.rate_weights) == (date(2024, 5, 1), 260, (30, 30, 40))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BANCHENG_COUNTER_SINCE", "2024"),
        ("BANCHENG_COUNTER_SINCE", "2024-13"),
        ("BANCHENG_RATE_WEIGHTS", "20/40"),
        ("BANCHENG_RATE_WEIGHTS", "20/40/50"),
        ("BANCHENG_RATE_WEIGHTS", "a/b/c"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        read_settings({name: value})
