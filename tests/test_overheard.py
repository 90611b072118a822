"""That the run would notice somebody's name in its logs."""

from __future__ import annotations

import logging

import pytest

from tests.support.overheard import Overhearing

PHONE = "13812341234"


def overheard(level: int, text: str, error: Exception | None = None) -> list[str]:
    log, overhearing = logging.Logger("alone"), Overhearing()
    log.addHandler(overhearing)
    log.log(level, text, exc_info=error)
    return overhearing.heard


@pytest.mark.checklist(64)
def test_a_number_in_a_message_or_in_its_error_is_noticed() -> None:
    assert overheard(logging.WARNING, f"no answer from {PHONE}")
    assert overheard(logging.ERROR, "request failed", ValueError(PHONE))
    assert overheard(logging.ERROR, "request failed", ValueError("13900000000")) == []
