"""What another version would mean for the cases that run: each stays, moves or is held up, where, and by when.

Every case is read into memory and led over by the very code of the act (engine/cases/acts/migrating.py); nothing is
written. That takes some hundredths of a second each, so whoever asks says how many they want to see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, func, select

from engine.bpmn.elements import USER_TASKS
from engine.cases.acts import migrating
from engine.cases.live import Live
from engine.cases.opening import Grounds, as_it_would_open
from engine.cases.step import Note
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.versions import Version, on_trial
from engine.directory.calendars import latest_version
from engine.errors import CannotMigrate, EngineError, Obstacle
from engine.facade import ReadContext
from engine.storage.models import bundles, cases

Verdict = Literal["stays", "moves", "blocked"]
_BATCH = 200
_CLOCKS = frozenset({"moved", "armed", "disarmed"})


@dataclass(frozen=True)
class ClockChange:
    """A clock that would be another: the element by name, ISO instants; None: none."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class CaseImpact:
    """What would become of one case. `at`: names of the steps it stands at; `obstacles` why it cannot go over."""

    id: int
    uid: str
    no: str | None
    title: str | None
    status: str | None
    version: int
    verdict: Verdict
    at: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    deadline_before: datetime | None
    deadline_after: datetime | None
    clocks: tuple[ClockChange, ...]

    @property
    def reason(self) -> str:
        """Why it does not go over, in one sentence; empty where it does."""
        return "；".join(each.sentence for each in self.obstacles)


@dataclass(frozen=True)
class Impact:
    """What a version would mean. `open`: how many cases run in all, of them `restricted` ones, which nobody but their
    own officers may know of and which stay where they are; `cases`: those looked at, oldest first.
    """

    key: str
    open: int
    restricted: int
    cases: tuple[CaseImpact, ...]

    def count(self, verdict: Verdict) -> int:
        """How many of those looked at."""
        return sum(1 for case in self.cases if case.verdict == verdict)

    @property
    def more(self) -> int:
        """How many have not been looked at."""
        return self.open - self.restricted - len(self.cases)


def impact(
    ctx: ReadContext,
    wanted: Version | Mapping[str, bytes],
    limit: int = 200,
    instructions: Mapping[str, str] | None = None,
) -> Impact:
    """What a published version, or files on trial, would mean for the first `limit` cases that run.

    Files raise the reader's own errors: let them be checked first.
    """
    version = wanted if isinstance(wanted, Version) else on_trial(CASE_PROCESS, wanted, ctx.now)
    looked_at = []
    for each in impacts(ctx, version, instructions):
        looked_at.append(each)
        if len(looked_at) >= limit:
            break
    seen, restricted = ctx.conn.execute(_counted(version.key)).one()
    return Impact(version.key, seen + restricted, restricted, tuple(looked_at))


def impacts(
    ctx: ReadContext,
    version: Version,
    instructions: Mapping[str, str] | None = None,
    after: int = 0,
) -> Iterator[CaseImpact]:
    """The same case by case, all of them behind the row `after`, as they are asked for."""
    grounds, last = _grounds(ctx), after
    named = {row.id: row.version for row in ctx.conn.execute(select(bundles.c.id, bundles.c.version))}
    wanted = _running(version.key) & cases.c.restricted.is_(False)
    query = select(cases).where(wanted).order_by(cases.c.id).limit(_BATCH)
    while rows := ctx.conn.execute(query.where(cases.c.id > last)).mappings().all():
        for row in rows:
            yield _case(ctx.conn, grounds, dict(row), version, instructions or {}, named)
        last = rows[-1]["id"]


def impact_of(
    ctx: ReadContext, row: Mapping[str, Any], version: Version, instructions: Mapping[str, str]
) -> CaseImpact:
    """What would become of the one case of a row."""
    named = {row["bundle_id"]: ctx.versions.get(ctx.conn, row["bundle_id"]).version}
    return _case(ctx.conn, _grounds(ctx), row, version, instructions, named)


def running(ctx: ReadContext, key: str) -> int:
    """How many cases of a process run that may be looked at."""
    return int(ctx.conn.execute(_counted(key)).one()[0])


def open_uids(ctx: ReadContext, version: Version) -> list[str]:
    """The instances that run on another version of its process and may be looked at, oldest first."""
    wanted = _running(version.key) & cases.c.restricted.is_(False) & (cases.c.bundle_id != version.id)
    return list(ctx.conn.scalars(select(cases.c.uid).where(wanted).order_by(cases.c.id)))


def _counted(key: str) -> Select[int, int]:
    """How many run, those that may be looked at and the restricted ones apart."""
    restricted = cases.c.restricted.is_(True)
    return select(func.count().filter(~restricted), func.count().filter(restricted)).where(_running(key))


def _running(key: str) -> ColumnElement[bool]:
    running: ColumnElement[bool] = (cases.c.key == key) & cases.c.ended_at.is_(None)
    return running


def _grounds(ctx: ReadContext) -> Grounds:
    calendar = latest_version(ctx.conn)
    return Grounds(ctx.versions, ctx.worktime, calendar, ctx.calendars, ctx.directory, ctx.now, ctx.actor, ctx.keys)


def _case(
    conn: Connection,
    grounds: Grounds,
    row: Mapping[str, Any],
    version: Version,
    instructions: Mapping[str, str],
    named: Mapping[int, int],
) -> CaseImpact:
    same: dict[str, Any] = {name: row[name] for name in ("id", "uid", "no", "title", "status")}
    same |= {"version": named[row["bundle_id"]], "deadline_before": row["deadline"]}
    at: tuple[str, ...] = ()
    try:
        opened = as_it_would_open(conn, grounds, row)
        same["deadline_before"], at = opened.step.deadline(), _stands_at(opened)
        if opened.version.id == version.id:
            return CaseImpact(
                **same, verdict="stays", at=at, obstacles=(), deadline_after=opened.step.deadline(), clocks=()
            )
        said, drawn = len(opened.step.notes), _names(opened)
        migrating.prepare(opened, version, instructions, "试算")
    except CannotMigrate as held_up:
        return _blocked(same, at, held_up.obstacles)
    except EngineError as error:  # a state that cannot be read, a timer that fails: the act would fail the same way
        return _blocked(same, at, (Obstacle("", error.message.rstrip("。")),))
    clocks = tuple(_changes(drawn | _names(opened), opened.step.notes[said:]))
    after = opened.step.deadline()
    return CaseImpact(**same, verdict="moves", at=at, obstacles=(), deadline_after=after, clocks=clocks)


def _blocked(same: Mapping[str, Any], at: tuple[str, ...], obstacles: tuple[Obstacle, ...]) -> CaseImpact:
    return CaseImpact(
        **same, verdict="blocked", at=at, obstacles=obstacles, deadline_after=same["deadline_before"], clocks=()
    )


def _stands_at(opened: Live) -> tuple[str, ...]:
    """The open steps by name; where nobody has anything to do, what is waited for."""
    tasks = dict.fromkeys(task.element.name for task in opened.run.open_tasks())
    if tasks:
        return tuple(tasks)
    elements = opened.version.definition.elements
    waiting = (elements[_place(path)] for path in sorted(opened.run.elements_open()))
    return tuple(dict.fromkeys(each.name for each in waiting if each.kind not in ("subProcess", "callActivity")))


def _place(path: str) -> tuple[str, str]:
    process, _, id = path.partition("/")
    return process, id


def _names(opened: Live) -> dict[str, str]:
    """What a clock of each element is called."""
    drawn = opened.version.definition.elements.values()
    return {each.id: f"{each.name}的时限" if each.kind in USER_TASKS else each.name for each in drawn}


def _changes(names: Mapping[str, str], notes: Sequence[Note]) -> Iterator[ClockChange]:
    for note in notes:
        if note.action in _CLOCKS and note.element is not None:
            before, after = note.before or {}, note.after or {}
            yield ClockChange(names.get(note.element, note.element), before.get("due"), after.get("due"))
