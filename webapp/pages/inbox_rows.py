"""The rows of an inbox page: each task, what may be done with it, and with several of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for

from engine.queries.inbox import Inbox, InboxItem
from engine.queries.inbox_choice import Choice, Desk, choice_from
from engine.queries.queue_sources import HELD
from webapp.guard import actor
from webapp.pages import words
from webapp.pages.pinned import instance_href
from webapp.pages.task import loaded


# ------------------------------------------------------------------ what is looked at in passing
def of_colleague(given: Mapping[str, str]) -> Choice | None:
    """What one colleague holds, looked at in passing: the kept choice stays as it is. `by`: the sign-in name."""
    return choice_from({"by": given["by"]}) if given.get("by") else None


def here(view: str, queue: str, **more: Any) -> str:
    """An address about what is shown now."""
    return url_for(f"inbox.{view}", queue=queue, **{**passing(), **more})


def passing() -> dict[str, str]:
    """Whose tasks are looked at in passing, to be kept from page to page."""
    return {"by": request.values["by"]} if request.values.get("by") else {}


# ------------------------------------------------------------------ the rows
def row(item: InboxItem, queue: str) -> dict[str, Any]:
    """One task as the page shows it."""
    done = item.ended_at is not None
    to_case = done and item.no is not None
    selected = here("show", queue, after=request.args.get("after"), selected=item.task_id)
    return {
        "id": item.task_id,
        "href": instance_href(item.no) if to_case and item.no else url_for("task.show", task_id=item.task_id),
        "peek": None
        if done
        else {
            "href": f"{selected}#preview",
            "part": url_for("preview.show", task_id=item.task_id),
            "current": item.task_id == request.args.get("selected"),
        },
        "no": item.no or "",
        "title": item.title or item.name,
        "step": item.name,
        "place": item.place,
        "holder": None if done else item.holder,
        "since": None if done else item.held_since,
        "mine": item.mine and not done,
        "on_behalf_of": item.on_behalf_of,
        "urgent": item.urgent,
        "tier": item.tier,
        "may_tick": _may_tick(item, queue),
        "claim_url": url_for("task.claim", task_id=item.task_id) if item.may_claim else None,
        "due": words.due(item.due),
        "ended_at": item.ended_at,
        "aside": None if item.aside_until is None else {"until": item.aside_until, "reason": item.aside_reason},
        "aside_url": url_for("inbox_acts.put_aside", task_id=item.task_id) if queue == "mine" else None,
        "back_url": url_for("inbox_acts.take_back", task_id=item.task_id) if item.aside_until else None,
    }


# ------------------------------------------------------------------ several at once
def bulk(found: Inbox, desk: Desk) -> dict[str, Any] | None:
    """What this person may do with several of these at once, and to whom they may go; None for nothing."""
    if found.queue in ("done", "aside"):
        return None
    acts = {
        "claim": any(item.may_claim for item in found.items),
        "take": found.queue == HELD and any(item.may_take for item in found.items),
        "hand_on": any(item.may_give for item in found.items),
    }
    others = [(each.name, loaded(each)) for each in desk.colleagues if each.name != actor().name]
    offered = {
        **acts,
        "action": url_for("inbox_acts.together"),
        "hidden": {"queue": found.queue, **passing()},
        "options": others if acts["hand_on"] else [],
    }
    return offered if any(acts.values()) else None


def _may_tick(item: InboxItem, queue: str) -> bool:
    return item.may_claim or item.may_give or (queue == HELD and item.may_take)
