"""One task beside the list of the inbox: enough to decide whether to take it up now."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for

from engine.errors import NotFound
from webapp.guard import actor, engine, guarded
from webapp.pages import words
from webapp.pages.case_parts import about
from webapp.pages.task_parts import beside, seen_task, told

blueprint = Blueprint("preview", __name__)


@blueprint.get("/inbox/preview/<task_id>")
@guarded()
def show(task_id: str) -> str:
    """The part of the page alone, for the script that puts it beside the list."""
    return render_template("preview.html", preview=preview(task_id))


def preview(task_id: str) -> dict[str, Any]:
    """What preview.html takes; raises NotFound for a task that is over, and where its case may not be seen."""
    seen, of_case = engine().read_as(actor(), seen_task, task_id)
    around = beside(seen, of_case)
    return {
        "id": task_id,
        "task": told(seen, of_case),
        "href": url_for("task.show", task_id=task_id),
        "claim_url": url_for("task.claim", task_id=task_id) if seen.may_claim and seen.task.holder is None else None,
        "may_act": seen.may_act,
        "task_due": words.due(seen.task.due) if seen.task.due.at else None,
        "facts": [] if of_case is None else about(of_case),
        "deadline": around["deadline"],
        "timeline": around["timeline"],
    }


def preview_or_none(task_id: str | None) -> dict[str, Any] | None:
    """The same for an address that names a task; None where there is nothing to show any more."""
    if not task_id:
        return None
    try:
        return preview(task_id)
    except NotFound:
        return None
