"""Very many cases with trails of their own, each as whole as the one it was copied from and led again like any other.

What names a case in its trail is its instance id, also as the beginning of the ids of its tasks. A copy says its own
everywhere, is chained and marked anew, and what was entered is sealed in its own place.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Table, func, insert, select, text

from engine.audit.lines import append
from engine.audit.trail import Line, chain, genesis
from engine.facade import Engine, ReadContext
from engine.keys import Keys
from engine.storage.database import WriteTransaction
from engine.storage.models import answers, audit, cases, finished_tasks, tasks
from engine.storage.rows import insert_rows
from engine.storage.sealed import sealed, unsealed

Row = Mapping[str, Any]
OnCase = Callable[[], object]
_FIRST = 1_000_000  # row id of the first copy
_AT_ONCE = 500  # cases per transaction
_OWN = 28  # characters of an instance id that its tasks' ids begin with


@dataclass(frozen=True)
class _Sample:
    """A case as it is stored, what was entered in it opened."""

    case: Row
    lines: Sequence[Row]
    answers: Sequence[Row]
    tasks: Sequence[Row]
    finished: Sequence[Row]


def copy_cases(engine: Engine, count: int, on_case: OnCase = lambda: None) -> None:
    """Copy the cases there are, in turn, until there are so many copies."""
    samples = engine.read(_samples)
    for first in range(0, count, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, count))
        engine.db.write(partial(_write, engine.keys, samples, numbers))
        for _ in numbers:
            on_case()
    engine.db.write(_analyse)


def number_of(copy: int) -> str:
    """The business key of a copy."""
    return f"BCS-2020-{copy:06d}"


def size(ctx: ReadContext) -> tuple[int, int]:
    """How many cases there are, and lines."""
    made, lines = (ctx.conn.execute(select(func.count()).select_from(each)).scalar_one() for each in (cases, audit))
    return made, lines


def _samples(ctx: ReadContext) -> list[_Sample]:
    def of(table: Table, row: Row) -> list[Row]:
        wanted = select(table).where(table.c.case_id == row["id"])
        order = table.c.seq if "seq" in table.c else table.c.id
        return [dict(each) for each in ctx.conn.execute(wanted.order_by(order)).mappings()]

    rows = [dict(row) for row in ctx.conn.execute(select(cases).order_by(cases.c.id)).mappings()]
    return [
        _Sample(
            row,
            of(audit, row),
            [unsealed(ctx.keys, answers, each) for each in of(answers, row)],
            of(tasks, row),
            of(finished_tasks, row),
        )
        for row in rows
        if row["no"] is not None and not row["restricted"]
    ]


def _write(keys: Keys, samples: Sequence[_Sample], numbers: Sequence[int], tx: WriteTransaction) -> None:
    tx.begin_writing()
    copies = [_copied(keys, samples[number % len(samples)], number) for number in numbers]
    tx.conn.execute(insert(cases), [copy.case for copy, _ in copies])
    append(tx.conn, [line for _, lines in copies for line in lines])
    insert_rows(tx.conn, answers, [row for copy, _ in copies for row in copy.answers])
    insert_rows(tx.conn, finished_tasks, [row for copy, _ in copies for row in copy.finished])
    for row in (row for copy, _ in copies for row in copy.tasks):
        tx.conn.execute(insert(tasks), row)


def _copied(keys: Keys, sample: _Sample, number: int) -> tuple[_Sample, list[Line]]:
    case_id, uid = _FIRST + number, str(uuid.UUID(int=uuid.uuid4().int >> 32 << 32))
    old, new = sample.case["uid"][:_OWN], uid[:_OWN]
    lines = list(_chained(sample.lines, case_id, uid, lambda said: said and said.replace(old, new)))

    def own(row: Row) -> dict[str, Any]:
        ids = {name: row[name].replace(old, new) for name in ("id", "task_id") if isinstance(row.get(name), str)}
        return {**row, **ids, "case_id": case_id}

    named = {"id": case_id, "uid": uid, "no": number_of(number), "receipt_code": f"R{number}"}
    copy = _Sample(
        {**sample.case, **named, "audit_head": lines[-1].hash},
        (),
        [sealed(keys, answers, own(row)) for row in sample.answers],
        [own(row) for row in sample.tasks],
        [own(row) for row in sample.finished],
    )
    return copy, lines


def _chained(lines: Sequence[Row], case_id: int, uid: str, own: Callable[[str | None], str | None]) -> Iterator[Line]:
    head = genesis(uid)
    same = ("at", "actor", "on_behalf_of", "action", "element", "digest")
    for row in lines:
        before, after = (json.loads(said) if (said := own(row[name])) else None for name in ("before", "after"))
        line = chain(head, case_id, row["seq"], before=before, after=after, **{name: row[name] for name in same})
        head = line.hash
        yield line


def _analyse(tx: WriteTransaction) -> None:
    """As a database does by itself in time."""
    tx.begin_writing()
    tx.conn.execute(text("ANALYZE"))
