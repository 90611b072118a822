"""The beat: one interval job in memory. What is due stands in the tables, so a beat missed or doubled harms nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from engine.clock import SystemClock


class Ticker:
    """Calls `beat` every `seconds` in a thread of its own, never two at once; a beat that raises is logged."""

    def __init__(self, beat: Callable[[], object], seconds: float) -> None:
        self._scheduler = _Steady(seconds, timezone=UTC)
        self._scheduler.add_job(
            beat, "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=None
        )

    def start(self) -> None:
        """Begin; the first beat comes after one interval."""
        self._scheduler.start()

    def stop(self) -> None:
        """End, after the beat under way."""
        self._scheduler.shutdown(wait=True)


class _Steady(BackgroundScheduler):
    """Beats on when the machine's clock is set; by itself APScheduler waits until one set back has caught up again, and
    counts out every beat that one set forward has missed: for a month it takes seconds, for years all memory.
    """

    def __init__(self, seconds: float, **options: object) -> None:
        super().__init__(**options)
        self._seconds = seconds

    def _process_jobs(self) -> float:
        now = SystemClock().now()
        for job in self.get_jobs():
            if abs(job.next_run_time - now) > timedelta(seconds=self._seconds):
                job.modify(next_run_time=now)
        wait = super()._process_jobs()
        return self._seconds if wait is None else min(wait, self._seconds)
