"""Requests that exactly this content goes live: the rows, and what makes one void.

A request is bound to the hash of its files. One changed byte of the draft voids it; so does another version that goes
live meanwhile, for nobody has then seen what would differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.audit import house as trail
from engine.errors import NotFound
from engine.storage.models import approvals

WAITING, APPROVED, REFUSED, VOID = "waiting", "approved", "refused", "void"

_a = approvals.c


@dataclass(frozen=True)
class Request:
    """One request. `report`: JSON of what the gate found (report.py); `version`: the number it was published under."""

    id: int
    draft_id: int
    key: str
    hash: str
    asked_by: str
    asked_at: datetime
    reason: str
    state: str
    decided_by: str | None
    decided_at: datetime | None
    comment: str | None
    version: int | None
    report: str


def request_of(conn: Connection, id: int, lock: bool = False) -> Request:
    """One request; with `lock` nobody else decides it until the end of the transaction. Raises NotFound."""
    query = select(approvals).where(_a.id == id)
    row = conn.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound("没有这份审核申请，可能编号有误。")
    return Request(**row)


def waiting_for(conn: Connection, draft: int) -> Request | None:
    """The request of a draft that nobody has decided yet."""
    query = select(approvals).where(_a.draft_id == draft, _a.state == WAITING)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else Request(**row)


def enter(conn: Connection, row: Mapping[str, Any], now: datetime) -> Request:
    """A new request, in a transaction that writes; `row` gives what is known of it."""
    id = conn.execute(insert(approvals).values(**row, state=WAITING, asked_at=now).returning(_a.id)).scalar_one()
    said = {"approval": id, "draft": row["draft_id"], "hash": row["hash"], "reason": row["reason"]}
    trail.record(conn, now, row["asked_by"], "approval_asked", row["key"], said)
    return request_of(conn, id)


def decide(conn: Connection, request: Request, state: str, person: str, now: datetime, **more: Any) -> None:
    """Write how a request has ended; its line says by whom, and for which content."""
    decided = {"state": state, "decided_by": person, "decided_at": now, **more}
    conn.execute(update(approvals).where(_a.id == request.id).values(**decided))
    said = {"approval": request.id, "draft": request.draft_id, "hash": request.hash, **more}
    trail.record(conn, now, person, f"approval_{state}", request.key, said)


def void_waiting(conn: Connection, draft: int, person: str, now: datetime, why: str) -> None:
    """Void the request of a draft that waits, where there is one."""
    waiting = waiting_for(conn, draft)
    if waiting is not None:
        decide(conn, waiting, VOID, person, now, comment=why)


def all_waiting(conn: Connection, key: str) -> list[Request]:
    """Every request of a process that nobody has decided yet, the oldest first."""
    query = select(approvals).where(_a.key == key, _a.state == WAITING).order_by(_a.id)
    return [Request(**row) for row in conn.execute(query).mappings()]
