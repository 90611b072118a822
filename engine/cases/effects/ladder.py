"""Operations of the ladder: reminders, tiers, letters. Who is told at which tier stands in the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.elements import Element
from engine.bpmn.expressions import parse_template
from engine.cases.step import Operation, Step


def notify_tier(step: Step, data: dict[str, Any], element: Element) -> None:
    """The case reaches a tier: kept as the highest of the round, and told."""
    tier = data["tier"]
    data["groups"] = parse_template(data["groups"] or "").fill({"lead": step.ledger.lead}, step.words)
    before = step.record.tier
    step.record.tier = max(before, tier)
    if tier:
        step.note("escalated", element.id, {"tier": before}, {"tier": tier, "reason": data["reason"]}, actor="system")
    groups = data["groups"].split(",") if tier else ["bureau"]
    step.notify(data["notice"], groups, tier=tier, reason=data["reason"])


def raise_tier(step: Step, data: dict[str, Any], element: Element) -> None:
    """Whoever supervised sends it one tier up."""
    data["reason"] = "raised"


def send_letter(step: Step, data: dict[str, Any], element: Element) -> None:
    """A unit under vertical management cannot be ordered: a letter of consultation goes out (函商)."""
    step.notify("letter", [f"unit_chief:{step.ledger.lead}"], tier=data["tier"])


def remind(step: Step, data: dict[str, Any], element: Element) -> None:
    """催办 before the deadline; when that has passed meanwhile it is recorded only."""
    due = step.deadline()
    if due is not None and step.present > due:
        step.note("reminder_skipped", element.id, None, {"deadline": due.isoformat()}, actor="system")
        return
    units = [f"unit:{order.unit}" for order in step.record.orders if order.open]
    step.notify("reminder", units or ["work_group"], deadline=due.isoformat() if due else None)


def notify_on_site(step: Step, data: dict[str, Any], element: Element) -> None:
    """Half an hour at the counter: the window and its lead are told."""
    step.notify("on_site_yellow", ["window", "window_lead"])


def warn_external(step: Step, data: dict[str, Any], element: Element) -> None:
    """The deadline another body gave is near."""
    due = step.ledger.external_due
    step.notify("external_warn", ["work_group"], external_due=due.isoformat() if due else None)


OPERATIONS: Mapping[str, Operation] = {
    "notify_tier": notify_tier,
    "raise_tier": raise_tier,
    "send_letter": send_letter,
    "remind": remind,
    "notify_on_site": notify_on_site,
    "warn_external": warn_external,
}
