"""Parts of a task that its own page and the preview in the inbox share."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.cases.findings import TITLED
from engine.definitions.shipped import RECTIFICATION
from engine.facade import ReadContext
from engine.queries.case_page import CasePage, case_page
from engine.queries.rectifications import finding_page
from engine.queries.task_page import TaskPage, task_page
from webapp.guard import actor, engine
from webapp.pages import lists, prints, words
from webapp.pages.case_parts import about, deadline_of, drawing
from webapp.pages.finding_papers import lines
from webapp.pages.pinned import line, picture, said_at
from webapp.pages.timeline import timeline

_LATEST = 4  # lines of the timeline beside the form


def seen_task(ctx: ReadContext, task_id: str) -> tuple[TaskPage, CasePage | None]:
    """The task, and its case when it belongs to one (other processes are no cases)."""
    seen = task_page(ctx, task_id)
    is_case = seen.case.no and seen.case.title and seen.task.process != RECTIFICATION
    return seen, case_page(ctx, seen.case.no) if is_case and seen.case.no else None


def finding_shown(seen: TaskPage) -> dict[str, Any] | None:
    """What a task of 整改 is about, with the step on its drawing; None for every other task."""
    if seen.task.process != RECTIFICATION or not seen.case.no:
        return None
    found = engine().read_as(actor(), finding_page, seen.case.no)
    put, *since = found.said
    return {
        "it": line(found.finding),
        "picture": picture(found.place),
        "asked": words.facts(put.facts, whole=False),
        "said": [said_at(each) for each in since],
        "papers": lines(seen.case.no),
    }


def told(seen: TaskPage, of_case: CasePage | None) -> dict[str, Any]:
    """The step, its case and who holds it."""
    case, task = seen.case, seen.task
    return {
        "title": _title(seen),
        "step": task.name,
        "no": case.no or "",
        "case_href": url_for("case.show", no=case.no) if of_case else None,
        "place": task.place,
        "holder": task.holder,
        "since": task.since,
        "urgent": case.urgent,
        "tier": case.tier,
        "mine": task.mine,
        "on_behalf_of": task.on_behalf_of,
    }


def _title(seen: TaskPage) -> str:
    """Of a finding without the word that its step says already."""
    title = seen.case.title or ""
    return title.removeprefix(TITLED) if seen.task.process == RECTIFICATION else title


def beside(seen: TaskPage, of_case: CasePage | None) -> dict[str, Any]:
    """What stands beside the form: deadline, what was told, the way so far."""
    if of_case is None:
        return {"deadline": None, "facts": [], "prints": [], "timeline": None, "diagram": None, "diagram_href": None}
    no = of_case.case.no
    drawn = next((each for each in of_case.drawings if each.walk.process == seen.task.process), None)
    return {
        "deadline": deadline_of(of_case.case),
        "facts": about(of_case, whole=False),
        "prints": [*prints.links(of_case, seen.task.id), *lists.links(no, seen.task.id)],
        "timeline": {
            "lines": timeline(of_case.history, engine().directory)[-_LATEST:],
            "more_href": url_for("case.show", no=no, _anchor="past"),
        },
        "diagram": None if drawn is None else drawing(drawn),
        "diagram_href": url_for("case.show", no=no, _anchor="diagram"),
    }
