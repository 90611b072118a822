"""反映件: the list, with filters in the address and a search that is not (what people type may name somebody)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine import vocabulary
from engine.facade import ReadContext
from engine.queries.cases import CaseFilter, CaseList, CaseRow, list_cases
from engine.queries.people import group_name
from webapp.form_values import date_text
from webapp.guard import actor, engine, guarded
from webapp.limits import SEARCH, limited
from webapp.pages import words

blueprint = Blueprint("case_list", __name__)

PAGE = 20
FOUND = 50  # a search shows the newest so many
COUNTED = 999  # and counts no further: whoever finds more has to ask more exactly
LONGEST_WORDS = 100
_CODES = ("status", "light", "grade", "channel")  # filters whose options are a vocabulary of that name
_TITLES = {
    "status": "状态",
    "light": "期限",
    "unit": "单位",
    "grade": "等级",
    "channel": "来源渠道",
    "from": "收到日期从",
    "to": "到",
}


@dataclass(frozen=True)
class _Asked:
    """What the address asks for; `wrong` says what in it cannot be."""

    filter: CaseFilter
    given: Mapping[str, str]
    wrong: tuple[str, ...]


@blueprint.get("/cases")
@guarded()
def show() -> str:
    """The cases this person may know of, newest receipt first, narrowed by the filters."""
    asked = _asked(request.args.to_dict())
    after = request.args.get("after")
    found, units = engine().read_as(actor(), _found, asked.filter, after, PAGE)
    page = words.pager_by_mark(f"共 {found.total} 件", url_for("case_list.show"), asked.given, after, found.next)
    return _page(found, units, asked, page, f"共 {found.total} 件")


@blueprint.post("/cases/search")
@guarded()
@limited(SEARCH)
def search() -> str:
    """Cases by number, words of the title, somebody's name, or the last digits of their phone number."""
    given = request.form.get("q", "").strip()[:LONGEST_WORDS].replace("\0", "")
    asked = _Asked(CaseFilter(words=given or None), {"q": given}, ())
    found, units = engine().read_as(actor(), _found, asked.filter, None, FOUND, COUNTED)
    number = f"{found.total} 件" if found.total <= COUNTED else f"{COUNTED} 件以上"
    more = f"，先列出最近收到的 {FOUND} 件" if found.next else ""
    return _page(found, units, asked, None, f"找到 {number}{more}")


def _found(
    ctx: ReadContext, wanted: CaseFilter, after: str | None, limit: int, counted: int | None = None
) -> tuple[CaseList, dict[str, str]]:
    units = {unit.code: group_name(ctx.directory, f"unit:{unit.code}") for unit in ctx.directory.desks()}
    return list_cases(ctx, wanted, after, limit, counted), units


# ------------------------------------------------------------------ what is asked for
def _asked(given: Mapping[str, str]) -> _Asked:
    known = {name: given[name].strip() for name in _TITLES if given.get(name, "").strip()}
    asked = _Asked(CaseFilter(unit=known.get("unit")), known, ())
    for name in _CODES:
        if name in known:
            asked = _narrowed(asked, name, name, known[name] in vocabulary.VOCABULARIES[name], known[name])
    for name, field in (("from", "since"), ("to", "until")):
        if name in known:
            day = _day(known[name])
            asked = _narrowed(asked, name, field, day is not None, day)
    return asked


def _narrowed(asked: _Asked, name: str, field: str, fits: bool, value: Any) -> _Asked:
    if fits:
        changed: dict[str, Any] = {field: value}
        return replace(asked, filter=replace(asked.filter, **changed))
    return replace(asked, wrong=(*asked.wrong, f"“{_TITLES[name]}”没有按“{asked.given[name]}”筛选，请改一下再筛。"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(date_text(text))
    except ValueError:
        return None


# ------------------------------------------------------------------ the page
def _page(found: CaseList, units: Mapping[str, str], asked: _Asked, pages: dict[str, Any] | None, total: str) -> str:
    clear = url_for("case_list.show")
    return render_template(
        "cases.html",
        filters={"action": clear, "fields": _fields(asked.given, units), "clear_href": clear},
        search={"action": url_for("case_list.search"), "value": asked.given.get("q", "")},
        items=[_item(row, units) for row in found.items],
        pages=pages,
        total_text=total,
        empty=_empty(bool(asked.given), clear),
        notices=[{"kind": "warn", "text": text} for text in asked.wrong],
    )


def _empty(narrowed: bool, clear: str) -> dict[str, Any]:
    if narrowed:
        text = "换一个条件，或清除筛选后再看。"
        return {"title": "没有符合条件的反映件", "text": text, "href": clear, "link": "清除筛选"}
    return {"title": "还没有反映件", "text": "登记后会出现在这里。", "href": None, "link": ""}


def _fields(given: Mapping[str, str], units: Mapping[str, str]) -> list[dict[str, Any]]:
    options = {name: list(vocabulary.VOCABULARIES[name].items()) for name in _CODES} | {"unit": list(units.items())}
    return [
        {"name": name, "label": title, "value": given.get(name, ""), "options": options.get(name)}
        for name, title in _TITLES.items()
    ]


def _item(row: CaseRow, units: Mapping[str, str]) -> dict[str, Any]:
    return {
        "href": url_for("case.show", no=row.no),
        "no": row.no,
        "title": row.title,
        "status": vocabulary.label("status", row.status),
        "grade": vocabulary.label("grade", row.grade),
        "channel": vocabulary.label("channel", row.channel),
        "unit": units.get(row.lead_unit or "", row.lead_unit),
        "received_at": row.received_at,
        "urgent": row.urgent,
        "tier": row.tier,
        "due": words.case_due(row.light, row.remaining, row.outcome, row.deadline),
    }
