"""The same request twice has one effect and one answer. A key belongs to the person who sent it.

Use inside one `Database.write`: `find` first, then the act, then `store` in the same transaction. Of two requests at
once the later one waits (PostgreSQL) or is stale (SQLite), starts afresh and finds what the first one answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, select, update

from engine.errors import KeyReused, SealBroken
from engine.keys import Keys
from engine.storage.database import StaleRevision
from engine.storage.locks import lock_name
from engine.storage.models import idempotency
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_new
from engine.storage.sealed import sealed, unsealed

_FIND = Prepared(
    select(idempotency.c.fingerprint, idempotency.c.answer).where(
        idempotency.c.actor == bindparam("actor"), idempotency.c.key == bindparam("key")
    )
)


_FORGOTTEN = orjson.dumps({"status": 410, "body": {"message": "这一件的个人信息已清除，当时的答复不再提供。"}}).decode()


@dataclass(frozen=True)
class StoredAnswer:
    """What the first request was answered: HTTP status and JSON body."""

    status: int
    body: Any


def find(conn: Connection, keys: Keys, actor: str, key: str, fingerprint: str) -> StoredAnswer | None:
    """The answer this person's key was given before, or None.

    `fingerprint` is the SHA-256 of the request; raises KeyReused when the key came with another one. On PostgreSQL the
    key stays locked until the end of the transaction, so that a duplicate sees the first answer, not a half-done case.
    """
    lock_name(conn, actor, key)
    found = _FIND.fetch(conn, {"actor": actor, "key": key})
    if not found:
        return None
    if found[0]["fingerprint"] != fingerprint:
        raise KeyReused
    stored = unsealed(keys, idempotency, {"actor": actor, "key": key, "answer": found[0]["answer"]})
    return StoredAnswer(**orjson.loads(stored["answer"]))


def store(
    conn: Connection, keys: Keys, actor: str, key: str, fingerprint: str, answer: StoredAnswer, at: datetime
) -> None:
    """Keep the answer, sealed; raises StaleRevision, to start the write afresh, when a duplicate was faster."""
    text_of_answer = orjson.dumps({"status": answer.status, "body": answer.body}).decode()
    row = {"actor": actor, "key": key, "fingerprint": fingerprint, "answer": text_of_answer, "at": at}
    if not insert_new(conn, idempotency, sealed(keys, idempotency, row)):
        raise StaleRevision


def forget_what_names(conn: Connection, keys: Keys, names: Sequence[str], since: datetime) -> int:
    """Put a plain refusal in place of every answer in which one of these names stands; returns how many.

    The keys stay, so that a request that comes again has no second effect. An answer that does not open goes too.
    """
    found = conn.execute(select(idempotency).where(idempotency.c.at >= since)).mappings().all()
    named = [row for row in found if _names_any(keys, row, names)]
    for row in named:
        key = {"actor": row["actor"], "key": row["key"]}
        stored = sealed(keys, idempotency, {**key, "answer": _FORGOTTEN})
        this = [idempotency.c[name] == value for name, value in key.items()]
        conn.execute(update(idempotency).where(*this).values(answer=stored["answer"]))
    return len(named)


def _names_any(keys: Keys, row: Mapping[Any, Any], names: Sequence[str]) -> bool:
    try:
        said: str = unsealed(keys, idempotency, row)["answer"]
    except SealBroken:
        return True
    return any(name in said for name in names)


def forget_older_than(conn: Connection, instant: datetime) -> int:
    """Delete the answers given before `instant`; returns how many."""
    return conn.execute(delete(idempotency).where(idempotency.c.at < instant)).rowcount
