"""Houses built worse than ours, to show that the checker sees it. Each function is called in a process of its own.

They undo one protection each; what else would have caught the damage is taken away with it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import Any, NoReturn, TypeVar

from sqlalchemy import Connection, Table, bindparam, select

from engine.audit.house import HOUSE
from engine.cases import saving
from engine.cases.live import Live
from engine.scheduler import sweep
from engine.storage import connections, database, models, rows
from engine.storage.database import Database, WriteTransaction
from engine.storage.prepared import Prepared

T = TypeVar("T")

_LAST_ACT = 8
_SLOW_SECONDS = 0.02  # a slower machine shows in seconds what else takes hours


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
        time.sleep(_SLOW_SECONDS)
        present = _PRESENT.fetch(conn, {"of_case": live.row["id"]})[0]
        live.row = {**live.row, **present}
        write_back(conn, live, case)

    saving.write_back = write_over  # type: ignore[assignment]
    for name in ("id", "uid", "no"):
        wanted = models.cases.c[name] == bindparam("wanted")
        database._LOCK_BY[name] = Prepared(select(models.cases).where(wanted))


def nothing_taken() -> None:
    """Every sweep fires what others are firing, a case is written over, and a row twice is no error."""
    no_comparison()
    rows._insert = rows._insert_new
    sweep._claimed_batches = sweep._all_batches


def stands_still_with_what_it_took() -> None:
    """A scheduler takes what is due and does nothing more."""
    sweep.fire = _stand_still  # type: ignore[assignment]


def stands_still_while_writing() -> None:
    """A scheduler begins to write a case and does not end."""
    saving.write_back = _stand_still  # type: ignore[assignment]


def _stand_still(*_: Any) -> NoReturn:
    while True:
        time.sleep(3600)


def no_patience() -> None:
    """Who finds the database taken does not wait."""
    connections._WAIT_SECONDS = 0


_COLUMNS = (models.cases.c.revision, models.cases.c.audit_seq, models.cases.c.audit_head)
# Waits for who is just writing, or the comparison that is left would still see him.
_PRESENT = Prepared(select(*_COLUMNS).where(models.cases.c.id == bindparam("of_case")).with_for_update())
