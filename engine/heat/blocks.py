"""Keeping the steps of walked cases packed (engine/heat/packed.py), in blocks of a thousand cases.

A case that changes is read row by row, and left out of what is packed, until its block is packed anew: a minute after
the first change in it, once for all that came meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, delete, literal, select, update

from engine.heat.packed import NARROWED, Packed, Range, Tally, packed, read, tally, written
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import moving_cases, packed_steps, walked_blocks, walked_steps
from engine.storage.rows import insert_new, insert_rows

REST = timedelta(minutes=1)  # so long changes are gathered
_CASES = 1024  # of a block
_BLOCK, _STEP, _MOVING = walked_blocks.c, walked_steps.c, moving_cases.c
_READ = ("case_id", "key", "bundle_id", "element", "how", "late", "entry", "received_at", "waited", "handled")
_ROWS = select(*(_STEP[name] for name in (*_READ, *NARROWED)))


class Element(NamedTuple):
    """An element as a version of a process draws it."""

    key: str
    bundle_id: int
    element: str


def changed(conn: Connection, case_ids: Iterable[int], now: datetime) -> None:
    """Say that these cases were walked anew, in the transaction that does it.

    It holds their blocks until it ends, so that whoever packs one has either all of it or nothing.
    """
    ids = sorted(case_ids)
    for block in sorted({id // _CASES for id in ids}):
        if not insert_new(conn, walked_blocks, {"block": block, "changed_at": now, "packed": False}):
            since = case((_BLOCK.packed, literal(now, _BLOCK.changed_at.type)), else_=_BLOCK.changed_at)
            conn.execute(update(walked_blocks).where(_BLOCK.block == block).values(changed_at=since, packed=False))
    for id in ids:
        insert_new(conn, moving_cases, {"case_id": id})


def keep_packed(db: Database, now: datetime, rest: timedelta = REST) -> bool:
    """Pack the block whose changes have waited longest, and at least `rest`; says whether there was one.

    Several processes may do so.
    """
    late = select(_BLOCK.block).where(_BLOCK.packed.is_(False), _BLOCK.changed_at <= now - rest)
    with db.read() as conn:
        block = conn.execute(late.order_by(_BLOCK.changed_at).limit(1)).scalar_one_or_none()
    return block is not None and db.write(partial(_pack, block))


def _pack(block: int, tx: WriteTransaction) -> bool:
    tx.begin_writing()
    conn = tx.conn
    mine = select(_BLOCK.block).where(_BLOCK.block == block, _BLOCK.packed.is_(False))
    if conn.execute(mine.with_for_update(skip_locked=True)).scalar_one_or_none() is None:
        return False
    conn.execute(delete(packed_steps).where(packed_steps.c.block == block))
    steps = _by_element(conn, _in(_STEP.case_id, block), block * _CASES)
    insert_rows(conn, packed_steps, [_row(block, *each) for each in steps])
    conn.execute(delete(moving_cases).where(_in(_MOVING.case_id, block)))
    conn.execute(update(walked_blocks).where(_BLOCK.block == block).values(packed=True))
    return True


def _row(block: int, of: Element, steps: Packed) -> dict[str, Any]:
    words, columns = written(steps)
    number = len(steps.columns["day"])
    return {**of._asdict(), "block": block, "number": number, "words": words, "columns": columns}


# ------------------------------------------------------------------ read
def tallies(
    conn: Connection,
    key: str,
    bundle: int | None,
    asked: Mapping[str, str],
    days: Range,
    alone: str | None = None,
) -> dict[str, Tally]:
    """By element what the steps add up to: of one process, perhaps of one version, or of one element `alone`.

    `asked`, `days` as in `tally`.
    """
    found: dict[str, Tally] = defaultdict(Tally)
    moving: dict[int, set[int]] = {}
    for id in conn.scalars(select(_MOVING.case_id)):
        moving.setdefault(id // _CASES, set()).add(id % _CASES)
    p, only = packed_steps.c, {"bundle_id": bundle, "element": alone}
    given = {name: value for name, value in only.items() if value is not None}
    query = select(p.block, p.element, p.words, p.columns, p.number).filter_by(key=key, **given)
    for block, element, *stored in conn.execute(query):
        tally(read(*stored), asked, days, moving.get(block, ()), found[element])
    for of, steps in _by_element(conn, _STEP.case_id.in_(select(_MOVING.case_id))) if moving else ():
        if of.key == key and bundle in (None, of.bundle_id) and alone in (None, of.element):
            tally(steps, asked, days, (), found[of.element])
    return found


def _in(column: ColumnElement[int], block: int) -> ColumnElement[bool]:
    return column.between(block * _CASES, (block + 1) * _CASES - 1)


def _by_element(
    conn: Connection, which: ColumnElement[bool], first: int | None = None
) -> Iterator[tuple[Element, Packed]]:
    found: dict[Element, list[Any]] = {}
    for row in conn.execute(_ROWS.where(which)).mappings():
        found.setdefault(Element(row["key"], row["bundle_id"], row["element"]), []).append(row)
    return ((of, packed(rows, first)) for of, rows in found.items())
