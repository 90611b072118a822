"""Recomputes the chains and compares them with the heads the cases keep. Reads only, streams, needs no engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, exists, select, type_coerce

from engine.audit.house import HOUSE, UID, head_of_house
from engine.audit.trail import genesis, line_hash
from engine.storage.models import audit, cases

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BATCH = 5000


@dataclass(frozen=True)
class FirstBad:
    """The first line of a chain that is not as it was written; `reason` is for people."""

    case_id: int
    seq: int
    reason: str


@dataclass(frozen=True)
class _Chain:
    """What the chain of a case must start from and end in."""

    uid: str
    count: int
    head: str


def verify_case(conn: Connection, case_id: int) -> FirstBad | None:
    """Check one case, or with `HOUSE` the chain of what belongs to no case; None when it is whole."""
    lines = conn.execute(_lines().where(audit.c.case_id == case_id))
    return _first_bad(case_id, lines, _expected(conn, case_id))


def verify_all(conn: Connection) -> Iterator[FirstBad]:
    """Check every chain; yields the first bad line of each that is not whole."""
    house = verify_case(conn, HOUSE)
    if house is not None:
        yield house
    yield from _cases_without_lines(conn)
    query = _lines().add_columns(cases.c.uid, cases.c.audit_seq, cases.c.audit_head)
    query = query.outerjoin(cases, cases.c.id == audit.c.case_id).where(audit.c.case_id != HOUSE)
    rows = conn.execute(query, execution_options={"yield_per": _BATCH})
    for case_id, of_case in groupby(rows, itemgetter(0)):
        first = next(of_case)
        expected = None if first.uid is None else _Chain(first.uid, first.audit_seq, first.audit_head)
        bad = _first_bad(case_id, (row[:-3] for row in chain([first], of_case)), expected)
        if bad is not None:
            yield bad


def _lines() -> Select[Any]:
    """The lines in their order. `at` stays a number: a datetime per line would be the larger part of the work."""
    columns = [type_coerce(column, BigInteger) if column.name == "at" else column for column in audit.columns]
    return select(*columns).order_by(audit.c.case_id, audit.c.seq)


def _expected(conn: Connection, case_id: int) -> _Chain | None:
    if case_id == HOUSE:
        return _Chain(UID, *head_of_house(conn))
    query = select(cases.c.uid, cases.c.audit_seq, cases.c.audit_head).where(cases.c.id == case_id)
    found = conn.execute(query).first()
    return None if found is None else _Chain(found.uid, found.audit_seq, found.audit_head)


def _cases_without_lines(conn: Connection) -> Iterator[FirstBad]:
    any_line = exists().where(audit.c.case_id == cases.c.id)
    for (case_id,) in conn.execute(select(cases.c.id).where(~any_line, cases.c.audit_seq > 0)):
        yield FirstBad(case_id, 1, "审计记录全部缺失")


def _first_bad(case_id: int, lines: Iterable[Sequence[Any]], expected: _Chain | None) -> FirstBad | None:
    if expected is None:
        return FirstBad(case_id, 1, "有审计记录，但反映件不存在")
    count, head = 0, genesis(expected.uid)
    for line in lines:
        count += 1
        bad = _fault(count, head, line)
        if bad is not None:
            return FirstBad(case_id, count, bad)
        head = line[-1]
    if count < expected.count:
        return FirstBad(case_id, count + 1, "末尾的记录缺失")
    if count > expected.count:
        return FirstBad(case_id, expected.count + 1, "多出了记录")
    return None if head == expected.head else FirstBad(case_id, count, "最后一行与反映件保存的链头不符")


def _fault(expected_seq: int, head: str, line: Sequence[Any]) -> str | None:
    """What is wrong with this line where the one before it hashed to `head`."""
    case_id, seq, at, actor, on_behalf_of, action, element, before, after, digest, prev, digest_of_line = line
    if seq != expected_seq:
        return "缺少这一行"
    if prev != head:
        return "与上一行不相接"
    said = {
        "case_id": case_id,
        "seq": seq,
        "at": (_EPOCH + timedelta(microseconds=at)).isoformat(timespec="microseconds"),
        "actor": actor,
        "on_behalf_of": on_behalf_of,
        "action": action,
        "element": element,
        "before": before,
        "after": after,
        "digest": digest,
    }
    return None if line_hash(head, said) == digest_of_line else "内容与哈希不符"
