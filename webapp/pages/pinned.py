"""A finding as pages show it: one line of a list, and the step it is pinned to on its drawing."""

from __future__ import annotations

from typing import Any

from flask import url_for
from markupsafe import Markup

from engine.cases import policy
from engine.cases.effects.findings import ASKED
from engine.cases.numbering import RECTIFICATION
from engine.pictures.layout import Layout, near
from engine.pictures.svg import Way, svg_of
from engine.queries.rectifications import LATE, Finding, Place, Said
from engine.vocabulary import label
from webapp.guard import actor
from webapp.pages import words

_THIRD = 1 / 3
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
        "asked": found.status == ASKED,
        "due": words.due(found.due) if found.due.at else None,
        "ended_at": found.ended_at,
        "own": found.put_by in actor().names,
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


def said_at(each: Said) -> dict[str, Any]:
    """What was entered at one step, for finding_macros.said."""
    return {"title": each.title, "by": each.by, "at": each.at, "facts": words.facts(each.facts)}


def picture(place: Place) -> dict[str, Any]:
    """The part of the drawing around the step, the step marked."""
    title = f"流程图里的“{place.name}”"
    part = near(place.layout, place.element)
    drawn = svg_of(part, Way(pinned={place.element: 1}), title)
    # Where there is less room the sides go, never the step; a picture that is scrolled would begin without it.
    cut = f'<svg preserveAspectRatio="{_side(part, place.element)}YMid slice" '
    return {"svg": Markup(drawn.replace("<svg ", cut, 1))}


def _side(part: Layout, element: str) -> str:
    """Which side of the picture the step lies on."""
    at = next((each.at for each in part.shapes if each.id == element), part.around)
    across = (at.x + at.width / 2 - part.around.x) / part.around.width
    return "xMin" if across < _THIRD else "xMax" if across > 1 - _THIRD else "xMid"
