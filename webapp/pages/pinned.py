"""A finding as pages show it: one line of a list, and the step it is pinned to on its drawing."""

from __future__ import annotations

from typing import Any

from flask import url_for
from markupsafe import Markup

from engine.cases import policy
from engine.cases.numbering import RECTIFICATION
from engine.pictures.layout import near
from engine.pictures.svg import Way, svg_of
from engine.queries.rectifications import LATE, Finding, Place
from engine.vocabulary import label
from webapp.guard import actor
from webapp.pages import words

AUDITING = frozenset({"auditor", "supervisor"})


def line(found: Finding) -> dict[str, Any]:
    """For the lists and for macros of finding_macros.html."""
    return {
        "no": found.no,
        "href": url_for("rectifications.one", no=found.no),
        "about": found.about,
        "about_href": about_href(found.about),
        "title": found.about_title,
        "name": found.name,
        "element": found.element,
        "rule": label("rule", found.rule) if found.rule else None,
        "unit": found.unit,
        "put_by": found.put_by_name,
        "put_at": found.put_at,
        "status": label("finding_kind", LATE if found.late else found.status),
        "late": found.late,
        "due": words.due(found.due) if found.due.at else None,
        "ended_at": found.ended_at,
        "task_href": None if found.task is None else url_for("task.show", task_id=found.task),
    }


def about_href(no: str) -> str:
    """The case a finding is about: for who audits their own page of it."""
    return url_for("audit_case.show" if policy.holds(actor(), AUDITING) else "case.show", no=no)


def is_finding(no: str) -> bool:
    """Whether a number is that of a finding put to a unit."""
    return no.startswith(f"{RECTIFICATION}-")


def instance_href(no: str) -> str:
    """The page of whatever has this number, a case or a finding."""
    if is_finding(no):
        return url_for("rectifications.one", no=no)
    return url_for("case.show", no=no)


def picture(place: Place) -> dict[str, Any]:
    """The part of the drawing around the step, the step marked."""
    title = f"流程图里的“{place.name}”"
    return {
        "title": title,
        "svg": Markup(svg_of(near(place.layout, place.element), Way(pinned={place.element: 1}), title)),
    }
