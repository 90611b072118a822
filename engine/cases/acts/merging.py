"""Tying a duplicate to its lead case (并单)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.cases import clock_ledger
from engine.cases.live import LEAD_CLOSED
from engine.cases.step import Notice, Step
from engine.errors import BadInput
from engine.storage import models
from engine.storage.prepared import Prepared

_LEAD = Prepared(
    select(models.cases.c.ledger, models.cases.c.ended_at, models.cases.c.merged_into).where(
        models.cases.c.no == bindparam("lead")
    )
)


def lead_of(conn: Connection, step: Step, no: str | None, values: Mapping[str, Any]) -> str | None:
    """The lead case a duplicate names, None for what is no duplicate; its clock becomes known to the step.

    Raises BadInput for a number that is unknown, the case's own, or itself a duplicate.
    """
    if values.get("acceptance") != "duplicate":
        return None
    lead_no: str = values["duplicate_of"]
    found = _LEAD.fetch(conn, {"lead": lead_no})
    if not found or lead_no == no:
        raise BadInput({"duplicate_of": "没有这个编号的反映件，请核对后重填。"})
    if found[0]["merged_into"] is not None:
        raise BadInput({"duplicate_of": f"这一件已并入 {found[0]['merged_into']}，请改填主件的编号。"})
    step.lead_case = clock_ledger.from_json(found[0]["ledger"])
    step.lead_closed = found[0]["ended_at"] is not None
    return lead_no


def tell_if_closed(step: Step, no: str | None) -> None:
    """A lead that is archived already will not say so again: the duplicate hears of it at once."""
    if step.lead_closed:
        step.notices.append(Notice(LEAD_CLOSED, (), {"no": no}))
