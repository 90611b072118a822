"""审计: for auditors, to find a case by its number, days of receipt, unit, and whether it is late."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.cases import policy
from engine.facade import ReadContext
from engine.queries.cases import CaseFilter, CaseList, CaseRow, list_cases
from engine.queries.people import group_name
from engine.vocabulary import label
from webapp.form_values import date_text
from webapp.guard import actor, engine, guarded
from webapp.pages import trail, words

blueprint = Blueprint("audit_cases", __name__)
READERS = ("auditor", "supervisor")

_PAGE = 20
_TITLES: Mapping[str, str] = {"no": "编号", "unit": "单位", "from": "收到日期从", "to": "到", "late": "期限"}
_NUMBER = re.compile(r"[0-9A-Za-z-]{1,40}")
_LATE = [("1", "只看超期的")]


@blueprint.get("/audit/cases")
@guarded(*READERS)
def show() -> str:
    """The cases this person may know of, newest receipt first."""
    given = {name: request.args[name].strip() for name in _TITLES if request.args.get(name, "").strip()}
    wanted, wrong = _filter(given)
    after = request.args.get("after")
    found, units = engine().read_as(actor(), _found, wanted, after)
    return render_template(
        "audit_cases.html",
        action=url_for(".show"),
        fields=_fields(given, units),
        items=[_item(row, units) for row in found.items],
        total=found.total,
        pages=words.pager_by_mark(f"共 {found.total} 件", url_for(".show"), given, after, found.next),
        may_verify=policy.holds(actor(), {trail.READERS}),
        notices=[{"kind": "warn", "text": text} for text in wrong],
    )


def _found(ctx: ReadContext, wanted: CaseFilter, after: str | None) -> tuple[CaseList, dict[str, str]]:
    units = {unit.code: group_name(ctx.directory, f"unit:{unit.code}") for unit in ctx.directory.desks()}
    return list_cases(ctx, wanted, after, _PAGE), units


def _filter(given: Mapping[str, str]) -> tuple[CaseFilter, list[str]]:
    """What is asked for, and what of it cannot be."""
    days = {name: _day(given[name]) for name in ("from", "to") if name in given}
    no = given.get("no")
    known = no is not None and _NUMBER.fullmatch(no) is not None
    wrong = [f"“{_TITLES[name]}”应写成 2026-10-08。" for name, day in days.items() if day is None]
    if no is not None and not known:
        wrong.append("编号只有字母、数字和短横；按姓名或词查请用“反映件”页。")
    late = "red" if given.get("late") else None
    words_asked = no if known else None
    return CaseFilter(
        unit=given.get("unit"), light=late, since=days.get("from"), until=days.get("to"), words=words_asked
    ), wrong


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(date_text(text))
    except ValueError:
        return None


def _fields(given: Mapping[str, str], units: Mapping[str, str]) -> list[dict[str, Any]]:
    options = {"unit": list(units.items()), "late": _LATE}
    return [
        {"name": name, "label": title, "value": given.get(name, ""), "options": options.get(name)}
        for name, title in _TITLES.items()
    ]


def _item(row: CaseRow, units: Mapping[str, str]) -> dict[str, Any]:
    return {
        "href": url_for("audit_case.show", no=row.no),
        "no": row.no,
        "title": row.title,
        "status": label("status", row.status),
        "unit": units.get(row.lead_unit or "", row.lead_unit),
        "received_at": row.received_at,
        "tier": row.tier,
        "due": words.case_due(row.light, row.remaining, row.outcome, row.deadline),
    }
