"""What helps to fill in the form of a task: texts to take, and how cases alike were solved."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.canned import filled, keeps
from engine.clock import local
from engine.queries.precedents import Precedent, Precedents
from engine.queries.task_page import TaskPage
from engine.vocabulary import label
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


def precedents_of(found: Precedents | None) -> dict[str, Any] | None:
    """The precedents for a case whose matter is known."""
    if found is None:
        return None
    matter = engine().directory.matters.get(found.matter_code)
    name = found.matter_code if matter is None else matter.name
    return {
        "alike": name if found.cause is None else f"{name}，原因：{label('cause', found.cause)}",
        "count": found.count,
        "shown": [_precedent(each) for each in found.newest],
    }


def _precedent(each: Precedent) -> dict[str, Any]:
    return {
        "title": each.title,
        "outcome": label("outcome", each.outcome),
        "at": each.completed_at,
        "reply": each.reply,
        "basis": each.basis,
        "no": each.no,
        "href": None if each.no is None else url_for("case.show", no=each.no),
    }


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
