"""A house to play a case in, and what of a case is done again when somebody looks at it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.audit.replay import Spoken, Told
from engine.cases.again import Again
from tests.support.play import any_play, play, postgres_play

__all__ = ["any_play", "play", "postgres_play"]


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lines that are done again."""
    found: list[int] = []
    do = Again.do

    def noted(self: Again, told: Told) -> Sequence[Spoken]:
        found.append(told.seq)
        return do(self, told)

    monkeypatch.setattr(Again, "do", noted)
    return found
