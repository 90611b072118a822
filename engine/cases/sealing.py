"""Sealing what an earlier version stored in plain, and sealing anew what an older key sealed: in batches, row by row.

What the key in force has sealed is left alone, so that it may be broken off anywhere and several processes may do it
at once. A row that no key opens stays as it is and is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, func, select, tuple_, update

from engine.cases.case_person import masked
from engine.cases.courier import without_words
from engine.cases.marks import write_marks
from engine.errors import SealBroken
from engine.keys import Keys, looks_sealed
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import answers, attachments, case_people, cases, drafts, idempotency, ledger_rows
from engine.storage.sealed import place, sealed, sealed_columns, unsealed

TABLES = (case_people, answers, attachments, idempotency, drafts, ledger_rows)
_BATCH = 200
_FEW = 5  # papers: up to some megabytes each
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    """A batch that was looked through: `rows` of the table, `renewed` sealed anew, `broken` that no key opens.

    `end` is the key of the last row, None when there was none left.
    """

    table: str
    rows: int
    renewed: int
    broken: tuple[str, ...]
    end: Sequence[Any] | None


def seal_all(db: Database, keys: Keys, plain: bool) -> Iterator[Batch]:
    """Seal every row with the key in force, a transaction per batch, as the batches are asked for.

    `plain`: rows that were never sealed are taken as well; else they are broken, nobody knows who wrote them.
    """
    for table in TABLES:
        end: Sequence[Any] | None = None
        while (batch := db.write(partial(_batch, keys, table, end, plain))).end is not None:
            end = batch.end
            yield batch


def rows_sealed(conn: Connection) -> int:
    """How many rows hold something sealed."""
    return sum(conn.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES)


def _batch(keys: Keys, table: Table, after: Sequence[Any] | None, plain: bool, tx: WriteTransaction) -> Batch:
    tx.begin_writing()
    found = _rows(tx.conn, table, after)
    results = [_renewed(tx.conn, keys, table, row, plain) for row in found]
    broken = tuple(result for result in results if isinstance(result, str))
    end = [found[-1][column.name] for column in table.primary_key] if found else None
    return Batch(table.name, len(found), results.count(True), broken, end)


def _rows(conn: Connection, table: Table, after: Sequence[Any] | None) -> list[Row]:
    key = list(table.primary_key)
    query = select(table).order_by(*key).limit(_FEW if table is attachments else _BATCH).with_for_update()
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    return [dict(row) for row in conn.execute(query).mappings()]


def _renewed(conn: Connection, keys: Keys, table: Table, row: Row, plain: bool) -> bool | str:
    """Seal a row with the key in force; False when it was, the place of what no key opens."""
    columns = [column for column in sealed_columns(table) if row[column.name] is not None]
    if all(keys.sealed_it(row[column.name]) for column in columns):
        return False
    try:
        known = {**row, **{column.name: _known(keys, table, column.name, row, plain) for column in columns}}
    except SealBroken as broken:
        return broken.place
    stored = sealed(keys, table, known)
    this = [column == row[column.name] for column in table.primary_key]
    conn.execute(update(table).where(*this).values({column.name: stored[column.name] for column in columns}))
    if table is case_people:
        _of_the_person(conn, keys, known)
    return True


def _known(keys: Keys, table: Table, name: str, row: Row, plain: bool) -> Any:
    if looks_sealed(row[name]):
        this = {column: row[column] for column in (*table.primary_key.columns.keys(), name)}
        return unsealed(keys, table, this)[name]
    if not plain:
        raise SealBroken(place(table.c[name], row))
    return row[name]


def _of_the_person(conn: Connection, keys: Keys, person: Row) -> None:
    """The marks it is found by, and its case without what earlier versions kept of people's words in it."""
    write_marks(conn, keys, person["case_id"], (person["kind"], person["name"], person["phone"]))
    this = cases.c.id == person["case_id"]
    title, facts = conn.execute(select(cases.c.title, cases.c.facts).where(this).with_for_update()).one()
    kept = json.loads(facts)
    kept["facts"] = without_words(kept["facts"])
    changes = {"title": masked(title, person), "facts": json.dumps(kept, ensure_ascii=False)}
    conn.execute(update(cases).where(this).values(changes))
