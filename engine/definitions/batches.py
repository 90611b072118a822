"""Many cases go over to another version at once: ordered in one act, then moved one by one, each in its own.

An order is rows: which cases, and what has become of each. Whoever finds one waiting may move it (a worker at its
beat, or the supervisor who watches); what is interrupted goes on where it stopped. A case that cannot go over stays
where it is, with the reason. What an order has moved can be taken back by another one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from engine.audit import house as trail
from engine.cases import policy
from engine.cases.acts.migrating import LONGEST_REASON
from engine.cases.commands import Actor, MigrateCase, UndoMigration
from engine.directory import find_person
from engine.directory.substitution import acting
from engine.errors import BadInput, Busy, EngineError, NoRoom, NotFound, NotNow, NotYours
from engine.facade import Engine, ReadContext
from engine.storage.database import WriteTransaction
from engine.storage.models import bundles, cases, migration_batches, migration_cases

WAITING, MOVED, REFUSED = "waiting", "moved", "refused"
MOST = 100_000  # cases of one order


@dataclass(frozen=True)
class Order:
    """These instances are to go over to version `to` of the process `key`."""

    key: str
    to: int
    uids: Sequence[str]
    reason: str
    instructions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Waiting:
    """One case whose turn has come. `back`: it is to go back from `to`, to this version."""

    batch: int
    case_id: int
    uid: str
    to: int
    reason: str
    author: str
    instructions: Mapping[str, str]
    back: int | None

    @property
    def command(self) -> MigrateCase | UndoMigration:
        """What is done to it."""
        if self.back is not None:
            return UndoMigration(self.uid, self.reason)
        return MigrateCase(self.uid, self.to, self.reason, self.instructions)


# ------------------------------------------------------------------ ordering
def begin(engine: Engine, order: Order, actor: Actor) -> int:
    """Keep an order; returns its number. Raises NotYours, BadInput, NotFound; nothing has moved yet."""
    _permitted(actor, order.reason)
    if not 0 < len(order.uids) <= MOST:
        raise BadInput({"uids": "请至少选一件。" if not order.uids else f"一次最多迁移 {MOST:,} 件，请分几次。"})
    engine.read(lambda ctx: ctx.versions.numbered(ctx.conn, order.key, order.to))
    return engine.db.write(partial(_begin, order=order, author=actor.name, now=engine.clock.now()))


def _begin(tx: WriteTransaction, order: Order, author: str, now: datetime) -> int:
    tx.begin_writing()
    wanted = select(cases.c.id, bundles.c.version).join(bundles, bundles.c.id == cases.c.bundle_id)
    running = (cases.c.key == order.key) & cases.c.ended_at.is_(None) & cases.c.restricted.is_(False)
    found = {
        row.id: row.version
        for place in range(0, len(order.uids), _BATCH)
        for row in tx.conn.execute(wanted.where(running, cases.c.uid.in_(order.uids[place : place + _BATCH])))
    }
    if not found:
        raise BadInput({"uids": "选中的件都不在办了，请刷新后再选。"})
    said = {"key": order.key, "version": order.to, "instructions": json.dumps(dict(order.instructions))}
    return _keep(tx.conn, {**said, "reason": order.reason.strip(), "author": author, "begun_at": now}, found)


_BATCH = 500


def _keep(conn: Connection, row: Mapping[str, Any], found: Mapping[int, int]) -> int:
    id = int(conn.execute(insert(migration_batches).values(**row).returning(migration_batches.c.id)).scalar_one())
    rows = [{"batch_id": id, "case_id": case, "came_from": was, "state": WAITING} for case, was in found.items()]
    conn.execute(insert(migration_cases), rows)
    said = {"key": row["key"], "version": row["version"], "cases": len(rows), "undoes": row.get("undoes")}
    trail.record(conn, row["begun_at"], row["author"], "migration_ordered", str(id), said)
    return id


def undo(engine: Engine, id: int, reason: str, actor: Actor) -> int:
    """Order that what an order has moved goes back; returns the number of the new one. Raises as `begin`, NotNow."""
    _permitted(actor, reason)
    return engine.db.write(partial(_undo, id=id, reason=reason.strip(), author=actor.name, now=engine.clock.now()))


def _undo(tx: WriteTransaction, id: int, reason: str, author: str, now: datetime) -> int:
    tx.begin_writing()
    found = tx.conn.execute(select(migration_batches).where(migration_batches.c.id == id)).mappings().one_or_none()
    if found is None:
        raise NotFound(f"没有第 {id} 次迁移。")
    if found["undoes"] is not None or found["ended_at"] is None:
        raise NotNow("这一次还没有迁移完，完成后才能撤销。" if found["undoes"] is None else "撤销本身不能再撤销。")
    if tx.conn.execute(select(migration_batches.c.id).where(migration_batches.c.undoes == id)).first() is not None:
        raise NotNow("这一次迁移已经撤销过了。")
    of_it = (migration_cases.c.batch_id == id) & (migration_cases.c.state == MOVED)
    moved = {row.case_id: int(found["version"]) for row in tx.conn.execute(select(migration_cases).where(of_it))}
    if not moved:
        raise NotNow("这一次没有迁移成功的件，不用撤销。")
    same = {name: found[name] for name in ("key", "version", "instructions")}
    return _keep(tx.conn, {**same, "reason": reason, "author": author, "begun_at": now, "undoes": id}, moved)


def _permitted(actor: Actor, reason: str) -> None:
    if not policy.holds(actor, policy.DESIGNING):
        raise NotYours("只有流程管理员可以迁移在办的反映件。")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise BadInput({"reason": f"请写明为什么迁移，不超过 {LONGEST_REASON} 个字。"})


# ------------------------------------------------------------------ carrying out
def carry_on(engine: Engine, most: int, batch: int | None = None) -> int:
    """Move up to so many of the cases that wait, of all orders or of one; returns how many had their turn.

    What is the database's trouble and not the case's waits on.
    """
    turns = engine.read(_waiting, most, batch)
    for done, each in enumerate(turns):
        try:
            state, reason = _moved(engine, each)
        except (Busy, NoRoom):
            return done
        engine.db.write(partial(_told, each=each, state=state, reason=reason, now=engine.clock.now()))
    return len(turns)


def _moved(engine: Engine, each: _Waiting) -> tuple[str, str | None]:
    """As whoever ordered it, with the rights they have now."""
    runs_on = engine.read(_runs_on, each.case_id)
    if runs_on == (each.to if each.back is None else each.back):
        return MOVED, None  # it was moved before the turn was told
    if each.back is not None and runs_on != each.to:
        return REFUSED, f"这一件后来又迁移到了第 {runs_on} 版，不跟着撤销。"
    try:
        engine.execute(each.command, engine.read(_as_author, each.author))
    except (Busy, NoRoom):
        raise
    except EngineError as refused:
        return REFUSED, refused.message
    return MOVED, None


def _as_author(ctx: ReadContext, name: str) -> Actor:
    person = find_person(ctx.conn, name)
    return Actor(name) if person is None or not person.active else acting(ctx.conn, person, ctx.now)


def _runs_on(ctx: ReadContext, case_id: int) -> int | None:
    wanted = select(bundles.c.version).join(cases, cases.c.bundle_id == bundles.c.id).where(cases.c.id == case_id)
    return ctx.conn.execute(wanted).scalar()


def _waiting(ctx: ReadContext, most: int, batch: int | None) -> list[_Waiting]:
    b, c, undone = migration_batches.c, migration_cases.c, migration_cases.alias("undone")
    of_order = (b.id, b.version, b.reason, b.author, b.instructions)
    query = (
        select(*of_order, c.case_id, cases.c.uid, undone.c.came_from.label("back"))
        .join(migration_cases, c.batch_id == b.id)
        .outerjoin(undone, (undone.c.batch_id == b.undoes) & (undone.c.case_id == c.case_id))
        .join(cases, cases.c.id == c.case_id)
        .where(b.ended_at.is_(None), c.state == WAITING, *(() if batch is None else (b.id == batch,)))
        .order_by(b.id, c.case_id)
        .limit(most)
    )
    return [
        _Waiting(r.id, r.case_id, r.uid, r.version, r.reason, r.author, json.loads(r.instructions), r.back)
        for r in ctx.conn.execute(query)
    ]


def _told(tx: WriteTransaction, each: _Waiting, state: str, reason: str | None, now: datetime) -> None:
    """What has become of a case; with the last one the order ends. A colleague may have been faster."""
    tx.begin_writing()
    c, of_it = migration_cases.c, migration_cases.c.batch_id == each.batch
    one = of_it & (c.case_id == each.case_id) & (c.state == WAITING)
    tx.conn.execute(update(migration_cases).where(one).values(state=state, reason=reason, at=now))
    left = tx.conn.execute(select(func.count()).where(of_it, c.state == WAITING)).scalar_one()
    ended = (migration_batches.c.id == each.batch) & migration_batches.c.ended_at.is_(None)
    if not left and tx.conn.execute(update(migration_batches).where(ended).values(ended_at=now)).rowcount:
        counts = tx.conn.execute(select(c.state, func.count().label("many")).where(of_it).group_by(c.state))
        said = {row.state: row.many for row in counts}
        trail.record(tx.conn, now, each.author, "migration_ended", str(each.batch), said)
