"""Everything the page of one case shows, in one read: what the domain API tells, in words, and the way so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.bpmn.runtime import OpenTask
from engine.cases import live, policy
from engine.cases.beside.amendable import PERSONAL, told_in
from engine.cases.live import Live
from engine.facade import ReadContext
from engine.queries.case import Case, CaseTask, CaseWorkOrder, case
from engine.queries.case_acts import acts_offered
from engine.queries.dues import TaskDue, task_due
from engine.queries.entered import Fact, facts_of
from engine.queries.history import HistoryLine, history, passages
from engine.queries.papers import CaseAttachment
from engine.queries.people import displays, group_name
from engine.queries.processes import definition_id
from engine.queries.readable import MIGRATIONS, readable
from engine.queries.remarks import Remark, may_remark, remarks_of
from engine.queries.seen_case import seen_case
from engine.queries.sight import Sight, sight_of
from engine.queries.walk import Here, Walk, phases_passed, walks
from engine.vocabulary import PHASE

OF_UNIT = frozenset({"acknowledge", "first_contact", "handle", "await_resume"})  # steps of a work order's own unit


@dataclass(frozen=True)
class Waiting:
    """An open task: `place` it lies with, `holder` who has claimed it, `may_open` when it is in this person's group."""

    id: str
    name: str
    place: str
    holder: str | None
    may_open: bool
    due: TaskDue


@dataclass(frozen=True)
class OrderLine:
    """One unit's part of the case; `unit` and `signed_by` as on screens, `due` over once it replied.

    `done`: what the unit did with this order and said of it, oldest first; the other units see it too.
    """

    unit: str
    signed_by: str | None
    due: TaskDue
    order: CaseWorkOrder
    done: tuple[HistoryLine, ...]


@dataclass(frozen=True)
class PaperLine:
    """A paper of the case; `by` as on screens."""

    by: str
    paper: CaseAttachment


@dataclass(frozen=True)
class PhaseState:
    """One of the five steps: `state` done, current, todo or skipped; `at` when it was done."""

    phase: str
    state: str
    at: datetime | None


@dataclass(frozen=True)
class Drawing:
    """A way through one process, and the published definition that draws it."""

    definition_id: str
    walk: Walk


@dataclass(frozen=True)
class CasePage:
    """`registered`: what was told at registration, without personal data; `lead`: the lead unit's name.

    `acts`: what this person may do beside the tasks, by the names of vocabulary.ACT; `remark_at`: the open tasks at
    which they may leave a remark.
    """

    case: Case
    lead: str | None
    waiting: tuple[Waiting, ...]
    phases: tuple[PhaseState, ...]
    registered: tuple[Fact, ...]
    orders: tuple[OrderLine, ...]
    papers: tuple[PaperLine, ...]
    history: tuple[HistoryLine, ...]
    drawings: tuple[Drawing, ...]
    acts: tuple[str, ...]
    remarks: tuple[Remark, ...]
    remark_at: tuple[str, ...]


def case_page(ctx: ReadContext, no: str) -> CasePage:
    """The page of a case; raises NotFound when there is none this person may see."""
    told, opened = case(ctx, no), opened_case(ctx, no)
    case_id, definition = opened.row["id"], opened.version.definition
    sight = sight_of(ctx, opened.row)
    lines = history(ctx, case_id, definition, sight)
    return CasePage(
        case=told,
        lead=None if told.lead_unit is None else group_name(ctx.directory, f"unit:{told.lead_unit}"),
        waiting=tuple(waiting(ctx, told)),
        phases=phases(told.phase, told.ended_at is not None, phases_passed(definition, passages(lines))),
        registered=_registered(ctx, opened, sight),
        orders=tuple(_orders(ctx, told, lines)),
        papers=_papers(ctx, told),
        history=lines,
        drawings=tuple(_drawings(ctx, opened, told, lines)),
        acts=acts_offered(ctx, opened, told),
        remarks=remarks_of(ctx, case_id, sight),
        remark_at=may_remark(ctx, told.open_tasks),
    )


def _registered(ctx: ReadContext, opened: Live, sight: Sight) -> tuple[Fact, ...]:
    """What was told at registration as it has been corrected since, without personal data."""
    definition = opened.version.definition
    told = told_in(ctx.conn, ctx.keys, opened.row["id"], definition, definition.start.form or "") or {}
    values = sight.values({name: value for name, value in told.items() if name not in PERSONAL})
    return facts_of(definition.start_form, values, ctx.directory)


def opened_case(ctx: ReadContext, no: str) -> Live:
    """The case as the door opens it, to look at; raises NotFound for one this person may not know of."""
    row = seen_case(ctx, no).row
    version = ctx.versions.get(ctx.conn, row["bundle_id"])
    return live.load(row, version, ctx.now, ctx.actor, ctx.worktime, ctx.directory)


# ------------------------------------------------------------------ what is open
def waiting(ctx: ReadContext, told: Case) -> list[Waiting]:
    """The open tasks of a case."""
    names = displays(ctx.conn, {task.assignee for task in told.open_tasks if task.assignee})
    return [_task(ctx, task, names) for task in told.open_tasks]


def _task(ctx: ReadContext, task: CaseTask, names: Mapping[str, str]) -> Waiting:
    return Waiting(
        id=task.id,
        name=task.name,
        place=_place(ctx, task.groups),
        holder=None if task.assignee is None else names[task.assignee],
        may_open=policy.in_group(ctx.actor, task.groups),
        due=task_due(ctx, task.due),
    )


def _orders(ctx: ReadContext, told: Case, lines: tuple[HistoryLine, ...]) -> list[OrderLine]:
    names = displays(ctx.conn, {order.signed_by for order in told.work_orders if order.signed_by})
    return [_order(ctx, order, names, _done(ctx, order, told, lines)) for order in told.work_orders]


def _done(
    ctx: ReadContext, order: CaseWorkOrder, told: Case, lines: tuple[HistoryLine, ...]
) -> tuple[HistoryLine, ...]:
    """The lines of the unit's own steps from the dispatch of this order until its next one."""
    unit, since = group_name(ctx.directory, f"unit:{order.unit}"), order.dispatched_at
    later = [o.dispatched_at for o in told.work_orders if o.unit == order.unit and o.dispatched_at > since]
    until = min(later, default=None)
    own = (line for line in lines if line.action == "completed" and line.element in OF_UNIT and line.unit == unit)
    return tuple(line for line in own if since <= line.at and (until is None or line.at < until))


def _order(
    ctx: ReadContext, order: CaseWorkOrder, names: Mapping[str, str], done: tuple[HistoryLine, ...]
) -> OrderLine:
    over = order.status in ("returned", "withdrawn")
    return OrderLine(
        unit=group_name(ctx.directory, f"unit:{order.unit}"),
        signed_by=names[order.signed_by] if order.signed_by else None,
        due=task_due(ctx, None if over else order.due, order.replied_at),
        order=order,
        done=done,
    )


def _papers(ctx: ReadContext, told: Case) -> tuple[PaperLine, ...]:
    names = displays(ctx.conn, {paper.by for paper in told.attachments})
    return tuple(PaperLine(names[paper.by], paper) for paper in told.attachments)


# ------------------------------------------------------------------ the way so far
def phases(now_in: str, ended: bool, passed: Mapping[str, datetime]) -> tuple[PhaseState, ...]:
    """The five steps of a case that is in phase `now_in`; `passed`: phase → when it was last at work in it."""
    order = list(PHASE)
    now_at = len(order) if ended else order.index(now_in)
    return tuple(_phase(phase, place - now_at, passed.get(phase)) for place, phase in enumerate(order))


def _phase(phase: str, ahead: int, at: datetime | None) -> PhaseState:
    if ahead >= 0:
        return PhaseState(phase, "todo" if ahead else "current", None)
    return PhaseState(phase, "skipped" if at is None else "done", at)


def _drawings(ctx: ReadContext, opened: Live, told: Case, lines: tuple[HistoryLine, ...]) -> list[Drawing]:
    version = opened.version
    begun = opened.run.elements_open() if told.ended_at is None else set()
    here = [_here(ctx, task) for task in opened.tasks.values()]
    migrated = any(line.action in MIGRATIONS for line in lines)
    known = readable(ctx, opened.row["id"], version.definition) if migrated else version.definition
    found = walks(version.definition, passages(lines), begun, here, known)
    hash = version.definition.hash
    return [Drawing(definition_id(walk.process, version.version, hash), walk) for walk in found]


def _here(ctx: ReadContext, task: OpenTask) -> Here:
    late = task.due is not None and ctx.now > task.due
    return Here(task.element.process, task.element.id, _place(ctx, task.groups), late)


def _place(ctx: ReadContext, groups: tuple[str, ...]) -> str:
    return "、".join(group_name(ctx.directory, group) for group in groups)
