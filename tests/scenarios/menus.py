"""What people may enter at each task, at random: every branch of the diagrams has its chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from engine.vocabulary import RUNG

UNITS = ("SC-MI", "SC-SS", "SC-VEH", "T05", "RS")

Answer = Mapping[str, Any]
Menu = Callable[[Random], Answer]


def yes_or_no(name: str, **more: Any) -> Menu:
    """Mostly yes."""
    return lambda dice: {name: dice.random() < 0.7, **more}


def one_of(*answers: Answer) -> Menu:
    """Each as likely as the others."""
    return lambda dice: dice.choice(answers)


def registration(dice: Random) -> dict[str, Any]:
    """What changes in a plain registration."""
    return {
        "applicant": _person(dice),
        "external_due": dice.choice([None, None, "2026-10-30T12:00:00+08:00"]),
        "confidential": dice.choice([None] * 12 + [True]),
        "acceptance": dice.choice([None, None, "accept"]),
    }


def _person(dice: Random) -> Answer:
    if dice.random() < 0.1:
        return {"kind": "anonymous"}
    return {"kind": "person", "name": "赵女士", "phone": "13300000806", "consent_callback": dice.random() < 0.8}


def _visit(dice: Random) -> Answer:
    satisfaction = dice.choice([1, 2, 3, 5])
    reason = {"dissatisfied_reason": dice.choice(["result", "policy"])} if satisfaction <= 2 else {}
    return dice.choice([{"contacted": False}, {"contacted": True, "satisfaction": satisfaction, **reason}])


def _dispatch(dice: Random) -> Answer:
    lead, *co_units = dice.sample(UNITS, dice.choice([1, 1, 2, 3]))
    return {"lead_unit": lead, "co_units": co_units, "onsite_attempt": "已协调"}


def _some_day(dice: Random) -> str:
    return f"2026-{dice.choice(['10-20', '10-21', '10-23', '10-27', '11-05'])}"


def _handle(dice: Random) -> Answer:
    return dice.choice(
        [
            {"action": "reply", "reply_text": "已办"},
            {"action": "reply", "reply_text": "已办", "close_co_units": True},
            _RETURN,
            {"action": "request_extension", "reason": "需时", "days": dice.randint(1, 5)},
            {"action": "request_pause", "reason": "等回函", "until": _some_day(dice)},
            {"action": "request_regrade", "reason": "复杂"},
        ]
    )


def _ruling(dice: Random) -> Answer:
    return dice.choice([{"decision": "uphold"}, {"decision": "reassign", "new_unit": dice.choice(UNITS)}])


def _grade(dice: Random) -> Answer:
    return {"cause": "系统类", "urgent": dice.random() < 0.2, "grade": dice.choice(["simple", "general", "complex"])}


_RETURN = {"action": "return", "reason": "不属职责"}
MENUS: Mapping[str, Menu] = {
    "accept": one_of(
        *[{"acceptance": "accept"}] * 5,
        {"acceptance": "decline", "reason": "不属受理范围"},
        {"acceptance": "transfer", "reason": "属另一地区", "refer_to": "邻区窗口"},
        {"acceptance": "consult"},
        {"acceptance": "consult", "reply_text": "已当面解答"},
        {"acceptance": "duplicate", "duplicate_of": "BCS-2026-0001"},
        {"acceptance": "restricted"},
    ),
    "confirm_exit": yes_or_no("confirmed"),
    "classify": _grade,
    "handle_on_site": one_of(
        {"onsite_result": "solved", "outcome": "done"},
        {"onsite_result": "regrade"},
        {"onsite_result": "waiting_citizen"},
    ),
    "await_citizen": one_of({}),
    "dispatch": _dispatch,
    "acknowledge": one_of({"action": "sign"}, {"action": "sign"}, _RETURN),
    "first_contact": one_of({}, {}, _RETURN),
    "handle": _handle,
    "adjudicate_return": _ruling,
    "decide_extension": yes_or_no("approved"),
    "decide_pause": yes_or_no("approved"),
    "decide_regrade": yes_or_no("approved"),
    "await_resume": one_of({}),
    "review": one_of(
        {"review_result": "pass", "outcome": "done"},
        {"review_result": "send_back", "send_back_reason": "不全"},
        {"review_result": "send_back", "send_back_reason": "不对", "redispatch": True},
        {"review_result": "pending"},
    ),
    "approve_pending": yes_or_no("approved", plan="明年"),
    "give_feedback": one_of(
        {"feedback_method": "phone", "feedback_text": "已告知"},
        {"feedback_method": "public_posting", "feedback_text": "已公示"},
        {"no_feedback_reason": "联系不上"},
    ),
    "return_visit": _visit,
    "approve_redo": yes_or_no("approved", measure="上门"),
    "chief_review": one_of(
        {"decision": "new_measure", "reason": "再办"}, {"decision": "close_with_reasons", "reason": "政策"}
    ),
    "review_pending": yes_or_no("settled", outcome="done", progress="推进中"),
    "handle_restricted": one_of(
        {"transfer_to": "EX-JW", "transfer_no": "1", "feedback_text": "已移送"},
        {"transfer_to": "EX-JW", "transfer_no": "1", "no_feedback_reason": "匿名"},
    ),
    "supervise": one_of(
        {"action": "note"},
        {"action": "instruct"},
        {"action": "escalate"},
        {"action": "reassign"},
        {"action": "consultation_letter"},
    ),
}

# Acts beside the tasks, those of messages too.
BESIDE: Mapping[str, Menu] = {
    "withdraw": one_of({"reason": "自行办成", "confirmed_by": "phone_record"}),
    "courier": one_of({"carrier": "邮政", "tracking_no": "EM1"}, {"signed_at": "2026-10-30T10:00:00+08:00"}),
    "supplement": one_of({"text": "又送来一份证明"}),
    "urge": one_of({"reason": "反映人来电"}),
    "hold_escalation": one_of(*({"activity": rung, "reason": "已约定"} for rung in RUNG)),
}
