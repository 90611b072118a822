"""Operations on the outcome: how a case ends, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.elements import Element
from engine.cases.effects.orders import withdraw_orders
from engine.cases.step import Operation, Step


def conclude(step: Step, data: dict[str, Any], element: Element) -> None:
    """An end without handling: declined, transferred, consulted, merged, restricted."""
    _count_without_handling(step)
    _outcome(step, data["outcome"], element)


def restrict(step: Step, data: dict[str, Any], element: Element) -> None:
    """From here on the case exists for the restricted channel alone (限密)."""
    step.record.restricted = True


def withdraw(step: Step, data: dict[str, Any], element: Element) -> None:
    """The citizen takes the case back: open orders end with it."""
    withdraw_orders(step, data, element)
    _count_without_handling(step)
    _outcome(step, data["outcome"], element)


def complete_case(step: Step, data: dict[str, Any], element: Element) -> None:
    """The case is completed; this instant against the deadline decides blue or red."""
    _complete(step)
    _outcome(step, step.answers.get("outcome") or "done", element)


def complete_pending(step: Step, data: dict[str, Any], element: Element) -> None:
    """挂账: completed for the clock, grey until it is settled; it is tier 5."""
    _complete(step)
    step.record.pending = True
    step.record.tier = 5
    _outcome(step, "pending", element)


def _complete(step: Step) -> None:
    """This round is completed; the first one counts in the statistics, with its own deadline (PROCESS.md "Lights")."""
    record = step.record
    record.completed_at = step.now
    if record.counted_at is None:
        record.counted_at, record.counted_due = step.now, step.deadline()


def _count_without_handling(step: Step) -> None:
    """The case belongs to the period in which this was settled; no deadline is asked of it."""
    step.record.counted_at, step.record.counted_due = step.now, None


def settle(step: Step, data: dict[str, Any], element: Element) -> None:
    """A pending case has been solved after all."""
    step.record.pending = False
    _outcome(step, step.answers.get("outcome") or "done", element)


def archive(step: Step, data: dict[str, Any], element: Element) -> None:
    """The end: five steps done."""
    step.record.ended_at = step.now
    step.note("archived", element.id, None, {"outcome": step.record.outcome})


def _outcome(step: Step, outcome: str, element: Element) -> None:
    step.note("concluded", element.id, {"outcome": step.record.outcome}, {"outcome": outcome})
    step.record.outcome = outcome


OPERATIONS: Mapping[str, Operation] = {
    "conclude": conclude,
    "restrict": restrict,
    "withdraw": withdraw,
    "complete_case": complete_case,
    "complete_pending": complete_pending,
    "settle": settle,
    "archive": archive,
}
