"""Many cases out of few: the sample cases are played through the door, then their rows are copied.

A copy has a number, a receipt code and an instance id of its own, also where the ids of its tasks begin with it; what
is sealed is sealed for its place, lines of the trail are chained anew and marked as the door marks them, and it is led
again like any other. It was received some hours before the case it is copied from.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from engine.audit.lines import append
from engine.audit.trail import Line, genesis, instant_text, line_hash
from engine.demo import live_through, past_of
from engine.facade import Engine, ReadContext
from engine.house import enter_house, open_house
from engine.keys import Keys
from engine.settings import Settings
from engine.storage.database import WriteTransaction
from engine.storage.models import answers, audit, cases, finished_tasks, tasks
from engine.storage.rows import insert_rows
from engine.storage.sealed import sealed, unsealed

FIRST = 1_000_000  # row id of the first copy
LED_BY = (audit, answers, tasks, finished_tasks)  # what a copy needs to be led again
_AT_ONCE = 1000  # cases per transaction
_HOURS = 20_000  # over which the copies were received
_BY_TASK = ("id", "task_id")
_OWN = 28  # characters of an instance id that the ids of its tasks begin with
_SAID = tuple(field.name for field in fields(Line) if field.name not in ("at", "prev", "hash"))
_READ_SO_FAR = ("checked_seq", "walked_seq", "ledger_seq")  # what the worker makes of a case it has yet to make of it
OnProgress = Callable[[int], object]
Row = dict[str, Any]
Renamed = Callable[[str | None], str | None]
Varied = Callable[[Table, Row], Row]  # what of a copied row is otherwise than in the row it is copied from


@contextmanager
def sample_house(url: str) -> Iterator[Engine]:
    """A new house at this address in which the sample cases have been lived through."""
    engine = open_house(Settings(database_url=url, demo=True))
    try:
        live_through(engine, past_of(engine), lambda: None)
        yield engine
    finally:
        engine.db.close()


@contextmanager
def house_again(url: str) -> Iterator[Engine]:
    """The same house from another process."""
    engine = enter_house(Settings(database_url=url, demo=True), simulated=False)
    try:
        yield engine
    finally:
        engine.db.close()


@dataclass(frozen=True)
class Samples:
    """The rows of the cases that are copied, and by table what belongs to each."""

    cases: Sequence[Row]
    beside: Mapping[Table, Mapping[int, Sequence[Row]]]  # by row id of the case


def samples_of(engine: Engine, tables: Sequence[Table]) -> Samples:
    """The cases there are, that are not restricted, and what of `tables` belongs to them.

    Every table has a column `case_id`, and ids that are counted or are those of tasks; what refers to a table left out
    refers to nothing.
    """
    with engine.db.read() as conn:
        played = select(cases).where(cases.c.restricted.is_(False)).order_by(cases.c.id)
        rows = [dict(row) for row in conn.execute(played).mappings()]
        ids = [row["id"] for row in rows]
        return Samples(rows, {table: _by_case(engine.keys, conn, table, ids) for table in tables})


def multiply(
    engine: Engine,
    samples: Samples,
    count: int,
    on_progress: OnProgress = lambda made: None,
    varied: Varied = lambda table, row: {},
) -> None:
    """Copy the samples, one after another, until the house has `count` cases; `varied` is asked of every row beside."""
    with engine.db.read() as conn:
        there, last = conn.execute(select(func.count(), func.max(cases.c.id))).one()
    begin = max(last + 1 - FIRST, 0)
    wanted = range(begin, begin + count - there)
    for place in range(0, len(wanted), _AT_ONCE):
        numbers = wanted[place : place + _AT_ONCE]
        some = [(number, samples.cases[number % len(samples.cases)]) for number in numbers]
        engine.db.write(partial(_copy, engine.keys, some, samples.beside, varied))
        on_progress(len(some))
    engine.db.write(_analyse)


def number_of(copy: int) -> str:
    """The business key of a copy, counted from 0."""
    return f"BCS-2020-{copy:06d}"


def size(ctx: ReadContext) -> tuple[int, int]:
    """How many cases there are, and lines."""
    made, lines = (ctx.conn.execute(select(func.count()).select_from(each)).scalar_one() for each in (cases, audit))
    return made, lines


def peak() -> int:
    """The most memory this process had so far; `getrusage` would count its parent in."""
    return _status("VmHWM:")


def memory() -> int:
    """The memory this process has now."""
    return _status("VmRSS:")


def _status(name: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(name)).split()[1]) * 1024


# ------------------------------------------------------------------ copies
def _by_case(keys: Keys, conn: Connection, table: Table, ids: Sequence[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    wanted = select(table).where(table.c.case_id.in_(ids))
    for row in conn.execute(wanted.order_by(*table.primary_key)).mappings():
        found.setdefault(row["case_id"], []).append(unsealed(keys, table, row))
    return found


def _copy(
    keys: Keys,
    some: Sequence[tuple[int, Row]],
    beside: Mapping[Table, Mapping[int, Sequence[Row]]],
    varied: Varied,
    tx: WriteTransaction,
) -> None:
    tx.begin_writing()
    copies, rows, lines = [], {table: list[Row]() for table in beside if table is not audit}, list[Line]()
    for number, sample in some:
        copy = _copied(sample, number)
        own = partial(_renamed, sample["uid"][:_OWN], copy["uid"][:_OWN])
        for table, into in rows.items():
            found = (_own(row, copy["id"], own) for row in beside[table].get(sample["id"], ()))
            into.extend(sealed(keys, table, {**row, **varied(table, row)}) for row in found)
        if audit in beside:
            lines.extend(_chained(copy, beside[audit].get(sample["id"], ()), own))
            copy["audit_head"] = lines[-1].hash
        copies.append(copy)
    tx.conn.execute(insert(cases), copies)
    append(tx.conn, lines)
    for table, into in rows.items():
        insert_rows(tx.conn, table, into)


def _copied(sample: Row, number: int) -> Row:
    own = {
        "id": FIRST + number,
        "uid": f"{str(uuid.uuid4())[:_OWN]}00000000",
        "no": number_of(number),
        "receipt_code": f"R{number}",
        **dict.fromkeys(_READ_SO_FAR, 0),
    }
    return {**sample, **own, "received_at": sample["received_at"] - timedelta(hours=number % _HOURS)}


def _renamed(old: str, new: str, said: str | None) -> str | None:
    return said and said.replace(old, new)


def _own(row: Row, case_id: int, own: Renamed) -> Row:
    """The row of the copy: what names a row of this case names the copied row, a counted id is given anew."""
    ids = {name: own(row[name]) for name in _BY_TASK if isinstance(row.get(name), str)}
    copy = {**row, **ids, "case_id": case_id}
    if isinstance(copy.get("id"), int):
        del copy["id"]
    return copy


def _chained(copy: Row, lines: Sequence[Row], own: Renamed) -> Iterator[Line]:
    head = genesis(copy["uid"])
    for row in lines:
        said = {**{name: row[name] for name in _SAID}, "case_id": copy["id"]}
        said |= {name: own(row[name]) for name in ("before", "after")}
        hash = line_hash(head, {**said, "at": instant_text(row["at"])})
        yield Line(**said, at=row["at"], prev=head, hash=hash)
        head = hash


def _analyse(tx: WriteTransaction) -> None:
    """As a database does by itself in time."""
    tx.begin_writing()
    tx.conn.execute(text("ANALYZE"))
