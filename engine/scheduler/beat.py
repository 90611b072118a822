"""One beat of the clock: fire what is due, deliver what waits; what fails stops nobody else."""

from __future__ import annotations

from engine.facade import Engine
from engine.scheduler.sweep import sweep


def beat(engine: Engine, share: bool) -> None:
    """Bring cases to a changed calendar, sweep the timers and the outbox, once.

    With `share` other processes may do the same at the same time.
    """
    now = engine.clock.now()
    for _ in engine.follow_calendar():
        pass
    sweep(engine, now, engine.cannot_fire, share)
    engine.deliver()
