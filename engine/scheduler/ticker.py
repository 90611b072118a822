"""The beat: one interval job in memory. What is due stands in the tables, so a beat missed or doubled harms nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler


class Ticker:
    """Calls `beat` every `seconds` in a thread of its own, never two at once; a beat that raises is logged."""

    def __init__(self, beat: Callable[[], object], seconds: float) -> None:
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(
            beat, "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=None
        )

    def start(self) -> None:
        """Begin; the first beat comes after one interval."""
        self._scheduler.start()

    def stop(self) -> None:
        """End, after the beat under way."""
        self._scheduler.shutdown(wait=True)
