"""What the citizen was promised (PROCESS.md), as data: the time every step has, and the days of every grade.

`DUES`: task -> until when it should be done. `TIMERS`: timer -> on which element it stands, whether it ends the wait,
and when it strikes. `LIMITS`: grade and round -> at most so many working days, and for a redo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_RULING = "workdays(1) if returns() >= 2 else office_hours(4)"
_VISIT = "workdays(5, since=feedback_at())"

DUES: Mapping[str, str] = {
    "accept": "workdays(1)",
    "confirm_exit": "office_hours(2)",
    "handle_restricted": "workdays(1)",
    "classify": "office_hours(2)",
    "handle_on_site": "case_due()",
    "await_citizen": "workdays(5)",
    "dispatch": "office_hours(2)",
    "review": "workdays(1)",
    "approve_pending": "workdays(3)",
    "give_feedback": "workdays(1)",
    "return_visit": _VISIT,
    "approve_redo": "workdays(1)",
    "chief_review": "workdays(3)",
    "acknowledge": "office_hours(4)",
    "first_contact": "workdays(1, since=dispatched_at())",
    "handle": "case_due()",
    "adjudicate_return": _RULING,
    "decide_extension": "office_hours(4)",
    "decide_pause": "office_hours(4)",
    "decide_regrade": "office_hours(4)",
    "await_resume": "resume_at(until)",
    "supervise": "workdays(1)",
}


@dataclass(frozen=True)
class Promise:
    """One timer: where it stands, whether it ends the wait, when it strikes at the latest."""

    on: str
    ends: bool
    at: str


_TELLING = (
    "accept confirm_exit handle_restricted classify dispatch review approve_pending give_feedback return_visit "
    "approve_redo chief_review adjudicate_return decide_extension decide_pause decide_regrade"
)

TIMERS: Mapping[str, Promise] = {
    **{f"{task}_late": Promise(task, False, DUES[task]) for task in _TELLING.split()},
    "accept_auto": Promise("accept", True, "workdays(2)"),
    "await_citizen_late": Promise("await_citizen", True, "workdays(5)"),
    "onsite_yellow": Promise("on_site", False, "minutes(30, since=accepted_at())"),
    "onsite_red": Promise("on_site", True, "case_due()"),
    "remind": Promise("resolution", False, "case_due(-warn_days())"),
    "overdue": Promise("resolution", False, "case_due()"),
    "overdue_2": Promise("resolution", False, "case_due(2)"),
    "overdue_5": Promise("resolution", False, "case_due(5)"),
    "external_warn": Promise("resolution", False, "external_due(-1)"),
    "unsigned": Promise("acknowledge", True, "office_hours(4)"),
    "uncontacted": Promise("contact_stage", False, "workdays(1, since=dispatched_at())"),
    "decide_extension_auto": Promise("decide_extension", True, "workdays(1)"),
    "decide_pause_auto": Promise("decide_pause", True, "workdays(1)"),
    "decide_regrade_auto": Promise("decide_regrade", True, "workdays(1)"),
    "pause_until": Promise("await_resume", True, "resume_at(until)"),
}

LIMITS: Mapping[tuple[str, int], Mapping[str, int]] = {
    ("simple", 1): {"limit_days": 0, "redo_days": 3},
    ("simple", 2): {"limit_days": 5, "redo_days": 3},
    ("general", 1): {"limit_days": 5, "redo_days": 3},
    ("general", 2): {"limit_days": 5, "redo_days": 3},
    ("complex", 1): {"limit_days": 10, "redo_days": 5},
    ("complex", 2): {"limit_days": 10, "redo_days": 5},
}
