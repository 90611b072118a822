"""What the checkpoints say of the chains, those in the database and those kept outside held against each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from engine.audit.checkpoints import NONE_BEFORE, Checkpoint, Leaf, read
from engine.audit.places import Folder
from engine.storage.models import checkpoint_places, checkpoints
from engine.trail_keys import TrailKeys

DATABASE = "数据库"
_BATCH = 50


@dataclass(frozen=True)
class BadCheckpoint:
    """A checkpoint that is not as it was signed, or not there; `reason` is for people."""

    number: int
    reason: str


@dataclass
class Evidence:
    """`leaves`: chain → (number of a line, its hash) as signed, ascending; nothing of it comes from what is bad.

    `checked`: how many checkpoints there are. `unreadable` are places that could not be looked into, in words.
    """

    leaves: dict[int, list[Leaf]] = field(default_factory=dict)
    bad: list[BadCheckpoint] = field(default_factory=list)
    checked: int = 0
    unreadable: list[str] = field(default_factory=list)

    def of(self, chain: int) -> Iterable[Leaf]:
        """The leaves of one chain."""
        return self.leaves.get(chain, ())

    def unmarked(self, chain: int) -> int | None:
        """The last line of a chain that may be without a mark; None where nothing says."""
        found = self.leaves.get(chain)
        if not self.checked:
            return None
        return found[0].unmarked if found else 0


def gathered(conn: Connection, keys: TrailKeys, places: Iterable[Folder] = ()) -> Evidence:
    """Read every checkpoint, here and in the folders outside. Reads only."""
    found = Evidence()
    told = _from_database(conn, keys, found)
    delivered: Mapping[str, int] = {
        row.place: row.sent for row in conn.execute(select(checkpoint_places.c.place, checkpoint_places.c.sent))
    }
    missing: dict[int, Checkpoint] = {}
    for place in places:
        try:
            _from_place(place, keys, told, delivered.get(place.name, 0), found, missing)
        except OSError as error:
            found.unreadable.append(f"{place.name}：{error.strerror or error}")
    for checkpoint in missing.values():
        _take_in(found, checkpoint)
    for leaves in found.leaves.values():
        leaves.sort()
    return found


def _from_database(conn: Connection, keys: TrailKeys, found: Evidence) -> dict[int, bytes]:
    """Number → digest of the text of each."""
    told: dict[int, bytes] = {}
    prev, expected = NONE_BEFORE, 1
    query = select(checkpoints.c.number, checkpoints.c.text).order_by(checkpoints.c.number)
    for number, said in conn.execute(query, execution_options={"yield_per": _BATCH}):
        told[number] = _digest(said.encode())
        found.checked += 1
        for gone in range(expected, number):
            found.bad.append(BadCheckpoint(gone, f"{DATABASE}里没有这个检查点"))
        checkpoint, problem = _read(said, keys, number)
        if checkpoint is not None and problem is None and number == expected and checkpoint.prev != prev:
            problem = "与上一个检查点不相接"
        if problem is None and checkpoint is not None:
            _take_in(found, checkpoint)
        else:
            found.bad.append(BadCheckpoint(number, f"{DATABASE}里的{problem}"))
        prev, expected = "" if checkpoint is None else checkpoint.hash, number + 1
    return told


def _from_place(
    place: Folder,
    keys: TrailKeys,
    told: Mapping[int, bytes],
    delivered: int,
    found: Evidence,
    missing: dict[int, Checkpoint],
) -> None:
    """Hold what a place keeps against the database; what only the place has is taken from there."""
    last = 0
    for said in place.lines():
        checkpoint, problem = _read(said, keys, None)
        if checkpoint is None:
            continue  # a line torn by a failure of power: the whole one follows, or else a number is missing
        number = checkpoint.number
        for gone in range(last + 1, number):
            found.bad.append(BadCheckpoint(gone, f"{place.name} 里没有这个检查点"))
        last = max(last, number)
        if told.get(number) == _digest(said):
            continue
        if problem is not None:
            found.bad.append(BadCheckpoint(number, f"{place.name} 里的{problem}"))
            continue
        reason = f"{DATABASE}里没有这个检查点" if number not in told else f"{DATABASE}里的与 {place.name} 里的不同"
        found.bad.append(BadCheckpoint(number, reason))
        missing[number] = checkpoint
    for gone in range(last + 1, delivered + 1):
        found.bad.append(BadCheckpoint(gone, f"{place.name} 里没有这个检查点，它曾经写到那里"))


def _read(said: str | bytes, keys: TrailKeys, number: int | None) -> tuple[Checkpoint | None, str | None]:
    try:
        checkpoint = read(said, keys)
    except ValueError as error:
        return None, str(error)
    if number not in (None, checkpoint.number):
        return checkpoint, "编号不符"
    return checkpoint, checkpoint.problem


def _take_in(found: Evidence, checkpoint: Checkpoint) -> None:
    for leaf in checkpoint.leaves:
        found.leaves.setdefault(leaf.chain, []).append(leaf)


def _digest(said: bytes) -> bytes:
    return hashlib.sha256(said).digest()
