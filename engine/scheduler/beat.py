"""One beat of the clock: fire what is due, deliver what waits; what fails stops nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.audit.keeping import keep_checkpoints
from engine.audit.places import Place
from engine.cases.resting import keep_waypoints
from engine.definitions.batches import carry_on
from engine.directory.accounts import looked_today, shut_off_unused
from engine.directory.liaison_rounds import ask_units, asked_already
from engine.directory.rules import Rules
from engine.erasure.by_itself import erase_due
from engine.exports.keeping import keep_ledger
from engine.facade import Engine
from engine.heat.blocks import keep_packed
from engine.heat.keeping import keep_walked
from engine.scheduler.sweep import sweep
from engine.storage.database import WriteTransaction

_MIGRATED = 50  # cases brought to another version in one beat: the clocks come first


def beat(engine: Engine, share: bool, rules: Rules | None = None, places: Sequence[Place] | None = None) -> None:
    """Bring cases to a changed calendar, sweep the timers, move some of the cases that are to go over to another
    version, and sweep the outbox, once; once a day, unused accounts; once a quarter, the liaison directory; every five
    minutes or thousand lines, a checkpoint of the trail; where the house wants it so, cases past their time are erased;
    for what looks at many cases, pages and the ledger as a file, the cases that have changed; and for the page that
    looks at one, waypoints on long trails.

    With `share` other processes may do the same at the same time. `rules`: of the house whose accounts are looked at.
    `places` outside are told the checkpoints; None: none are taken.
    """
    now = engine.clock.now()
    if rules is not None and rules.strict:
        _shut_off_unused(engine, now)
    if rules is not None:
        _ask_units(engine, now)
    for _ in engine.follow_calendar():
        pass
    sweep(engine, now, engine.cannot_fire, share)
    carry_on(engine, _MIGRATED)
    engine.deliver()
    if places is not None:
        keep_checkpoints(engine.db, engine.keys.trail, places, now)
    erase_due(engine)
    keep_walked(engine.db, engine.versions, engine.calendars, now)
    keep_packed(engine.db, now)
    keep_waypoints(engine.db, engine.versions, engine.calendars, engine.directory, engine.keys)
    keep_ledger(engine)


def _ask_units(engine: Engine, now: datetime) -> None:
    """Once a quarter, that the units confirm their entries in the liaison directory."""
    worktime = engine.worktime

    def ask(tx: WriteTransaction) -> None:
        tx.begin_writing()
        ask_units(tx.conn, worktime, now)

    if not engine.read(lambda ctx: asked_already(ctx.conn, now)):
        engine.db.write(ask)


def _shut_off_unused(engine: Engine, now: datetime) -> None:
    def shut_off(tx: WriteTransaction) -> None:
        tx.begin_writing()
        shut_off_unused(tx.conn, now)

    if not engine.read(lambda ctx: looked_today(ctx.conn, now)):
        engine.db.write(shut_off)
