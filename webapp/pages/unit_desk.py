"""单位: the desk of a unit. Its work orders by deadline; every act on one is at most two clicks away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases.commands import CompleteTask
from engine.cases.policy import UNIT_POSTS, units_of
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.rectifications import Finding, of_units
from engine.queries.unit_desk import Asked, DeskOrder, DeskStep, UnitDesk, unit_desk
from engine.queries.unit_orders import ALL
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import label
from webapp.errors import failure_of
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending, words
from webapp.pages.display import FROM_UNIT
from webapp.pages.finished import finished_notice
from webapp.pages.pinned import line
from webapp.pages.task import not_taken

blueprint = Blueprint("unit_desk", __name__, url_prefix="/unit")

_TABS = {"open": "在办", "unsigned": "待签收", "working": "待答复", "paused": "已暂停", "handed": "已交出"}
_EMPTY = {
    "open": ("没有在办的工单", "新的工单派到本单位后会出现在这里，并在“通知”里提醒。"),
    "unsigned": ("没有待签收的工单", "派到本单位的工单都已签收。"),
    "working": ("没有待答复的工单", "已签收的工单都已答复。"),
    "paused": ("没有暂停的工单", "获准挂起的件会出现在这里，到时自动恢复。"),
    "handed": ("没有已交出、还在办的工单", "本单位答复或退单以后、件还没办结的会留在这里。"),
}
_ACTS = {  # the values of a form's `action`, as its buttons say them; the first one offered stands out
    "sign": "签收",
    "contact": "登记联系",
    "reply": "答复",
    "resume": "恢复办理",
    "request_extension": "申请延期",
    "request_pause": "申请挂起",
    "request_regrade": "申请调级",
    "return": "退单",
    "supervise": "去督办",
}
_WHOLE_FORM = frozenset({"resume", "supervise"})  # nothing is chosen beforehand
_ASKED = {
    "request_extension": "已申请延期 {0.days} 个工作日",
    "request_pause": "已申请挂起到 {0.until}",
    "request_regrade": "已申请调为复杂",
}


@blueprint.get("")
@guarded(*UNIT_POSTS)
def show() -> str:
    """The orders of one's unit, those due first first."""
    found, asked = engine().read_as(actor(), _look, request.args.get("tab", ALL), request.args.get("after"))
    return render_template(
        "unit_desk.html",
        units="、".join(found.units),
        tabs=_tabs(found),
        tab=_TABS[found.tab],
        orders=[_order(order) for order in found.orders],
        empty=_empty(found),
        pages=_pages(found),
        findings=[line(each) for each in asked],
        hidden=sending.fresh_key(),
        notices=finished_notice(request.args.get("done")),
    )


def _look(ctx: ReadContext, tab: str, after: str | None) -> tuple[UnitDesk, list[Finding]]:
    return unit_desk(ctx, tab, after), of_units(ctx, sorted(units_of(ctx.actor.groups)))


@blueprint.post("/orders/<task_id>/sign")
@guarded(*UNIT_POSTS)
def sign(task_id: str) -> Response:
    """Sign for an order, which needs no more than the click."""
    try:
        perform(CompleteTask(task_id, {"action": "sign"}), _signed, sending.sent_key())
    except EngineError as error:
        return not_taken(task_id, {}, failure_of(error))
    return redirect(url_for("unit_desk.show", done=task_id), 303)


def _signed(ctx: ReadContext, done: Any) -> StoredAnswer:
    return StoredAnswer(303, None)


# ------------------------------------------------------------------ the page
def _tabs(found: UnitDesk) -> list[dict[str, Any]]:
    return [
        {
            "label": _TABS[tab.key],
            "count": tab.count,
            "href": url_for("unit_desk.show", tab=tab.key),
            "current": tab.key == found.tab,
            "alarm": tab.key == "unsigned" and tab.count > 0,
        }
        for tab in found.tabs
    ]


def _empty(found: UnitDesk) -> dict[str, Any]:
    title, text = _EMPTY[found.tab]
    onward = None if found.tab == ALL else url_for("unit_desk.show")
    return {"title": title, "text": text, "href": onward, "link": "看全部在办"}


def _pages(found: UnitDesk) -> dict[str, Any] | None:
    here = next(tab for tab in found.tabs if tab.key == found.tab)
    first = url_for("unit_desk.show", tab=found.tab) if request.args.get("after") else None
    onward = url_for("unit_desk.show", tab=found.tab, after=found.next) if found.next else None
    return words.pager(f"共 {here.count} 件", first, onward)


def _order(order: DeskOrder) -> dict[str, Any]:
    return {
        "href": url_for("case.show", no=order.no, _anchor="orders"),
        "no": order.no,
        "title": order.title,
        "unit": order.unit,
        "lead": order.is_lead,
        "status": label("work_order_status", order.status),
        "urgent": order.urgent,
        "tier": order.tier,
        "dispatched_at": order.dispatched_at,
        "due": words.case_due(order.light.colour, order.light.remaining, None, order.deadline),
        "provisional": order.provisional,
        "steps": [_step(step) for step in order.steps],
        "asked": None if order.asked is None else _asked(order.asked),
        "asked_at": None if order.asked is None else order.asked.at,
        "waits_with": [{"name": name, "place": place} for name, place in order.waits_with],
        "others": [
            {"unit": each.unit, "lead": each.is_lead, "status": label("work_order_status", each.status)}
            for each in order.others
        ],
    }


def _asked(asked: Asked) -> str:
    return _ASKED.get(asked.action, label("handle_action", asked.action)).format(asked)


def _step(step: DeskStep) -> dict[str, Any]:
    held_by_other = step.holder if step.holder and not step.mine else None
    return {
        "name": step.name,
        "due": words.due(step.due),
        "countdown": _countdown(step),
        "holder": held_by_other,
        "on_behalf_of": step.on_behalf_of,
        "acts": [_act(step, act) for act in _ACTS if act in step.acts],
        "look_only": not step.acts and not held_by_other,
    }


def _act(step: DeskStep, act: str) -> dict[str, Any]:
    if act == "sign":
        return {"label": _ACTS[act], "post": url_for("unit_desk.sign", task_id=step.task_id), "href": None}
    asked: dict[str, Any] = {"from": FROM_UNIT} if act in _WHOLE_FORM else {"action": act, "from": FROM_UNIT}
    return {"label": _ACTS[act], "post": None, "href": url_for("task.show", task_id=step.task_id, **asked)}


def _countdown(step: DeskStep) -> str | None:
    """What happens by itself, and after how much office time."""
    if not step.signs_itself or step.due.at is None:
        return None
    return f"还有 {_spoken(step.left)}，到时没有签收就自动签收" if step.left else "马上自动签收"


def _spoken(left: timedelta) -> str:
    """2 个办公小时 15 分"""
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    parts = [f"{hours} 个办公小时" if hours else "", f"{minutes} 分" if minutes else ""]
    return " ".join(part for part in parts if part) or "不到 1 分"
