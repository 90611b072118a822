"""What the gate found in a draft, in its order: lint and proof, the golden runs, the ladder, the cases concerned.

It is kept with the request for approval, as JSON, and shown as it was found then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from engine.clock import local
from engine.definitions.difference import differences
from engine.definitions.examining import Examined
from engine.definitions.impact import Impact, impact
from engine.definitions.ladders import Compared, Rung, compared_ladders
from engine.definitions.laxer import LAXER
from engine.definitions.rehearsing import Rehearsal
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.versions import Version
from engine.directory import Directory
from engine.facade import ReadContext
from engine.replay.otherwise import Rehearsed
from engine.storage.models import bundles, cases
from engine.worktime import WorkTime

Ladders = Callable[[Version, Version, Directory, WorkTime, datetime], tuple[Compared, ...]]
LOOKED_AT = 200  # running cases; some hundredths of a second each
DIAGRAMS, TABLES, FORMS = "流程图", "决策表", "表单"
_BEGINS = {TABLES: ("table", "column", "row"), FORMS: ("form", "field", "check")}


@dataclass(frozen=True)
class Running:
    """Cases that go on by a version; they keep it."""

    version: int
    cases: int


@dataclass(frozen=True)
class Over:
    """What would become of running cases if they were brought over: of those `looked` at, how many could `move`, and
    how many could not for each reason, in words. `earlier`: whose deadline would come sooner; none comes later.
    `more` were not looked at.
    """

    looked: int
    move: int
    earlier: int
    held_up: tuple[tuple[str, int], ...]
    more: int


@dataclass(frozen=True)
class Report:
    """`against`: the version it was compared with, the running one then. `differences`: (part, sentence).

    `laxer`: limits wider than promised, excused by `because`. `proof` and `notes`: what was proven, and what will be
    ignored. `otherwise`: golden runs that come out otherwise, and `confirmed`: why they may; empty when nobody has
    said so.
    """

    against: int
    base: int
    differences: tuple[tuple[str, str], ...]
    laxer: tuple[str, ...]
    because: str
    proof: tuple[str, ...]
    notes: tuple[str, ...]
    played: int
    otherwise: tuple[Rehearsed, ...]
    confirmed: str
    ladders: tuple[Compared, ...]
    impact: tuple[Running, ...]
    over: Over | None = None  # None where it was not asked yet


@dataclass(frozen=True)
class Excuses:
    """`because`: why limits are laxer than promised; `confirmed`: why golden runs may come out otherwise. `insist`:
    whoever asks must have confirmed that; else it is left to whoever approves.
    """

    because: str = ""
    confirmed: str = ""
    insist: bool = True


NO_EXCUSES = Excuses()


@dataclass(frozen=True)
class Grounds:
    """What a report is made of: the draft's version on trial and the running one, and what was found apart."""

    base: int
    running: Version
    trial: Version
    files: Mapping[str, bytes]
    running_files: Mapping[str, bytes]
    examined: Examined
    rehearsal: Rehearsal
    excuses: Excuses


def made(ctx: ReadContext, grounds: Grounds, ladders: Ladders = compared_ladders) -> Report:
    """The report on content that has passed lint, proof and the golden runs."""
    found, played = grounds.examined, grounds.rehearsal
    return Report(
        against=grounds.running.version,
        base=grounds.base,
        differences=tuple(in_words(grounds.running_files, grounds.files)),
        laxer=tuple(each.message for each in found.findings if each.code == LAXER),
        because=grounds.excuses.because.strip(),
        proof=tuple(verdict.sentence for verdict in found.verdicts),
        notes=tuple(note.message for note in found.notes),
        played=played.played,
        otherwise=played.otherwise,
        confirmed=grounds.excuses.confirmed.strip() if played.otherwise else "",
        ladders=ladders(grounds.running, grounds.trial, ctx.directory, ctx.worktime, ctx.now),
        impact=tuple(running_cases(ctx.conn)),
        over=_over(impact(ctx, grounds.trial, LOOKED_AT)),
    )


def _over(found: Impact) -> Over:
    moved = [case for case in found.cases if case.verdict == "moves"]
    earlier = sum(1 for case in moved if case.deadline_after != case.deadline_before)
    reasons = Counter(case.reason for case in found.cases if case.verdict == "blocked")
    return Over(len(found.cases), len(moved), earlier, tuple(reasons.most_common()), found.more)


def in_words(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """What a case meets otherwise: (part, sentence), diagrams first, then tables, then forms. Raises ValueError."""
    found = [(_part(each.change.kind), each.sentence) for each in differences(before, after)]
    return sorted(found, key=lambda each: (DIAGRAMS, TABLES, FORMS).index(each[0]))


def _part(kind: str) -> str:
    begins = kind.partition("_")[0]
    return next((title for title, kinds in _BEGINS.items() if begins in kinds), DIAGRAMS)


def running_cases(conn: Connection) -> list[Running]:
    """How many cases run by each version of the case process, the newest first."""
    query = (
        select(bundles.c.version, func.count(cases.c.id))
        .join(cases, cases.c.bundle_id == bundles.c.id)
        .where(bundles.c.key == CASE_PROCESS, cases.c.ended_at.is_(None))
        .group_by(bundles.c.version)
        .order_by(bundles.c.version.desc())
    )
    return [Running(version, count) for version, count in conn.execute(query)]


# ------------------------------------------------------------------ as it is kept
def kept(report: Report) -> str:
    """The report as JSON."""
    return orjson.dumps(asdict(report), _instant, orjson.OPT_PASSTHROUGH_DATETIME).decode()


def _instant(value: Any) -> str:
    if isinstance(value, datetime):
        return local(value).isoformat()
    raise TypeError(type(value))


def read_back(text: str) -> Report:
    """What `kept` has written."""
    told = orjson.loads(text)
    return Report(
        **{
            **told,
            "differences": tuple((part, sentence) for part, sentence in told["differences"]),
            **{name: tuple(told[name]) for name in ("laxer", "proof", "notes")},
            "otherwise": tuple(Rehearsed(r["title"], tuple(r["sentences"]), r["stuck"]) for r in told["otherwise"]),
            "ladders": tuple(
                Compared(each["title"], tuple(map(_rung, each["rungs"])), each["problem"]) for each in told["ladders"]
            ),
            "impact": tuple(Running(**each) for each in told["impact"]),
            "over": _over_again(told.get("over")),
        }
    )


def _over_again(told: Mapping[str, Any] | None) -> Over | None:
    if told is None:
        return None
    return Over(**{**told, "held_up": tuple((reason, number) for reason, number in told["held_up"])})


def _rung(told: Mapping[str, Any]) -> Rung:
    instants = {name: told[name] and datetime.fromisoformat(told[name]) for name in ("before", "after")}
    return Rung(told["name"], told["when"], **instants)
