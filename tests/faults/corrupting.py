"""F15: stored states are harmed, one after the other. Each harm must be found, hurt nobody else, and be repaired.

Harms are bits flipped, values changed, bytes cut out, ends cut off, rubbish, another version of the codec, the whole
state of another case, an older one of the same case; and ledgers and facts that can no longer be read.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from sqlalchemy import select, update

from engine.bpmn import state
from engine.cases.again import lead_again
from engine.cases.commands import ActOnCase, RepairCase
from engine.errors import NotNow, StateCorrupt
from engine.facade import ReadContext
from engine.storage.database import WriteTransaction
from engine.storage.models import cases, incidents
from tests.support.house import House

Bytes = Callable[[random.Random, bytes], bytes]

FORM = {"reason": "来电询问"}


def _flip(dice: random.Random, stored: bytes) -> bytes:
    place, harmed = dice.randrange(len(stored)), bytearray(stored)
    harmed[place] ^= 1 << dice.randrange(8)
    return bytes(harmed)


def _cut_out(dice: random.Random, stored: bytes) -> bytes:
    start = dice.randrange(len(stored))
    return stored[:start] + stored[start + dice.randint(1, 40) :]


def _older_version(dice: random.Random, stored: bytes) -> bytes:
    """Whole by its own digest, in a layout nobody knows (any more, or yet)."""
    return stored[:2] + bytes([dice.choice([0, 3, 7, 255])]) + stored[3:]


def _swap(dice: random.Random, stored: bytes) -> bytes:
    """Two stretches change places: every byte is still there."""
    one, two = sorted(dice.sample(range(len(stored)), 2))
    return stored[two:] + stored[one:two] + stored[:one]


HARMS: Mapping[str, Bytes] = {
    "flip": _flip,
    "cut out": _cut_out,
    "truncate": lambda dice, stored: stored[: dice.randrange(len(stored))],
    "append": lambda dice, stored: stored + dice.randbytes(dice.randint(1, 9)),
    "rubbish": lambda dice, stored: dice.randbytes(len(stored)),
    "other version": _older_version,
    "swap": _swap,
    "another value": lambda dice, stored: stored.replace(b'"round":1', b'"round":2'),  # can be read, and is not true
    "claims to be packed": lambda dice, stored: stored[:2] + bytes([state.COMPRESSED]) + stored[3:],
}

KINDS = (*HARMS, "of another case", "older", "ledger", "facts")


@dataclass
class Tally:
    """What came of it: harms by kind, and everything that was not as it should be."""

    harms: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def corrupt(house: House, numbers: list[str], seed: int, harms: int, kinds: Sequence[str] = KINDS) -> Tally:
    """Harm the cases of a house so often; each must be found at the next act and is repaired, exactly."""
    dice, tally, first = random.Random(seed), Tally(), {no: _first_state(house, no) for no in numbers}
    for kind, no, harmed in islice(_harms(dice, house, first, kinds), harms):
        tally.harms[kind] += 1
        tally.wrong.extend(f"{kind} of {no}: {wrong}" for wrong in _endured(house, no, harmed))
    return tally


def _harms(
    dice: random.Random, house: House, first: Mapping[str, bytes], kinds: Sequence[str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Kind, case and what is written in its row, without end, the kinds in turn; `first` are whole states of the cases
    as they began."""
    for kind in cycle(kinds):
        no, harmed = _harm(dice, house, first, kind)
        while all(_row(house, no)[name] == value for name, value in harmed.items()):  # no harm at all
            no, harmed = _harm(dice, house, first, kind)
        yield kind, no, harmed


def _harm(dice: random.Random, house: House, first: Mapping[str, bytes], kind: str) -> tuple[str, dict[str, Any]]:
    no = dice.choice([*first])
    row = _row(house, no)
    if kind in HARMS:
        return no, {"state": HARMS[kind](dice, row["state"])}
    if kind in ("ledger", "facts"):
        return no, {kind: row[kind][: dice.randrange(len(row[kind]))]}
    whose = no if kind == "older" else dice.choice([each for each in first if each != no])
    return no, {"state": first[whose]}


def _endured(house: House, no: str, harmed: Mapping[str, Any]) -> Iterator[str]:
    """Harm one case; what was not found, or not repaired to what it was."""
    before = _row(house, no)
    _write(house, no, harmed)
    if not _found(house, no):
        yield "was not found"
        _write(house, no, {name: before[name] for name in harmed})
        return
    (id,) = _open_incidents(house, no)
    try:
        house.do("supervisor", RepairCase(id))
    except NotNow as refused:
        yield f"was not repaired: {refused}"
        return
    after = _row(house, no)
    kept = [name for name in ("state", "ledger", "facts", "status", "deadline", "tier") if after[name] != before[name]]
    if kept:
        yield f"{'、'.join(kept)} not as before"
    if _open_incidents(house, no) or after["incidents"]:
        yield "its incident stays open"


def _found(house: House, no: str) -> bool:
    try:
        house.do("w3", ActOnCase("urge", no, FORM))
    except StateCorrupt:
        return True
    except Exception:  # what comes of a harm nobody noticed
        return False
    return False


def _first_state(house: House, no: str) -> bytes:
    """The state after the first line of the trail."""

    def lead(ctx: ReadContext) -> bytes:
        led, _ = lead_again(ctx.conn, _row(house, no), ctx.versions, ctx.calendars, ctx.directory, ctx.keys, 1)
        return bytes(led.columns["state"])

    return house.engine.read(lead)


def _open_incidents(house: House, no: str) -> list[int]:
    query = select(incidents.c.id).join(cases, cases.c.id == incidents.c.case_id)
    with house.engine.db.read() as conn:
        return list(conn.scalars(query.where(cases.c.no == no, incidents.c.resolved_at.is_(None))))


def _row(house: House, no: str) -> Mapping[str, Any]:
    with house.engine.db.read() as conn:
        return dict(conn.execute(select(cases).where(cases.c.no == no)).mappings().one())


def _write(house: House, no: str, values: Mapping[str, Any]) -> None:
    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(cases).where(cases.c.no == no).values(values))

    house.engine.db.write(work)
