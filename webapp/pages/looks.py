"""谁看过什么: for auditors, who looked at which cases, when, and whether with personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.queries.looks import Look, LookFilter, looks
from engine.vocabulary import ACCESS, label
from webapp.form_values import day_or_none
from webapp.guard import actor, engine, guarded
from webapp.pages import words

blueprint = Blueprint("looks", __name__)
READERS = "auditor"

_TITLES: Mapping[str, str] = {"person": "谁（登录名或姓名）", "what": "看了什么", "from": "从哪天", "to": "到哪天"}
_DAYS = ("from", "to")
_LONGEST = 200


@blueprint.get("/audit/looks")
@guarded(READERS)
def show() -> str:
    """The looks the filters let through, newest first."""
    given = {name: request.args[name].strip()[:_LONGEST] for name in _TITLES if request.args.get(name, "").strip()}
    wanted, wrong = _filter(given)
    after = request.args.get("after")
    found = engine().read_as(actor(), looks, wanted, after)
    return render_template(
        "looks.html",
        action=url_for(".show"),
        fields=[_field(name, given) for name in _TITLES],
        lines=[_line(each) for each in found.items],
        exports_href=url_for("house.show", kind="taken_out", person=wanted.person),
        pages=words.pager_by_mark("最近的在前", url_for(".show"), given, after, found.next),
        notices=[{"kind": "warn", "text": text} for text in wrong],
    )


def _line(look: Look) -> dict[str, Any]:
    return {
        "at": look.at,
        "by": look.by,
        "by_href": url_for(".show", person=look.person),
        "no": look.no or "限密件",
        "href": url_for("audit_case.show", no=look.no) if look.no else None,
        "what": label("access", look.what),
        "whole": look.clear,
    }


def _filter(given: Mapping[str, str]) -> tuple[LookFilter, list[str]]:
    """What is asked for, and what of it cannot be."""
    days = {name: day_or_none(given[name]) for name in _DAYS if name in given}
    wrong = [f"“{_TITLES[name]}”没有看懂，请写成 2026-10-08。" for name, day in days.items() if day is None]
    what, person = given.get("what"), given.get("person", "").replace("\0", "")
    known = what if what in ACCESS else None
    return LookFilter(person or None, known, days.get("from"), days.get("to")), wrong


def _field(name: str, given: Mapping[str, str]) -> dict[str, Any]:
    options = list(ACCESS.items()) if name == "what" else None
    hint = {"person": "w1", "from": "2026-10-08", "to": "2026-10-08"}.get(name, "")
    return {"name": name, "label": _TITLES[name], "value": given.get(name, ""), "options": options, "hint": hint}
