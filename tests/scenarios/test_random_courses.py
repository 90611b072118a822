"""Cases driven at random: whatever people decide in whatever order, however late, the house stays whole.

Every seed is a course of acts that the forms allow; what a form refuses is tried otherwise. After each step rows,
states and chains are held against one another, and no step may fail for want of a variable, a flow or an order.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from engine.cases.commands import Actor, CompleteTask, SendMessage
from engine.clock import ZONE
from engine.errors import BadInput, NobodyWaits, TakenByOther
from engine.queries.case import CaseTask
from tests.support.play import Play

UNITS = ("SC-MI", "SC-SS", "SC-VEH", "T05", "RS")
LONGEST = 60

Answer = Mapping[str, Any]
Menu = Callable[[Random], Answer]


def yes_or_no(name: str, **more: Any) -> Menu:
    return lambda dice: {name: dice.random() < 0.7, **more}


def one_of(*answers: Answer) -> Menu:
    return lambda dice: dice.choice(answers)


def visit(dice: Random) -> Answer:
    satisfaction = dice.choice([1, 2, 3, 5])
    reason = {"dissatisfied_reason": dice.choice(["result", "policy"])} if satisfaction <= 2 else {}
    return dice.choice([{"contacted": False}, {"contacted": True, "satisfaction": satisfaction, **reason}])


def dispatch(dice: Random) -> Answer:
    lead, *co_units = dice.sample(UNITS, dice.choice([1, 1, 2, 3]))
    return {"lead_unit": lead, "co_units": co_units, "onsite_attempt": "已协调"}


def until_some_day(dice: Random) -> str:
    return f"2026-{dice.choice(['10-21', '10-23', '10-27', '11-05'])}"


def handle(dice: Random) -> Answer:
    return dice.choice(
        [
            {"action": "reply", "reply_text": "已办"},
            {"action": "reply", "reply_text": "已办", "close_co_units": True},
            {"action": "return", "reason": "不属职责"},
            {"action": "request_extension", "reason": "需时", "days": dice.randint(1, 5)},
            {"action": "request_pause", "reason": "等回函", "until": until_some_day(dice)},
            {"action": "request_regrade", "reason": "复杂"},
        ]
    )


GRADES = ({"grade": "simple"}, {"grade": "general"}, {"grade": "complex"})
RETURN = {"action": "return", "reason": "不属职责"}
MENUS: Mapping[str, Menu] = {
    "accept": one_of(
        *[{"acceptance": "accept"}] * 4,
        {"acceptance": "decline", "reason": "不属受理范围"},
        {"acceptance": "consult"},
        {"acceptance": "restricted"},
    ),
    "confirm_exit": yes_or_no("confirmed"),
    "classify": lambda dice: {"cause": "系统类", "urgent": dice.random() < 0.2, **dice.choice(GRADES)},
    "handle_on_site": one_of(
        {"onsite_result": "solved", "outcome": "done"},
        {"onsite_result": "regrade"},
        {"onsite_result": "waiting_citizen"},
    ),
    "await_citizen": one_of({}),
    "dispatch": dispatch,
    "acknowledge": one_of({"action": "sign"}, {"action": "sign"}, RETURN),
    "first_contact": one_of({}, {}, RETURN),
    "handle": handle,
    "adjudicate_return": lambda dice: dice.choice(
        [{"decision": "uphold"}, {"decision": "reassign", "new_unit": dice.choice(UNITS)}]
    ),
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
    "give_feedback": one_of({"feedback_method": "phone", "feedback_text": "已告知"}),
    "return_visit": visit,
    "approve_redo": yes_or_no("approved", measure="上门"),
    "chief_review": one_of(
        {"decision": "new_measure", "reason": "再办"}, {"decision": "close_with_reasons", "reason": "政策"}
    ),
    "review_pending": yes_or_no("settled", outcome="done", progress="推进中"),
    "handle_restricted": one_of({"transfer_to": "EX-JW", "transfer_no": "1", "feedback_text": "已移送"}),
    "supervise": one_of(
        {"action": "note"},
        {"action": "instruct"},
        {"action": "escalate"},
        {"action": "reassign"},
        {"action": "consultation_letter"},
    ),
}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_decided_the_house_stays_whole(play: Play, seed: int) -> None:
    dice = Random(seed)
    play.at("10-19 14:00")
    play.register(applicant=_person(dice), external_due=dice.choice([None, "2026-10-30T12:00:00+08:00"]))
    for turn in range(LONGEST):
        if play.case().ended_at is None:
            _turn(play, dice, turn)
    told = [line.at for line in play.timeline()]
    assert told == sorted(told)


def _person(dice: Random) -> Answer:
    if dice.random() < 0.1:
        return {"kind": "anonymous"}
    return {"kind": "person", "name": "赵女士", "phone": "13300000806", "consent_callback": dice.random() < 0.8}


def _turn(play: Play, dice: Random, turn: int) -> None:
    """Somebody acts, the citizen withdraws (seldom), or time passes."""
    tasks = play.case().open_tasks
    if dice.random() < 0.02:
        _withdraw(play)
    elif tasks and dice.random() < 0.75:
        _act(play, dice, dice.choice(tasks), turn)
    else:
        hours = dice.choice([1, 3, 8, 24, 72, 200])
        play.at(f"{play.house.clock.now().astimezone(ZONE) + timedelta(hours=hours):%Y-%m-%d %H:%M:%S}")


def _act(play: Play, dice: Random, task: CaseTask, turn: int) -> None:
    somebody = Actor(f"turn-{turn}", groups=frozenset({dice.choice(task.groups), "bureau", "restricted"}))
    for _ in range(6):  # what the state of the case forbids is tried otherwise
        try:
            play.execute(CompleteTask(task.id, MENUS[task.task](dice)), somebody)
        except BadInput:
            continue
        except TakenByOther:  # a timer the last act had armed with a past instant came first
            return
        return


def _withdraw(play: Play) -> None:
    somebody = Actor("window", groups=frozenset({"window", "restricted"}))
    try:
        play.execute(SendMessage("withdraw", play.no, {"reason": "自行办成", "confirmed_by": "phone_record"}), somebody)
    except NobodyWaits:
        return
