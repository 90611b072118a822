"""What the registration page needs: the start form, what may be promised, and the receipt afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.definitions.shipped import CASE_PROCESS
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.task_page import Choices, choices_of
from engine.queries.variables import Schema
from engine.storage.models import cases
from engine.vocabulary import GRADE


@dataclass(frozen=True)
class Registration:
    """The form of the running version; `limits`: grade → working days, None for the same day."""

    schema: Schema
    choices: Choices
    limits: dict[str, int | None]


@dataclass(frozen=True)
class Receipt:
    """What the citizen is given."""

    no: str
    code: str
    title: str
    received_at: datetime


def registration(ctx: ReadContext) -> Registration:
    """The registration form as it is now."""
    definition = ctx.versions.latest(ctx.conn, CASE_PROCESS).definition
    table = definition.decisions["time_limits"]
    limits = {grade: table.evaluate({"grade": grade, "round": 1}, {}).get("limit_days") or None for grade in GRADE}
    return Registration(definition.start_form, choices_of(ctx, definition.start_form), limits)


def receipt(ctx: ReadContext, no: str) -> Receipt:
    """The receipt of a case, for whoever registered it; raises NotFound for everybody else."""
    columns = select(cases.c.no, cases.c.receipt_code, cases.c.title, cases.c.received_at)
    row = ctx.conn.execute(columns.where(cases.c.no == no, cases.c.registered_by == ctx.actor.name)).one_or_none()
    if row is None:
        raise NotFound
    return Receipt(row.no, row.receipt_code, row.title, row.received_at)
