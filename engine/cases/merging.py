"""Tying a duplicate to its lead case (并单)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.cases import clock_ledger
from engine.cases.live import LEAD_CLOSED
from engine.cases.step import LeadCase, Notice, Step
from engine.errors import BadInput
from engine.storage import models
from engine.storage.prepared import Prepared
from engine.worktime import WorkTime

_LEAD = Prepared(
    select(models.cases.c.ledger, models.cases.c.ended_at, models.cases.c.merged_into).where(
        models.cases.c.no == bindparam("lead")
    )
)


def lead_named(values: Mapping[str, Any]) -> str | None:
    """The number of the lead case that an entered form names."""
    named: str | None = values["duplicate_of"] if values.get("acceptance") == "duplicate" else None
    return named


def lead_case(stored_ledger: str, worktime: WorkTime, closed: bool = False) -> LeadCase:
    """What its stored clock ledger says of a lead case."""
    return LeadCase(clock_ledger.deadline(clock_ledger.from_json(stored_ledger), worktime), closed)


def check_lead(conn: Connection, step: Step, no: str | None, values: Mapping[str, Any]) -> None:
    """The lead case a duplicate names: its clock becomes known to the step. Nothing for what is no duplicate.

    Raises BadInput for a number that is unknown, the case's own, or itself a duplicate.
    """
    lead_no = lead_named(values)
    if lead_no is None:
        return
    found = _LEAD.fetch(conn, {"lead": lead_no})
    if not found or lead_no == no:
        raise BadInput({"duplicate_of": "没有这个编号的反映件，请核对后重填。"})
    if found[0]["merged_into"] is not None:
        raise BadInput({"duplicate_of": f"这一件已并入 {found[0]['merged_into']}，请改填主件的编号。"})
    step.lead_case = lead_case(found[0]["ledger"], step.worktime, found[0]["ended_at"] is not None)


def tell_if_closed(step: Step, no: str | None) -> None:
    """A lead that is archived already will not say so again: the duplicate hears of it at once."""
    if step.lead_case is not None and step.lead_case.closed:
        step.notices.append(Notice(LEAD_CLOSED, (), {"no": no}))
