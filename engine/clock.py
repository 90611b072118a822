"""The one place that reads the wall clock, and the stand-in a demo or a test moves by hand."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that tells the present instant."""

    @property
    def simulated(self) -> bool: ...

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    simulated = False

    def now(self) -> datetime:
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until it is moved, and moves forward only."""

    simulated = True

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def move(self, to: datetime) -> None:
        """Set the clock to `to`; raises ValueError when that lies before the present instant."""
        with self._lock:
            if to < self._now:
                raise ValueError(f"the clock stands at {self._now.isoformat()}, {to.isoformat()} lies before it")
            self._now = to.astimezone(UTC)


def local(instant: datetime) -> datetime:
    """The same instant as people here read it (Asia/Shanghai)."""
    return instant.astimezone(ZONE)


def midnight(day: date) -> datetime:
    """When a day begins here."""
    return datetime.combine(day, time(), ZONE)
