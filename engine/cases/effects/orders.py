"""Operations on work orders: dispatch, signature, contact, reply, return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.bpmn.elements import Element
from engine.cases.step import Operation, Order, Step


def dispatch(step: Step, data: dict[str, Any], element: Element) -> None:
    """Give every unit its order; what an earlier dispatch left open is taken back, and its lead leads no more."""
    _take_back(step, again=data["orders"])
    for order in step.record.orders:
        order.is_lead = order.is_lead and order.round < step.ledger.round
    step.ledger = replace(
        step.ledger, lead=data["lead_unit"], dispatched_at=step.now, contacted=False, contact_missed=False
    )
    for unit in data["orders"]:
        step.record.orders.append(_order(step, unit))
        step.notify("order_dispatched", [f"unit:{unit}"], unit=unit)


def _order(step: Step, unit: str) -> Order:
    is_lead = unit == step.ledger.lead
    due = step.worktime.workdays(1, step.now) if is_lead and not step.record.anonymous else None
    return Order(unit, is_lead, step.ledger.round, step.now, contact_due=due, due=step.deadline())


def withdraw_orders(step: Step, data: dict[str, Any], element: Element) -> None:
    """Open orders are taken back, and with them what their units asked for or were granted to wait for."""
    _take_back(step)


def _take_back(step: Step, again: Sequence[str] = ()) -> None:
    """`again`: the units that get another order at once, of which they are told."""
    taken = [order for order in step.record.orders if order.open]
    for order in taken:
        order.status = "withdrawn"
        if order.unit not in again:
            step.tell("order_withdrawn", [f"unit:{order.unit}"], unit=order.unit)
    step.ledger = step.ledger.resumed(step.now)
    step.record.facts.pop("requests", None)
    step.record.facts.pop("awaiting_ruling", None)


def close_orders(step: Step, data: dict[str, Any], element: Element) -> None:
    """The lead has spoken for all: what co-units have not answered is taken back."""
    withdraw_orders(step, data, element)


def reopen_order(step: Step, data: dict[str, Any], element: Element) -> None:
    """The reviewer sent it back: the lead's order opens again."""
    order = step.order(step.ledger.lead or "")
    order.status = "contacted" if order.first_contact_at else "signed"
    order.replied_at = None
    step.notify("order_sent_back", [f"unit:{order.unit}"], unit=order.unit)


def sign(step: Step, data: dict[str, Any], element: Element) -> None:
    """The unit took the order; this never starts the clock."""
    _signed(step, data, step.actor.name)


def auto_sign(step: Step, data: dict[str, Any], element: Element) -> None:
    """Nobody signed in time: signed by the clock; the lead's section head is told."""
    _signed(step, data, "system")
    step.note("signed_by_clock", element.id, None, {"unit": data["unit"]}, actor="system")
    if data["is_lead"]:
        step.notify("unsigned", [f"unit_head:{data['unit']}"], unit=data["unit"])


def _signed(step: Step, data: dict[str, Any], by: str) -> None:
    order = step.order(data["unit"])
    order.status, order.signed_at, order.signed_by = "signed", step.now, by


def contact(step: Step, data: dict[str, Any], element: Element) -> None:
    """The first contact with the citizen was made."""
    order = step.order(data["unit"])
    given = step.answers.get("contact_at")
    order.first_contact_at = datetime.fromisoformat(given) if given else step.now
    order.status = "contacted"
    step.ledger = replace(step.ledger, contacted=True)
    if step.ledger.contact_missed and order.contact_due == step.now:  # the timer came first; still in time
        step.ledger = replace(step.ledger, contact_missed=False)
        step.record.facts["contacts_missed"].pop()


def mark_uncontacted(step: Step, data: dict[str, Any], element: Element) -> None:
    """No contact within one working day: 响应 failed, for good; a later dispatch is counted anew."""
    step.ledger = replace(step.ledger, contact_missed=True)
    step.record.facts.setdefault("contacts_missed", []).append(step.now.isoformat())


def reply(step: Step, data: dict[str, Any], element: Element) -> None:
    """The unit has answered."""
    order = step.order(data["unit"])
    order.status, order.replied_at = "replied", step.now
    replied = step.record.facts.setdefault("replied", {}).setdefault(str(order.round), [])
    if order.unit not in replied:
        replied.append(order.unit)


def return_order(step: Step, data: dict[str, Any], element: Element) -> None:
    """The unit says it is not responsible."""
    step.ledger = replace(step.ledger, returns=step.ledger.returns + 1)
    step.order(data["unit"]).status = "returned"
    step.record.facts["awaiting_ruling"] = [*step.awaiting_ruling, data["unit"]]
    step.tell("return_filed", ["work_group"], unit=data["unit"])


def reassign_order(step: Step, data: dict[str, Any], element: Element) -> None:
    """The order of `returned_by` goes to another unit (`unit` is already the new one); being lead moves along."""
    old = _returned(step, data)
    _ruled(step, old.unit)
    moved = replace(old, unit=data["unit"], status="awaiting_signature", signed_at=None, signed_by=None)
    step.record.orders.append(moved)
    old.is_lead = False
    if moved.is_lead:
        step.ledger = replace(step.ledger, lead=data["unit"])
    step.notify("order_dispatched", [f"unit:{data['unit']}"], unit=data["unit"])
    step.tell("return_accepted", [f"unit:{old.unit}"], unit=old.unit)


def _returned(step: Step, data: Mapping[str, Any]) -> Order:
    """The order that is ruled on; diagrams up to 0.1 do not say whose it was: the last one returned."""
    if data.get("returned_by") is not None:
        return step.order(data["returned_by"])
    return next(o for o in reversed(step.record.orders) if o.status == "returned" and o.round == step.ledger.round)


def _ruled(step: Step, unit: str) -> None:
    step.record.facts["awaiting_ruling"] = [each for each in step.awaiting_ruling if each != unit]


def uphold_order(step: Step, data: dict[str, Any], element: Element) -> None:
    """The return was not accepted: the order stays where it is."""
    order = step.order(data["unit"])
    order.status = "signed" if order.signed_at else "awaiting_signature"
    _ruled(step, order.unit)
    step.tell("return_upheld", [f"unit:{order.unit}"], unit=order.unit)


OPERATIONS: Mapping[str, Operation] = {
    "dispatch": dispatch,
    "withdraw_orders": withdraw_orders,
    "close_orders": close_orders,
    "reopen_order": reopen_order,
    "sign": sign,
    "auto_sign": auto_sign,
    "contact": contact,
    "mark_uncontacted": mark_uncontacted,
    "reply": reply,
    "return_order": return_order,
    "reassign_order": reassign_order,
    "uphold_order": uphold_order,
}
