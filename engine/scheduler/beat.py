"""One beat of the clock: fire what is due, deliver what waits, set aside what fails."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

from engine.facade import Engine
from engine.scheduler.sweep import postpone, sweep
from engine.storage.database import WriteTransaction

_SET_ASIDE = timedelta(minutes=1)

log = logging.getLogger(__name__)


def beat(engine: Engine, share: bool) -> None:
    """Sweep the timers and the outbox once; with `share` other processes may do the same at the same time."""
    now = engine.clock.now()
    sweep(engine, now, partial(_set_aside, engine, now), share)
    engine.deliver()


def _set_aside(engine: Engine, now: datetime, case_id: int, error: Exception) -> None:
    """A case whose timers cannot fire comes again in a minute; the log and its incident say why."""
    log.error("the timers of case row %s cannot fire", case_id, exc_info=error)

    def set_aside(tx: WriteTransaction) -> None:
        tx.begin_writing()
        postpone(tx.conn, case_id, now, now + _SET_ASIDE)

    engine.db.write(set_aside)
