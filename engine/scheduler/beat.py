"""One beat of the clock: fire what is due, deliver what waits; what fails stops nobody else."""

from __future__ import annotations

from datetime import datetime

from engine.directory.accounts import looked_today, shut_off_unused
from engine.directory.rules import Rules
from engine.facade import Engine
from engine.scheduler.sweep import sweep
from engine.storage.database import WriteTransaction


def beat(engine: Engine, share: bool, rules: Rules | None = None) -> None:
    """Bring cases to a changed calendar, sweep the timers and the outbox, once; once a day, unused accounts.

    With `share` other processes may do the same at the same time. `rules`: of the house whose accounts are looked at.
    """
    now = engine.clock.now()
    if rules is not None and rules.strict:
        _shut_off_unused(engine, now)
    for _ in engine.follow_calendar():
        pass
    sweep(engine, now, engine.cannot_fire, share)
    engine.deliver()


def _shut_off_unused(engine: Engine, now: datetime) -> None:
    def shut_off(tx: WriteTransaction) -> None:
        tx.begin_writing()
        shut_off_unused(tx.conn, now)

    if not engine.read(lambda ctx: looked_today(ctx.conn, now)):
        engine.db.write(shut_off)
