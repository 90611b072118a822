"""Houses built worse than ours, to show that the checker sees it. Each function is called in a process of its own.

They undo one protection each; what else would have caught the damage is taken away with it. And they bring about the
instant in which the protection is needed: by chance it comes on one machine and not on the next.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import count
from multiprocessing.synchronize import Barrier, Event
from typing import Any, NoReturn, TypeVar

from sqlalchemy import Connection, Table, bindparam, select

from engine.audit.house import HOUSE
from engine.cases import merging, saving
from engine.cases.live import Live
from engine.scheduler import sweep
from engine.storage import connections, database, models, rows
from engine.storage.database import Database, WriteTransaction
from engine.storage.prepared import Prepared
from tests.support.patience import unhurried

T = TypeVar("T")

_LAST_ACT = 8
_PATIENCE_SECONDS = 300


def audit_apart() -> None:
    """The lines of the trail are written in a transaction of their own, after the act; each process is killed between
    the two at its eighth act."""
    held: dict[int, list[dict[str, Any]]] = {}
    insert_rows, write, acts = rows.insert_rows, Database.write, count(1)

    def keep_back(conn: Connection, table: Table, given: Sequence[dict[str, Any]]) -> None:
        if table is models.audit:
            held[id(conn)].extend(given)
        else:
            insert_rows(conn, table, given)

    def write_later(self: Database, work: Callable[[WriteTransaction], T]) -> T:
        lines: list[dict[str, Any]] = []

        def act(tx: WriteTransaction) -> T:
            lines.clear()
            held[id(tx.conn)] = lines
            return work(tx)

        done = write(self, act)
        if any(line["case_id"] != HOUSE for line in lines) and next(acts) == _LAST_ACT:
            os.kill(os.getpid(), signal.SIGKILL)
        if lines:
            write(self, partial(_append, insert_rows, lines))
        return done

    rows.insert_rows = keep_back  # type: ignore[assignment]
    Database.write = write_later  # type: ignore[method-assign]


def _append(insert_rows: Callable[..., None], lines: list[dict[str, Any]], tx: WriteTransaction) -> None:
    tx.begin_writing()
    insert_rows(tx.conn, models.audit, lines)


def no_comparison() -> None:
    """A case is written without its lock and without asking whether it is still the one that was read."""
    write_back = saving.write_back

    def write_over(conn: Connection, live: Live, case: dict[str, Any]) -> None:
        present = _PRESENT.fetch(conn, {"of_case": live.row["id"]})[0]
        live.row = {**live.row, **present}
        write_back(conn, live, case)

    saving.write_back = write_over  # type: ignore[assignment]
    for name in ("id", "uid", "no"):
        wanted = models.cases.c[name] == bindparam("wanted")
        database._LOCK_BY[name] = Prepared(select(models.cases).where(wanted))


def before_writing(wait: Callable[[Connection, Live], object]) -> None:
    """Whoever has read a case, and done their act on it, waits before they write it."""
    tell_merged = merging.tell_merged  # the last step before the writing begins

    def tell_and_wait(conn: Connection, lead: Live, case: Mapping[str, Any]) -> None:
        tell_merged(conn, lead, case)
        wait(conn, lead)

    merging.tell_merged = tell_and_wait


def parcels_and_tasks_written_over() -> None:
    """Nothing is compared; of a parcel and a task neither is written before both have read the case."""
    no_comparison()
    unhurried()
    parcel_read, task_read = multiprocessing.Event(), multiprocessing.Event()

    def let_the_other_read(conn: Connection, live: Live) -> None:
        acts = {note.action for note in live.step.notes}
        for act, mine, others in (("courier", parcel_read, task_read), ("completed", task_read, parcel_read)):
            if act in acts:
                mine.set()
                others.wait(_PATIENCE_SECONDS)

    before_writing(let_the_other_read)


def nothing_taken(meeting: Barrier) -> None:
    """Every sweep fires what others are firing, a case is written over, and a row twice is no error.

    All begin to sweep together, together they stand before the first case they write, and none goes on before all have
    written it: whoever waits for the lock would else be stopped with the house, when the others have done the rest.
    """
    no_comparison()
    rows._insert = rows._insert_new
    once, together, written = (cache(partial(meeting.wait, _PATIENCE_SECONDS)) for _ in range(3))
    before_writing(lambda conn, live: once())
    fire = sweep.fire

    def begin_together(engine: sweep.Door, now: datetime) -> Iterator[list[int]]:
        together()
        return sweep._all_batches(engine, now)

    def fire_together(engine: sweep.Door, case_id: int, on_failure: sweep.OnFailure) -> list[Any]:
        told = fire(engine, case_id, on_failure)
        written()
        return told

    sweep._claimed_batches = begin_together
    sweep.fire = fire_together


def stands_still_with_what_it_took(standing: Event) -> None:
    """A scheduler takes what is due and does nothing more; it tells when it `stands`."""
    sweep.fire = partial(_stand_still, standing)


def stands_still_while_writing(standing: Event) -> None:
    """A scheduler begins to write a case and does not end."""
    saving.write_back = partial(_stand_still, standing)


def _stand_still(standing: Event, *_: Any) -> NoReturn:
    standing.set()
    while True:
        time.sleep(3600)


def no_patience() -> None:
    """Who finds the database taken does not wait."""
    connections._WAIT_SECONDS = 0


_COLUMNS = (models.cases.c.revision, models.cases.c.audit_seq, models.cases.c.audit_head)
# Waits for who is just writing, or the comparison that is left would still see him.
_PRESENT = Prepared(select(*_COLUMNS).where(models.cases.c.id == bindparam("of_case")).with_for_update())
