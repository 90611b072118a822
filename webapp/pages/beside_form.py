"""What helps to fill in the form of a task: texts to take."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.canned import filled, keeps
from engine.clock import local
from engine.queries.task_page import TaskPage
from webapp.guard import actor, engine
from webapp.public_site import office_phone


def canned_of(seen: TaskPage) -> dict[str, Any] | None:
    """The canned answers of a step, filled in for its case; None where there is nothing to take and nothing to keep."""
    may_keep = keeps(actor(), seen.task.element)
    if not seen.may_act or not (seen.canned or may_keep):
        return None
    known = _known(seen)
    offered = [
        {
            "id": each.id,
            "title": each.title,
            "text": filled(each.text, known),
            "of_matter": each.matter_code is not None,
        }
        for each in seen.canned
    ]
    return {"offered": offered, "keep_href": url_for("canned.show") if may_keep else None}


def _known(seen: TaskPage) -> dict[str, str]:
    """What stands for each placeholder; empty while it is not known."""
    unit = engine().directory.units.get(seen.case.lead_unit or "")
    due = seen.case.deadline
    day = None if due is None else local(due).date()
    return {
        "编号": seen.case.no or "",
        "期限": "" if day is None else f"{day.year}年{day.month}月{day.day}日",
        "单位": "" if unit is None else unit.name,
        "窗口电话": office_phone() or "",
    }
