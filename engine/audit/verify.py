"""Recomputes the chains and compares them with the heads the cases keep, with the marks on the lines, and with what the
checkpoints say. Reads only, streams, needs no engine.

The chain alone finds what was changed without making it anew; the checkpoints find what was made anew or taken away
since; the marks find a line of somebody who can write to the database but is not the house, however well chained.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from math import inf
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, select, type_coerce

from engine.audit.checkpoints import Leaf
from engine.audit.evidence import Evidence
from engine.audit.house import HOUSE, UID, head_of_house
from engine.audit.trail import genesis, line_hash
from engine.storage.models import audit, cases
from engine.storage.prepared import Prepared
from engine.trail_keys import TrailKeys

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BATCH = 5000

# `at` stays a number: a datetime per line would be the larger part of the work.
_COLUMNS = [type_coerce(column, BigInteger) if column.name == "at" else column for column in audit.columns]
_LINES = select(*_COLUMNS).order_by(audit.c.case_id, audit.c.seq)
_OF_CASE = _LINES.where(audit.c.case_id == bindparam("case_id"))
_OF_CASES = _LINES.where(audit.c.case_id != HOUSE)
_CHAINS = select(cases.c.id, cases.c.uid, cases.c.audit_seq, cases.c.audit_head, cases.c.checked_seq)
_CHAIN = Prepared(_CHAINS.where(cases.c.id == bindparam("of_case")))
_IN_ORDER = _CHAINS.order_by(cases.c.id)
_ALL_MISSING = "审计记录全部缺失"


@dataclass(frozen=True)
class FirstBad:
    """The first line of a chain that is not as it was written; `reason` is for people."""

    case_id: int
    seq: int
    reason: str


@dataclass(frozen=True)
class _Chain:
    """What the chain of a case must start from and end in; `checked` is the last line said to be in a checkpoint."""

    uid: str
    count: int
    head: str
    checked: int


@dataclass(frozen=True)
class Against:
    """What the lines are held against beside their own chain; without keys marks are not looked at."""

    keys: TrailKeys | None = None
    evidence: Evidence = field(default_factory=Evidence)


CHAIN_ALONE = Against()


def verify_case(conn: Connection, case_id: int, against: Against = CHAIN_ALONE) -> FirstBad | None:
    """Check one case, or with `HOUSE` the chain of what belongs to no case; None when it is whole."""
    lines = conn.execute(_OF_CASE, {"case_id": case_id})
    return _first_bad(case_id, lines, _expected(conn, case_id), against)


def verify_all(conn: Connection, against: Against = CHAIN_ALONE) -> Iterator[FirstBad]:
    """Check every chain; yields the first bad line of each that is not whole, by the row ids of the cases."""
    house = verify_case(conn, HOUSE, against)
    if house is not None:
        yield house
    streamed = {"yield_per": _BATCH}
    rows = conn.execute(_OF_CASES, execution_options=streamed)
    expected = _Expected(conn.execute(_IN_ORDER, execution_options=streamed))
    gone = set(against.evidence.leaves) - {HOUSE}
    for case_id, lines in groupby(rows, itemgetter(0)):
        gone.discard(case_id)
        for without in expected.before(case_id):
            gone.discard(without)
            yield FirstBad(without, 1, _ALL_MISSING)
        bad = _first_bad(case_id, lines, expected.of(case_id), against)
        if bad is not None:
            yield bad
    for without in expected.before(None):
        gone.discard(without)
        yield FirstBad(without, 1, _ALL_MISSING)
    for without in sorted(gone):
        yield FirstBad(without, 1, "检查点里有这一件，现在连同审计记录都不在了")


def _expected(conn: Connection, case_id: int) -> _Chain | None:
    if case_id == HOUSE:
        return _Chain(UID, *head_of_house(conn), checked=0)
    found = _CHAIN.fetch(conn, {"of_case": case_id})
    return next((_Chain(row["uid"], row["audit_seq"], row["audit_head"], row["checked_seq"]) for row in found), None)


class _Expected:
    """The cases in their order, beside the lines: joined there, the database would look each up per line."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = iter(rows)
        self._ahead = next(self._rows, None)

    def before(self, case_id: int | None) -> Iterator[int]:
        """Pass the cases before this one, None: all that are left; those that should have lines."""
        while self._ahead is not None and (case_id is None or self._ahead[0] < case_id):
            if self._ahead[2] > 0:
                yield self._ahead[0]
            self._ahead = next(self._rows, None)

    def of(self, case_id: int) -> _Chain | None:
        """What this case must come to, when the ones before it are passed; passes it too."""
        row = self._ahead
        if row is None or row[0] != case_id:
            return None
        self._ahead = next(self._rows, None)
        return _Chain(*row[1:])


def _first_bad(
    case_id: int, lines: Iterable[Sequence[Any]], expected: _Chain | None, against: Against
) -> FirstBad | None:
    if expected is None:
        return FirstBad(case_id, 1, "有审计记录，但反映件不存在")
    count, head, leaves = 0, genesis(expected.uid), _Leaves(against.evidence.of(case_id))
    marks = _Marks(against, case_id)
    for line in lines:
        count += 1
        bad = _fault(count, head, line) or marks.fault(count, line[-2], line[-1])
        if bad is not None:
            return FirstBad(case_id, count, bad)
        head = line[-2]
        if count >= leaves.next:
            since = leaves.unlike(count, head)
            if since is not None:
                return FirstBad(case_id, since, "与检查点不符：之后被改写过")
    return _end(case_id, count, head, expected, leaves)


def _end(case_id: int, count: int, head: str, expected: _Chain, leaves: _Leaves) -> FirstBad | None:
    """What is wrong behind the last line."""
    if count < max(expected.count, leaves.last):
        return FirstBad(case_id, count + 1, "末尾的记录缺失")
    if count > expected.count:
        return FirstBad(case_id, expected.count + 1, "多出了记录")
    if head != expected.head:
        return FirstBad(case_id, count, "最后一行与反映件保存的链头不符")
    if leaves.told and expected.checked > leaves.last:
        return FirstBad(case_id, leaves.last + 1, "记作已入检查点，检查点里却没有")
    return None


class _Leaves:
    """What the checkpoints say of one chain, met on the way along its lines."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self._ahead = list(leaves)[::-1]
        self.told = bool(self._ahead)
        self.last = self._ahead[0].seq if self._ahead else 0
        self._met = 0

    @property
    def next(self) -> float:
        """Number of the line the next one is about."""
        return self._ahead[-1].seq if self._ahead else inf

    def unlike(self, count: int, head: str) -> int | None:
        """Pass those about this line; the first line that may not be as it was, None when they agree."""
        while self._ahead and self._ahead[-1].seq <= count:
            if self._ahead.pop().hash != head:
                return self._met + 1
        self._met = count
        return None


class _Marks:
    """Whether each line of one chain was written by the house."""

    def __init__(self, against: Against, case_id: int) -> None:
        self._keys = against.keys
        self._may_lack = against.evidence.unmarked(case_id)
        self._begun = False

    def fault(self, count: int, line_hash: str, mark: str | None) -> str | None:
        if self._keys is None:
            return None
        if mark is not None:
            self._begun = True
            return None if self._keys.marked(line_hash, mark) else "签名不符：不是本系统写下的"
        if self._begun or (self._may_lack is not None and count > self._may_lack):
            return "没有签名：不是本系统写下的"
        return None


def _fault(expected_seq: int, head: str, line: Sequence[Any]) -> str | None:
    """What is wrong with this line where the one before it hashed to `head`."""
    case_id, seq, at, actor, on_behalf_of, action, element, before, after, digest, prev, digest_of_line, _ = line
    if seq != expected_seq:
        return "缺少这一行"
    if prev != head:
        return "与上一行不相接"
    said = {
        "case_id": case_id,
        "seq": seq,
        "at": f"{_second(at // 1_000_000)}.{at % 1_000_000:06}+00:00",
        "actor": actor,
        "on_behalf_of": on_behalf_of,
        "action": action,
        "element": element,
        "before": before,
        "after": after,
        "digest": digest,
    }
    return None if line_hash(head, said) == digest_of_line else "内容与哈希不符"


@lru_cache(maxsize=1024)
def _second(since_1970: int) -> str:
    """As `instant_text` writes it, to the second; the lines of one act are of the same."""
    return (_EPOCH + timedelta(seconds=since_1970)).strftime("%Y-%m-%dT%H:%M:%S")
