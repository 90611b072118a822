"""What people write into the forms of cases that run from the counter to the feedback while the clock stands still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

LEAD, CO_UNIT = "SC-SS", "SCJG"

# Two of every group, so that they can get in each other's way.
PEOPLE: Mapping[str, tuple[str, str]] = {
    "window": ("w1", "w2"),
    "window_lead": ("lead", "lead2"),
    "work_group": ("group", "group2"),
    "callback": ("callback", "callback2"),
    f"unit:{LEAD}": (f"unit-{LEAD}", f"unit-{LEAD}-b"),
    f"unit:{CO_UNIT}": (f"unit-{CO_UNIT}", f"unit-{CO_UNIT}-b"),
}
EVERYBODY = tuple(name for pair in PEOPLE.values() for name in pair)

_HELP = {"kind": "bangban", "staff": "w1", "note": "逐条讲解"}
_CALL = {"contact_at": "2026-09-23T09:00+08:00", "contact_method": "phone", "contact_note": "已核实"}


@dataclass(frozen=True)
class Course:
    """The way a case goes: its grade, a second unit, whether it may be called back, whether advice is all it needs."""

    grade: str = "general"
    co_units: tuple[str, ...] = ()
    called_back: bool = True
    advice: bool = False


def draw_course(dice: Random) -> Course:
    """One of the courses; most go to a unit."""
    if dice.random() < 0.1:
        return Course(advice=True)
    grade = dice.choice(("general", "general", "general", "complex", "simple"))
    return Course(grade, dice.choice(((), (CO_UNIT,))), called_back=dice.random() < 0.5)


def start_form(course: Course, title: str) -> dict[str, Any]:
    """The registration of a case."""
    advice = {"acceptance": "consult", "reply_text": "已当面解释"} if course.advice else {}
    applicant = {"kind": "person", "name": "李女士", "phone": "13600000803", "consent_callback": course.called_back}
    said = {"channel": "window", "title": title, "description": "网上三次提交均报错", "appeal_type": "undone"}
    return {**said, "applicant": applicant, "matter_code": "M014", "window": "W1", **advice}


def task_form(course: Course, element: str) -> dict[str, Any]:
    """What is entered at a task; KeyError for one these cases never reach."""
    units = {"lead_unit": LEAD, "co_units": list(course.co_units)}
    forms: Mapping[str, dict[str, Any]] = {
        "accept": {"acceptance": "accept"},
        "classify": {"grade": course.grade, "grade_reason": "需核查", "cause": "系统类", "urgent": False, **units},
        "handle_on_site": {"onsite_result": "solved", "outcome": "done", "services": [_HELP], "reply_text": "已办好"},
        "dispatch": {"onsite_attempt": "现场无法解决", "dispatch_note": "", **units},
        "acknowledge": {"action": "sign"},
        "first_contact": {"action": "contact", **_CALL},
        "handle": {"action": "reply", "reply_text": "已修正并提交成功", "result": "done"},
        "review": {"review_result": "pass", "outcome": "done", "reply_text": "已受理", "policy_basis": ""},
        "give_feedback": {"feedback_method": "phone", "feedback_text": "电话告知"},
    }
    return forms[element]


def typed(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Variables as /engine-rest takes them; it finds the type by itself."""
    return {name: {"value": value} for name, value in variables.items()}
