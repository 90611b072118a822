"""One beat of the clock: fire what is due, deliver what waits, set aside what fails."""

from __future__ import annotations

import logging
from functools import partial

from engine.facade import Engine
from engine.scheduler.sweep import sweep

log = logging.getLogger(__name__)


def beat(engine: Engine, share: bool) -> None:
    """Bring cases to a changed calendar, sweep the timers and the outbox, once.

    With `share` other processes may do the same at the same time.
    """
    now = engine.clock.now()
    for _ in engine.follow_calendar():
        pass
    sweep(engine, now, partial(_set_aside, engine), share)
    engine.deliver()


def _set_aside(engine: Engine, case_id: int, error: Exception) -> None:
    """A case whose timers cannot fire comes again in a minute; the log and its incident say why."""
    log.error("the timers of case row %s cannot fire", case_id, exc_info=error)
    engine.set_aside(case_id)
