"""The desk of a unit: its orders by deadline, what comes next in each, and only acts that the door would take."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import BadInput
from engine.queries.unit_desk import DeskOrder, UnitDesk, unit_desk
from tests.queries.desk import Desk
from tests.support.house import instant

SIGN = {"action": "sign"}
CONTACT = {"action": "contact", "contact_method": "phone"}
HANDLING = ("reply", "request_extension", "request_pause", "request_regrade", "return")


def shown(desk: Desk, who: str = "unit-SC-SS", tab: str = "open") -> UnitDesk:
    return desk.ask(who, unit_desk, tab)


def only(desk: Desk, who: str = "unit-SC-SS", tab: str = "open") -> DeskOrder:
    (order,) = shown(desk, who, tab).orders
    return order


def in_hand(desk: Desk) -> str:
    """A case whose lead has signed and made contact."""
    no = desk.dispatched()
    desk.complete("unit-SC-SS", no, "acknowledge", **SIGN)
    desk.complete("unit-SC-SS", no, "first_contact", **CONTACT)
    return no


def test_an_unsigned_order_counts_down_to_the_signature_by_the_clock(either_desk: Desk) -> None:
    either_desk.dispatched()  # 10:10: four office hours end at 15:40
    either_desk.at("2026-09-23 11:00")
    (step,) = only(either_desk).steps
    assert step.signs_itself and step.due.at == instant("2026-09-23 15:40")
    assert step.left == timedelta(hours=3, minutes=10)
    assert step.acts == ("sign", "return")
    either_desk.at("2026-09-23 15:40")
    assert [each.element for each in only(either_desk).steps] == ["first_contact"]


def test_each_stage_offers_its_acts(desk: Desk) -> None:
    no = desk.dispatched()
    desk.complete("unit-SC-SS", no, "acknowledge", **SIGN)
    assert only(desk).steps[0].acts == ("contact", "return")
    desk.complete("unit-SC-SS", no, "first_contact", **CONTACT)
    assert only(desk).steps[0].acts == HANDLING


def test_what_the_door_would_refuse_is_not_offered(desk: Desk) -> None:
    no = in_hand(desk)
    desk.complete("unit-SC-SS", no, "handle", action="request_extension", days=2, reason="等系统")
    desk.complete("group", no, "decide_extension", approved=True)
    assert "request_extension" not in only(desk).steps[0].acts
    desk.at("2026-10-19 09:00")  # past the lifted deadline: only an answer is left, or a return
    assert only(desk).steps[0].acts == ("reply", "return")


def test_a_request_waits_with_those_who_decide(desk: Desk) -> None:
    no = in_hand(desk)
    desk.complete("unit-SC-SS", no, "handle", action="request_extension", days=2, reason="等系统")
    order = only(desk)
    assert order.asked is not None and (order.asked.action, order.asked.days) == ("request_extension", 2)
    assert (order.steps, order.waits_with) == ((), (("延期审批", "工作小组"),))


def test_a_paused_order_can_be_resumed_and_stands_still(desk: Desk) -> None:
    no = in_hand(desk)
    asked = {"action": "request_pause", "reason": "等材料", "until": "2026-09-28"}
    desk.complete("unit-SC-SS", no, "handle", **asked)
    desk.complete("group", no, "decide_pause", approved=True)
    order = only(desk, tab="paused")
    assert (order.light.colour, order.steps[0].acts) == ("grey", ("resume",))


def test_lead_and_co_unit_see_how_the_others_stand(either_desk: Desk) -> None:
    no = either_desk.dispatched("SC-SS", ("SC-MI",))
    either_desk.complete("unit-SC-MI", no, "acknowledge", "SC-MI", **SIGN)
    lead, co = only(either_desk), only(either_desk, "unit-SC-MI")
    assert (lead.is_lead, co.is_lead) == (True, False)
    assert [(each.unit, each.is_lead, each.status) for each in lead.others] == [("医保分中心", False, "signed")]
    assert [(each.unit, each.is_lead) for each in co.others] == [("社保分中心", True)]
    assert [each.element for each in co.steps] == ["handle"]


def test_an_answered_order_is_kept_until_the_case_is_completed(either_desk: Desk) -> None:
    no = in_hand(either_desk)
    either_desk.complete("unit-SC-SS", no, "handle", action="reply", reply_text="办好了", result="done")
    assert shown(either_desk).orders == ()
    assert only(either_desk, tab="handed").waits_with == (("审核办结", "工作小组"),)
    either_desk.complete("group", no, "review", review_result="pass", outcome="done", reply_text="办好了")
    assert shown(either_desk, tab="handed").orders == ()


def test_those_above_the_liaison_look_and_do_not_act(desk: Desk) -> None:
    desk.dispatched()
    for who in ("head-SC-SS", "deputy-SC-SS", "chief-SC-SS"):
        assert only(desk, who).steps[0].acts == ()


def test_those_the_case_has_climbed_to_are_led_to_supervise_it(desk: Desk) -> None:
    in_hand(desk)  # due Thursday 10-08 17:00
    desk.at("2026-10-09 09:00")
    steps = {step.element: step.acts for step in only(desk, "deputy-SC-SS").steps}
    assert steps == {"handle": (), "supervise": ("supervise",)}
    assert [step.element for step in only(desk).steps] == ["handle"]


def test_what_a_colleague_holds_is_theirs(desk: Desk) -> None:
    no = desk.dispatched()
    desk.claim("unit-SC-SS", no, "acknowledge")
    (step,) = only(desk, "unit-SC-SS-b").steps
    assert (step.holder, step.mine, step.acts) == ("社保分中心联络员A", False, ())
    assert only(desk).steps[0].mine


def test_another_unit_has_nothing_of_it(desk: Desk) -> None:
    desk.dispatched()
    assert shown(desk, "unit-SC-MI").orders == ()
    assert [tab.count for tab in shown(desk, "unit-SC-MI").tabs] == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_show_every_order_once_by_deadline(either_desk: Desk, limit: int) -> None:
    numbers = [either_desk.dispatched() for _ in range(5)]
    found: list[DeskOrder] = []
    after = None
    while True:
        page = either_desk.ask("unit-SC-SS", unit_desk, "open", after, limit)
        found += page.orders
        after = page.next
        if after is None:
            break
    assert [order.no for order in found] == numbers


@pytest.mark.parametrize(
    ("tab", "after"), [("other", None), ("open", "x"), ("open", "1.2"), ("open", "9" * 19 + ".1.1")]
)
def test_an_unknown_part_or_a_broken_page_mark_is_refused(desk: Desk, tab: str, after: str | None) -> None:
    with pytest.raises(BadInput):
        desk.ask("unit-SC-SS", unit_desk, tab, after)
