"""Everything an auditor's page of one case shows at one line of its trail, or at one instant, in one read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.bpmn.definition import Definition
from engine.cases import projection
from engine.facade import ReadContext
from engine.pictures.layout import Layout
from engine.pictures.layouts import layout_in
from engine.pictures.svg import Way
from engine.queries.as_of import AsOf, LedTo, Moment, led_to
from engine.queries.as_of_people import Past, past_of
from engine.queries.as_of_title import title_then
from engine.queries.history import HistoryLine, history, passages
from engine.queries.interventions import Touch, Touched, drawn_in, intervenes, touches
from engine.queries.moved import Jump, Moved, moved_by
from engine.queries.people import group_name
from engine.queries.rectifications import Finding, findings_of
from engine.queries.sight import sight_of
from engine.queries.step_times import Lateness, StepTime, lateness, step_times
from engine.queries.walk import Here, Walk, walks
from engine.storage.models import incidents


@dataclass(frozen=True)
class AuditLine:
    """A line; `intervened`: somebody stepped in by it, `later`: it came after the line the page is at; `jumps`: what by
    it went on at another step."""

    line: HistoryLine
    intervened: bool
    later: bool
    jumps: tuple[Jump, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """One process as the case had gone through it by then: its layout, and what to mark in it; `touched`: where
    somebody stepped in."""

    process: str
    name: str
    layout: Layout
    way: Way
    walk: Walk
    touched: Touched


@dataclass(frozen=True)
class Failure:
    """A failed step of the case: what failed, how often somebody had it tried again, what was done about it."""

    element: str | None
    name: str
    at: datetime
    cause: str
    retries: int
    by: str | None
    resolved_at: datetime | None
    resolution: str | None

    @property
    def intervened(self) -> bool:
        """Whether somebody did something about it."""
        return self.retries > 0 or self.by is not None


@dataclass(frozen=True)
class AuditCase:
    """`title` of that moment, masked as in lists; `names`: sign-in name → what they were then called; `held`: line →
    the task that changed hands by it. `until`: as `told`, but after the last line of an open case looked at from now,
    where no instant was asked for; so are `steps` and `late`, and whether something is late. `findings`: those put to
    units, also after the line."""

    title: str
    told: AsOf
    until: AsOf
    definition: Definition
    lines: tuple[AuditLine, ...]
    drawings: tuple[Drawn, ...]
    steps: tuple[StepTime, ...]
    late: Lateness | None
    failures: tuple[Failure, ...]
    names: Mapping[str, str]
    held: Mapping[int, str]
    findings: tuple[Finding, ...]


def audit_case(ctx: ReadContext, no: str, moment: Moment | None = None, what: str | None = None) -> AuditCase:
    """A case for an auditor, after a line or at an instant, or after the last line; raises as `as_of` does.

    `what`: a key of vocabulary.ACCESS under which it is noted that they looked; None: the caller notes it.
    """
    led = led_to(ctx, no, moment)
    if what is not None:
        ctx.saw(led.row["id"], what)
    case_id, definition, told = led.row["id"], led.version.definition, led.told
    lines = history(ctx, case_id, definition, sight_of(ctx, led.row), led.entered)
    until, failures = _until(ctx, led, moment), _failures(ctx, case_id, definition)
    moved = moved_by(ctx, led, lines)
    steps = step_times(ctx, case_id, until, led.lines, definition)
    found = tuple(findings_of(ctx, no))
    ledger = None if led.live is None else led.live.step.ledger
    signed = {order.signed_by for order in told.work_orders if order.signed_by}
    told_of = ("assignee", "owner", "asked_by")
    held = {said.get(name) for line in lines for said in (line.before, line.after) for name in told_of}
    named = {*filter(None, held), *signed, *(each.actor for each in told.variables)}
    past = past_of(ctx, {*named, *(line.actor for line in lines), *(line.absent for line in lines if line.absent)})
    return AuditCase(
        title=title_then(ctx, led),
        told=told,
        until=until,
        definition=definition,
        lines=tuple(_line(_as_called(line, past), told.seq, moved) for line in lines),
        drawings=tuple(
            _drawings(
                ctx, led, until, lines, _touches(led, lines, moved, failures), Counter(each.element for each in found)
            )
        ),
        steps=steps,
        late=lateness(ctx, until, steps, ledger.returns if ledger else 0, ledger.round if ledger else 1),
        failures=failures,
        held={line.seq: line.task_id for line in led.holdings},
        findings=found,
        names={name: past.called(name, told.at) for name in named},
    )


def _as_called(line: HistoryLine, past: Past) -> HistoryLine:
    """The line with the names that people had when it was written."""
    by, behalf = past.called(line.actor, line.at), line.absent and past.called(line.absent, line.at)
    same = (by, behalf) == (line.by, line.on_behalf_of)
    return line if same else replace(line, by=by, on_behalf_of=behalf)


def _line(line: HistoryLine, seq: int, moved: Mapping[int, Moved]) -> AuditLine:
    return AuditLine(line, intervenes(line), line.seq > seq, moved[line.seq].jumps if line.seq in moved else ())


def _until(ctx: ReadContext, led: LedTo, moment: Moment | None) -> AsOf:
    told = led.told
    if isinstance(moment, datetime) or told.seq < told.lines or told.ended_at is not None or led.live is None:
        return told
    ledger = led.live.step.ledger
    light = projection.light(
        ctx.now,
        ctx.calendars.get(ctx.conn, told.calendar),
        deadline=told.deadline,
        warn_days=ledger.warn_days,
        completed_at=told.completed_at,
        outcome=told.outcome,
        paused=told.paused,
    )
    return replace(told, at=max(ctx.now, told.at), light=light.colour, remaining=light.remaining)


# ------------------------------------------------------------------ diagrams
def _drawings(
    ctx: ReadContext,
    led: LedTo,
    told: AsOf,
    lines: Sequence[HistoryLine],
    touched: Sequence[Touch],
    pinned: Mapping[str, int],
) -> list[Drawn]:
    """One per process entered by then; frames around the current step are marked as well."""
    here = [
        Here(task.process, task.element, _place(ctx, task.groups), task.due is not None and told.at > task.due)
        for task in told.tasks
    ]
    passed = passages(tuple(line for line in lines if line.seq <= told.seq))
    found = walks(led.version.definition, passed, told.tokens, here)
    return [_drawn(ctx, led, walk, touched, pinned) for walk in found]


def _drawn(ctx: ReadContext, led: LedTo, walk: Walk, found: Sequence[Touch], pinned: Mapping[str, int]) -> Drawn:
    touched = drawn_in(walk.process, led.version.definition, found)
    marks = (touched.flags, pinned, touched.jumps)
    way = Way(frozenset(walk.done), frozenset(walk.current), frozenset(walk.late), *marks)
    layout = layout_in(ctx.conn, led.version, walk.process)
    return Drawn(walk.process, walk.name, layout, way, walk, touched)


def _touches(
    led: LedTo, lines: Sequence[HistoryLine], moved: Mapping[int, Moved], failures: Sequence[Failure]
) -> list[Touch]:
    """What interventions until the moment bear on, those in failed steps among them."""
    until = (line for line in lines if line.seq <= led.told.seq)
    failed = (each.element for each in failures if each.intervened and each.at <= led.told.at and each.element)
    return [*touches(led.version.definition, until, moved), *(Touch(frozenset({id})) for id in failed)]


def _place(ctx: ReadContext, groups: Sequence[str]) -> str:
    return "、".join(group_name(ctx.directory, group) for group in groups)


# ------------------------------------------------------------------ what failed
def _failures(ctx: ReadContext, case_id: int, definition: Definition) -> tuple[Failure, ...]:
    query = select(incidents).where(incidents.c.case_id == case_id).order_by(incidents.c.id)
    rows = ctx.conn.execute(query).mappings().all()
    past = past_of(ctx, {row["resolved_by"] for row in rows if row["resolved_by"]})
    drawn = {element.id: element.name for element in definition.elements.values()}
    return tuple(_failure(row, past, drawn) for row in rows)


def _failure(row: Mapping[Any, Any], past: Past, drawn: Mapping[str, str]) -> Failure:
    by, resolved_at = row["resolved_by"], row["resolved_at"]
    return Failure(
        row["element"],
        drawn.get(row["element"], row["element"] or ""),
        row["opened_at"],
        row["cause"],
        row["retries"],
        past.called(by, resolved_at) if by else None,
        resolved_at,
        row["resolution"],
    )
