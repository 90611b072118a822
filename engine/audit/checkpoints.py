"""Checkpoints: at intervals, a signed statement of how far every chain that grew has come, and with which hash.

Each names the one before by its hash, so that the last one holds all of them. What it states is a Merkle root over its
leaves (chain, number of the last line, hash of that line); the leaves go with it, so that whoever keeps checkpoints
outside needs nothing else to tell which line is missing or was written again.

As text a checkpoint is one line of JSON. What is signed, and what the next one names by its SHA-256, is the canonical
JSON of its head, without signature and leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, func, select, text, update

from engine.audit.house import HOUSE, head_of_house
from engine.audit.merkle import root
from engine.audit.trail import canonical, instant_text
from engine.storage.database import WriteTransaction
from engine.storage.grown import grown
from engine.storage.kept import keep
from engine.storage.models import audit, cases, checkpoints
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_rows
from engine.trail_keys import TrailKeys

VERSION = 1
EVERY = timedelta(minutes=5)
MOST_LINES = 1000  # so many new lines do not wait for the five minutes
NONE_BEFORE = "0" * 64

_LOCK = "audit.checkpoint"  # the setting whose row keeps two processes apart
_MARK_CHECKED = Prepared(update(cases).where(cases.c.id == bindparam("of_case")), ["checked_seq"])


class Leaf(NamedTuple):
    """How far a chain had come. `unmarked`: the last of its lines that has no mark, from before there was a key."""

    chain: int
    seq: int
    hash: str
    unmarked: int = 0

    @property
    def said(self) -> bytes:
        """What the Merkle tree is made of."""
        return f"{self.chain}/{self.seq}/{self.hash}/{self.unmarked}".encode()


@dataclass(frozen=True)
class Checkpoint:
    """One as it was read: `problem` says in words what is wrong with it by itself, None: nothing."""

    number: int
    at: str
    lines: int
    prev: str
    hash: str  # of its head; the `prev` of the next
    leaves: tuple[Leaf, ...]
    problem: str | None


@dataclass(frozen=True)
class Standing:
    """The last checkpoint, number 0 when there is none, and how many lines came since.

    `house_seq`: how far the chain of the house is in it.
    """

    number: int
    at: datetime | None
    uncovered: int
    house_seq: int


# ------------------------------------------------------------------ taking
def standing(conn: Connection) -> Standing:
    """Where the checkpoints stand; read at every beat, so by indexes alone."""
    columns = (checkpoints.c.number, checkpoints.c.at, checkpoints.c.house_seq)
    found = conn.execute(select(*columns).order_by(checkpoints.c.number.desc()).limit(1)).first()
    number, at, house_seq = (0, None, 0) if found is None else found
    lines = grown("checked_seq", func.coalesce(func.sum(cases.c.audit_seq - cases.c.checked_seq), 0))
    uncovered = int(conn.execute(lines).scalar_one()) + head_of_house(conn)[0] - house_seq
    return Standing(number, at, uncovered, house_seq)


def is_due(stands: Standing, now: datetime) -> bool:
    """Whether a checkpoint is to be taken now."""
    if not stands.uncovered:
        return False
    return stands.at is None or stands.uncovered >= MOST_LINES or abs(now - stands.at) >= EVERY


def take(tx: WriteTransaction, keys: TrailKeys, now: datetime, whatever: bool = False) -> int | None:
    """Take a checkpoint if one is due, `whatever` is due if anything is new; returns its number.

    Two processes may try at once: the second finds that none is due any more.
    """
    tx.begin_writing()
    keep(tx.conn, _LOCK, instant_text(now))
    stands = standing(tx.conn)
    if not (is_due(stands, now) or (whatever and stands.uncovered)):
        return None
    first, number = stands.number == 0, stands.number + 1
    covered = _cover(tx.conn, skip=not first)
    house_seq, house_head = head_of_house(tx.conn)
    leaves = [Leaf(row.id, row.audit_seq, row.audit_head) for row in covered]
    lines = sum(row.audit_seq - row.checked_seq for row in covered)
    if house_seq > stands.house_seq:
        leaves.insert(0, Leaf(HOUSE, house_seq, house_head))
        lines += house_seq - stands.house_seq
    if first:
        leaves = _with_unmarked(tx.conn, leaves)
    said = written(keys, number, now, lines, _hash_of(tx.conn, stands.number, keys), leaves)
    row = {"number": number, "at": now, "lines": lines, "house_seq": house_seq, "text": said}
    insert_rows(tx.conn, checkpoints, [row])
    return number


def _hash_of(conn: Connection, number: int, keys: TrailKeys) -> str:
    """What the next one names this one by."""
    if not number:
        return NONE_BEFORE
    said: str = conn.execute(select(checkpoints.c.text).where(checkpoints.c.number == number)).scalar_one()
    try:
        return read(said, keys).hash
    except ValueError:  # somebody spoilt it: told when the trail is verified, and no reason to stop
        return hashlib.sha256(said.encode()).hexdigest()


def _cover(conn: Connection, skip: bool) -> Sequence[Any]:
    """The chains that grew, from now on covered; with `skip` one that is just being written comes in with the next."""
    if conn.dialect.name == "postgresql":  # the first of an old house covers everything there is
        conn.execute(text("SET LOCAL statement_timeout = 0"))
    columns = (cases.c.id, cases.c.audit_seq, cases.c.audit_head, cases.c.checked_seq)
    query = grown("checked_seq", *columns).order_by(cases.c.id).with_for_update(skip_locked=skip)
    found = conn.execute(query).all()
    _MARK_CHECKED.run_many(conn, [{"of_case": row.id, "checked_seq": row.audit_seq} for row in found])
    return found


def _with_unmarked(conn: Connection, leaves: Sequence[Leaf]) -> list[Leaf]:
    """The first one says which lines were there before there was a key; none has a right to be unmarked later."""
    query = select(audit.c.case_id, func.max(audit.c.seq)).where(audit.c.mark.is_(None)).group_by(audit.c.case_id)
    last = {case_id: seq for case_id, seq in conn.execute(query)}
    return [leaf._replace(unmarked=min(last.get(leaf.chain, 0), leaf.seq)) for leaf in leaves]


# ------------------------------------------------------------------ as text
def written(keys: TrailKeys, number: int, at: datetime, lines: int, prev: str, leaves: Sequence[Leaf]) -> str:
    """A checkpoint as text, signed."""
    head = {
        "v": VERSION,
        "n": number,
        "at": instant_text(at),
        "lines": lines,
        "chains": len(leaves),
        "prev": prev,
        "root": root([leaf.said for leaf in leaves]),
        "key": keys.id,
    }
    return canonical({**head, "sig": keys.sign(canonical(head)), "leaves": [_told(leaf) for leaf in leaves]})


def _told(leaf: Leaf) -> list[Any]:
    return list(leaf if leaf.unmarked else leaf[:3])


def read(said: str | bytes, keys: TrailKeys) -> Checkpoint:
    """A checkpoint of its text. Raises ValueError for a text that is none; one that is wrong says so itself."""
    try:
        told = orjson.loads(said)
        head = {name: told[name] for name in ("v", "n", "at", "lines", "chains", "prev", "root", "key")}
        leaves = tuple(Leaf(*leaf) for leaf in told["leaves"])
        signature = told["sig"]
        number = int(head["n"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError("不是检查点") from error
    signed = canonical(head)
    return Checkpoint(
        number=number,
        at=str(head["at"]),
        lines=int(head["lines"]),
        prev=str(head["prev"]),
        hash=hashlib.sha256(signed.encode()).hexdigest(),
        leaves=leaves,
        problem=_problem(head, signed, signature, leaves, keys),
    )


def _problem(head: Any, signed: str, signature: Any, leaves: Sequence[Leaf], keys: TrailKeys) -> str | None:
    if not keys.signed(signed, str(head["key"]), str(signature)):
        return "签名不符"
    if len(leaves) != head["chains"] or root([leaf.said for leaf in leaves]) != head["root"]:
        return "所列各链与签名的根不符"
    return None
