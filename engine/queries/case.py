"""One case as the domain API tells it (API.md, `GET /api/cases/{no}`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, select

from engine.cases import clock_ledger, projection
from engine.cases.case_person import person_row
from engine.cases.clock_ledger import Pause
from engine.cases.step import Order
from engine.facade import ReadContext
from engine.personal.masking import masked_name, masked_phone
from engine.queries.courier import CaseCourier, courier_of
from engine.queries.papers import CaseAttachment, attachments_of
from engine.queries.processes import definition_id
from engine.queries.ratings import CaseRating, ratings_of
from engine.queries.seen_case import light_of, provisional, seen_case
from engine.queries.sight import sight_of
from engine.queries.tasks import groups_of
from engine.storage.models import tasks
from engine.storage.prepared import Prepared


@dataclass(frozen=True)
class CaseWorkOrder:
    """One unit's part of the case; `signed_by` is `system` when signed by the clock."""

    unit: str
    is_lead: bool
    round: int
    status: str
    dispatched_at: datetime
    signed_at: datetime | None
    signed_by: str | None
    contact_due: datetime | None
    first_contact_at: datetime | None
    due: datetime | None
    replied_at: datetime | None


@dataclass(frozen=True)
class CasePause:
    """The clock stood still; `resumed_at` null while it does. `days`: working days it moves the deadline by."""

    asked_at: datetime
    until: datetime
    resumed_at: datetime | None
    unit: str | None
    days: int


@dataclass(frozen=True)
class CaseExtension:
    """The extension a unit asked for, decided; `days` are working days."""

    days: int
    asked_at: datetime
    decided_at: datetime
    approved: bool


@dataclass(frozen=True)
class CaseUrges:
    """How often those who have the case were pressed, and when last; null: never."""

    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True)
class CaseHeldEscalation:
    """A rung of the ladder that the bureau held back (暂缓提级): from when it was due until when."""

    activity: str
    due: datetime
    until: datetime
    held_at: datetime


@dataclass(frozen=True)
class CaseTask:
    """An open task; `task` is its id in the diagram."""

    id: str
    task: str
    name: str
    groups: tuple[str, ...]
    unit: str | None
    assignee: str | None
    due: datetime | None
    opened_at: datetime


@dataclass(frozen=True)
class Applicant:
    """Whose case it is. `masked`: name and phone in part, the rest left out (null)."""

    kind: str
    name: str | None
    phone: str | None
    masked: bool
    age_band: str | None = None
    contact_pref: str | None = None
    special_needs: tuple[str, ...] | None = None
    consent_callback: bool | None = None


@dataclass(frozen=True)
class Case:
    """A case. Instants aware; `remaining` in working days, negative once overdue; `deadline` null until classified."""

    no: str
    title: str
    status: str
    phase: str
    grade: str | None
    channel: str
    cause: str | None
    matter_code: str | None
    window: str | None
    light: str | None
    remaining: int | None
    received_at: datetime
    accepted_at: datetime | None
    deadline: datetime | None
    original_deadline: datetime | None
    provisional: bool
    paused: bool
    completed_at: datetime | None
    ended_at: datetime | None
    erased_at: datetime | None
    tier: int
    urgent: bool
    outcome: str | None
    merged_into: str | None
    lead_unit: str | None
    work_orders: tuple[CaseWorkOrder, ...]
    returns: int
    redo_count: int
    extension: CaseExtension | None
    pauses: tuple[CasePause, ...]
    contacted_in_time: bool | None
    excluded_from_rates: bool
    satisfaction: int | None
    ratings: tuple[CaseRating, ...]
    courier: CaseCourier | None
    urges: CaseUrges
    held_escalation: CaseHeldEscalation | None
    attachments: tuple[CaseAttachment, ...]
    definition_version: str
    open_tasks: tuple[CaseTask, ...]
    applicant: Applicant


T = TypeVar("T")

_TASKS = Prepared(select(tasks).where(tasks.c.case_id == bindparam("of_case")).order_by(tasks.c.opened_at, tasks.c.id))
_INSTANTS = frozenset({"asked_at", "decided_at", "last_at", "due", "until", "held_at"})
_SAME = [
    "no",
    "title",
    "status",
    "phase",
    "grade",
    "channel",
    "cause",
    "matter_code",
    "window",
    "received_at",
    "accepted_at",
    "deadline",
    "original_deadline",
    "completed_at",
    "ended_at",
    "erased_at",
    "tier",
    "urgent",
    "outcome",
    "merged_into",
    "lead_unit",
]


def case(ctx: ReadContext, no: str) -> Case:
    """One case; raises NotFound, also for a case this person may not know of."""
    found = seen_case(ctx, no)
    row, ledger, facts = found.row, found.ledger, found.record.facts
    open_tasks = open_tasks_of(ctx, row["id"])
    light = light_of(ctx, row, ledger)
    sight = sight_of(ctx, row)
    return Case(
        **{name: row[name] for name in _SAME},
        light=light.colour,
        remaining=light.remaining,
        provisional=provisional(ctx, row["deadline"]),
        paused=ledger.paused is not None,
        work_orders=tuple(_work_order(order) for order in found.record.orders),
        returns=ledger.returns,
        redo_count=ledger.round - 1,
        extension=_read(CaseExtension, facts.get("extension")),
        pauses=tuple(_pause(ctx, pause) for pause in ledger.pauses),
        contacted_in_time=projection.contacted_in_time(facts),
        excluded_from_rates=row["outcome"] in projection.EXCLUDED,
        satisfaction=facts.get("satisfaction"),
        ratings=ratings_of(ctx, found, sight.clear),
        courier=courier_of(ctx, found, sight),
        urges=CaseUrges(**_instants(facts.get("urges", {}))),
        held_escalation=_read(CaseHeldEscalation, facts.get("held_escalation")),
        attachments=attachments_of(ctx, row["id"], sight),
        definition_version=definition_id(row["key"], row["version"], row["hash"]),
        open_tasks=open_tasks,
        applicant=applicant_of(ctx, row["id"], sight.clear),
    )


def _work_order(order: Order) -> CaseWorkOrder:
    return CaseWorkOrder(**vars(order))


def _pause(ctx: ReadContext, pause: Pause) -> CasePause:
    days = clock_ledger.pause_days(pause, ctx.worktime)
    return CasePause(pause.asked, pause.until, pause.resumed, pause.unit, days)


def _read(shape: type[T], kept: Mapping[str, Any] | None) -> T | None:
    """A part of the record's facts in its shape."""
    return None if not kept else shape(**_instants(kept))


def _instants(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: datetime.fromisoformat(v) if v and name in _INSTANTS else v for name, v in kept.items()}


def open_tasks_of(ctx: ReadContext, case_id: int) -> tuple[CaseTask, ...]:
    """The open tasks of an instance. Whether the actor may see it is for the caller to ask."""
    found = _TASKS.fetch(ctx.conn, {"of_case": case_id})
    groups = groups_of(ctx.conn, [row["id"] for row in found])
    same = ("id", "name", "unit", "assignee", "due", "opened_at")
    return tuple(
        CaseTask(**{name: row[name] for name in same}, task=row["element"], groups=groups.get(row["id"], ()))
        for row in found
    )


# ------------------------------------------------------------------ personal data
def applicant_of(ctx: ReadContext, case_id: int, clear: bool) -> Applicant:
    """Whose case it is, in clear or masked; whether they may see it in clear is for the caller to ask."""
    row = person_row(ctx.conn, ctx.keys, case_id)
    kind, name, phone = row["kind"], row["name"], row["phone"]
    if not clear:
        return Applicant(kind, masked_name(name, kind), masked_phone(phone), masked=True)
    details = json.loads(row["details"])
    needs = details.pop("special_needs", None)
    return Applicant(kind, name, phone, False, special_needs=None if needs is None else tuple(needs), **details)
