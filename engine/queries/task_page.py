"""Everything the page of one task shows, in one read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from engine import vocabulary
from engine.cases import projection
from engine.cases.acts import holding
from engine.cases.acts.holding import Hold
from engine.cases.capacity import absent_for, in_any_capacity
from engine.cases.form_words import form_words
from engine.cases.forms import Closed, closed_choices
from engine.cases.projection import Light
from engine.clock import local
from engine.definitions.shipped import CASE_PROCESS
from engine.directory import Directory
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.canned import Canned, canned_for
from engine.queries.colleagues import Colleague, colleagues
from engine.queries.dues import TaskDue, task_due
from engine.queries.entered import Fact, facts_of
from engine.queries.people import displays, group_name
from engine.queries.precedents import Precedents, precedents
from engine.queries.prefill import prefilled
from engine.queries.sight import sight_of
from engine.queries.variables import Answer, OpenedTask, Schema, answers_of, open_task
from engine.queries.visibility import visible
from engine.storage.models import cases

CASES_OFFERED = 50  # newest cases a field that names a case suggests
Choices = Mapping[str, Sequence[tuple[str, str]]]  # widget (unit, matter, case, me) → (code, label) in the order shown


@dataclass(frozen=True)
class TaskFacts:
    """The task itself. `place`: unit or groups in words; `holder`: who has claimed it, as on screens; `since` when;
    `held_by`: their sign-in name.

    `on_behalf_of`: the absent person, as on screens, whose right it is to do it.
    """

    id: str
    element: str
    name: str
    process: str
    unit: str | None
    place: str
    groups: tuple[str, ...]
    opened_at: datetime
    due: TaskDue
    holder: str | None
    held_by: str | None
    since: datetime | None
    mine: bool
    on_behalf_of: str | None


@dataclass(frozen=True)
class CaseFacts:
    """What the page says of the case beside the form. `light` is the case's own; `provisional`: 暂定."""

    no: str | None
    uid: str
    title: str | None
    status: str | None
    phase: str | None
    grade: str | None
    channel: str | None
    matter: str | None
    lead_unit: str | None
    received_at: datetime | None
    deadline: datetime | None
    provisional: bool
    light: Light
    paused: bool
    urgent: bool
    tier: int


@dataclass(frozen=True)
class Earlier:
    """What was entered in an earlier step; `by` as on screens."""

    element: str
    title: str
    by: str
    at: datetime
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class TaskPage:
    """`why_not`: the sentence why this person may not complete the task; None when they may.

    `colleagues`: to whom this person may hand it on. `canned`: texts to take for the form; `precedents`: how cases
    alike were solved, None without a form or a matter. `values` prefill the form; `closed`: what the door would not
    take now; `earlier` is newest first and holds no personal data.
    """

    task: TaskFacts
    case: CaseFacts
    schema: Schema
    choices: Choices
    values: Mapping[str, Any]
    closed: Closed
    earlier: tuple[Earlier, ...]
    why_not: str | None
    may_claim: bool
    may_release: bool
    may_resolve: bool
    colleagues: tuple[Colleague, ...]
    canned: tuple[Canned, ...]
    precedents: Precedents | None
    definition_version: str

    @property
    def may_act(self) -> bool:
        """Whether the form is offered."""
        return self.why_not is None


def task_page(ctx: ReadContext, task_id: str) -> TaskPage:
    """The page of an open task; raises NotFound for a finished one, and where the case may not be seen."""
    opened = open_task(ctx, task_id)
    held = holding.hold(ctx.conn, task_id)
    why_not = _why_not(ctx, opened)
    gives = holding.may_give(held, opened.task.groups, ctx.actor)
    return TaskPage(
        task=_task(ctx, opened, held),
        case=_case(ctx, opened),
        schema=opened.schema,
        choices=choices_of(ctx, opened.schema),
        values=prefilled(ctx, opened),
        closed={} if why_not else closed_choices(opened.schema, form_words(opened.live.step, opened.task.data)),
        earlier=tuple(_earlier(ctx, opened)),
        why_not=why_not,
        may_claim=held.by not in ctx.actor.names and why_not is None,
        may_release=held.by is not None and gives,
        may_resolve=held.pending and held.by in ctx.actor.names,
        colleagues=colleagues(ctx, opened.task.groups, held.by) if gives else (),
        canned=() if why_not else canned_for(ctx, opened.task.element.id, opened.live.row["matter_code"]),
        precedents=None if why_not else precedents(ctx, opened.live.row),
        definition_version=opened.live.version.external_id,
    )


def _why_not(ctx: ReadContext, opened: OpenedTask) -> str | None:
    """The door's own verdict."""
    try:
        in_any_capacity(ctx.actor, partial(holding.may_complete, ctx.conn, opened.live, opened.task))
    except EngineError as refused:
        return refused.message
    return None


def _task(ctx: ReadContext, opened: OpenedTask, held: Hold) -> TaskFacts:
    task, absent = opened.task, absent_for(ctx.actor, opened.task.groups, held.by)
    return TaskFacts(
        id=task.id,
        element=task.element.id,
        name=task.element.name,
        process=task.element.process,
        unit=task.unit,
        place="、".join(group_name(ctx.directory, group) for group in task.groups),
        groups=task.groups,
        opened_at=task.since,
        due=task_due(ctx, task.due),
        holder=None if held.by is None else displays(ctx.conn, {held.by})[held.by],
        held_by=held.by,
        since=held.since,
        mine=held.by in ctx.actor.names,
        on_behalf_of=None if absent is None else absent.display,
    )


def _case(ctx: ReadContext, opened: OpenedTask) -> CaseFacts:
    row, ledger = opened.live.row, opened.live.step.ledger
    same = ("no", "uid", "title", "status", "phase", "grade", "channel", "lead_unit", "received_at", "deadline", "tier")
    deadline, matter = row["deadline"], ctx.directory.matters.get(row["matter_code"])
    paused = ledger.paused is not None
    return CaseFacts(
        **{name: row[name] for name in same},
        matter=row["matter_code"] if matter is None else matter.name,
        provisional=deadline is not None and ctx.worktime.provisional(local(deadline).date()),
        light=projection.light(
            ctx.now,
            ctx.worktime,
            deadline=deadline,
            warn_days=ledger.warn_days,
            completed_at=row["completed_at"],
            outcome=row["outcome"],
            paused=paused,
        ),
        paused=paused,
        urgent=row["urgent"],
    )


# ------------------------------------------------------------------ the form
def choices_of(ctx: ReadContext, schema: Schema) -> Choices:
    """The options of the fields that name a unit, a matter, a case or whoever fills in; only for the kinds it has."""
    widgets = set(schema.get("ui", {}).get("widgets", {}).values())
    found: dict[str, Sequence[tuple[str, str]]] = {}
    if widgets & {"unit", "units"}:
        found["unit"] = [(unit.code, unit.name) for unit in ctx.directory.desks()]
    if "matter" in widgets:
        found["matter"] = [(matter.code, matter.name) for matter in ctx.directory.matters.values()]
    if "case" in widgets:
        found["case"] = _newest_cases(ctx)
    if "me" in widgets:
        found["me"] = [(ctx.actor.name, ctx.actor.display)]
    return found


def _newest_cases(ctx: ReadContext) -> list[tuple[str, str]]:
    """Cases another one can be merged under: those the person may see that are not merged themselves."""
    query = select(cases.c.no, cases.c.title).where(
        visible(ctx.actor), cases.c.key == CASE_PROCESS, cases.c.merged_into.is_(None)
    )
    newest = query.order_by(cases.c.id.desc()).limit(CASES_OFFERED)
    return [(no, f"{no} {title}") for no, title in ctx.conn.execute(newest)]


# ------------------------------------------------------------------ what came before
def _earlier(ctx: ReadContext, opened: OpenedTask) -> list[Earlier]:
    definition = opened.live.version.definition
    row = opened.live.row
    given = list(answers_of(ctx, row["id"], definition, sight_of(ctx, row)))
    names = displays(ctx.conn, {answer.actor for answer in given})
    return [_said(ctx.directory, answer, names[answer.actor]) for answer in reversed(given)]


def _said(directory: Directory, answer: Answer, by: str) -> Earlier:
    title = answer.schema.get("title") or vocabulary.label("task", answer.element)
    return Earlier(answer.element, title, by, answer.at, facts_of(answer.schema, answer.values, directory))
