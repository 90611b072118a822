"""A case as it was after any line of its trail or at any instant, whole: where it stood, who had it, what was known,
until when.

At an instant it is as the last line by then left it, and the clock has gone on.

There is one way to know: the case is led again by its lines (engine/cases/again.py), and what comes of that is held
against the digest on the line. What is stored of the case today is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.audit.replay import Outcome, Told
from engine.bpmn import state
from engine.cases import clock_ledger, projection
from engine.cases.again import Again, lead_again
from engine.cases.clock_ledger import ClockLedger
from engine.cases.live import Live
from engine.cases.resting import Kept
from engine.cases.step import Record
from engine.definitions.versions import Version
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.as_of_holders import Holding, holders_then, holdings
from engine.queries.as_of_people import PersonThen, UnitThen, past_of, units_since
from engine.queries.as_of_variables import VariableThen, variables_then
from engine.queries.case import CaseExtension, CasePause, CaseWorkOrder
from engine.queries.processes import definition_id
from engine.queries.replayed import TimerThen, tasks_then, timers_then
from engine.queries.seen_case import seen_case
from engine.queries.sight import sight_of
from engine.queries.variables import Answer, answers_of
from engine.storage.models import audit
from engine.worktime import WorkTime

Moment = int | datetime  # a line of the trail, or an instant


@dataclass(frozen=True)
class HeldTask:
    """A task that was open; `holder` had claimed it (null: nobody), `knew` is what its branch of the diagram knew."""

    id: str
    element: str
    name: str
    process: str
    unit: str | None
    groups: tuple[str, ...]
    holder: str | None
    opened_at: datetime
    due: datetime | None
    knew: Mapping[str, Any]


@dataclass(frozen=True)
class AsOf:
    """A case after line `seq` of `lines`, which was written at `line_at`; `at`: the instant it is told of, the same
    where a line was asked for. `ahead`: the instant asked for, where it has not come yet; then `at` is now. `digest` is
    the one on that line, `replayed` the one of the state it was led again to, `holds` whether they are the same and
    nothing on the way was otherwise.

    Where not, `first_bad` is the first line that differs, `problem` says how, and the rest tells the case as it
    was before. `path`: elements passed until then, `process/element`; `tokens`: what had begun and not ended. `light`
    and `remaining` are of that instant; `calendar` and `definition` the versions then in force. `people`: who had acted
    or held a task by then, as the directory then had them.
    """

    no: str
    seq: int
    lines: int
    at: datetime
    line_at: datetime
    digest: str | None
    replayed: str | None
    holds: bool
    first_bad: int | None
    problem: str | None
    definition: str
    calendar: int
    status: str | None
    phase: str | None
    grade: str | None
    cause: str | None
    outcome: str | None
    tier: int
    urgent: bool
    lead_unit: str | None
    light: str | None
    remaining: int | None
    received_at: datetime | None
    accepted_at: datetime | None
    deadline: datetime | None
    original_deadline: datetime | None
    completed_at: datetime | None
    ended_at: datetime | None
    paused: bool
    pauses: tuple[CasePause, ...]
    extension: CaseExtension | None
    work_orders: tuple[CaseWorkOrder, ...]
    path: tuple[str, ...]
    tokens: tuple[str, ...]
    tasks: tuple[HeldTask, ...]
    timers: tuple[TimerThen, ...]
    variables: tuple[VariableThen, ...]
    people: tuple[PersonThen, ...] = ()
    units: tuple[UnitThen, ...] = ()
    ahead: datetime | None = None


def as_of(ctx: ReadContext, no: str, moment: Moment | None = None) -> AsOf:
    """The case after a line or at an instant, or after the last line; an instant that has not come yet is now,
    and said to lie ahead.

    Raises NotFound for a case this person may not know of, BadInput for a line it has not got and for an instant before
    the first."""
    led = led_to(ctx, no, moment)
    ctx.saw(led.row["id"], "audit")
    return led.told


@dataclass(frozen=True)
class LedTo:
    """What `as_of` tells, and what it was made of; `live` None where not even the first line holds.

    `lines`: as far as the chain holds, also after the line; `entered`: all that was ever entered, also after the line,
    without personal data.
    """

    row: Mapping[str, Any]
    told: AsOf
    live: Live | None
    version: Version
    lines: tuple[Told, ...]
    holdings: tuple[Holding, ...]
    entered: tuple[Answer, ...]


def led_to(ctx: ReadContext, no: str, moment: Moment | None = None) -> LedTo:
    """The same with the case in memory, for pages that draw it."""
    row = seen_case(ctx, no).row
    seq = _last_by(ctx, row["id"], moment) if isinstance(moment, datetime) else _line(row["audit_seq"], moment)
    grounds = (ctx.versions, ctx.calendars, ctx.directory, ctx.keys)
    again, outcome = lead_again(ctx.conn, dict(row), *grounds, seq, Kept(ctx.conn, ctx.keys, row["id"], ctx.waypoints))
    line = ctx.conn.execute(select(audit).where(audit.c.case_id == row["id"], audit.c.seq == seq)).mappings().first()
    line_at: datetime = ctx.now if line is None else line["at"]
    told_of = _instant(ctx, line_at, moment)
    live = again.case(told_of.at) if again.columns else None
    version = again.ground.version if live is None else live.version
    held = tuple(holdings(ctx.conn, row["id"], seq, list(live.tasks.values()))) if live else ()
    opened = {line.seq: line.entered for line in again.lines if line.entered is not None}
    entered = tuple(answers_of(ctx, row["id"], version.definition, sight_of(ctx, row), opened=opened))
    told = _told(ctx, row, seq, again, outcome, live, version, told_of, held, entered)
    told = _of_directory(ctx, row["id"], held, told)
    told = _held_against(told, None if line is None else line["digest"], again, outcome)
    return LedTo(row, told, live, version, tuple(again.lines), held, entered)


@dataclass(frozen=True)
class _Instant:
    """When a case is told of; the fields of `AsOf` by these names."""

    line_at: datetime
    at: datetime
    ahead: datetime | None


def _instant(ctx: ReadContext, line_at: datetime, moment: Moment | None) -> _Instant:
    """That of the line, unless an instant was asked for; one that has not come yet is now."""
    if not isinstance(moment, datetime):
        return _Instant(line_at, line_at, None)
    return _Instant(line_at, max(line_at, min(moment, ctx.now)), moment if moment > ctx.now else None)


def _line(last: int, seq: int | None) -> int:
    if seq is None:
        return last
    if not 1 <= seq <= last:
        raise BadInput({"seq": f"没有第 {seq} 行：这一件有 {last} 行留痕，请填 1 到 {last}。"})
    return seq


def _last_by(ctx: ReadContext, case_id: int, instant: datetime) -> int:
    """The last line written by that instant; raises BadInput for one before the first."""
    query = select(func.max(audit.c.seq)).where(audit.c.case_id == case_id, audit.c.at <= instant)
    found: int | None = ctx.conn.execute(query).scalar()
    if found is None:
        raise BadInput({"at": "那时还没有登记这一件。"})
    return found


def _held_against(told: AsOf, digest: str | None, again: Again, outcome: Outcome) -> AsOf:
    """Whether what was led again is what the line says the case was."""
    replayed = state.digest_of(again.columns["state"]) if again.columns else None
    told = replace(told, digest=digest, replayed=replayed)
    if outcome.mismatch is not None:
        return replace(told, holds=False, first_bad=outcome.mismatch.seq, problem=outcome.mismatch.reason)
    if replayed != digest:
        return replace(told, holds=False, first_bad=told.seq, problem="回放的流程状态与这一行的摘要不符")
    return told


# ------------------------------------------------------------------ what it then was
def _told(
    ctx: ReadContext,
    row: Mapping[str, Any],
    seq: int,
    again: Again,
    outcome: Outcome,
    live: Live | None,
    version: Version,
    told_of: _Instant,
    held: Sequence[Holding],
    entered: Sequence[Answer],
) -> AsOf:
    then, last = again.columns, min(seq, outcome.seq) if outcome.mismatch else seq
    record, ledger = (Record(), ClockLedger()) if live is None else (live.step.record, live.step.ledger)
    worktime = again.ground.worktime(then.get("calendar", 0))
    deadline = then.get("deadline")
    light = projection.light(
        told_of.at,
        worktime,
        deadline=deadline,
        warn_days=ledger.warn_days,
        completed_at=record.completed_at,
        outcome=record.outcome,
        paused=ledger.paused is not None,
    )
    return AsOf(
        no=row["no"],
        seq=seq,
        lines=row["audit_seq"],
        **vars(told_of),
        digest=None,
        replayed=None,
        holds=True,
        first_bad=None,
        problem=None,
        definition=definition_id(version.definition.key, version.version, version.definition.hash),
        calendar=then.get("calendar", 0),
        status=then.get("status"),
        phase=then.get("phase"),
        lead_unit=then.get("lead_unit"),
        **{name: getattr(record, name) for name in ("grade", "cause", "outcome", "tier", "urgent", "completed_at")},
        light=light.colour,
        remaining=light.remaining,
        received_at=ledger.received_at,
        accepted_at=ledger.accepted_at,
        deadline=deadline,
        original_deadline=ledger.original,
        ended_at=then.get("ended_at"),
        paused=ledger.paused is not None,
        pauses=_pauses(ledger, worktime),
        extension=_extension(record),
        work_orders=tuple(CaseWorkOrder(**vars(order)) for order in record.orders),
        path=tuple(place for line in again.lines[:last] for place in line.after.get("path", ())),
        tokens=tuple(sorted(live.run.elements_open())) if live and not then.get("ended_at") else (),
        tasks=() if live is None else _tasks(live, held),
        timers=timers_then(live) if live else (),
        variables=variables_then(entered, last, _units(again.lines), ctx.directory),
    )


def _units(lines: Sequence[Told]) -> dict[int, str]:
    """Line by which a step was done → the unit that did it."""
    return {line.seq: line.after["unit"] for line in lines if line.action == "completed" and line.after.get("unit")}


def _of_directory(ctx: ReadContext, case_id: int, held: Sequence[Holding], told: AsOf) -> AsOf:
    query = select(audit.c.actor, audit.c.on_behalf_of).where(audit.c.case_id == case_id, audit.c.seq <= told.seq)
    acted = [name for row in ctx.conn.execute(query.order_by(audit.c.seq)) for name in row if name]
    names = dict.fromkeys([*acted, *(line.to for line in held if line.to)])
    past = past_of(ctx, names)
    found = (past.at(name, told.at) for name in names)
    units = units_since(ctx, {order.unit for order in told.work_orders}, told.at)
    return replace(told, people=tuple(each for each in found if each is not None), units=units)


def _tasks(live: Live, held: Sequence[Holding]) -> tuple[HeldTask, ...]:
    holders = holders_then(held, live.tasks.values())
    process = {task.id: task.element.process for task in live.tasks.values()}
    return tuple(
        HeldTask(
            task.id,
            task.element,
            task.name,
            process[task.id],
            task.unit,
            task.groups,
            holders.get(task.id),
            task.since,
            task.due,
            task.variables,
        )
        for task in tasks_then(live)
    )


def _pauses(ledger: ClockLedger, worktime: WorkTime) -> tuple[CasePause, ...]:
    return tuple(
        CasePause(pause.asked, pause.until, pause.resumed, pause.unit, clock_ledger.pause_days(pause, worktime))
        for pause in ledger.pauses
    )


def _extension(record: Record) -> CaseExtension | None:
    kept = record.facts.get("extension")
    if not kept:
        return None
    asked, decided = (datetime.fromisoformat(kept[name]) for name in ("asked_at", "decided_at"))
    return CaseExtension(kept["days"], asked, decided, kept["approved"])
