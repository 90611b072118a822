"""Keeping the rows of the ledger: of every case whose trail has grown the row is worked out anew, a few at a beat.

So a ledger of 100,000 cases is read and not worked out. A restricted case has no row; one whose data cannot be read has
none either, and is named when somebody asks for it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, or_, select, update

from engine.errors import SealBroken
from engine.facade import Engine, ReadContext
from engine.keys import Keys
from engine.queries.ledger import sources_of
from engine.queries.ledger_form import form_of
from engine.queries.ledger_lines import Book
from engine.queries.ledger_rows import Kept, kept_row
from engine.storage.database import WriteTransaction
from engine.storage.grown import grown
from engine.storage.models import cases, ledger_rows
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_rows
from engine.storage.sealed import sealed

log = logging.getLogger(__name__)

AT_ONCE = 50  # cases per transaction: others wait for it on SQLite
_GROWN = grown("ledger_seq", cases.c.id)
_UNREADABLE = (SealBroken, ValueError, LookupError, TypeError)  # what is stored of a case is not what was written
_READ = Prepared(update(cases).where(cases.c.id == bindparam("of_case")), ["ledger_seq"])


def keep_ledger(engine: Engine, most: int = AT_ONCE) -> int:
    """Work out the rows of up to `most` cases; returns how many there were. Several processes may do so."""
    if not engine.read(_waiting):
        return 0
    return engine.db.write(partial(_keep, engine=engine, most=most))


def _waiting(ctx: ReadContext) -> bool:
    other = exists().where(_in_another(form_of(ctx)))
    return bool(ctx.conn.execute(select(or_(exists(_GROWN), other))).scalar())


def _in_another(form: str) -> ColumnElement[bool]:
    return or_(ledger_rows.c.form < form, ledger_rows.c.form > form)  # both off the index


def _keep(tx: WriteTransaction, engine: Engine, most: int) -> int:
    tx.begin_writing()
    ctx = engine.within(tx)
    conn, form = tx.conn, form_of(ctx)
    changed = conn.scalars(_GROWN.limit(most)).all()
    others = conn.scalars(select(ledger_rows.c.case_id).where(_in_another(form)).limit(most)).all()
    ids = sorted({*changed, *others})[:most]
    wanted = select(cases.c.id, cases.c.audit_seq).where(cases.c.id.in_(ids)).order_by(cases.c.id)
    found = {id: seq for id, seq in conn.execute(wanted.with_for_update(skip_locked=True))}
    conn.execute(delete(ledger_rows).where(ledger_rows.c.case_id.in_(list(found))))
    kept = _kept(ctx, list(found))
    insert_rows(conn, ledger_rows, [_row(id, row, found[id], form, engine.keys) for id, row in kept.items()])
    _READ.run_many(conn, [{"of_case": id, "ledger_seq": seq} for id, seq in found.items()])
    return len(found)


def _row(case_id: int, kept: Kept, seq: int, form: str, keys: Keys) -> dict[str, Any]:
    return sealed(keys, ledger_rows, {"case_id": case_id, "seq": seq, "form": form, "cells": kept.packed()})


def _kept(ctx: ReadContext, ids: Sequence[int]) -> dict[int, Kept]:
    """All at once; one by one where one cannot be read."""
    book = Book.of(ctx)
    try:
        return _worked_out(ctx, book, ids)
    except _UNREADABLE:
        return {id: row for each in ids for id, row in _alone(ctx, book, each).items()}


def _alone(ctx: ReadContext, book: Book, id: int) -> dict[int, Kept]:
    try:
        return _worked_out(ctx, book, [id])
    except _UNREADABLE as error:
        log.warning("the ledger row of case row %s cannot be worked out: %s", id, type(error).__name__)
        return {}


def _worked_out(ctx: ReadContext, book: Book, ids: Sequence[int]) -> dict[int, Kept]:
    found = ((source.row["id"], kept_row(source)) for source in sources_of(ctx, book, ids))
    return {id: row for id, row in found if row is not None}
