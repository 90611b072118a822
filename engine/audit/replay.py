"""Replay of the trail: a case led again from its first line and held against every line on the way.

Each line says who did what when, the answers beside it what was entered; how that is done again is told by a
`Course` (engine/cases/again.py), which comes through the same functions as the door. All lines of one transaction
carry the digest of the state after it, so a run of lines with one digest is done in one go and then compared; what
each act says on its way is compared line by line.

Where a line says that personal data was erased, the case is led again by the codes that are left of its answers; what
they come to is still held against the digest of every line. Answers that are gone and of which no line says so end it.

The directory is the present one: a unit that came under vertical management since is taken as such.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import Connection, and_, select

from engine.audit.trail import canonical, commitment
from engine.errors import EngineError, SealBroken
from engine.keys import Keys
from engine.storage.models import answers, audit
from engine.storage.sealed import unsealed

_COMMITMENT = "commitment"
ERASED = "erased"  # the line that says of which lines what was entered is gone
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """A stored line. `entered` is the text kept beside it, None where nothing was entered, or not any more.

    `beside` says whether those answers are of this element, by this person, of this instant; `sealed` that they are
    kept but do not open: damaged, or sealed by a key that is not there. `erased`: a later line says that what was
    entered was erased, all but its codes. `read` is a digest of all that was read for it.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    element: str | None
    before: Values | None
    after: Values
    digest: str | None
    entered: str | None
    salt: str | None
    task_id: str | None
    beside: bool
    on_behalf_of: str | None
    sealed: bool = False
    read: bytes = b""
    erased: bool = False

    @property
    def said(self) -> Values:
        """What the line says, but for the commitment to what was entered."""
        return {name: value for name, value in self.after.items() if name != _COMMITMENT}

    @property
    def answers(self) -> dict[str, Any]:
        """What was entered."""
        values: dict[str, Any] = json.loads(self.entered) if self.entered is not None else {}
        return values


@dataclass(frozen=True)
class Spoken:
    """A line as the replayed act says it."""

    at: datetime
    actor: str
    action: str
    element: str | None
    before: Values | None
    after: Values | None
    on_behalf_of: str | None


class Course(Protocol):
    """A case being led again. What cannot be done again raises EngineError, or what its data are unfit for."""

    def does(self, action: str) -> bool:
        """Whether a line of this action is an act; if not, it is said by one or stands alone."""
        ...

    def stands_alone(self, action: str) -> bool:
        """Whether such a line changes nothing of the case."""
        ...

    def do(self, told: Told) -> Sequence[Spoken]:
        """Do the act of a line again; returns its lines, its own first."""
        ...

    def has(self, digest: str | None) -> bool:
        """Whether the state now has this digest; changes nothing."""
        ...

    def save(self, digest: str | None) -> bool:
        """End the transaction: the state is stored and read back. Says whether it has this digest."""
        ...


@dataclass(frozen=True)
class Mismatch:
    """The first line that is not as the replay has it; `reason` is for people."""

    seq: int
    reason: str


@dataclass(frozen=True)
class Outcome:
    """How far a replay came: the last line that holds with its digest, and the first that does not."""

    seq: int
    digest: str | None
    mismatch: Mismatch | None


def lines_of(conn: Connection, keys: Keys, case_id: int) -> list[Told]:
    """The stored lines of a case, in order, with what was entered beside them."""
    same_line = and_(answers.c.case_id == audit.c.case_id, answers.c.seq == audit.c.seq)
    same_act = [answers.c[name] == audit.c[name] for name in ("element", "actor", "at")]
    kept = (answers.c.variables, answers.c.salt, answers.c.task_id, and_(*same_act).label("beside"))
    query = select(audit, *kept).outerjoin(answers, same_line)
    found = conn.execute(query.where(audit.c.case_id == case_id).order_by(audit.c.seq)).mappings().all()
    erased = frozenset(seq for row in found if row["action"] == ERASED for seq in json.loads(row["after"])["lines"])
    return [_told(keys, row, row["seq"] in erased) for row in found]


def _told(keys: Keys, row: Mapping[Any, Any], erased: bool) -> Told:
    entered, sealed = _opened(keys, row)
    same = ("seq", "at", "actor", "on_behalf_of", "action", "element", "digest", "salt", "task_id")
    return Told(
        **{name: row[name] for name in same},
        before=None if row["before"] is None else json.loads(row["before"]),
        after={} if row["after"] is None else json.loads(row["after"]),
        entered=entered,
        sealed=sealed,
        beside=bool(row["beside"]),
        read=hashlib.sha256(repr((*row.values(), sealed)).encode("utf-8", "surrogatepass")).digest(),
        erased=erased,
    )


def _opened(keys: Keys, row: Mapping[Any, Any]) -> tuple[str | None, bool]:
    """What was entered, and whether it is there but does not open."""
    if row["variables"] is None:
        return None, False
    try:
        return unsealed(keys, answers, {name: row[name] for name in ("case_id", "seq", "variables")})[
            "variables"
        ], False
    except SealBroken:
        return None, True


NOWHERE = Outcome(0, None, None)


def replay(
    lines: Iterable[Told],
    course: Course,
    to_seq: int | None = None,
    begun: Outcome = NOWHERE,
    on_rest: Callable[[int], object] = lambda seq: None,
) -> Outcome:
    """Lead a case again along its lines, to the line `to_seq` or to the end.

    With `to_seq` the case is then as its digest has it: acts of the same transaction that the digest counts are in.
    `begun`: how far it has come already, `lines` are those after. `on_rest` hears of every line that held and was the
    last of its transaction.
    """
    outcome = begun
    for digest, run in groupby(lines, attrgetter("digest")):
        if to_seq is not None and outcome.seq >= to_seq:
            break
        transaction = list(run)
        outcome = _Transaction(course, digest, outcome, to_seq).played(transaction)
        if outcome.mismatch is not None:
            break
        if outcome.seq == transaction[-1].seq:
            on_rest(outcome.seq)
    return outcome


class _Transaction:
    """A run of lines that carry the same digest."""

    def __init__(self, course: Course, digest: str | None, before: Outcome, to_seq: int | None) -> None:
        self.course = course
        self.digest = digest
        self.before = before
        self.to_seq = to_seq
        self.spoken: Iterator[Spoken] = iter(())
        self.owed: Spoken | None = None  # what the act in hand says next

    def played(self, lines: Sequence[Told]) -> Outcome:
        last = self.before.seq
        for told in lines:
            reason = _gap(last, told) or self._reason(told)
            if reason is not None:
                return self._stopped(Mismatch(last + 1 if told.seq > last + 1 else told.seq, reason))
            last = told.seq
            if self._enough(last):
                break
        if self.owed is not None:
            return self._stopped(Mismatch(last + 1, f"这里应有一行“{self.owed.action}”"))
        if not self.course.save(self.digest):
            return self._stopped(Mismatch(lines[0].seq, "流程状态与记录的摘要不符"))
        return Outcome(last, self.digest, None)

    def _stopped(self, mismatch: Mismatch) -> Outcome:
        return Outcome(self.before.seq, self.before.digest, mismatch)

    def _enough(self, seq: int) -> bool:
        return self.to_seq is not None and seq >= self.to_seq and self.owed is None and self.course.has(self.digest)

    def _reason(self, told: Told) -> str | None:
        """What is wrong with a line; does its act again when it is one."""
        if self.owed is None:
            if self.course.stands_alone(told.action):
                return None
            reason = self._done(told)
            if reason is not None:
                return reason
        wanted, self.owed = self.owed, next(self.spoken, None)
        return None if wanted is None else _difference(told, wanted)

    def _done(self, told: Told) -> str | None:
        if not self.course.does(told.action):
            return "回放时没有这一行"
        reason = _erased(told)
        if reason is not None:
            return reason
        try:
            self.spoken = iter(self.course.do(told))
        except (EngineError, LookupError, ValueError, TypeError, AttributeError) as error:
            return f"这一步不能重做：{error}"
        self.owed = next(self.spoken, None)
        return None


def _gap(last: int, told: Told) -> str | None:
    return None if told.seq == last + 1 else "缺少这一行"


def _erased(told: Told) -> str | None:
    """Whether what was entered is still what the line committed itself to."""
    committed = told.after.get(_COMMITMENT)
    if committed is None or (told.erased and not told.salt):
        return None
    if told.sealed:
        return "当时填写的内容打不开：可能已被改动，或不是用现在的密钥加密的"
    if told.entered is None or told.salt is None:
        return "当时填写的内容已不在，不能再往下回放"
    if not told.beside or commitment(told.salt, told.entered) != committed:
        return "填写的内容与留痕不符"
    return None


def _difference(told: Told, spoken: Spoken) -> str | None:
    """What a line says otherwise than the replay. A line of an earlier version may say less."""
    who = (told.actor, told.on_behalf_of)
    if (told.action, told.element, *who) != (spoken.action, spoken.element, spoken.actor, spoken.on_behalf_of):
        return f"回放时这一行是“{spoken.action} {spoken.element or ''}”，由 {spoken.actor}".rstrip()
    if told.at != spoken.at:
        return f"回放时的时刻是 {spoken.at.isoformat()}"
    if told.before != _plain(spoken.before):
        return "回放时变动前的内容不同"
    after = _plain(spoken.after) or {}
    wrong = [name for name, value in told.said.items() if name not in after or after[name] != value]
    return f"回放时 {'、'.join(sorted(wrong))} 不同" if wrong else None


def _plain(values: Values | None) -> dict[str, Any] | None:
    """As it reads when it comes back from a line."""
    read: dict[str, Any] | None = None if values is None else json.loads(canonical(values))
    return read
