"""谁看过什么: for auditors, who looked at which cases, when, and whether with personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.queries.looks import Look, LookFilter, looks
from engine.vocabulary import ACCESS, label
from webapp.guard import actor, engine, guarded
from webapp.pages import words
from webapp.pages.who_and_when import narrowed

blueprint = Blueprint("looks", __name__)
READERS = "auditor"

_TITLES: Mapping[str, str] = {"person": "谁（登录名或姓名）", "what": "看了什么"}


@blueprint.get("/audit/looks")
@guarded(READERS)
def show() -> str:
    """The looks the filters let through, newest first."""
    asked = narrowed("what", _TITLES, ACCESS)
    wanted = LookFilter(asked.person, asked.kind, asked.since, asked.until)
    found = engine().read_as(actor(), looks, wanted, request.args.get("after"))
    return render_template(
        "looks.html",
        action=url_for(".show"),
        fields=asked.fields,
        lines=[_line(each) for each in found.items],
        exports_href=url_for("house.show", kind="taken_out", person=asked.person),
        pages=words.pager_by_mark("最近的在前", url_for(".show"), asked.given, request.args.get("after"), found.next),
        notices=[{"kind": "warn", "text": text} for text in asked.wrong],
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
