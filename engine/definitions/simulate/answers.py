"""What people enter in a simulated case on its way: what moves it on, and nothing about anybody.

A diagram on trial may ask more than is foreseen here: a field it requires is filled by its own form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Values = Mapping[str, Any]

FILLED_IN = "演算"
REGISTRATION: Values = {
    "channel": "window",
    "title": FILLED_IN,
    "description": FILLED_IN,
    "appeal_type": "undone",
    "applicant": {"kind": "person", "name": FILLED_IN, "phone": "13800000000", "consent_callback": True},
}

# What moves a case on by the shortest way to its end; grade, lead unit and the like come from what was asked.
ONWARD: Mapping[str, Values] = {
    "accept": {"acceptance": "accept"},
    "confirm_exit": {"confirmed": True},
    "classify": {"cause": "其他"},
    "handle_on_site": {"onsite_result": "solved", "outcome": "done"},
    "dispatch": {"onsite_attempt": FILLED_IN},
    "acknowledge": {"action": "sign"},
    "first_contact": {"action": "contact", "contact_method": "phone"},
    "handle": {"action": "reply", "reply_text": FILLED_IN},
    "adjudicate_return": {"decision": "uphold"},
    "review": {"review_result": "pass", "outcome": "done"},
    "approve_pending": {"approved": True, "plan": FILLED_IN},
    "give_feedback": {"feedback_method": "phone", "feedback_text": FILLED_IN},
    "return_visit": {"contacted": True, "resolved": True, "satisfaction": 5},
}

_DECLINED: Values = {"acceptance": "decline", "reason": FILLED_IN}
_PENDING: Values = {"review_result": "pending"}
_PAUSE: Values = {"action": "request_pause", "reason": FILLED_IN}
_DISSATISFIED: Values = {"contacted": True, "resolved": False, "satisfaction": 1}

# Where another answer on the way leads to a task the shortest way leaves out: task wanted -> task -> what is entered.
ASIDE: Mapping[str, Mapping[str, Values]] = {
    "confirm_exit": {"accept": _DECLINED},
    "handle_restricted": {"accept": {"acceptance": "restricted"}},
    "await_citizen": {"handle_on_site": {"onsite_result": "waiting_citizen"}},
    "adjudicate_return": {"acknowledge": {"action": "return", "reason": FILLED_IN}},
    "decide_extension": {"handle": {"action": "request_extension", "days": 2, "reason": FILLED_IN}},
    "decide_pause": {"handle": _PAUSE},
    "await_resume": {"handle": _PAUSE, "decide_pause": {"approved": True}},
    "decide_regrade": {"handle": {"action": "request_regrade", "reason": FILLED_IN}},
    "approve_pending": {"review": _PENDING},
    "review_pending": {"review": _PENDING},
    "approve_redo": {"return_visit": {**_DISSATISFIED, "dissatisfied_reason": "result"}},
    "chief_review": {"return_visit": {**_DISSATISFIED, "dissatisfied_reason": "policy"}},
}
NOT_ON_THE_SPOT: Mapping[str, Values] = {"handle_on_site": {"onsite_result": "regrade"}}


def filled(schema: Mapping[str, Any], known: Values) -> dict[str, Any]:
    """The fields of the form among what is known, and some value for whatever else it requires."""
    fields: Mapping[str, Any] = schema.get("properties", {})
    given = {name: value for name, value in known.items() if name in fields}
    missing = [name for name in schema.get("required", ()) if name not in given]
    return {**given, **{name: _some(fields.get(name, {})) for name in missing}}


def _some(field: Mapping[str, Any]) -> Any:
    if "enum" in field:
        return field["enum"][0]
    match field.get("type"):
        case "boolean":
            return True
        case "integer" | "number":
            return field.get("minimum", 1)
        case "array":
            return []
        case "object":
            return {name: _some(field["properties"][name]) for name in field.get("required", ())}
    return FILLED_IN
