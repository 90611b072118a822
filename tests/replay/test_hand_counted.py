"""Cases of our own, their dates counted by hand from PROCESS.md (the `why` beside each), come out as counted.

They are other than the sample cases: New Year, Spring Festival, May, June and October of 2026, and a 2027 that still
lacks its notice.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.clock import SimulatedClock
from engine.replay.memory import EngineStage
from engine.replay.player import Stage, play
from engine.replay.recording import read_recordings
from tests.support.house import House
from tests.support.interfaces import Interfaces
from tests.support.replayed import trails_hold

RECORDINGS = read_recordings((Path(__file__).parent / "hand_counted.json").read_bytes())


@pytest.fixture
def early_house(any_house: House) -> House:
    """A house whose clock stands before the first of the cases."""
    any_house.engine.clock = any_house.clock = SimulatedClock(RECORDINGS[0].steps[0].at)
    return any_house


def come_out(stage: Stage) -> list[str]:
    return [played.line() for played in play(RECORDINGS, stage) if played.differences]


def test_over_both_http_interfaces_they_come_out_as_counted(early_house: House) -> None:
    assert come_out(Interfaces(early_house)) == []
    trails_hold(early_house.engine)


def test_through_the_door_they_come_out_as_counted(early_house: House) -> None:
    assert come_out(EngineStage(early_house.engine)) == []
