"""The beat goes on until it is stopped, one at a time, whatever a single beat meets."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from engine.scheduler.ticker import Ticker


def test_it_beats_until_it_is_stopped_even_when_a_beat_fails(caplog: pytest.LogCaptureFixture) -> None:
    beats: list[int] = []
    enough = threading.Event()

    def beat() -> None:
        beats.append(1)
        if len(beats) == 1:
            raise LookupError("the first beat fails")
        enough.set()

    ticker = Ticker(beat, 0.05)
    with caplog.at_level(logging.ERROR, "apscheduler"):
        ticker.start()
        assert enough.wait(10)
        ticker.stop()
    assert "the first beat fails" in caplog.text
    count = len(beats)
    time.sleep(0.2)
    assert len(beats) == count


def test_stopping_waits_for_the_beat_under_way_and_none_runs_beside_it() -> None:
    started = threading.Event()
    running: list[int] = []
    most: list[int] = []

    def beat() -> None:
        running.append(1)
        most.append(len(running))
        started.set()
        time.sleep(0.3)
        running.pop()

    ticker = Ticker(beat, 0.05)
    ticker.start()
    assert started.wait(10)
    ticker.stop()
    assert running == []
    assert max(most) == 1
