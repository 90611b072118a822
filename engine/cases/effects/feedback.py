"""Operations of the fifth step: feedback, call-back, reasons given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.bpmn.elements import Element
from engine.cases import courier
from engine.cases.ratings import CALL_BACK, rate
from engine.cases.step import Operation, Step


def feedback(step: Step, data: dict[str, Any], element: Element) -> None:
    """The citizen has been told."""
    step.ledger = replace(step.ledger, feedback_at=step.now)
    method = step.answers.get("feedback_method")
    step.record.facts["feedback"] = {"at": step.now.isoformat(), **({"feedback_method": method} if method else {})}
    if step.answers.get("courier"):
        courier.sent(step.record, step.answers["courier"])


def visit(step: Step, data: dict[str, Any], element: Element) -> None:
    """What the call-back brought to light."""
    facts = step.record.facts
    facts["visit"] = {key: step.answers.get(key) for key in ("contacted", "resolved", "dissatisfied_reason")}
    if step.answers.get("satisfaction") is not None:
        rate(step, step.answers["satisfaction"], CALL_BACK)
    if step.answers.get("contacted_in_time") is not None:
        facts["contacted_in_time"] = step.answers["contacted_in_time"]


def close_with_reasons(step: Step, data: dict[str, Any], element: Element) -> None:
    """The bureau explains why nothing more can be done."""
    step.note("reasons_given", element.id)


OPERATIONS: Mapping[str, Operation] = {
    "feedback": feedback,
    "visit": visit,
    "close_with_reasons": close_with_reasons,
}
