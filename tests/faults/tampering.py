"""Whoever owns the database tampers with the trail in ten ways; each must be found, at its first bad line.

They know everything that stands in the database and how lines are chained, and switch off the triggers; what they lack
are the secret of the trail and the places outside. Every trial happens in a transaction of its own that is taken back.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from engine.audit.keeping import keep_checkpoints
from engine.audit.places import Folder
from engine.audit.trail import genesis, instant_text, line_hash
from engine.queries.trail import Verified, verified
from engine.storage.database import WriteTransaction
from engine.storage.models import audit, cases, checkpoints
from tests.faults.test_stored_states_are_harmed import dispatched
from tests.support.harm import drop_triggers
from tests.support.house import House

Row = dict[str, Any]
Expected = tuple[str, int]  # name and number of the first bad line
_NOT_SAID = frozenset({"prev", "hash", "mark"})


@dataclass(frozen=True)
class Case:
    """The chain an attacker has chosen."""

    id: int
    no: str
    uid: str
    lines: list[Row]


class Takeback(Exception):
    """Ends a trial: nothing of it stays."""


@dataclass
class Tally:
    """Trials by kind, and everything that was not found as it should be."""

    trials: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


# ------------------------------------------------------------------ what an attacker can do
def _rewrite(conn: Connection, case: Case, lines: Sequence[Row], chained: bool = True, marks: bool = True) -> None:
    """Put these lines in place of the chain of a case; `chained` makes numbers, hashes and the head fit."""
    head, count = genesis(case.uid), 0
    written: list[Row] = []
    for line in lines:
        row = dict(line)
        if chained:
            count += 1
            row |= {"case_id": case.id, "seq": count}
            said = {name: value for name, value in row.items() if name not in _NOT_SAID}
            row["prev"], head = head, line_hash(head, {**said, "at": instant_text(row["at"])})
            row["hash"] = head
        written.append(row if marks else {**row, "mark": None})
    conn.execute(delete(audit).where(audit.c.case_id == case.id))
    if written:
        conn.execute(insert(audit), written)
    if chained:
        conn.execute(update(cases).where(cases.c.id == case.id).values(audit_seq=count, audit_head=head))


def _said(line: Row) -> Row:
    return {name: value for name, value in line.items() if name not in {*_NOT_SAID, "seq"}}


def _changed(dice: random.Random, line: Row) -> Row:
    column = dice.choice(["actor", "action", "element", "after", "at", "digest"])
    value = line["at"].replace(microsecond=(line["at"].microsecond + 1) % 1_000_000) if column == "at" else "forged"
    return {**line, column: value}


def _field(dice: random.Random, conn: Connection, case: Case, other: Case) -> Expected:
    place = dice.randrange(len(case.lines))
    lines = [*case.lines[:place], _changed(dice, case.lines[place]), *case.lines[place + 1 :]]
    _rewrite(conn, case, lines, chained=False)
    return case.no, place + 1


def _delete(dice: random.Random, conn: Connection, case: Case, other: Case) -> Expected:
    """A line in the middle goes, the rest moves up and is chained anew."""
    place = dice.randrange(len(case.lines) - 1)
    _rewrite(conn, case, [*case.lines[:place], *case.lines[place + 1 :]])
    return case.no, place + 1


def _tail(dice: random.Random, conn: Connection, case: Case, other: Case) -> Expected:
    """The last lines go, and the head of the case is put right."""
    left = dice.randrange(1, len(case.lines))
    _rewrite(conn, case, case.lines[:left])
    conn.execute(update(cases).where(cases.c.id == case.id).values(checked_seq=left))
    return case.no, left + 1


def _swap(dice: random.Random, conn: Connection, case: Case, other: Case) -> Expected:
    one, two = sorted(dice.sample(range(len(case.lines)), 2))
    lines = list(case.lines)
    assert _said(lines[one]) != _said(lines[two])
    lines[one], lines[two] = lines[two], lines[one]
    _rewrite(conn, case, lines)
    return case.no, one + 1


def _insert(dice: random.Random, conn: Connection, case: Case, other: Case) -> Expected:
    place = dice.randrange(len(case.lines))
    _rewrite(conn, case, [*case.lines[:place], _changed(dice, case.lines[place]), *case.lines[place:]])
    return case.no, place + 1


def _again(dice: random.Random, conn: Connection, case: Case, other: Case) -> Expected:
    """A line is changed and everything behind it chained anew; the marks are left as they are, or taken away."""
    place = dice.randrange(len(case.lines))
    lines = [*case.lines[:place], _changed(dice, case.lines[place]), *case.lines[place + 1 :]]
    kept = dice.random() < 0.5
    _rewrite(conn, case, lines, marks=kept)
    return case.no, place + 1 if kept else 1


def _whole_case(dice: random.Random, conn: Connection, case: Case, other: Case) -> Expected:
    """Every line of a case goes, and the case says it never had one."""
    _rewrite(conn, case, [])
    conn.execute(update(cases).where(cases.c.id == case.id).values(checked_seq=0))
    return case.no, 1


def _checkpoint(dice: random.Random, conn: Connection, case: Case, other: Case) -> Expected:
    """A checkpoint is changed, put in the place of another, or goes."""
    numbers = list(conn.execute(select(checkpoints.c.number)).scalars())
    one, two = dice.sample(numbers, 2)
    said: str = conn.execute(select(checkpoints.c.text).where(checkpoints.c.number == one)).scalar_one()
    way = dice.choice(["leaf", "other", "gone"])
    if way == "gone":
        conn.execute(delete(checkpoints).where(checkpoints.c.number == one))
        return "checkpoint", one
    forged = said.replace(case.lines[-1]["hash"], other.lines[-1]["hash"]) if way == "leaf" else said
    target = one if way == "leaf" else two
    if forged == said and way == "leaf":
        forged = said.replace('"lines":', '"lines":1')
    conn.execute(update(checkpoints).where(checkpoints.c.number == target).values(text=forged))
    return "checkpoint", target


def _moved(dice: random.Random, conn: Connection, case: Case, other: Case) -> Expected:
    """The last line of another case becomes one of this case, both well chained."""
    place = dice.randrange(len(case.lines) + 1)
    _rewrite(conn, other, other.lines[:-1])
    _rewrite(conn, case, [*case.lines[:place], other.lines[-1], *case.lines[place:]])
    return case.no, place + 1


def _appended(dice: random.Random, conn: Connection, case: Case, other: Case) -> Expected:
    """A forged line follows the last one as it should, before any checkpoint can know of it."""
    last = case.lines[-1]
    forged = {**_changed(dice, last), "mark": dice.choice([None, last["mark"], other.lines[-1]["mark"]])}
    _rewrite(conn, case, [*case.lines, forged])
    return case.no, len(case.lines) + 1


KINDS: Mapping[str, Callable[[random.Random, Connection, Case, Case], Expected]] = {
    "changed field": _field,
    "deleted line": _delete,
    "deleted tail": _tail,
    "swapped lines": _swap,
    "inserted line": _insert,
    "rewritten and chained anew": _again,
    "truncated case": _whole_case,
    "replaced checkpoint": _checkpoint,
    "moved to another case": _moved,
    "forged append": _appended,
}


# ------------------------------------------------------------------ trials
def grow(house: House, outside: Sequence[Folder], cases_in_all: int = 8) -> None:
    """Give the house cases of some length, and every few lines a checkpoint."""
    at = house.clock.now()
    for number in range(cases_in_all):
        dispatched(house)
        at += timedelta(minutes=6)
        if number % 2:
            keep_checkpoints(house.engine.db, house.engine.keys.trail, outside, at)


def tamper(house: House, outside: Sequence[Folder], seed: int, trials: int) -> Tally:
    """So many trials, the ten kinds in turn; each is found as it should be, and before and after nothing is."""
    dice, tally = random.Random(seed), Tally()
    chains = _chains(house)
    tally.wrong.extend(f"false alarm before: {found}" for found in _alarms(house, outside))
    for number in range(trials):
        kind = list(KINDS)[number % len(KINDS)]
        case, other = dice.sample(chains, 2)
        tally.trials[kind] += 1
        expected, found = _trial(house, outside, kind, dice, case, other)
        if expected not in _named(found):
            tally.wrong.append(f"{kind} of {case.no}: expected {expected}, found {_named(found)}")
        elif blamed := {name for name, _ in _named(found)} - {expected[0], other.no, "checkpoint"}:
            tally.wrong.append(f"{kind} of {case.no}: blames {blamed}")
    tally.wrong.extend(f"false alarm after: {found}" for found in _alarms(house, outside))
    return tally


def _trial(
    house: House, outside: Sequence[Folder], kind: str, dice: random.Random, case: Case, other: Case
) -> tuple[Expected, Verified]:
    came: list[tuple[Expected, Verified]] = []

    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        drop_triggers(tx.conn)
        expected = KINDS[kind](dice, tx.conn, case, other)
        came.append((expected, verified(tx.conn, house.engine.keys.trail, outside)))
        raise Takeback

    with suppress(Takeback):
        house.engine.db.write(work)
    return came[0]


def _chains(house: House) -> list[Case]:
    with house.engine.db.read() as conn:
        found = conn.execute(select(cases.c.id, cases.c.no, cases.c.uid).where(cases.c.audit_seq > 1)).all()
        query = select(audit).order_by(audit.c.case_id, audit.c.seq)
        lines = [{str(name): value for name, value in row.items()} for row in conn.execute(query).mappings()]
    return [Case(row.id, row.no, row.uid, [line for line in lines if line["case_id"] == row.id]) for row in found]


def _alarms(house: House, outside: Sequence[Folder]) -> list[Expected]:
    with house.engine.db.read() as conn:
        assert conn.execute(select(func.count()).select_from(checkpoints)).scalar_one() > 1
        return _named(verified(conn, house.engine.keys.trail, outside))


def _named(found: Verified) -> list[Expected]:
    lines = [(bad.name, bad.seq) for bad in found.lines]
    return [*lines, *(("checkpoint", bad.number) for bad in found.checkpoints)]
