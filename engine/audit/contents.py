"""Is what people entered and attached still there, and is it what the lines of the trail committed themselves to?

The chain says nothing of it: lines hold commitments, the words lie beside. Where a line says that they were erased they
are gone by right. Reads only, streams. That each is there is soon seen; what it says only when it is opened, which for
words takes as long as the chain and for papers longer.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, and_, exists, or_, select, type_coerce
from sqlalchemy import Row as SomeRow

from engine.audit.house import HOUSE
from engine.audit.trail import commitment
from engine.audit.verify import FirstBad
from engine.errors import SealBroken
from engine.keys import Keys
from engine.storage.models import answers, attachments, audit
from engine.storage.sealed import opener, unsealed

_COMMITS, _ERASED, _ATTACHED = '"commitment":"', "erased", "attached"
_BATCH, _FEW = 5000, 10
_ACT = ("actor", "element", "at")  # who did what when, on the line and beside it
_SAME = ("digest", "media_type", "size")  # of a paper, on the line and beside it
_PAPERS = 2  # place of their query
_UNLIKE = "填写的内容与留痕不符"
_SHUT = "打不开：可能已被改动，或不是用现在的密钥加密的"
Row = SomeRow[Any]


def verify_contents(conn: Connection, keys: Keys | None, case_id: int | None = None) -> Iterator[FirstBad]:
    """The first line of each case whose words or papers are not as it says; with `keys` every one of them is opened."""
    case = _Case(keys)
    streams = [_stream(conn, kind, query, case_id) for kind, query in enumerate(_queries(keys is not None))]
    for id, found in groupby(heapq.merge(*streams, key=itemgetter(0)), itemgetter(0)):
        rows: tuple[list[Row], ...] = ([], [], [])
        for _, kind, row in found:
            rows[kind].append(row)
        bad = min(case.faults(*rows), default=None)
        if bad is not None:
            yield FirstBad(id, *bad)


def _queries(opened: bool) -> Iterator[Select[Any]]:
    """Lines, answers, papers. Not to be opened, what plainly belongs together is left to the database to tell."""
    fits = and_(*(audit.c[name] == answers.c[name] for name in ("case_id", "seq", *_ACT)), answers.c.salt != "")
    like = audit.c.after.like(f"%{_COMMITS}%")
    commits = like if opened else and_(like, ~exists().where(fits).correlate(audit))
    line = (audit.c[name] for name in ("case_id", "seq", "actor", "action", "element", "after"))
    said = select(*line, _number(audit.c.at), commits.label("commits"))
    wanted = or_(commits, audit.c.action.in_((_ERASED, _ATTACHED)))
    yield said.where(audit.c.case_id != HOUSE, wanted).order_by(audit.c.case_id, audit.c.seq)
    kept = (answers.c[name] for name in ("case_id", "seq", "actor", "element", "salt"))
    entered = select(*kept, _number(answers.c.at), *([answers.c.variables] if opened else []))
    if not opened:
        entered = entered.where(~exists().where(fits, like).correlate(answers))
    yield entered.order_by(answers.c.case_id, answers.c.seq)
    paper = (attachments.c[name] for name in ("case_id", "id", *_SAME))
    yield select(*paper, *([attachments.c.content] if opened else [])).order_by(attachments.c.case_id)


def _number(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """A number, as in verify.py: an instant for each would be the larger part of the work."""
    return type_coerce(at, BigInteger).label("at")


def _stream(conn: Connection, kind: int, query: Select[Any], case_id: int | None) -> Iterator[tuple[int, int, Row]]:
    if case_id is not None:
        query = query.where(query.selected_columns["case_id"] == case_id)
    few = kind == _PAPERS and "content" in query.selected_columns
    found = conn.execute(query, execution_options={"yield_per": _FEW if few else _BATCH})
    return ((row[0], kind, row) for row in found)


class _Case:
    """What the lines of one case say, held against what is kept beside them."""

    def __init__(self, keys: Keys | None) -> None:
        self._keys = keys
        self._open = None if keys is None else opener(keys, answers.c.variables)

    def faults(self, lines: Sequence[Row], entered: Sequence[Row], papers: Sequence[Row]) -> Iterator[tuple[int, str]]:
        """Numbers of lines, and what is wrong with what they speak of."""
        erased = {seq for line in lines if line.action == _ERASED for seq in _said(line)["lines"]}
        kept, there = {row.seq: row for row in entered}, {row.id: row for row in papers}
        for line in lines:
            seq = line.seq
            beside = kept.pop(seq, None) if line.commits else None
            if seq in erased and (beside is None or not beside.salt):
                continue
            if line.commits and (fault := self._entered(line, beside)):
                yield seq, fault
            if line.action == _ATTACHED and (fault := self._paper(_said(line), there)):
                yield seq, fault
        yield from ((seq, "留痕里没有这份填写的内容：不是本系统写下的") for seq in kept)
        last = lines[-1].seq if lines else 1
        yield from ((last, f"留痕里没有附件 {id}：不是本系统写下的") for id in there)

    def _entered(self, line: Row, beside: Row | None) -> str | None:
        if beside is None:
            return "当时填写的内容已不在"
        if any(getattr(line, name) != getattr(beside, name) for name in _ACT) or not beside.salt:
            return _UNLIKE
        if self._open is None:
            return None
        try:
            text = self._open(beside.variables, f"{beside.case_id}/{beside.seq}")
        except SealBroken:
            return f"当时填写的内容{_SHUT}"
        return None if commitment(beside.salt, text) == _said(line)["commitment"] else _UNLIKE

    def _paper(self, said: Mapping[str, Any], there: dict[str, Row]) -> str | None:
        paper = there.pop(said["id"], None)
        if paper is None:
            return f"附件 {said['id']} 已不在"
        if any(said[name] != getattr(paper, name) for name in _SAME):
            return f"附件 {said['id']} 与留痕不符"
        if self._keys is None:
            return None
        try:
            content = unsealed(self._keys, attachments, {"id": paper.id, "content": paper.content})["content"]
        except SealBroken:
            return f"附件 {said['id']} {_SHUT}"
        return None if hashlib.sha256(content).hexdigest() == said["digest"] else f"附件 {said['id']} 与留痕不符"


def _said(line: Row) -> dict[str, Any]:
    after: dict[str, Any] = orjson.loads(line.after)
    return after
