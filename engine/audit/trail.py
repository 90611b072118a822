"""The audit trail: one line per act, each holding the hash of the one before, one chain per case.

What a line says is covered by its hash; personal data and free text are not in it but kept elsewhere, the line holds
a salted commitment to them, so that they can be erased while the chain stays whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

SCHEMA_VERSION = 1

_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


@dataclass(frozen=True)
class Line:
    """One line as it is stored; `before` and `after` are canonical JSON, `digest` is that of the state after the act.

    `prev` is the hash of the line before, for the first line the genesis of its chain.
    """

    case_id: int
    seq: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    action: str
    element: str | None
    before: str | None
    after: str | None
    digest: str | None
    prev: str
    hash: str

    def row(self) -> dict[str, Any]:
        """The line as a row of the table `audit`."""
        return dict(vars(self))


def genesis(uid: str) -> str:
    """What the first line of the chain of the case `uid` is chained to."""
    return hashlib.sha256(f"bancheng audit {SCHEMA_VERSION} {uid}".encode()).hexdigest()


def chain(
    head: str,
    case_id: int,
    seq: int,
    *,
    at: datetime,
    actor: str,
    action: str,
    element: str | None = None,
    on_behalf_of: str | None = None,
    before: Any = None,
    after: Any = None,
    digest: str | None = None,
) -> Line:
    """The line that follows `head`; `before` and `after` are JSON values (instants allowed) or None."""
    said: dict[str, Any] = {
        "case_id": case_id,
        "seq": seq,
        "actor": actor,
        "on_behalf_of": on_behalf_of,
        "action": action,
        "element": element,
        "before": None if before is None else canonical(before),
        "after": None if after is None else canonical(after),
        "digest": digest,
    }
    return Line(**said, at=at, prev=head, hash=line_hash(head, {**said, "at": instant_text(at)}))


def line_hash(prev: str, said: Mapping[str, Any]) -> str:
    """SHA-256 over the hash of the line before and the canonical JSON of what this one says.

    `said` holds every column but `prev` and `hash`, `at` as `instant_text` writes it.
    """
    return hashlib.sha256(prev.encode() + orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def canonical(value: Any) -> str:
    """JSON text that is the same for the same value: sorted keys, UTF-8, no spaces, instants in UTC."""
    return orjson.dumps(value, default=_instant, option=_CANONICAL).decode()


def instant_text(instant: datetime) -> str:
    """ISO 8601, UTC, always with microseconds."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def commitment(salt: str, text: str) -> str:
    """Binds a line to a text kept elsewhere; with salt and text erased it says nothing about them."""
    return hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest()


def _instant(value: Any) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return instant_text(value)
    raise TypeError(f"{type(value).__name__} has no place in an audit line")
