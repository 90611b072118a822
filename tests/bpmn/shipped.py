"""The shipped diagrams for play without cases: what a start gives, and what each task may answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.definition import Definition, read_definition
from engine.definitions.shipped import SHIPPED, read_folder

START: Mapping[str, Any] = {
    "acceptance": None,
    "confidential": False,
    "anonymous": False,
    "consent_callback": True,
    "has_reply": False,
    "matter_code": "M001",
    "lead_unit": None,
}

_APPROVED: list[Mapping[str, Any]] = [{"approved": True}, {"approved": False}]
_CONTACT: list[Mapping[str, Any]] = [{"action": None}, {"action": "return"}]
ANSWERS: Mapping[str, list[Mapping[str, Any]]] = {
    "accept": [
        {"acceptance": a} for a in ("accept", "accept", "accept", "decline", "consult", "duplicate", "restricted")
    ],
    "confirm_exit": [{"confirmed": True}, {"confirmed": False}],
    "handle_restricted": [{}],
    "classify": [
        {"grade": grade, "lead_unit": "SC-SS", "co_units": ["YLBZ"], "urgent": urgent}
        for grade, urgent in (("general", False), ("complex", True), ("simple", False), ("general", False))
    ],
    "handle_on_site": [{"onsite_result": r} for r in ("solved", "regrade", "waiting_citizen")],
    "await_citizen": [{}],
    "dispatch": [{"lead_unit": "SC-SS", "co_units": ["YLBZ"]}],
    "acknowledge": [{"action": "sign"}, {"action": "sign"}, {"action": "return"}],
    "first_contact": _CONTACT,
    "adjudicate_return": [{"decision": "uphold", "new_unit": None}, {"decision": "reassign", "new_unit": "FG"}],
    "handle": [
        {"action": action, "close_co_units": close, "until": None}
        for action, close in (
            ("reply", True),
            ("reply", False),
            ("reply", None),
            ("return", None),
            ("request_extension", None),
            ("request_pause", None),
            ("request_regrade", None),
        )
    ],
    "decide_extension": _APPROVED,
    "decide_pause": _APPROVED,
    "decide_regrade": _APPROVED,
    "await_resume": [{}],
    "review": [
        {"review_result": result, "redispatch": redispatch}
        for result, redispatch in (
            ("pass", None),
            ("pass", None),
            ("send_back", None),
            ("send_back", True),
            ("pending", None),
        )
    ],
    "approve_pending": _APPROVED,
    "give_feedback": [{}],
    "return_visit": [
        {"contacted": contacted, "satisfaction": satisfaction, "dissatisfied_reason": reason}
        for contacted, satisfaction, reason in (
            (True, 5, None),
            (True, 1, "result"),
            (True, 1, "policy"),
            (False, None, None),
        )
    ],
    "approve_redo": _APPROVED,
    "chief_review": [{"decision": "new_measure"}, {"decision": "close_with_reasons"}],
    "review_pending": [{"settled": True}, {"settled": False}],
    "supervise": [
        {"action": action} for action in ("instruct", "escalate", "note", "consultation_letter", "escalate", "reassign")
    ],
}


def shipped() -> Definition:
    """The case family as it is shipped."""
    return read_definition(read_folder(SHIPPED), "five_step_loop")
