"""Parts of a case that its own page and the task page share."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.queries.case import Applicant, Case
from engine.queries.case_page import CasePage, Drawing
from engine.vocabulary import label
from webapp.pages import words

_ALREADY_SHOWN = frozenset({"标题"})


def deadline_of(case: Case) -> dict[str, Any]:
    """The deadline promised to the citizen."""
    return {
        **words.case_due(case.light, case.remaining, case.outcome, case.deadline),
        "at": case.deadline,
        "provisional": case.provisional,
        "why_href": url_for("deadline.show", no=case.no) if case.deadline else None,
    }


def about(page: CasePage, whole: bool = True) -> list[dict[str, Any]]:
    """Who came, and what they told."""
    told = [fact for fact in page.registered if fact.label not in _ALREADY_SHOWN]
    return [*_applicant(page.case.applicant), *words.facts(told, whole)]


def _applicant(applicant: Applicant) -> list[dict[str, Any]]:
    kind = label("applicant_kind", applicant.kind)
    lines = [("反映人", "　".join(part for part in (applicant.name, applicant.phone) if part) or kind)]
    if applicant.name:
        lines.append(("反映人类型", kind))
    if not applicant.masked:
        lines += _details(applicant)
    return [words.fact(title, text) for title, text in lines if text]


def _details(applicant: Applicant) -> list[tuple[str, str]]:
    consent = {True: "同意", False: "不同意", None: ""}[applicant.consent_callback]
    return [
        ("年龄段", label("age_band", applicant.age_band)),
        ("希望怎样联系", label("contact_pref", applicant.contact_pref)),
        ("需要的照顾", "、".join(applicant.special_needs or ())),
        ("接受回访", consent),
    ]


def drawing(drawn: Drawing) -> dict[str, Any]:
    """A way through one process, for macros.diagram and macros.path."""
    walk = drawn.walk
    return {
        "id": walk.process,
        "title": walk.name,
        "xml_url": url_for("diagram.show", definition_id=drawn.definition_id, process=walk.process),
        "done": walk.done,
        "current": walk.current,
        "late": walk.late,
        "words": words.path(walk.strides),
    }
