"""待办: what waits for one person, in queues."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.facade import ReadContext
from engine.queries.inbox import Inbox, InboxItem, inbox
from webapp.guard import actor, engine, guarded
from webapp.pages import words
from webapp.pages.finished import finished_notice

blueprint = Blueprint("inbox", __name__)

_LABELS = {"mine": "我的", "group": "本组待领", "overdue": "已超期", "today": "今日到期", "done": "已办"}
_EMPTY = {  # title, what to do, where to go next
    "mine": ("手头没有待办", "可以到“本组待领”领取，领取后同事会看到由您办理。", "group"),
    "group": ("本组没有待领的事", "新的待办到了会出现在这里。", "mine"),
    "overdue": ("没有超期的待办", "您所在的组没有一件过了期限。", "group"),
    "today": ("今天没有到期的待办", "可以先办后面几天到期的。", "group"),
    "done": ("还没有办结过待办", "您提交过的每一步都会留在这里。", "mine"),
}


@blueprint.get("/inbox")
@guarded()
def show() -> str:
    """One queue; without a choice the own one, or the group's when the own is empty."""
    found = engine().read_as(actor(), _wanted, request.args.get("queue"), request.args.get("after"))
    return render_template(
        "inbox.html",
        queues=_queues(found),
        queue={"label": _LABELS[found.queue], "empty": _empty(found.queue)},
        items=[_item(item) for item in found.items],
        pages=_pages(found),
        notices=[*finished_notice(request.args.get("done")), *_handed(request.args.get("handed"))],
    )


def _handed(task_id: str | None) -> list[dict[str, str]]:
    return [{"kind": "info", "text": "已转给同事，对方的“我的”里马上看得到。"}] if task_id else []


def _wanted(ctx: ReadContext, queue: str | None, after: str | None) -> Inbox:
    found = inbox(ctx, queue or "mine", after)
    waiting = {each.key: each.count for each in found.queues}
    return inbox(ctx, "group") if queue is None and not found.items and waiting["group"] else found


def _queues(found: Inbox) -> list[dict[str, Any]]:
    return [
        {
            "key": each.key,
            "label": _LABELS[each.key],
            "count": f"{each.count}{'+' if each.more else ''}",
            "href": url_for("inbox.show", queue=each.key),
            "current": each.key == found.queue,
            "alarm": each.key == "overdue" and each.count > 0,
        }
        for each in found.queues
    ]


def _empty(queue: str) -> dict[str, str]:
    title, text, onward = _EMPTY[queue]
    return {
        "title": title,
        "text": text,
        "href": url_for("inbox.show", queue=onward),
        "link": f"看“{_LABELS[onward]}”",
    }


def _item(item: InboxItem) -> dict[str, Any]:
    done = item.ended_at is not None
    to_case = done and item.no is not None
    return {
        "href": url_for("case.show", no=item.no) if to_case else url_for("task.show", task_id=item.task_id),
        "no": item.no or "",
        "title": item.title or item.name,
        "step": item.name,
        "place": item.place,
        "holder": None if done else item.holder,
        "mine": item.mine and not done,
        "on_behalf_of": item.on_behalf_of,
        "urgent": item.urgent,
        "tier": item.tier,
        "claim_url": url_for("task.claim", task_id=item.task_id) if item.may_claim else None,
        "due": words.due(item.due),
        "ended_at": item.ended_at,
    }


def _pages(found: Inbox) -> dict[str, Any] | None:
    here = next(each for each in found.queues if each.key == found.queue)
    text = f"共 {here.count} 件" if not here.more else f"超过 {here.count} 件"
    first = url_for("inbox.show", queue=found.queue) if request.args.get("after") else None
    onward = url_for("inbox.show", queue=found.queue, after=found.next) if found.next else None
    return words.pager(text, first, onward)
