"""Tying a duplicate to its lead case (并单)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.cases import policy
from engine.cases.live import LEAD_CLOSED, LEAD_MOVED, Live
from engine.cases.step import LeadCase, Notice, Step
from engine.clock import local
from engine.errors import BadInput
from engine.storage import models
from engine.storage.prepared import Prepared

_cases = models.cases
_LEAD = Prepared(
    select(_cases.c.deadline, _cases.c.ended_at, _cases.c.merged_into, _cases.c.restricted).where(
        _cases.c.no == bindparam("lead")
    )
)
_MERGED = Prepared(
    select(_cases.c.id, _cases.c.no).where(_cases.c.merged_into == bindparam("lead"), _cases.c.ended_at.is_(None))
)
_MOST_LEADS = 20  # no lead is ever its own duplicate's duplicate; a damaged table must not hang the door


def lead_named(values: Mapping[str, Any]) -> str | None:
    """The number of the lead case that an entered form names."""
    named: str | None = values["duplicate_of"] if values.get("acceptance") == "duplicate" else None
    return named


def lead_case(conn: Connection, no: str) -> LeadCase | None:
    """What is known of a case that others are merged under; None for a number that is unknown."""
    found = _LEAD.fetch(conn, {"lead": no})
    return _lead_case(conn, found[0]) if found else None


def _lead_case(conn: Connection, row: Mapping[str, Any]) -> LeadCase:
    """A lead that has become a duplicate itself has no deadline but the one of its own lead."""
    last = row
    for _ in range(_MOST_LEADS):
        if last["merged_into"] is None:
            break
        last = _LEAD.fetch(conn, {"lead": last["merged_into"]})[0]
    due = last["deadline"]
    return LeadCase(None if due is None else local(due), row["ended_at"] is not None)


def check_lead(conn: Connection, step: Step, no: str | None, values: Mapping[str, Any]) -> None:
    """The lead case a duplicate names: its clock becomes known to the step. Nothing for what is no duplicate.

    Raises BadInput for a number that is unknown, the case's own, of a restricted case whoever acts may not know of
    (told as unknown), or itself a duplicate.
    """
    lead_no = lead_named(values)
    if lead_no is None:
        return
    found = _LEAD.fetch(conn, {"lead": lead_no})
    if not found or lead_no == no or _hidden(step, found[0]):
        raise BadInput({"duplicate_of": "没有这个编号的反映件，请核对后重填。"})
    if found[0]["merged_into"] is not None:
        raise BadInput({"duplicate_of": f"这一件已并入 {found[0]['merged_into']}，请改填主件的编号。"})
    step.lead_case = _lead_case(conn, found[0])


def _hidden(step: Step, row: Mapping[str, Any]) -> bool:
    return bool(row["restricted"]) and not policy.sees(step.actor, policy.CaseFacts(True, frozenset()))


def tell_if_closed(step: Step, no: str | None) -> None:
    """A lead that is archived already will not say so again: the duplicate hears of it at once."""
    if step.lead_case is not None and step.lead_case.closed:
        step.notices.append(Notice(LEAD_CLOSED, (), {"no": no}))


def tell_merged(conn: Connection, lead: Live, case: Mapping[str, Any]) -> None:
    """Cases merged under one that an act has ended, or whose clock it has moved, hear of it.

    That crosses cases, so it goes by the outbox. `case`: the columns of the lead case after the act. A clock that
    moves is that of all who wait by it, also of the duplicates of a duplicate; each end tells the next one itself.
    """
    if lead.no is None:
        return
    if case["ended_at"] is not None and lead.row["ended_at"] is None:
        told = [Notice(LEAD_CLOSED, (), {"no": row["no"]}) for row in _MERGED.fetch(conn, {"lead": lead.no})]
    elif (case["deadline"], case["merged_into"]) != (lead.row["deadline"], lead.row["merged_into"]):
        told = [Notice(LEAD_MOVED, (), {"case": row["id"]}) for row in _waiting_under(conn, lead.no)]
    else:
        return
    lead.step.notices.extend(told)


def _waiting_under(conn: Connection, no: str) -> list[Mapping[str, Any]]:
    """Every open case merged under this one, or under one that is."""
    found, leads = list[Mapping[str, Any]](), [no]
    for _ in range(_MOST_LEADS):
        under = [row for lead in leads for row in _MERGED.fetch(conn, {"lead": lead})]
        if not under:
            break
        found += under
        leads = [row["no"] for row in under]
    return found
