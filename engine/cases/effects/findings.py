"""Operations of 整改: how the finding stands is kept as a fact and is the status of its instance (`FINDING_STATUS`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.bpmn.elements import Element
from engine.cases.step import Operation, Step

FACT = "finding"
WITH_HEAD = "finding_with_head"  # set while the head of the section has it on the desk beside the unit
ASKED, ANSWERED, ACCEPTED, WITHDRAWN = "asked", "answered", "accepted", "withdrawn"


def put_finding(step: Step, data: dict[str, Any], element: Element) -> None:
    """The finding goes to the unit."""
    step.ledger = replace(step.ledger, lead=data["unit"])
    _stands(step, ASKED)
    step.notify("finding_put", [f"unit:{data['unit']}"])


def record_finding_answer(step: Step, data: dict[str, Any], element: Element) -> None:
    """The unit has answered."""
    _stands(step, ANSWERED)


def accept_finding_answer(step: Step, data: dict[str, Any], element: Element) -> None:
    """The answer will do: the finding is settled."""
    _stands(step, ACCEPTED)
    step.notify("finding_accepted", [f"unit:{data['unit']}"])


def send_finding_back(step: Step, data: dict[str, Any], element: Element) -> None:
    """The answer will not do: the unit answers again."""
    step.record.facts.pop(WITH_HEAD, None)
    _stands(step, ASKED)
    step.notify("finding_sent_back", [f"unit:{data['unit']}"])


def withdraw_finding(step: Step, data: dict[str, Any], element: Element) -> None:
    """The finding was none: whoever has it on the desk is told."""
    _stands(step, WITHDRAWN)
    posts = ("unit", "unit_head") if step.record.facts.get(WITH_HEAD) else ("unit",)
    step.notify("finding_withdrawn", [f"{post}:{data['unit']}" for post in posts])


def remind_finding(step: Step, data: dict[str, Any], element: Element) -> None:
    """催办: the unit has not answered in time."""
    step.notify("finding_late", [f"unit:{data['unit']}"])


def raise_finding(step: Step, data: dict[str, Any], element: Element) -> None:
    """Still no answer: the head of the section has it on the desk as well. Of diagrams that do not keep that it has."""
    step.notify("finding_raised", [f"unit_head:{data['unit']}"])


def hand_finding_to_head(step: Step, data: dict[str, Any], element: Element) -> None:
    """The same, and it is kept, so that the head is told as well when the finding is withdrawn."""
    step.record.facts[WITH_HEAD] = True
    raise_finding(step, data, element)


def report_finding(step: Step, data: dict[str, Any], element: Element) -> None:
    """The head has not answered either."""
    step.notify("finding_silent", ["bureau", f"unit_chief:{data['unit']}"])


def remind_finding_check(step: Step, data: dict[str, Any], element: Element) -> None:
    """An answer waits too long for its check."""
    step.notify("finding_unchecked", ["bureau"])


def _stands(step: Step, state: str) -> None:
    step.record.facts[FACT] = state


OPERATIONS: Mapping[str, Operation] = {
    "put_finding": put_finding,
    "record_finding_answer": record_finding_answer,
    "accept_finding_answer": accept_finding_answer,
    "send_finding_back": send_finding_back,
    "withdraw_finding": withdraw_finding,
    "remind_finding": remind_finding,
    "raise_finding": raise_finding,
    "hand_finding_to_head": hand_finding_to_head,
    "report_finding": report_finding,
    "remind_finding_check": remind_finding_check,
}
