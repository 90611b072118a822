"""The beat goes on until it is stopped, one at a time, whatever a single beat meets."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers import base

from engine.clock import SystemClock
from engine.scheduler.ticker import Ticker

_PATIENCE_SECONDS = 120


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
        assert enough.wait(_PATIENCE_SECONDS)
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
    assert started.wait(_PATIENCE_SECONDS)
    ticker.stop()
    assert running == []
    assert max(most) == 1


def test_it_beats_on_when_the_clock_of_the_machine_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    assert beats_after_setting_the_clock(monkeypatch, -timedelta(days=30)) == [True, True, True]


def test_it_beats_on_when_the_clock_of_the_machine_is_set_years_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that wakes in 1970 and hears from the network what year it is."""
    assert beats_after_setting_the_clock(monkeypatch, timedelta(days=365 * 50)) == [True, True, True]


def beats_after_setting_the_clock(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> list[bool]:
    beats, wrong = threading.Semaphore(0), [timedelta()]
    monkeypatch.setattr(base, "datetime", _wrong_by(wrong))
    monkeypatch.setattr(SystemClock, "now", lambda self: datetime.now(UTC) + wrong[0])
    ticker = Ticker(beats.release, 0.05)
    ticker.start()
    assert beats.acquire(timeout=_PATIENCE_SECONDS)
    wrong[0] = by  # for both at once, as when the machine's own clock is set
    found = [beats.acquire(timeout=_PATIENCE_SECONDS) for _ in range(3)]
    ticker.stop()
    return found


def _wrong_by(wrong: list[timedelta]) -> type[datetime]:
    """What APScheduler reads the time from, standing wrong by so much."""

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + wrong[0]

    return Wrong
